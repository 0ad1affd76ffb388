"""A danger to a life begins, or more words join it; a keeper looks, and takes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction

from ibasho.duty.models import Duty
from ibasho.duty.queries import is_keeper_there
from ibasho.lib import clock
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions import acting
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.actions.sealing import seal, seal_held, seal_name
from ibasho.moderation.actions.strain import count_hard_text
from ibasho.moderation.models import Concern, Incident, IncidentStep, IncidentWords, SealedText
from ibasho.moderation.queries.incidents import incident_for, must_be_on_duty
from ibasho.people.models import Kind
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import Finding, Message, Room, Seat
from ibasho.screening import Finding as FoundInName
from ibasho.screening import Label

What = IncidentStep.What
Level = Incident.Level
Origin = IncidentWords.Origin


def begin_by_hand(keeper: KeeperFacts, slug: str, message_id: UUID | str, *, about_other: bool) -> Incident:
    """A keeper on duty there worries for a life because of these words; it is theirs at once.

    A second tap, also of another keeper, gets the first one's answer. Refuses `not_found`, `malformed` for words of
    a keeper, and `not_shown` for words that were erased.
    """
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        message = acting.words_of_others(room, message_id)
        standing = _begun_by_hand(message, about_other=about_other)
        if standing is not None:
            return standing
        incident, is_new = begin(
            message.seat, room, level=Level.NOW, about_other=about_other, origin=Origin.BY_HAND, words=message
        )
        if is_new:
            take(keeper, incident, clock.now())
        detail = {"seat": str(message.seat_id), "message": str(message.pk), "incident": incident.pk}
        append_log(keeper.keeper_id, "begin_incident", room=room, detail=detail)
    return incident


def begin(
    seat: Seat | None,
    room: Room,
    *,
    level: str,
    about_other: bool,
    origin: str,
    words: Message | SealedText | None = None,
    concern: Concern | None = None,
) -> tuple[Incident, bool]:
    """The open incident of this seat (without one: of the room) with these words in it, and whether it is new.

    In the caller's transaction, which holds the room. The words are sealed; every desk hears of it.
    """
    now = clock.now()
    mine = Incident.objects.filter(room=room, seat=seat, closed_at__isnull=True)
    incident = mine.order_by("pk").first()
    is_new = incident is None
    if incident is None:
        fields = {"level": level, "about_other": about_other, "begun_at": now, "alerted_at": now}
        incident = Incident.objects.create(room=room, seat=seat, **fields)
        note_step(incident, What.BEGUN)
    if _join(incident, origin, words, concern, now) and not is_new:
        note_step(incident, What.WISHED if origin == Origin.ASKED else What.JOINED)
        _alert_anew(incident, now)
    if incident.about_other and not about_other:
        incident.about_other = False
        incident.save(update_fields=["about_other"])
    if level == Level.NOW and incident.level != Level.NOW:
        incident.level = Level.NOW
        incident.save(update_fields=["level"])
        if incident.taken_by_id is None:
            _unsee(incident, now)
        note_step(incident, What.RAISED)
    hurry_desk()
    return incident, is_new


def begin_from_findings(findings: Sequence[Finding]) -> None:
    """What the screening found about a danger to a life, in the transaction that writes the words."""
    for finding in findings:
        if finding.label == str(Label.CRISIS):
            words = finding.message if finding.held is None else seal_held(finding.held)
            begin(
                finding.seat,
                finding.room,
                level=finding.level,
                about_other=finding.about_other,
                origin=Origin.FOUND,
                words=words,
            )


def begin_from_name(seat: Seat, findings: Sequence[FoundInName]) -> None:
    """The same in the name a seat has taken: the name is sealed, since it may be another one soon."""
    for finding in findings:
        begin(
            seat,
            seat.room,
            level=finding.level or Level.LOOK,
            about_other=finding.about_other,
            origin=Origin.FOUND,
            words=seal_name(seat, seat.call_name),
        )


def begin_from_concern(concern: Concern, *, is_urgent: bool) -> None:
    """Somebody told of a danger to a life, in the caller's transaction. Words of keepers begin none."""
    seat = concern.about
    if seat is not None and seat.person is not None and seat.person.kind == Kind.KEEPER:
        return
    begin(
        seat,
        concern.room,
        level=Level.NOW if is_urgent else Level.LOOK,
        about_other=False,
        origin=Origin.TOLD,
        words=concern.seal,
        concern=concern,
    )


def withdraw_from_incident(concern: Concern) -> None:
    """Taken back: its part goes, and an incident that nobody has looked at yet and nothing else says."""
    rows = IncidentWords.objects.filter(concern=concern)
    incidents = list(Incident.objects.filter(pk__in=rows.values("incident")))
    rows.delete()
    for incident in incidents:
        if incident.is_open and incident.seen_at is None and not incident.words.exists():
            incident.delete()


def look_at_incident(keeper: KeeperFacts, incident_id: int) -> Incident:
    """A look stops the alarm that would go to the escalation list, for as long as whoever looked last is there or
    somebody takes it. A later one counts for whoever looks after it: they know the words that came since. That
    of a keeper who takes a break counts for nothing.

    Refuses `not_found` without a duty.
    """
    with locked_incident(keeper, incident_id) as incident:
        now = clock.now()
        if incident.is_open and is_keeper_there(keeper.keeper_id, now):
            _see(keeper, incident, now)
    return incident


