"""Meetings as the desk shows them: a list, one of them, and who signed up for those who need to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from ibasho.events.contacts import open_contact
from ibasho.events.counting_days import is_counted, is_too_early
from ibasho.events.models import Event, Interview, SignUp, Visit
from ibasho.events.months import Month, Thing
from ibasho.events.next_steps import interview_facts
from ibasho.events.queries.events import hours_of
from ibasho.events.queries.facilitating import Facilitator, facilitates, facilitators_of, missing_at
from ibasho.events.queries.seats import hall_of, place_of, places_of
from ibasho.events.queries.sign_ups import way_back_of
from ibasho.events.seats import is_over, place_in_line, taken
from ibasho.house.heeding import heed
from ibasho.lib import clock, spoken_time
from ibasho.lib.beside import beside
from ibasho.lib.errors import Refusal
from ibasho.people.models import Role, Standpoint
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.queries.keepers import DUTY_ROLES

MOST_LINES = 100
MOST_PARTIES = 50  # of the inbox: each is a few lines, and the page stays light
State = SignUp.State
_NEEDS = (State.APPLIED, State.INTERVIEW, State.INTERVIEWED, State.OFFERED)
_BEFORE = timedelta(days=7)  # when one begins to prepare
_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """`seats`: how many are held; `first`: those who come for the first time; `waits`: parties in the line; `intake`: those a coordinator decides about."""

    event: Event
    day: str
    hours: str
    who: str
    facilitators: Sequence[str]
    keeper_ids: Sequence[int]
    missing: int
    seats: int
    first: int
    waits: int
    intake: int

    @property
    def state(self) -> str:
        """One word for it."""
        if self.event.called_off_at is not None:
            return "なくなりました"
        if self.event.published_on is None:
            return "下書き"
        return "予定に出ています"

    @property
    def beside_hours(self) -> str:
        """What the month says of it; nothing where all is ready."""
        if not self.event.is_on:
            return self.state
        return "準備中" if self.missing else ""


@dataclass(frozen=True, slots=True)
class Party:
    """One sign-up, for who may read it. `first`: はじめて, or nothing said of it. `place` among those that wait.

    `is_hard`: the answers stay covered until somebody opens them, and the name too where it is hard itself.
    """

    row: SignUp
    place: int | None
    until: datetime | None
    answers: str
    contact: str
    has_mail: bool
    is_hard: bool
    is_name_hard: bool

    @property
    def id(self) -> UUID:
        return self.row.pk

    @property
    def name(self) -> str:
        return "呼び名は、下をひらくと読めます" if self.is_name_hard else self.row.called

    @property
    def covered(self) -> str:
        lines = [f"呼び名：{self.row.call_name}", self.answers] if self.is_name_hard else [self.answers]
        return "\n".join(line for line in lines if line)

    @property
    def visit(self) -> Visit | None:
        """That they were there, once somebody said so."""
        return getattr(self.row, "visit", None)

    @property
    def interview(self) -> Interview | None:
        """The talk before it as it is arranged, or the one that was declined."""
        return getattr(self.row, "interview", None)

    @property
    def interview_text(self) -> str:
        """For staff, in one line."""
        if self.interview is None:
            return ""
        words = (fact.words for fact in interview_facts(self.interview))
        declined = ["別の日がいい、とのことです"] if self.interview.is_declined else []
        return beside(*declined, *words)

    @property
    def lacks_number(self) -> bool:
        """A call is arranged to a number that they have taken back."""
        talk = self.interview
        return (
            self.row.state == State.INTERVIEW
            and talk is not None
            and talk.way == Interview.Way.PHONE
            and not self.contact
        )

    @property
    def sizes(self) -> Sequence[int]:
        """How many of a party may have come; empty for one alone."""
        return range(1, self.row.party + 1) if self.row.party > 1 else ()

    @property
    def may_interview(self) -> bool:
        return self.row.state in (State.APPLIED, State.INTERVIEW)

    @property
    def may_come_back(self) -> bool:
        """Whether who withdrew may still come back. Until when would tell the minute in which they withdrew."""
        return way_back_of(self.row, self.row.event, clock.now()) is not None

    @property
    def is_in_intake(self) -> bool:
        return self.row.state in (State.APPLIED, State.INTERVIEW, State.INTERVIEWED)

    @property
    def may_go_back(self) -> bool:
        """Whether they were let in after a talk."""
        return self.row.event.has_intake and self.row.state in SignUp.IN_LINE

    @property
    def may_withdraw(self) -> bool:
        return self.row.state != State.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed up to one meeting, in groups, each in the order of the line. `to_ring`: asked about a seat;
    `unannounced`: who came without signing up; `more`: how many parties of long groups are left out.
    """

    intake: Sequence[Party]
    to_ring: Sequence[Party]
    joined: Sequence[Party]
    waiting: Sequence[Party]
    referred: Sequence[Party]
    unannounced: Sequence[Visit]
    more: int
    seats: int
    is_over: bool

    @property
    def first_timers(self) -> list[Party]:
        return [party for party in self.joined if party.row.is_first]

    @property
    def is_empty(self) -> bool:
        return not (self.intake or self.to_ring or self.joined or self.waiting or self.referred)

    @property
    def participations(self) -> list[tuple[str, int]]:
        """How many means to take part how."""
        counts: dict[str, int] = defaultdict(int)
        for party in self.joined:
            counts[party.row.get_participation_display()] += party.row.seats
        return list(counts.items())


