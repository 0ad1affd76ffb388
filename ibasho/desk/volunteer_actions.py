"""What coordinator and steward decide about who would like to help: the act and its line in the log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from ibasho.duty import actions as duty
from ibasho.duty.models import PledgeText, TrainingUnit, Volunteer
from ibasho.duty.queries.volunteers import volunteer
from ibasho.moderation.actions import append_log
from ibasho.people import actions as people
from ibasho.people.accounts.links import hash_token
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts

ROLES = (Role.MODERATOR,)


def arrange_talk(keeper: KeeperFacts, volunteer_id: int, *, at: datetime) -> None:
    with transaction.atomic():
        _log(keeper, "arrange_talk", duty.arrange_talk(keeper, volunteer_id, at=at))


def drop_talk(keeper: KeeperFacts, volunteer_id: int) -> None:
    with transaction.atomic():
        _log(keeper, "drop_talk", duty.drop_talk(keeper, volunteer_id))


def note_about(keeper: KeeperFacts, volunteer_id: int, *, text: str) -> None:
    with transaction.atomic():
        _log(keeper, "note_about_volunteer", duty.note_about(keeper, volunteer_id, text=text))


def record_training(
    keeper: KeeperFacts, volunteer_id: int, *, unit_id: int, done_on: date, led_by: int
) -> None:
    with transaction.atomic():
        row = duty.record_training(keeper, volunteer_id, unit_id=unit_id, done_on=done_on, led_by=led_by)
        _log(keeper, "record_training", row, unit=unit_id)


def drop_training(keeper: KeeperFacts, volunteer_id: int, *, unit_id: int) -> None:
    with transaction.atomic():
        _log(keeper, "drop_training", duty.drop_training(keeper, volunteer_id, unit_id=unit_id), unit=unit_id)


def make_link(keeper: KeeperFacts, volunteer_id: int) -> str:
    """The token of a one-time link for them; one made before ends. Refuses as `note_link`, and to all but stewards."""
    with transaction.atomic():
        before = volunteer(volunteer_id).link_hash
        token = people.make_keeper_link(keeper, roles=ROLES, instead_of=before)
        row = duty.note_link(keeper, volunteer_id, token_hash=hash_token(token))
        _log(keeper, "invite_keeper", row, roles=[role.value for role in ROLES])
    return token


def finish_first_shift(keeper: KeeperFacts, volunteer_id: int) -> None:
    with transaction.atomic():
        _log(keeper, "finish_first_shift", duty.finish_first_shift(keeper, volunteer_id))


def another_first_shift(keeper: KeeperFacts, volunteer_id: int) -> None:
    with transaction.atomic():
        _log(keeper, "another_first_shift", duty.another_first_shift(keeper, volunteer_id))


def decline(keeper: KeeperFacts, volunteer_id: int, *, letter: str) -> None:
    with transaction.atomic():
        _log(keeper, "decline_volunteer", duty.decline(keeper, volunteer_id, letter=letter))


def reopen(keeper: KeeperFacts, volunteer_id: int) -> None:
    with transaction.atomic():
        _log(keeper, "reopen_volunteer", duty.reopen(keeper, volunteer_id))


def write_pledge(keeper: KeeperFacts, text: str, *, seen: str) -> PledgeText | None:
    with transaction.atomic():
        version = duty.write_pledge(text, seen=seen)
        if version is not None:
            append_log(keeper.keeper_id, "write_pledge", detail={"number": version.number})
    return version


def add_unit(keeper: KeeperFacts, *, title: str, about: str) -> TrainingUnit:
    with transaction.atomic():
        unit = duty.add_unit(title, about)
        append_log(keeper.keeper_id, "add_unit", detail={"unit": unit.pk, "title": title})
    return unit


def retire_unit(keeper: KeeperFacts, unit_id: int) -> None:
    with transaction.atomic():
        unit = duty.retire_unit(unit_id)
        append_log(keeper.keeper_id, "retire_unit", detail={"unit": unit.pk, "title": unit.title})


def bring_back_unit(keeper: KeeperFacts, unit_id: int) -> None:
    with transaction.atomic():
        unit = duty.bring_back_unit(unit_id)
        append_log(keeper.keeper_id, "bring_back_unit", detail={"unit": unit.pk, "title": unit.title})


def _log(keeper: KeeperFacts, verb: str, row: Volunteer, **more: Any) -> None:
    """By number and state: whose name and words it was stays out of the log."""
    append_log(keeper.keeper_id, verb, detail={"volunteer": row.pk, "state": row.state} | more)
