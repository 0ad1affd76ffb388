"""What was told to the keepers: for the desk one case for words, however many told; for a receipt its outcome."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.look_alike import skeleton
from ibasho.moderation import concern_words
from ibasho.moderation.claim_kinds import ref_of
from ibasho.moderation.models import TAKE_BACK_MINUTES, Concern, IncidentWords, SealedText
from ibasho.moderation.queries.unnamed import names_taken
from ibasho.moderation.receipts import Answer
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.call_names import NAMELESS
from ibasho.rooms.models import Message, Seat
from ibasho.rooms.queries import keeper_room

KIND = "concern"
_GONE = "いまはいないスタッフ"
_WATCHING = "見ているだけの席"
_NO_SEAT = "席のない方"


@dataclass(frozen=True, slots=True)
class Voice:
    """One who told, as a seat only. `words` may be empty."""

    seat_name: str
    reason: str
    words: str
    marks: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """All that was told about the same words, or one concern about a room.

    `id` is the first concern's and names the case; `seen` the last one's. `copies` are the words as they were
    whenever somebody told: more than one, if they were changed meanwhile. `state` is what has become of them,
    empty once the room keeps them no more. `seat` is whose words they are. `taken_name`: what keepers took from
    sight; `writer_name` says that there is none then.
    `outcome` is empty while it waits.
    """

    id: int
    seen: int
    room: str
    room_title: str
    message: UUID | None
    seat: UUID | None
    writer_name: str
    taken_name: str
    state: str
    copies: Sequence[SealedText]
    about_dying: bool
    at: datetime
    voices: Sequence[Voice]
    count: int
    reasons: Sequence[str]
    outcome: str
    decided_at: datetime | None
    decided_by: str

    @property
    def ref(self) -> str:
        """How a claim names it."""
        return ref_of(KIND, self.message or self.id)


class _Around(NamedTuple):
    """What cases are put together with: names on seats, states of words, and the names that were taken."""

    names: dict[tuple[int, int], str]
    states: dict[UUID, str]
    gone: set[tuple[UUID, str]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open concern, as far as a desk must know of it. `about_person` never leaves the server; `in_incident`:
    an incident was begun for it, which alerts in its place.
    """

    id: int
    room_id: int
    message_key: UUID | None
    about_dying: bool
    about_person: int | None
    in_incident: bool

    def is_for(self, keeper: KeeperFacts) -> bool:
        """Nobody is told of a concern about their own words."""
        return self.about_person is None or self.about_person != keeper.person_id


def open_concerns() -> QuerySet[Concern]:
    """Those that wait for a keeper."""
    return Concern.objects.filter(decided_at__isnull=True, withdrawn_at__isnull=True)


def concerns_waiting() -> list[Waiting]:
    """Every open concern of the house, oldest first. One query."""
    begun = Exists(IncidentWords.objects.filter(concern=OuterRef("pk")))
    rows = open_concerns().order_by("pk").annotate(in_incident=begun)
    fields = ("pk", "room_id", "message_key", "about_dying", "about__person_id", "in_incident")
    return [Waiting(*row) for row in rows.values_list(*fields)]


def cases_waiting(
    keeper: KeeperFacts, room_ids: Collection[int], only: Collection[int] | None = None
) -> list[Case]:
    """The open cases of these rooms for this keeper, or `only` those of these concerns: a danger to life first,
    then the oldest.
    """
    rows = _for_keeper(keeper).filter(Q(room_id__in=room_ids), _OPEN)
    if only is not None:
        rows = rows.filter(pk__in=only)
    return sorted(_cases(rows), key=lambda case: (not case.about_dying, case.at, case.id))


def cases_decided(keeper: KeeperFacts, room_ids: Collection[int], newest: int = 20) -> list[Case]:
    """What was decided in these rooms and is still kept, newest first."""
    rows = _for_keeper(keeper).filter(room_id__in=room_ids, decided_at__isnull=False)
    found = sorted(_cases(rows.order_by("-decided_at")[: newest * 5]), key=_when_decided, reverse=True)
    return found[:newest]


def cases_about(keeper: KeeperFacts, seat_id: UUID) -> list[Case]:
    """All cases about words of this seat that are still kept, the oldest first."""
    rows = _for_keeper(keeper).filter(about=seat_id, withdrawn_at__isnull=True)
    return sorted(_cases(rows), key=lambda case: (case.at, case.id))


def case_of(keeper: KeeperFacts, concern_id: int) -> Case:
    """The case this concern belongs to, as it waits or was decided. Refuses `not_found`: taken back by all who told, not a
    room of this keeper's duty, or about their own words.
    """
    concern = concern_for(keeper, concern_id)
    return _case(list(with_all(rows_of_case(concern))))


def concern_for(keeper: KeeperFacts, concern_id: int) -> Concern:
    """One concern that this keeper may look at. Refuses as `case_of`."""
    mine = _for_keeper(keeper)
    concern = mine.filter(pk=concern_id).first()
    if concern is not None and concern.withdrawn_at is not None:
        # a number that was taken back leads to what others told of the same words
        same = mine.filter(room=concern.room, message_key=concern.message_key, message_key__isnull=False)
        concern = same.filter(withdrawn_at__isnull=True).last()
    if concern is None:
        raise Refusal("not_found")
    keeper_room(keeper, concern.room.slug)
    return concern