def _see(keeper: KeeperFacts, incident: Incident, now: datetime) -> None:
    if incident.taken_by_id is None and incident.seen_by_id != keeper.keeper_id:
        incident.seen_at, incident.seen_by_id = incident.seen_at or now, keeper.keeper_id
        incident.save(update_fields=["seen_at", "seen_by"])
        note_step(incident, What.SEEN, keeper)
    elif incident.taken_by_id == keeper.keeper_id:
        incident.seen_at = now
        incident.save(update_fields=["seen_at"])
        hurry_desk()


def take_incident(keeper: KeeperFacts, incident_id: int, *, instead_of: int | None = None) -> Incident:
    """「わたしが見ます」. One that somebody looks after changes hands only `instead_of` that very keeper; else
    whoever was first keeps it. Who takes a break is back with it.

    Refuses `not_found` without a duty.
    """
    with transaction.atomic():
        come_back(keeper)
        return _take_locked(keeper, incident_id, instead_of)


def _take_locked(keeper: KeeperFacts, incident_id: int, instead_of: int | None) -> Incident:
    with locked_incident(keeper, incident_id) as incident:
        taken = incident.taken_by_id
        if incident.is_open and taken != keeper.keeper_id and taken in (None, instead_of):
            take(keeper, incident, clock.now())
            detail = about(incident) | ({"instead_of": taken} if taken else {})
            append_log(keeper.keeper_id, "take_incident", room=incident.room, detail=detail)
    return incident


def note_step(incident: Incident, what: str, keeper: KeeperFacts | None = None) -> None:
    IncidentStep.objects.create(
        incident=incident, what=what, keeper_id=keeper.keeper_id if keeper else None, at=clock.now()
    )
    hurry_desk()


@contextmanager
def locked_incident(keeper: KeeperFacts, incident_id: int) -> Iterator[Incident]:
    """The incident behind the lock of its room, for a keeper on duty. Refuses `not_found`."""
    with transaction.atomic():
        ledger.lock_rooms([incident_for(incident_id).room_id])
        must_be_on_duty(keeper)
        yield incident_for(incident_id)


def come_back(keeper: KeeperFacts) -> None:
    """From a break, if they take one. Before any other lock: it takes those of all rooms."""
    if Duty.objects.filter(
        keeper=keeper.keeper_id, ended_at__isnull=True, stepped_out_at__isnull=False
    ).exists():
        rooms.step_in(keeper)


def _begun_by_hand(message: Message, *, about_other: bool) -> Incident | None:
    """The open incident that says all this of these words already."""
    said = IncidentWords.objects.filter(message_key=message.pk, origin=Origin.BY_HAND)
    there = Incident.objects.filter(seat=message.seat_id, closed_at__isnull=True, words__in=said)
    return (there if about_other else there.filter(about_other=False)).first()


def _join(
    incident: Incident,
    origin: str,
    words: Message | SealedText | None,
    concern: Concern | None,
    now: datetime,
) -> bool:
    sealed = seal(words) if isinstance(words, Message) else words
    key = words.pk if isinstance(words, Message) else words.message_key if words else None
    if key is not None and incident.words.filter(message_key=key, origin=origin).exists():
        return False
    row = IncidentWords(
        incident=incident, origin=origin, message_key=key, seal=sealed, concern=concern, at=now
    )
    row.save()
    return True


def _alert_anew(incident: Incident, now: datetime) -> None:
    """More words: those who knew of it do not know of these. One that nobody has seen yet alerts already."""
    if incident.taken_by_id is None:
        _unsee(incident, now)
    elif not is_keeper_there(incident.taken_by_id, now):
        note_step(incident, What.ABSENT)
        append_log(None, "alert_again", room=incident.room, detail=about(incident))
        free(incident, now)


def _unsee(incident: Incident, now: datetime) -> None:
    """Whoever had only looked does not know of this. Calls that are due already still go out."""
    if incident.seen_at is not None:
        incident.seen_by, incident.seen_at, incident.alerted_at = None, None, now
        incident.save(update_fields=["seen_by", "seen_at", "alerted_at"])


def free(incident: Incident, now: datetime) -> None:
    """Somebody had it, and by now it is nobody's: an alarm of its own, which no call of an earlier one is about."""
    incident.taken_by, incident.seen_by, incident.seen_at = None, None, None
    incident.alerted_at, incident.called_for = now, None
    incident.save(update_fields=["taken_by", "seen_by", "seen_at", "alerted_at", "called_for"])


def take(keeper: KeeperFacts, incident: Incident, now: datetime) -> None:
    incident.seen_at = incident.seen_at or now
    incident.taken_by_id = keeper.keeper_id
    incident.save(update_fields=["seen_at", "taken_by"])
    note_step(incident, What.TAKEN, keeper)
    count_hard_text(keeper)


def about(incident: Incident) -> dict[str, object]:
    seat = {"seat": str(incident.seat_id)} if incident.seat_id else {}
    return {"incident": incident.pk, **seat}
