"""Deciding what was told, telling the outcome, and undoing a decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from ibasho.house.actions import give_notice
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk, hurry_facts
from ibasho.moderation import concern_words
from ibasho.moderation.actions import acting
from ibasho.moderation.actions.claiming import settle_claim
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.actions.strain import note_hard_case
from ibasho.moderation.actions.telling_writers import tell_writer
from ibasho.moderation.models import Concern
from ibasho.moderation.queries.concerns import case_ref, concern_for, rows_of_case, with_all
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts

_ASK_OUTCOME = "どうしたかを、ひとつえらんでください。"


def decide_concern(keeper: KeeperFacts, concern_id: int, *, outcome: str, seen: int) -> Concern:
    """Decide a case and tell everybody who told, once each; whose words they are hears of the sealed copy.

    `seen` is the last concern this keeper has read: what came after it waits on. A second tap, also of
    another keeper, gets the first one's answer. Refuses `malformed`, `asked` while another looks at it, and
    `not_found` as `concern_for`.
    """
    if outcome not in Concern.Outcome.values:
        raise Refusal("malformed", _ASK_OUTCOME)
    with transaction.atomic():
        concern = _locked(keeper, concern_id)
        if not concern.is_open:
            return concern
        rows = list(with_all(rows_of_case(concern).filter(pk__lte=seen)))
        if concern not in rows:
            raise Refusal("malformed")
        settle_claim(keeper, case_ref(concern))
        for row in rows:
            row.outcome, row.decided_at, row.decided_by_id = outcome, clock.now(), keeper.keeper_id
        _settle(rows)

        _tell(rows, "concern_outcome", concern_words.letter(rows[0]))
        tell_writer(rows)
        _write_down(keeper, "decide_concern", rows, outcome=outcome)
        if any(row.about_dying for row in rows):
            note_hard_case(keeper)
    concern.refresh_from_db()
    return concern


def reopen_concern(keeper: KeeperFacts, concern_id: int) -> Concern:
    """Undo a decision: the case waits again, and who told hears that. A second tap changes nothing.

    Refuses `not_found` as `concern_for`.
    """
    with transaction.atomic():
        concern = _locked(keeper, concern_id)
        if concern.is_open:
            return concern
        rows = list(with_all(rows_of_case(concern)))
        for row in rows:
            row.outcome, row.decided_at, row.decided_by = "", None, None
        _settle(rows)

        _tell(rows, "concern_reopened", concern_words.letter_again(rows[0]))
        _write_down(keeper, "reopen_concern", rows)
    concern.refresh_from_db()
    return concern


def _locked(keeper: KeeperFacts, concern_id: int) -> Concern:
    acting.locked_room(keeper, concern_for(keeper, concern_id).room.slug)
    return concern_for(keeper, concern_id)


def _settle(rows: Sequence[Concern]) -> None:
    now = rows[0].decided_at
    for row in rows:
        row.decided_at = now  # one moment is what keeps a decided case together
    Concern.objects.bulk_update(rows, ["outcome", "decided_at", "decided_by"])


def _tell(rows: Sequence[Concern], code: str, text: str) -> None:
    tellers = {row.teller_id for row in rows if row.teller_id}
    for person in Person.objects.filter(pk__in=tellers).order_by("pk"):
        give_notice(person, code, text)
    if tellers:
        hurry_facts()


def _write_down(keeper: KeeperFacts, verb: str, rows: Sequence[Concern], **more: Any) -> None:
    """Never who told: whoever reads the log may be whom it is about."""
    first = rows[0]
    detail: dict[str, Any] = {"concerns": [row.pk for row in rows], **more}
    if first.message_key:
        detail["message"] = str(first.message_key)
    if first.about_id:
        detail["seat"] = str(first.about_id)
    append_log(keeper.keeper_id, verb, room=first.room, detail=detail)
    hurry_desk()