def may_read_sign_ups(keeper: KeeperFacts, event: Event) -> bool:
    """The coordinator; and who facilitates this meeting, from a week before until the day after."""
    if keeper.has(Role.COORDINATOR):
        return True
    is_near = event.starts - _BEFORE <= clock.now() < event.ends + _AFTER
    return is_near and keeper.has(*DUTY_ROLES) and facilitates(keeper.keeper_id, event.pk)


def meeting_to_tick(keeper: KeeperFacts, event_id: int) -> Event:
    """The meeting, for whom ticking who was there is a part of keeping it. Refuses `not_found`."""
    event = meeting(event_id)
    if not may_read_sign_ups(keeper, event):
        raise Refusal("not_found")
    return event


def may_tick(event: Event, now: datetime) -> bool:
    """Whether it is the time to say who was there."""
    is_on = event.published_on is not None and event.called_off_at is None
    return is_on and not is_too_early(event.starts, now) and not is_counted(event.starts, now)


def may_take_back(event: Event) -> bool:
    """Whether it can still be put away: nobody has signed up."""
    taken_by = event.sign_ups.exclude(state__in=[State.WITHDRAWN, State.REFERRED])
    return event.published_on is not None and not taken_by.exists()


def meeting(event_id: int) -> Event:
    """Refuses `not_found`."""
    event = Event.objects.select_related("sheet").prefetch_related("audiences").filter(pk=event_id).first()
    if event is None:
        raise Refusal("not_found")
    return event


def sign_up_of(event_id: int, sign_up_id: UUID) -> SignUp:
    """Refuses `not_found`, also for another meeting's."""
    row = _with_all(SignUp.objects.filter(pk=sign_up_id, event_id=event_id)).first()
    if row is None:
        raise Refusal("not_found")
    return row


def party_of(event_id: int, sign_up_id: UUID) -> Party:
    """Refuses `not_found`."""
    row = sign_up_of(event_id, sign_up_id)
    place = place_of(row)
    return _party(row, place_in_line(places_of(row.event), place))


def coming() -> tuple[list[MeetingLine], list[MeetingLine]]:
    """Those that are not over, the next first: of a month from now, and later ones, as a series has them."""
    lines = _lines(Event.objects.filter(ends__gt=clock.now())[:MOST_LINES])
    later = spoken_time.moment(clock.today() + timedelta(days=32), 0)
    soon = [line for line in lines if line.event.starts < later]
    return soon, lines[len(soon) :]


def lately() -> list[MeetingLine]:
    """Those of the last thirty days, the latest first."""
    now = clock.now()
    over = Event.objects.filter(ends__lte=now, ends__gt=now - timedelta(days=30))
    return _lines(over.order_by("-starts", "-pk")[:MOST_LINES])


def today() -> list[MeetingLine]:
    """Those that go on or begin before midnight, without drafts. One query while there are none."""
    end = spoken_time.moment(clock.today() + timedelta(days=1), 0)
    return _lines(Event.objects.filter(starts__lt=end, ends__gt=clock.now(), published_on__isnull=False))


def line_of(event: Event) -> MeetingLine:
    return _lines([event])[0]


def things_in(month: Month) -> list[tuple[date, Thing]]:
    """What the month shows, each on the day it begins."""
    begin = spoken_time.moment(month.first, 0)
    rows = Event.objects.filter(starts__gte=begin, starts__lt=begin + timedelta(days=31))[: 2 * MOST_LINES]
    return [
        (
            clock.tokyo(line.event.starts).date(),
            Thing(
                f"{clock.tokyo(line.event.starts):%H:%M}",
                beside(line.hours, line.beside_hours),
                line.event.title,
                f"/desk/meetings/{line.event.pk}/",
            ),
        )
        for line in _lines(rows)
    ]


