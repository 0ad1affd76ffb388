"""Dangers to a life: those that are open, one with its steps, and who must not be let go because of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from ibasho.duty.models import Duty
from ibasho.duty.queries import is_there
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.models import Incident, IncidentStep, IncidentWords, SealedText
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, RoomSession, Seat
from ibasho.rooms.queries import ENTERABLE, is_on_duty_anywhere

SHORT_BREAK = timedelta(minutes=5)
_Origin = IncidentWords.Origin
_ALERTS = {"begun", "released", "absent", "reopened"}
_ABOUT_CALL = ("quiet_asked", "quiet_joined", "quiet_called", "call_lifted", "quiet_closed")
_Call = tuple[int | None, int]
_NO_CALL: _Call = (None, 0)
_NO_NAME = "見ているだけの席"
_UNTAKEN = "命が心配なことを、まだだれも見ていません。"
_BESIDE = "静かな部屋が、まだひらいています。"
_TAKEN = "あなたが見ている、命が心配なことがあります。"


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """As far as every desk must know of it. `message` is the newest of its words that stand in the room, with its
    `position`, and `behind` how many came after; `is_told`: somebody told of it, and nothing else says so; `taken_by` is a name, `taker` whose; `has_more`: words came
    since somebody looked; `wishes_talk`: the person asks for a quiet room; `caller`: the keeper there who calls the second, by the step `call`; `words` and `steps` grow,
    and so does `alarm` whenever everybody is alerted anew.
    """

    id: int
    room_id: int
    room: str
    room_title: str
    seat_id: UUID | None
    seat_name: str
    level: str
    about_other: bool
    is_told: bool
    begun_at: datetime
    alarm: int
    is_seen: bool
    has_more: bool
    wishes_talk: bool
    taker: int | None
    taken_by: str
    quiet_room_id: int | None
    is_invited: bool
    caller: int | None
    call: int
    message: UUID | None
    position: int
    behind: int
    words: int
    steps: int


@dataclass(frozen=True, slots=True)
class Said:
    """One of its words, as they were. `sealed` is None where nothing was said, or nothing is left."""

    why: str
    at: datetime
    message: UUID | None
    sealed: SealedText | None
    concern: int | None


@dataclass(frozen=True, slots=True)
class Step:
    words: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class IncidentShown:
    """One incident whole, as its page shows it to who may read the words."""

    row: Incident
    seat_name: str
    taken_by: str
    said: Sequence[Said]
    steps: Sequence[Step]


def open_incidents() -> QuerySet[Incident]:
    """Those that no keeper has closed."""
    return Incident.objects.filter(closed_at__isnull=True)


def incidents_open() -> list[OpenIncident]:
    """Every open incident of the house, the urgent first, then the oldest. Four queries."""
    rows = list(open_incidents().select_related("room", "seat", "taken_by"))
    said: dict[int, list[IncidentWords]] = {row.pk: [] for row in rows}
    for words in IncidentWords.objects.filter(incident__in=said):
        said[words.incident_id].append(words)
    done = IncidentStep.objects.filter(incident__in=said).order_by("pk")
    steps = list(done.values_list("incident_id", "pk", "what", "keeper"))
    last = {incident: step for incident, step, _, _ in steps}
    alarms = {incident: step for incident, step, what, _ in steps if what in _ALERTS}
    calls = {
        incident: _call(step, what, keeper) for incident, step, what, keeper in steps if what in _ABOUT_CALL
    }
    keys = {words.message_key for row in said.values() for words in row if words.message_key is not None}
    places = dict(Message.objects.filter(pk__in=keys).values_list("pk", "position"))
    found = [
        _open(
            row, said[row.pk], places, last.get(row.pk, 0), alarms.get(row.pk, 0), calls.get(row.pk, _NO_CALL)
        )
        for row in rows
    ]
    return sorted(found, key=lambda it: (it.level != Incident.Level.NOW, it.begun_at, it.id))


def incident_for(incident_id: int) -> Incident:
    """One incident, open or closed. Refuses `not_found`."""
    rows = Incident.objects.select_related("room", "seat__person", "taken_by", "quiet_room")
    incident = rows.filter(pk=incident_id).first()
    if incident is None:
        raise Refusal("not_found")
    return incident


def incident_shown(incident_id: int) -> IncidentShown:
    """Refuses `not_found`."""
    row = incident_for(incident_id)
    said = [
        Said(words.get_origin_display(), words.at, words.message_key, words.seal, words.concern_id)
        for words in row.words.select_related("seal")
    ]
    steps = [
        Step(step.get_what_display(), step.keeper.duty_name if step.keeper else "", step.at)
        for step in row.steps.select_related("keeper")
    ]
    return IncidentShown(row, _seat_name(row.seat), _keeper_name(row), said, steps)


def incidents_closed(newest: int = 20) -> list[Incident]:
    """Newest first, with their rooms."""
    rows = Incident.objects.filter(closed_at__isnull=False).select_related("room")
    return list(rows.order_by("-closed_at")[:newest])


def must_be_on_duty(keeper: KeeperFacts) -> None:
    """In whichever room. Refuses `not_found`."""
    if not is_on_duty_anywhere(keeper.person_id):
        raise Refusal("not_found")


def duties_held(duty_ids: Collection[int]) -> dict[int, str]:
    """Which of these must go on, and why: their keeper looks after an open incident or sits in its quiet room;
    or nobody has it yet, and nobody else would be left who is really there in its room.
    """
    if not open_incidents().exists():
        return {}
    waiting = open_incidents()
    duties = Duty.objects.filter(pk__in=duty_ids, ended_at__isnull=True)
    last = duties.filter(pk__in=_last_ones(duty_ids))
    talks = RoomSession.objects.filter(room__in=waiting.values("quiet_room")).exclude(
        state=RoomSession.State.CLOSED
    )
    beside = duties.filter(rooms__room__in=talks.values("room"))
    taken = duties.filter(keeper__in=waiting.filter(taken_by__isnull=False).values("taken_by"))
    return {
        duty_id: words
        for rows, words in ((last, _UNTAKEN), (beside, _BESIDE), (taken, _TAKEN))
        for duty_id in rows.values_list("pk", flat=True)
    }


def _last_ones(duty_ids: Collection[int]) -> list[int]:
    """For each room with something that nobody has: the duty in it that stays when all these end, if no other does."""
    rooms = open_incidents().filter(taken_by__isnull=True).values("room")
    there = Duty.objects.filter(is_there(clock.now()), rooms__room__in=rooms)
    by_room: dict[int, list[int]] = {}
    for duty_id, room_id in there.order_by("until", "pk").values_list("pk", "rooms__room"):
        by_room.setdefault(room_id, []).append(duty_id)
    return [ids[-1] for ids in by_room.values() if set(ids) <= set(duty_ids)]


def left_alone(now: datetime) -> QuerySet[Incident]:
    """Open ones whose keeper is not there: no line, no duty, or out for longer than a cup of tea takes. And those
    that nobody has taken while whoever looked at them is not there, not even for a cup of tea.
    """
    back_soon = Q(ended_at__isnull=True, until__gt=now, stepped_out_at__gt=now - SHORT_BREAK)
    keeps = Duty.objects.filter(is_there(now) | back_soon, keeper=OuterRef("taken_by"))
    looks = Duty.objects.filter(is_there(now), keeper=OuterRef("seen_by"))
    taken = Q(taken_by__isnull=False) & ~Exists(keeps)
    only_seen = Q(taken_by__isnull=True, seen_at__isnull=False) & ~Exists(looks)
    return open_incidents().filter(taken | only_seen).select_related("room")


def waits_for_invitation() -> list[int]:
    """Open incidents whose quiet room is open, and nobody has told the person yet."""
    sessions = RoomSession.objects.filter(room=OuterRef("quiet_room"), state__in=ENTERABLE)
    rows = open_incidents().filter(Exists(sessions), invited_at__isnull=True, seat__person__isnull=False)
    return list(rows.values_list("pk", flat=True))


def wishes_talk(incident: Incident, said: Iterable[IncidentWords]) -> bool:
    """Whether the person asked for a quiet room and has not been invited to one since."""
    invited_at = incident.invited_at
    asked = (words.at for words in said if words.origin == _Origin.ASKED)
    return any(invited_at is None or at > invited_at for at in asked)


def caller_of(incident: Incident) -> int | None:
    """The keeper who calls a second one to its quiet room, until somebody comes or it is taken back."""
    last = incident.steps.filter(what__in=_ABOUT_CALL).values_list("pk", "what", "keeper").last()
    return _call(*last)[0] if last else None


def calls_out() -> list[int]:
    """Open incidents with such a call."""
    steps = IncidentStep.objects.filter(incident=OuterRef("pk"), what__in=_ABOUT_CALL)
    last = Subquery(steps.order_by("-pk").values("what")[:1])
    called = open_incidents().filter(quiet_room__isnull=False).annotate(last=last)
    return list(called.filter(last=IncidentStep.What.QUIET_CALLED).values_list("pk", flat=True))


def needed_by_incidents() -> Q:
    """For a query over seals: an incident that points at these words is still open."""
    waiting = IncidentWords.objects.filter(seal=OuterRef("pk"), incident__closed_at__isnull=True)
    return Q(Exists(waiting))


def has_incidents() -> Q:
    """For a query over seats: an incident that is kept is about this one, so it must stay."""
    return Q(Exists(Incident.objects.filter(seat=OuterRef("pk"))))


def _open(
    row: Incident,
    said: Sequence[IncidentWords],
    places: Mapping[UUID, int],
    steps: int,
    alarm: int,
    call: _Call,
) -> OpenIncident:
    keys = [words.message_key for words in said if words.message_key in places]
    message = keys[-1] if keys else None
    position = places[message] if message is not None else 0
    return OpenIncident(
        id=row.pk,
        room_id=row.room_id,
        room=row.room.slug,
        room_title=row.room.title,
        seat_id=row.seat_id,
        seat_name=_seat_name(row.seat),
        level=row.level,
        about_other=row.about_other,
        is_told=all(words.origin == _Origin.TOLD for words in said),
        begun_at=row.begun_at,
        alarm=alarm,
        is_seen=row.seen_at is not None,
        has_more=row.seen_at is not None
        and any(words.at > row.seen_at for words in said if words.origin != _Origin.ASKED),
        wishes_talk=wishes_talk(row, said),
        taker=row.taken_by_id,
        taken_by=_keeper_name(row),
        quiet_room_id=row.quiet_room_id,
        is_invited=row.invited_at is not None,
        caller=call[0],
        call=call[1],
        message=message,
        position=position,
        behind=row.room.last_position - position,
        words=len(said),
        steps=steps,
    )


def _call(step: int, what: str, keeper_id: int | None) -> _Call:
    return (keeper_id, step) if what == IncidentStep.What.QUIET_CALLED else _NO_CALL


def _seat_name(seat: Seat | None) -> str:
    return "" if seat is None else seat.call_name or _NO_NAME


def _keeper_name(row: Incident) -> str:
    return row.taken_by.duty_name if row.taken_by else ""
