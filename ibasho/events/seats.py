"""Who gets which seat: the one state machine, without a database.

Seats are counted, never decremented: what is taken is the sum of what is held. In the order of the line each
party is asked once about what has become free; a party that does not fit is passed over until it does. Who has a part
of the seats stands in line for the rest at the same turn: what is asked grows, and who has joined is given it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from ibasho.events.daytime import last_call, offer_until

HOLDS = ("joined", "offered")
MAY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "yes": frozenset({"offered", "waiting", "joined"}),
        "no": frozenset({"offered", "withdrawn"}),
        "later": frozenset({"offered", "waiting"}),
        "withdraw": frozenset(
            {"applied", "interview", "interviewed", "waiting", "offered", "joined", "referred", "withdrawn"}
        ),
    }
)
"""In which states a party may say so; where it is so already, nothing changes."""


class Place(NamedTuple):
    """One party in the line, known by its turn. `seats` are those it holds; `asked_at` is the vacancy about which it
    said nothing.
    """

    turn: int
    state: str
    party: int
    seats: int = 0
    is_newcomer: bool = False
    all_or_none: bool = False
    auto_accept: bool = False
    asked_at: int | None = None

    @property
    def lacks(self) -> int:
        """Seats it still waits for."""
        return self.party - self.seats

    @property
    def stands_in_line(self) -> bool:
        """Whether it waits, or has joined and waits for the rest."""
        return self.state == "waiting" or (self.state == "joined" and self.lacks > 0)


@dataclass(frozen=True, slots=True)
class Hall:
    """What a meeting has to give. Without a `capacity` there is always room; `is_on`: published, not called off."""

    capacity: int | None
    newcomer_seats: int
    vacancy: int
    starts: datetime
    ends: datetime
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """Who has this `turn` is `joined` with these seats from now on, or `offered` them `until` then.

    Who is offered some already has those among them, and the hour of before.
    """

    turn: int
    to: str
    seats: int
    until: datetime | None = None


def taken(places: Sequence[Place]) -> int:
    """Seats that are held, those of open offers among them."""
    return sum(place.seats for place in places)


def is_over(hall: Hall, places: Sequence[Place]) -> bool:
    """Whether more is held than there is, after the capacity was cut. Nobody is sent away for it."""
    return hall.capacity is not None and taken(places) > hall.capacity


def free_for(hall: Hall, places: Sequence[Place], place: Place, now: datetime) -> int:
    """Seats this party could have now besides those it holds, at most as many as it lacks.

    Seats for newcomers that no newcomer holds are free to newcomers only, until three hours before the start.
    """
    return _free(hall, _Held.by(places), place, now)


def seats_open_to(hall: Hall, places: Sequence[Place], place: Place, now: datetime) -> int:
    """The same, and 0 for a party that comes together or not at all, as long as it does not fit."""
    return _open(hall, _Held.by(places), place, now)


def settle(hall: Hall, places: Sequence[Place], now: datetime, fresh: int | None = None) -> list[Step]:
    """Who is to be joined or asked now, in one pass. The turn `fresh` has just signed up, and joins if it fits."""
    held = _Held.by(places)
    if hall.capacity is not None and held.seats >= hall.capacity:
        return []
    until = offer_until(now, hall.starts)
    steps = []
    for place in sorted(places, key=lambda place: place.turn):
        step = _step(hall, held, place, now, until, is_fresh=place.turn == fresh)
        if step is not None:
            steps.append(step)
            held = held.and_for(place, step.seats - place.seats)
    return steps


def with_steps(places: Sequence[Place], steps: Sequence[Step]) -> Sequence[Place]:
    """The line once these are taken."""
    if not steps:
        return places
    by_turn = {step.turn: step for step in steps}
    return [_moved(place, by_turn[place.turn]) if place.turn in by_turn else place for place in places]


def would_join(hall: Hall, places: Sequence[Place], now: datetime, *, is_newcomer: bool) -> bool:
    """Whether one person who signed up now would have a seat at once."""
    last = max((place.turn for place in places), default=0)
    someone = Place(last + 1, "waiting", party=1, is_newcomer=is_newcomer)
    steps = settle(hall, [*places, someone], now, someone.turn)
    return any(step.turn == someone.turn for step in steps)


def place_in_line(places: Sequence[Place], place: Place) -> int | None:
    """1 for who is the first of those that wait; None for who does not."""
    if place.state != "waiting":
        return None
    return 1 + sum(other.stands_in_line and other.turn < place.turn for other in places)


def line_text(place: Place) -> list[str]:
    """The rule of the line, as it stands beside one's place."""
    rule = [
        "申し込んだ順番に、声をかけます。",
        "返事がないときも、順番はそのままです。次に席があいたとき、また聞きます。",
    ]
    if place.all_or_none and place.party > 1:
        rule.append(
            f"{place.party}席そろうまで、待ちます。そろわないあいだは、先に次の方に声をかけます。"
            "そろったときは、待っている順です。"
        )
    elif place.party > 1:
        rule.append(
            "席が足りないときは、あいた分だけで来られるかを、聞きます。のこりの人は、同じ順番で待てます。"
        )
    return rule


@dataclass(frozen=True, slots=True)
class _Held:
    """What is held, counted once for a whole line: a line of hundreds is gone through for every visitor."""

    seats: int
    by_newcomers: int

    @classmethod
    def by(cls, places: Sequence[Place]) -> _Held:
        return cls(taken(places), sum(place.seats for place in places if place.is_newcomer))

    def and_for(self, place: Place, seats: int) -> _Held:
        """With so many more for this one."""
        return _Held(self.seats + seats, self.by_newcomers + (seats if place.is_newcomer else 0))


def _moved(place: Place, step: Step) -> Place:
    return place._replace(state=step.to, seats=step.seats)


def _open(hall: Hall, held: _Held, place: Place, now: datetime) -> int:
    free = _free(hall, held, place, now)
    return 0 if place.all_or_none and free < place.lacks else free


def _free(hall: Hall, held: _Held, place: Place, now: datetime) -> int:
    if not hall.is_on or now >= hall.ends:
        return 0
    if hall.capacity is None:
        return place.lacks
    free = hall.capacity - held.seats
    if free > 0 and not place.is_newcomer and now < last_call(hall.starts):
        free -= max(0, hall.newcomer_seats - held.by_newcomers)
    return max(0, min(place.lacks, free))


def _step(
    hall: Hall, held: _Held, place: Place, now: datetime, until: datetime | None, *, is_fresh: bool
) -> Step | None:
    has_joined = place.state == "joined"
    may_join = is_fresh or place.auto_accept or has_joined
    may_be_asked = until is not None and (place.state == "offered" or place.asked_at != hall.vacancy)
    # asked before anything is counted: a long line that was asked already costs nothing
    if not place.lacks or not (may_join or may_be_asked):
        return None
    more = _open(hall, held, place, now)
    seats = place.seats + more
    if more and (has_joined or (may_join and seats == place.party)):
        return Step(place.turn, "joined", seats)
    return Step(place.turn, "offered", seats, until) if more and may_be_asked else None