def signed_up(event: Event, *, is_all: bool = False) -> Signed:
    """Of each group the first hundred, unless all are asked for. Six queries, however many signed up."""
    places = places_of(event)
    by_turn = {place.turn: place for place in places}
    groups: dict[str, list[Party]] = defaultdict(list)
    for row in _with_all(event.sign_ups.exclude(state=State.WITHDRAWN).order_by("turn")):
        place = by_turn.get(row.turn)
        groups[row.state].append(_party(row, place_in_line(places, place) if place else None))
    everybody = sum(map(len, groups.values()))
    if not is_all:
        groups = defaultdict(list, {state: rows[:MOST_LINES] for state, rows in groups.items()})
    return Signed(
        more=everybody - sum(map(len, groups.values())),
        intake=[*groups[State.APPLIED], *groups[State.INTERVIEW], *groups[State.INTERVIEWED]],
        to_ring=groups[State.OFFERED],
        joined=groups[State.JOINED],
        waiting=groups[State.WAITING],
        referred=groups[State.REFERRED],
        unannounced=list(event.visits.filter(sign_up__isnull=True)),
        seats=taken(places),
        is_over=is_over(hall_of(event), places),
    )


def to_look_after() -> int:
    """How many sign-ups a coordinator does something about."""
    return _open_ones().filter(state__in=_NEEDS).count()


def inbox(*, is_all: bool) -> tuple[list[Party], bool]:
    """Sign-ups of all meetings to come: those that a coordinator does something about, or all; and whether more are
    there than are shown. Hard words first, then the meeting that is next.
    """
    rows = _open_ones()
    rows = rows.exclude(state=State.WITHDRAWN) if is_all else rows.filter(state__in=_NEEDS)
    found = list(
        _with_all(rows.order_by("-about_dying", "event__starts", "event", "turn"))[: MOST_PARTIES + 1]
    )
    return [_party(row, None) for row in found[:MOST_PARTIES]], len(found) > MOST_PARTIES


def _open_ones() -> QuerySet[SignUp]:
    """Of meetings that are still to come, or go on."""
    return SignUp.objects.filter(event__ends__gt=clock.now(), event__called_off_at__isnull=True)


def _with_all(rows: QuerySet[SignUp]) -> QuerySet[SignUp]:
    return rows.select_related("event", "contact", "mail_contact", "visit", "interview").prefetch_related(
        "answers__question", "offers"
    )


def _party(row: SignUp, place: int | None) -> Party:
    is_hard = row.about_dying or "abuse" in row.marks
    return Party(
        row=row,
        place=place,
        until=next((offer.until for offer in row.offers.all() if not offer.answer), None),
        answers="\n".join(f"{answer.question.text}\n{answer.text}" for answer in row.answers.all()),
        contact=open_contact(row.contact) if hasattr(row, "contact") else "",
        has_mail=hasattr(row, "mail_contact"),
        is_hard=is_hard,
        is_name_hard=is_hard and _is_hard(row.call_name, row.standpoint),
    )


def _is_hard(name: str, standpoint: str) -> bool:
    found = heed(name, standpoint)
    return found.about_dying or "abuse" in found.marks_kept


def _lines(rows: Iterable[Event]) -> list[MeetingLine]:
    events = list(rows)
    if not events:
        return []
    planned, counts = facilitators_of(events), _counts(events)
    audiences = _audiences(events)
    return [_line(event, planned[event.pk], counts[event.pk], audiences[event.pk]) for event in events]


def _line(
    event: Event, facilitators: Sequence[Facilitator], counts: Mapping[str, tuple[int, int, int]], who: str
) -> MeetingLine:
    def parties(*states: str) -> int:
        return sum(counts[state][1] for state in states if state in counts)

    there = [one for one in facilitators if not one.is_called_off and not one.stand_in]
    return MeetingLine(
        event=event,
        day=clock.day_text(event.starts),
        hours=hours_of(event),
        who=who,
        facilitators=[one.keeper for one in there],
        keeper_ids=[one.keeper_id for one in there],
        missing=missing_at(event, facilitators),
        seats=sum(counts[state][0] for state in SignUp.HOLDING if state in counts),
        first=counts[State.JOINED][2] if State.JOINED in counts else 0,
        waits=parties(State.WAITING),
        intake=parties(State.APPLIED, State.INTERVIEW, State.INTERVIEWED),
    )


def _counts(events: Sequence[Event]) -> Mapping[int, dict[str, tuple[int, int, int]]]:
    """By event and state: seats, parties, and how many of those come for the first time."""
    found: dict[int, dict[str, tuple[int, int, int]]] = defaultdict(dict)
    rows = SignUp.objects.filter(event__in=[event.pk for event in events]).order_by()
    first = Count("pk", filter=Q(is_first=True))
    rows_of_numbers = rows.values_list("event", "state").annotate(Sum("seats"), Count("pk"), first=first)
    for event_id, state, *numbers in rows_of_numbers:
        found[event_id][state] = (numbers[0], numbers[1], numbers[2])
    return found


def _audiences(events: Sequence[Event]) -> Mapping[int, str]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = Event.objects.filter(pk__in=[event.pk for event in events]).order_by()
    for event_id, standpoint in rows.values_list("pk", "audiences__standpoint"):
        found[event_id].add(standpoint)
    labels = Standpoint.choices
    return {
        event_id: "・".join(label for value, label in labels if value in known)
        for event_id, known in found.items()
    }
