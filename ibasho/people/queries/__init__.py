"""Questions about persons, their sessions, and who keeps the house."""

from ibasho.people.queries.keepers import (
    KeeperFacts,
    facts_of,
    has_keepers,
    has_second_factor,
    is_shown_lately,
    keeper_facts,
    keeper_of_session,
    keepers,
    keepers_with,
    open_links,
    second_factor_shown_at,
    showed_second_factor,
)
from ibasho.people.queries.visitors import (
    Visitor,
    describe,
    facts_after,
    session_alive,
    sessions_alive,
    standpoint_on,
    visitor_of,
    visitors_of,
)

__all__ = [
    "KeeperFacts",
    "Visitor",
    "describe",
    "facts_after",
    "facts_of",
    "has_keepers",
    "has_second_factor",
    "is_shown_lately",
    "keeper_facts",
    "keeper_of_session",
    "keepers",
    "keepers_with",
    "open_links",
    "second_factor_shown_at",
    "session_alive",
    "sessions_alive",
    "showed_second_factor",
    "standpoint_on",
    "visitor_of",
    "visitors_of",
]
