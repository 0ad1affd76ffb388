"""Who may have a line, asked anew every time. Runs on a reader's thread, never on the loop."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.http import parse_cookie

from ibasho.house.queries import have_ever_acknowledged
from ibasho.lib.errors import Refusal
from ibasho.people.queries import (
    KeeperFacts,
    Visitor,
    keeper_of_session,
    session_alive,
    visitor_of,
    visitors_of,
)
from ibasho.rooms.queries import (
    Behind,
    CatchUp,
    Left,
    Line,
    all_line_facts,
    catch_up_all,
    lines_still_allowed,
)
from ibasho.rooms.queries.rooms import is_keeper

NEVER_WAS = -1
_CLOSE_CODES = {"not_entered": 4401, "removed": 4403, "suspended": 4403, "not_found": 4404}
_TOO_BUSY = 1013


def line_for(session_key: str | None, slug: str) -> Line:
    """This browser's line into that room. Refuses `not_entered`, and as `line_facts` does."""
    [line] = lines_for([(session_key, slug)])
    if isinstance(line, Refusal):
        raise line
    return line


def lines_for(asked: Sequence[tuple[str | None, str]]) -> list[Line | Refusal]:
    """The same for many browsers, in their order, with as many queries as for one."""
    visitors = visitors_of([session_key for session_key, _ in asked])
    said_yes = have_ever_acknowledged({visitor.person_id for visitor in visitors if visitor})
    inside = {
        place: (visitor, slug)
        for place, (visitor, (_, slug)) in enumerate(zip(visitors, asked, strict=True))
        if visitor is not None and not visitor.away and _has_said_yes(visitor, said_yes)
    }
    lines = dict(zip(inside, all_line_facts(list(inside.values())), strict=True))
    return [lines.get(place) or Refusal("not_entered") for place in range(len(asked))]


def _has_said_yes(visitor: Visitor, said_yes: Collection[int]) -> bool:
    """To the promises; a keeper keeps them."""
    return is_keeper(visitor) or visitor.person_id in said_yes


def keeper_for(session_key: str | None) -> tuple[KeeperFacts, str]:
    """The keeper at this browser's desk, and the session's hash. Refuses `not_entered` and `not_found`."""
    visitor = visitor_of(session_key)
    if visitor is None or visitor.away:
        raise Refusal("not_entered")
    keeper = keeper_of_session(visitor.session_hash)
    if keeper is None:
        raise Refusal("not_found")
    return keeper, visitor.session_hash


def keeper_again(session_hash: str, known: KeeperFacts) -> KeeperFacts | Refusal:
    """The keeper as they are now, or why their desk line ends."""
    keeper = keeper_of_session(session_hash)
    if keeper is not None and keeper.keeper_id == known.keeper_id:
        return keeper
    return Refusal("not_found" if session_alive(session_hash) else "not_entered")


def read_all_up(asked: Sequence[Behind]) -> list[CatchUp | Refusal]:
    """What each line has missed, if it may still read: asked after it began to listen, so that
    an act which came in between is not overlooked. Refuses as `line_still_allowed` does.
    """
    ends = lines_still_allowed([one.line for one in asked])
    caught = iter(catch_up_all([one for one, end in zip(asked, ends, strict=True) if end is None]))
    return [next(caught) if end is None else end for end in ends]


def close_for(refusal: Refusal) -> tuple[int, str]:
    """How a line ends that is refused: its code and reason."""
    if isinstance(refusal, Left):
        return 1000, "left"
    code = _CLOSE_CODES.get(refusal.code, _TOO_BUSY)
    return code, "" if code == _TOO_BUSY else refusal.code


def session_key_of(scope: Mapping[str, Any]) -> str | None:
    cookies = [value for name, value in scope["headers"] if name == b"cookie"]
    return parse_cookie(b"; ".join(cookies).decode("latin-1")).get(settings.SESSION_COOKIE_NAME)


def query_of(scope: Mapping[str, Any]) -> dict[str, str]:
    """The first value of each name."""
    found = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=None)
    return {name: values[0] for name, values in found.items()}


def since_of(query: Mapping[str, str]) -> int | None:
    """The number a reader has; NEVER_WAS for anything that is no number, so that nothing is recovered."""
    text = query.get("since")
    if text is None:
        return None
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else NEVER_WAS
