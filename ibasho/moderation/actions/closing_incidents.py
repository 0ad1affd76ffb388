"""An incident ends with an outcome and a few facts; it can be opened again, and the person hears from the house."""

from __future__ import annotations

from django.db import transaction

from ibasho.lib import clock, unicode_text
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions import acting, letters
from ibasho.moderation.actions.incidents import Origin, What, free, locked_incident, note_step
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.actions.quiet_rooms import end_talk_about
from ibasho.moderation.actions.strain import note_hard_case
from ibasho.moderation.models import FACTS_GRAPHEMES, Incident
from ibasho.moderation.queries.incidents import open_incidents
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms

FEWEST_OF_A_FLOOD = 5
_ONE_BY_ONE = "まだだれも見ていないことが少ないので、ひとつずつ、読んでから決めてください。"
_ASK_OUTCOME = "どうなったかを、ひとつえらんでください。"
_FACTS_BYTES = 4 * FACTS_GRAPHEMES
_NOT_YET = "お便りは、終わりにしてから出せます。"
_NOBODY = "この席の方は、もういません。"
_ANOTHER = "この席のことは、いま、べつの記録がひらいています。"


def close_incident(keeper: KeeperFacts, incident_id: int, *, outcome: str, facts: str = "") -> Incident:
    """It needs nobody any more, and its quiet room ends with it. A second tap changes nothing.

    Refuses `malformed` without an outcome, `too_long`, and `not_found` without a duty.
    """
    with transaction.atomic():
        rooms.lock_house()
        return _close(keeper, incident_id, outcome, facts)


def close_flood(keeper: KeeperFacts, slug: str, *, newest: int) -> int:
    """All of this room that nobody has taken end at once, up to the number `newest`: what came after it was shown to
    the keeper waits. Each can be opened again. Returns how many.

    Refuses `not_found` without a duty there, and `malformed` where they are too few to be one: those are read.
    """
    with transaction.atomic():
        rooms.lock_house()
        room = acting.locked_room(keeper, slug)
        rows = open_incidents().filter(room=room, taken_by__isnull=True, pk__lte=newest)
        untaken = list(rows.values_list("pk", flat=True))
        if len(untaken) < FEWEST_OF_A_FLOOD:
            raise Refusal("malformed", _ONE_BY_ONE)
        for incident_id in untaken:
            _close(keeper, incident_id, Incident.Outcome.NO_DANGER, "")
    return len(untaken)


def _close(keeper: KeeperFacts, incident_id: int, outcome: str, facts: str) -> Incident:
    with locked_incident(keeper, incident_id) as incident:
        if outcome not in Incident.Outcome.values:
            raise Refusal("malformed", _ASK_OUTCOME)
        kept = _facts(facts)
        if incident.is_open:
            now = clock.now()
            incident.closed_at, incident.outcome, incident.facts = now, outcome, kept
            incident.seen_at = incident.seen_at or now
            incident.save(update_fields=["closed_at", "outcome", "facts", "seen_at"])
            note_step(incident, What.CLOSED, keeper)
            end_talk_about(keeper, incident)
            note_hard_case(keeper)
            _write_down(keeper, "close_incident", incident, outcome=outcome)
    return incident


def reopen_incident(keeper: KeeperFacts, incident_id: int) -> Incident:
    """Undo the closing: it waits for somebody again. What was told to the person stays told.

    Refuses `not_found` without a duty, `malformed` where another incident of this seat is open by now.
    """
    with locked_incident(keeper, incident_id) as incident:
        if not incident.is_open:
            if incident.seat_id and open_incidents().filter(seat=incident.seat_id).exists():
                raise Refusal("malformed", _ANOTHER)
            incident.closed_at, incident.outcome, incident.told_at = None, "", None
            incident.save()
            free(incident, clock.now())
            note_step(incident, What.REOPENED, keeper)
            _write_down(keeper, "reopen_incident", incident)
    return incident


def tell_after_incident(keeper: KeeperFacts, incident_id: int, *, words: str = "") -> Incident:
    """A letter afterwards to whoever sits there, once. It also says that the words have a sealed copy.

    Refuses `too_long`, `malformed` while the incident is open or where nobody sits any more, and `not_found`
    without a duty.
    """
    with locked_incident(keeper, incident_id) as incident:
        kept = acting.read_words(words)
        if incident.is_open or incident.seat is None or incident.seat.person is None:
            raise Refusal("malformed", _NOT_YET if incident.is_open else _NOBODY)
        if incident.told_at is None:
            incident.told_at = incident.writer_told_at = clock.now()
            incident.save(update_fields=["told_at", "writer_told_at"])
            sealed = incident.words.filter(seal__isnull=False).last()
            copy = sealed.seal if sealed else None
            acting.tell(incident.seat, "after_incident", letters.after_incident(incident.room, copy, kept))
            note_step(incident, What.TOLD, keeper)
            _write_down(keeper, "tell_after_incident", incident)
    return incident


def tell_whose_words_are_sealed() -> None:
    """Whoever was the reason for an incident that was closed a day ago hears of the sealed copy, if nobody wrote
    to them. Safe to run twice.
    """
    late = Incident.objects.filter(
        writer_told_at__isnull=True, closed_at__lte=clock.now() - letters.LATEST, seat__person__isnull=False
    )
    for incident in late.select_related("room", "seat__person"):
        with transaction.atomic():
            mine = Incident.objects.filter(pk=incident.pk, writer_told_at__isnull=True)
            if not mine.update(writer_told_at=clock.now()):
                continue
            words = incident.words.filter(seal__isnull=False).exclude(origin=Origin.TOLD).last()
            if words is not None and words.seal is not None and incident.seat is not None:
                acting.tell(incident.seat, "sealed", letters.sealed(incident.room, words.seal))


def _facts(facts: str) -> str:
    kept = unicode_text.clean(facts).strip()
    if unicode_text.is_empty(kept):
        return ""
    unicode_text.measure(kept, FACTS_GRAPHEMES, _FACTS_BYTES, "事実")
    return kept


def _write_down(keeper: KeeperFacts, verb: str, incident: Incident, **more: object) -> None:
    seat = {"seat": str(incident.seat_id)} if incident.seat_id else {}
    append_log(keeper.keeper_id, verb, room=incident.room, detail={"incident": incident.pk, **seat, **more})
    hurry_desk()
