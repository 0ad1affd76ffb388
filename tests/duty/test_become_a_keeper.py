"""手伝いたい: asked without an account, step by step, each with its undo, and forgotten in time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from ibasho.duty import readiness
from ibasho.duty.actions import (
    accept_pledge,
    add_unit,
    another_first_shift,
    apply_to_help,
    arrange_talk,
    decline,
    drop_talk,
    drop_training,
    finish_first_shift,
    forget_volunteers,
    note_about,
    record_training,
    reopen,
    retire_unit,
    withdraw_application,
    write_pledge,
)
from ibasho.duty.contacts import contact_for
from ibasho.duty.models import Pledge, PledgeText, TrainingUnit, Volunteer
from ibasho.duty.queries.pledge import has_pledged, pledge_now
from ibasho.duty.queries.volunteers import tells
from ibasho.lib import clock as house_clock
from ibasho.lib import codes
from ibasho.lib.errors import Refusal
from ibasho.lib.stamps import Overtaken, stamp_of
from ibasho.people.models import Keeper
from ibasho.people.queries import KeeperFacts
from tests.duty.conftest import DutyOf

pytestmark = pytest.mark.django_db
CONTACT = "kusa@mail.example"


@pytest.fixture
def unit(house: object) -> TrainingUnit:
    return add_unit("はじめの研修", "この家の約束を読みます。")


@pytest.fixture
def asked(clock: Any, steward: KeeperFacts, unit: TrainingUnit) -> Volunteer:
    return apply_to_help(call_name="くさ", contact=CONTACT, why="前に、助けてもらいました。")[0]


def train(steward: KeeperFacts, row: Volunteer, unit: TrainingUnit) -> Volunteer:
    arrange_talk(steward, row.pk, at=house_clock.now() + dt.timedelta(days=1))
    today = house_clock.today()
    return record_training(steward, row.pk, unit_id=unit.pk, done_on=today, led_by=steward.keeper_id)


def code(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as no:
        act(*args, **more)
    return no.value.code


def test_the_contact_is_sealed_and_opens_for_two_roles_alone(
    asked: Volunteer, steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact, call_name, why FROM duty_volunteer")
        (row,) = cursor.fetchall()
    assert CONTACT not in str(row)
    assert contact_for(steward, asked) == CONTACT
    assert code(contact_for, keeper, asked) == "not_found"


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("call_name", " ", "empty"),
        ("call_name", "あ" * 21, "too_long"),
        ("contact", "", "empty"),
        ("contact", "a" * 121, "too_long"),
        ("why", "\n", "empty"),
        ("why", "あ" * 1001, "too_long"),
        ("could", "あ" * 201, "too_long"),
        ("why", "電話は090-1234-5678です。", "asked"),
        ("could", "電話は090-1234-5678です。", "asked"),
        ("call_name", "090-1234-5678", "asked"),
    ],
)
def test_what_is_missing_or_too_long_is_refused(house: object, field: str, value: str, expected: str) -> None:
    fields: dict[str, Any] = {"call_name": "くさ", "contact": CONTACT, "why": "手伝いたいです。"}
    assert code(apply_to_help, **fields | {field: value}) == expected
    assert not Volunteer.objects.exists()


def test_a_thousand_characters_of_why_are_taken_and_a_number_that_is_meant(house: object) -> None:
    apply_to_help(call_name="くさ", contact=CONTACT, why="あ" * 1000)
    apply_to_help(call_name="くさ", contact=CONTACT, why="電話は090-1234-5678です。", as_is=True)


def test_words_about_dying_are_noted_for_who_reads(house: object) -> None:
    row, _ = apply_to_help(call_name="くさ", contact=CONTACT, why="もう死にたいです。")
    assert row.about_dying


def test_taking_it_back_erases_what_was_written_at_once(house: object) -> None:
    row, secret = apply_to_help(call_name="くさ", contact=CONTACT, why="手伝いたいです。", could="夜")
    for _ in range(2):
        withdraw_application(codes.fingerprint(secret))
    row.refresh_from_db()
    assert (row.state, row.contact, row.why, row.could) == ("withdrawn", "", "", "")
    assert (row.call_name, row.talk_at) == ("", None)
    assert code(withdraw_application, codes.fingerprint(codes.new_code())) == "not_found"


def test_taking_it_back_erases_the_talk_and_the_training_too(
    asked: Volunteer, steward: KeeperFacts, unit: TrainingUnit
) -> None:
    row = train(steward, asked, unit)
    withdraw_application(row.code_hash)
    row.refresh_from_db()
    assert (row.call_name, row.talk_at, row.trainings.count()) == ("", None, 0)
    for kept in ({"call_name": "くさ"}, {"talk_at": house_clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Volunteer.objects.filter(pk=row.pk).update(**kept)


def test_each_step_follows_from_what_was_done_and_goes_back_with_it(
    asked: Volunteer, steward: KeeperFacts, unit: TrainingUnit
) -> None:
    second = add_unit("言葉のかけ方", "")
    today = house_clock.today()
    assert (
        code(record_training, steward, asked.pk, unit_id=unit.pk, done_on=today, led_by=steward.keeper_id)
        == "asked"
    )
    assert arrange_talk(steward, asked.pk, at=house_clock.now()).state == "talk"
    assert drop_talk(steward, asked.pk).state == "applied"
    assert train(steward, asked, unit).state == "training"
    row = record_training(steward, asked.pk, unit_id=second.pk, done_on=today, led_by=steward.keeper_id)
    assert row.state == "pledge"
    assert drop_training(steward, asked.pk, unit_id=second.pk).state == "training"
    retire_unit(second.pk)
    assert note_about(steward, asked.pk, text="火曜の夜がよい。").state == "pledge"


def test_training_is_of_the_past_with_a_keeper_in_a_unit_in_use(
    asked: Volunteer, steward: KeeperFacts, unit: TrainingUnit
) -> None:
    arrange_talk(steward, asked.pk, at=house_clock.now())
    today, me = house_clock.today(), steward.keeper_id
    tomorrow = today + dt.timedelta(days=1)
    assert (
        code(record_training, steward, asked.pk, unit_id=unit.pk, done_on=tomorrow, led_by=me) == "malformed"
    )
    assert (
        code(record_training, steward, asked.pk, unit_id=unit.pk + 1, done_on=today, led_by=me) == "malformed"
    )
    assert (
        code(record_training, steward, asked.pk, unit_id=unit.pk, done_on=today, led_by=me + 99)
        == "malformed"
    )


def test_nobody_but_coordinator_and_steward_takes_a_step(asked: Volunteer, keeper: KeeperFacts) -> None:
    now = house_clock.now()
    assert code(arrange_talk, keeper, asked.pk, at=now) == "not_found"
    assert code(note_about, keeper, asked.pk, text="") == "not_found"
    assert code(decline, keeper, asked.pk, letter="ごめんなさい。") == "not_found"
    assert code(finish_first_shift, keeper, asked.pk) == "not_found"


def test_a_declined_offer_has_a_letter_and_its_undo(asked: Volunteer, steward: KeeperFacts) -> None:
    arrange_talk(steward, asked.pk, at=house_clock.now())
    row = decline(steward, asked.pk, letter="ありがとうございます。今回は見送らせてください。")
    assert tells(row).startswith("ありがとうございます。今回は")
    assert code(arrange_talk, steward, asked.pk, at=house_clock.now()) == "asked"
    assert reopen(steward, asked.pk).state == "talk"


def test_what_is_noted_is_read_by_who_it_is_about(asked: Volunteer, steward: KeeperFacts) -> None:
    assert "火曜の夜がよい。" in tells(note_about(steward, asked.pk, text="火曜の夜がよい。"))


def test_the_pledge_is_accepted_in_its_own_words_and_again_when_they_change(
    clock: Any, keeper: KeeperFacts
) -> None:
    first = pledge_now()
    assert code(accept_pledge, keeper, number=first.number, accept=False) == "empty"
    for _ in range(2):
        accept_pledge(keeper, number=first.number, accept=True)
    assert Pledge.objects.get().version.text == first.text
    write_pledge("外で話しません。", seen=stamp_of(first))
    assert not has_pledged(keeper.keeper_id)
    assert code(accept_pledge, keeper, number=first.number, accept=True) == "asked"
    accept_pledge(keeper, number=first.number + 1, accept=True)
    assert has_pledged(keeper.keeper_id)


def test_two_who_write_the_pledge_do_not_lose_each_others_words(house: object) -> None:
    seen = stamp_of(pledge_now())
    assert write_pledge(pledge_now().text, seen=seen) is None
    write_pledge("ひとつめ。", seen=seen)
    with pytest.raises(Overtaken):
        write_pledge("ふたつめ。", seen=seen)
    assert [row.text for row in PledgeText.objects.all()] == ["ひとつめ。"]


def learner(steward: KeeperFacts, row: Volunteer, unit: TrainingUnit, keeper: KeeperFacts) -> None:
    train(steward, row, unit)
    Volunteer.objects.filter(pk=row.pk).update(keeper=keeper.keeper_id)


def test_a_first_shift_is_done_when_there_was_one_and_somebody_says_so(
    asked: Volunteer, steward: KeeperFacts, unit: TrainingUnit, keeper: KeeperFacts, duty_of: DutyOf
) -> None:
    learner(steward, asked, unit, keeper)
    assert readiness.learning(keeper.keeper_id) == "pledge"
    accept_pledge(keeper, number=pledge_now().number, accept=True)
    assert readiness.learning(keeper.keeper_id) == "first_shift"
    assert code(finish_first_shift, steward, asked.pk) == "asked"
    duty = duty_of(keeper)
    duty.is_first, duty.ended_at, duty.there_at = True, duty.until, None
    duty.save()
    assert keeper.keeper_id not in readiness.experienced([keeper.keeper_id])
    finish_first_shift(steward, asked.pk)
    assert readiness.learning(keeper.keeper_id) == ""
    another_first_shift(steward, asked.pk)
    assert readiness.learning(keeper.keeper_id) == "first_shift"


def test_once_an_account_began_nothing_before_it_is_changed(
    asked: Volunteer, steward: KeeperFacts, unit: TrainingUnit, keeper: KeeperFacts
) -> None:
    learner(steward, asked, unit, keeper)
    assert code(drop_training, steward, asked.pk, unit_id=unit.pk) == "asked"
    assert code(decline, steward, asked.pk, letter="ごめんなさい。") == "asked"
    assert code(withdraw_application, asked.code_hash) == "asked"


def test_experienced_are_the_first_keeper_stewards_and_who_kept_watch(
    clock: Any, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts, duty_of: DutyOf
) -> None:
    everybody = [one.keeper_id for one in (keeper, second_keeper, steward)]
    assert readiness.experienced(everybody) == {keeper.keeper_id, steward.keeper_id}
    duty = duty_of(second_keeper)
    assert readiness.experienced(everybody) == {keeper.keeper_id, steward.keeper_id}
    duty.ended_at, duty.there_at = duty.until, None
    duty.save()
    assert readiness.experienced(everybody) == set(everybody)


def pass_days(clock: Any, days: int) -> None:
    clock.shift(dt.timedelta(days=days))
    forget_volunteers()


def test_who_was_declined_or_took_it_back_is_forgotten_after_thirty_days(
    asked: Volunteer, steward: KeeperFacts, clock: Any
) -> None:
    decline(steward, asked.pk, letter="ごめんなさい。")
    _, secret = apply_to_help(call_name="き", contact=CONTACT, why="手伝いたいです。")
    withdraw_application(codes.fingerprint(secret))
    pass_days(clock, 30)
    assert Volunteer.objects.count() == 2
    pass_days(clock, 1)
    assert Volunteer.objects.count() == 0


def test_who_was_never_answered_is_forgotten_after_ninety_days(asked: Volunteer, clock: Any) -> None:
    pass_days(clock, 90)
    assert Volunteer.objects.count() == 1
    pass_days(clock, 1)
    assert Volunteer.objects.count() == 0


def test_a_keeper_keeps_the_record_of_training_and_not_what_was_written(
    asked: Volunteer, steward: KeeperFacts, unit: TrainingUnit, keeper: KeeperFacts, clock: Any
) -> None:
    learner(steward, asked, unit, keeper)
    Volunteer.objects.filter(pk=asked.pk).update(state="keeper")
    accept_pledge(keeper, number=pledge_now().number, accept=True)
    pass_days(clock, 31)
    row = Volunteer.objects.get()
    assert (row.contact, row.why, row.trainings.count()) == ("", "", 1)
    Keeper.objects.filter(pk=keeper.keeper_id).update(ended_on=house_clock.today())
    pass_days(clock, 31)
    assert Volunteer.objects.count() == Pledge.objects.count() == 0
