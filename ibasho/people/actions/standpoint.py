"""Choosing and changing one's standpoint, and the night that lies between two sides of the wall."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people import wall
from ibasho.people.actions.facts import bump_facts
from ibasho.people.models import Kind, Person, Standpoint
from ibasho.people.queries import standpoint_on

_FIELDS = ["standpoint", "next_standpoint", "next_standpoint_on"]


def choose_standpoint(person: Person, *, standpoint: str) -> None:
    """Change it at once, or, on leaving the person's or the family's side, tomorrow.

    Then all seats are left now, otherwise those in rooms that are not for it. Two steps by way
    of 「まだ決めない」 take a night as well.
    Raises Refusal `malformed`, and `not_found` for a keeper, who stands on no side.
    """
    if person.kind == Kind.KEEPER:
        raise Refusal("not_found")
    wanted = known_standpoint(standpoint)
    with transaction.atomic():
        wall.hold_rooms()
        bump_facts([person.pk])
        person.refresh_from_db(fields=_FIELDS)
        if person.side in (wanted.side, "neither"):
            _set(person, wanted, "", None)
            wall.leave_seats_not_for(person, wanted)
        else:
            _set(person, person.standpoint, wanted, clock.today() + dt.timedelta(days=1))
            wall.leave_all_seats(person)


def turn_standpoint_if_due(person: Person) -> None:
    """Let a change begin whose day has come. Costs nothing when there is none."""
    if standpoint_on(person, clock.today()) != person.standpoint:
        _turn(person)


def turn_standpoints() -> None:
    """The same for everybody, also for those who are not looking; safe to run twice."""
    for person in Person.objects.exclude(next_standpoint="").filter(next_standpoint_on__lte=clock.today()):
        _turn(person)


def known_standpoint(value: str) -> Standpoint:
    if value not in Standpoint.values:
        raise Refusal("malformed", "立場をひとつえらんでください。「まだ決めない」でもだいじょうぶです。")
    return Standpoint(value)


def _turn(person: Person) -> None:
    with transaction.atomic():
        wall.hold_rooms()
        bump_facts([person.pk])
        person.refresh_from_db(fields=_FIELDS)
        begins = standpoint_on(person, clock.today())
        if begins == person.standpoint:  # somebody else turned it
            return
        wall.leave_all_seats(person)  # seats taken on the last evening
        _set(person, begins, "", None)


def _set(person: Person, standpoint: str, following: str, starts: dt.date | None) -> None:
    person.standpoint, person.next_standpoint, person.next_standpoint_on = standpoint, following, starts
    person.save(update_fields=_FIELDS)