def may_look_at_case(keeper: KeeperFacts, key: str) -> None:
    """For a claim: an open case, by its words or by the concern about a room. Refuses as `case_of`."""
    same = Q(pk=int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else Q(message_key=as_key(key))
    concern = _for_keeper(keeper).filter(same, _OPEN).first()
    if concern is None:
        raise Refusal("not_found")
    keeper_room(keeper, concern.room.slug)


def case_ref(concern: Concern) -> str:
    """As `Case.ref`."""
    return ref_of(KIND, concern.message_key or concern.pk)


def as_key(text: str) -> UUID:
    """Refuses `not_found`."""
    try:
        return UUID(text)
    except ValueError:
        raise Refusal("not_found") from None


def rows_of_case(concern: Concern) -> QuerySet[Concern]:
    """All that is decided together with this one, or was."""
    if concern.message_key is None:
        return Concern.objects.filter(pk=concern.pk)
    same = Concern.objects.filter(room_id=concern.room_id, message_key=concern.message_key)
    return same.filter(_OPEN) if concern.is_open else same.filter(decided_at=concern.decided_at)


def with_all(rows: QuerySet[Concern]) -> QuerySet[Concern]:
    """With what a case is made of, in the order they were told."""
    return rows.select_related("room", "about", "seal", "decided_by").order_by("at", "pk")


def needed_by_concerns() -> Q:
    """For a query over seals: somebody told of these words, and no keeper has decided yet."""
    return Q(Exists(open_concerns().filter(seal=OuterRef("pk"))))


def has_concerns() -> Q:
    """For a query over seats: it must stay, so that nobody decides about their own words."""
    return Q(Exists(Concern.objects.filter(about=OuterRef("pk"))))


def answer_for(code_hash: str) -> Answer | None:
    """What became of a concern, for whoever has its code."""
    concern = Concern.objects.select_related("room").filter(code_hash=code_hash).first()
    if concern is None:
        return None
    until = concern.at + timedelta(minutes=TAKE_BACK_MINUTES)
    may_take_back = concern.is_open and clock.now() <= until
    return Answer(
        kind="concern",
        state=_state(concern),
        text=concern_words.receipt(concern),
        title=concern_words.WHAT,
        take_back_until=until if may_take_back else None,
    )


def _state(concern: Concern) -> str:
    if concern.withdrawn_at is not None:
        return "taken_back"
    return concern.outcome or "waiting"


def _for_keeper(keeper: KeeperFacts) -> QuerySet[Concern]:
    rows = Concern.objects.select_related("room", "about", "seal", "decided_by").order_by("at", "pk")
    return rows.filter(
        Q(about__isnull=True) | Q(about__person__isnull=True) | ~Q(about__person=keeper.person_id)
    )


def _cases(rows: Iterable[Concern]) -> list[Case]:
    groups: dict[object, list[Concern]] = {}
    for row in rows:
        key = (row.room_id, row.message_key, row.decided_at) if row.message_key else row.pk
        groups.setdefault(key, []).append(row)
    everything = [row for group in groups.values() for row in group]
    around = _around(everything)
    return [
        _put_together(sorted(group, key=lambda row: (row.at, row.pk)), around) for group in groups.values()
    ]


def _case(rows: list[Concern]) -> Case:
    return _put_together(rows, _around(rows))


def _around(rows: Sequence[Concern]) -> _Around:
    gone = names_taken({row.about_id for row in rows if row.about_id})
    return _Around(_seat_names(rows), _states(rows), gone)


def _put_together(rows: list[Concern], around: _Around) -> Case:
    first, last = rows[0], rows[-1]
    copies = list({row.seal.pk: row.seal for row in rows if row.seal is not None}.values())
    name = _writer_name(first, copies[-1].call_name if copies else "")
    is_taken = first.about_id is not None and (first.about_id, skeleton(name)) in around.gone
    return Case(
        id=min(row.pk for row in rows),
        seen=max(row.pk for row in rows),
        room=first.room.slug,
        room_title=first.room.title,
        message=first.message_key,
        seat=first.about_id,
        writer_name=NAMELESS if is_taken else name,
        taken_name=name if is_taken else "",
        state=around.states.get(first.message_key, "") if first.message_key else "",
        copies=copies,
        about_dying=any(row.about_dying for row in rows),
        at=first.at,
        voices=[_voice(row, around.names) for row in rows],
        count=len({row.teller_id or -row.pk for row in rows}),
        reasons=list(dict.fromkeys(row.get_reason_display() for row in rows)),
        outcome=last.outcome,
        decided_at=last.decided_at,
        decided_by=_decider(last),
    )


def _voice(row: Concern, names: dict[tuple[int, int], str]) -> Voice:
    name = names.get((row.teller_id, row.room_id), _NO_SEAT) if row.teller_id else _NO_SEAT
    return Voice(name, row.get_reason_display(), row.words, row.marks, row.at)


def _seat_names(rows: Sequence[Concern]) -> dict[tuple[int, int], str]:
    """By person and room: the name on their seat there."""
    seats = Seat.objects.filter(
        person_id__in={row.teller_id for row in rows if row.teller_id},
        room_id__in={row.room_id for row in rows},
    )
    return {
        (person_id, room_id): (name if mode == Seat.Mode.SPEAK and name else _WATCHING)
        for person_id, room_id, name, mode in seats.values_list("person_id", "room_id", "call_name", "mode")
        if person_id is not None
    }


def _states(rows: Sequence[Concern]) -> dict[UUID, str]:
    keys = {row.message_key for row in rows if row.message_key}
    return dict(Message.objects.filter(pk__in=keys).values_list("pk", "state"))


def _writer_name(row: Concern, name: str) -> str:
    return name or (row.about.call_name if row.about else "")


def _decider(row: Concern) -> str:
    if row.decided_at is None:
        return ""
    return row.decided_by.duty_name if row.decided_by else _GONE


def _when_decided(case: Case) -> tuple[float, int]:
    return (case.decided_at.timestamp() if case.decided_at else 0.0, case.id)


_OPEN = Q(decided_at__isnull=True, withdrawn_at__isnull=True)
