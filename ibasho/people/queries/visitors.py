"""Who a browser belongs to, and whose facts changed: asked by pages, lines and polls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from ibasho.lib import clock
from ibasho.people.models import FactsClock, Person, Session, Standpoint
from ibasho.people.sessions import hash_key


@dataclass(frozen=True, slots=True)
class Visitor:
    """What other parts may know of somebody. Nothing in it ever leaves the server."""

    person_id: int
    session_hash: str
    standpoint: str
    side: str
    away: bool
    kind: str


def visitor_of(session_key: str | None) -> Visitor | None:
    """The person behind a cookie, in one query; None for no, an expired or an unknown one."""
    return visitors_of([session_key])[0]


def visitors_of(session_keys: Sequence[str | None]) -> list[Visitor | None]:
    """The same for many, in their order and still in one query."""
    hashes = [hash_key(key) if key else "" for key in session_keys]
    rows = Session.objects.filter(
        key_hash__in=set(hashes) - {""}, expires_on__gte=clock.today(), person__isnull=False
    ).select_related("person")
    found = {row.key_hash: describe(row.person, row.key_hash, away=row.away) for row in rows if row.person}
    return [found.get(session_hash) for session_hash in hashes]


def describe(person: Person, session_hash: str, *, away: bool) -> Visitor:
    standpoint = standpoint_on(person, clock.today())
    side = Standpoint(standpoint).side
    return Visitor(person.pk, session_hash, standpoint, side, away, person.kind)


def standpoint_on(person: Person, day: dt.date) -> str:
    """The standpoint that counts on `day`: a change across the wall waits for its date."""
    starts = person.next_standpoint_on
    if person.next_standpoint and starts is not None and starts <= day:
        return person.next_standpoint
    return person.standpoint


def session_alive(session_hash: str) -> bool:
    """Whether lines of this session may go on: it exists, has not run out, is not away."""
    return _alive().filter(key_hash=session_hash).exists()


def sessions_alive(session_hashes: Collection[str]) -> frozenset[str]:
    """Which of these sessions' lines may go on; one query for each five hundred."""
    hashes = list(session_hashes)
    alive: set[str] = set()
    for start in range(0, len(hashes), 500):
        rows = _alive().filter(key_hash__in=hashes[start : start + 500])
        alive.update(rows.values_list("key_hash", flat=True))
    return frozenset(alive)


def facts_after(number: int) -> tuple[int, list[int]]:
    """The newest number, and the ids of persons with facts newer than `number`.

    An erased person is not among them: rooms bump the seats, which stay.
    """
    newest = FactsClock.objects.values_list("number", flat=True).first() or 0
    changed = Person.objects.filter(facts__gt=number).values_list("id", flat=True)
    return newest, list(changed) if newest > number else []


def _alive() -> QuerySet[Session]:
    return Session.objects.filter(expires_on__gte=clock.today(), person__isnull=False, away=False)
