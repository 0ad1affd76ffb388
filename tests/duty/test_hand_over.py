from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.duty.actions import read_handover
from ibasho.duty.models import HandoverNote, HandoverRead
from ibasho.duty.queries import handovers_for
from ibasho.lib.errors import Refusal
from ibasho.people.models import Keeper
from ibasho.people.queries import KeeperFacts
from tests.duty.conftest import handed_over

pytestmark = pytest.mark.django_db


def code(keeper: KeeperFacts, facts: str, plan: str) -> str:
    with pytest.raises(Refusal) as no:
        handed_over(keeper, facts=facts, plan=plan)
    return no.value.code


def test_the_next_keeper_reads_what_happened_and_what_was_agreed(
    clock: Any, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    note = handed_over(keeper, facts="21時に、部屋を休けいにしました。", plan="ゆっくり見守ります。")
    (mine,) = handovers_for(keeper.keeper_id)
    (theirs,) = handovers_for(second_keeper.keeper_id)
    assert (mine.is_read, theirs.is_read) == (True, False)
    assert (theirs.author_name, theirs.note.facts, theirs.note.plan) == (
        "みどり",
        "21時に、部屋を休けいにしました。",
        "ゆっくり見守ります。",
    )
    read_handover(second_keeper, note.pk)
    read_handover(second_keeper, note.pk)
    (theirs,) = handovers_for(second_keeper.keeper_id)
    assert (theirs.is_read, theirs.read_by) == (True, ["すすき"])
    assert HandoverRead.objects.count() == 1


def test_all_that_are_kept_are_told_the_newest_first(clock: Any, keeper: KeeperFacts) -> None:
    for number in range(7):
        handed_over(keeper, facts=str(number), plan="")
        clock.shift(dt.timedelta(hours=-1))  # whatever the clock says, the order is that of writing
    assert [shown.note.facts for shown in handovers_for(keeper.keeper_id)] == list("6543210")


def test_one_part_is_enough_and_none_is_not(keeper: KeeperFacts) -> None:
    handed_over(keeper, facts=" ", plan="あしたも見ます。")
    assert HandoverNote.objects.get().facts == ""
    assert code(keeper, " \n", "\u200b") == "empty"


def test_a_part_has_a_thousand_letters_and_no_poison(keeper: KeeperFacts) -> None:
    handed_over(keeper, facts="あ" * 1000, plan="い" * 1000)
    assert code(keeper, "あ" * 1001, "") == "too_long"
    assert code(keeper, "", "\x00") == "malformed"
    assert HandoverNote.objects.count() == 1


def test_a_note_that_is_not_there_cannot_be_read(keeper: KeeperFacts) -> None:
    with pytest.raises(Refusal) as no:
        read_handover(keeper, 4711)
    assert no.value.code == "not_found"


def test_a_note_outlives_its_author(keeper: KeeperFacts, second_keeper: KeeperFacts) -> None:
    handed_over(keeper, facts="あったこと", plan="")
    Keeper.objects.get(pk=keeper.keeper_id).delete()
    (shown,) = handovers_for(second_keeper.keeper_id)
    assert (shown.author_name, shown.is_read) == ("", False)


def test_notes_cost_a_fixed_number_of_questions(
    keeper: KeeperFacts, second_keeper: KeeperFacts, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        read_handover(second_keeper, handed_over(keeper, facts=str(number), plan="").pk)
    with django_assert_num_queries(3):
        handovers_for(second_keeper.keeper_id)


def test_the_same_words_within_a_minute_are_one_note(
    clock: Any, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    first = handed_over(keeper, facts="静かでした。", plan="")
    clock.shift(dt.timedelta(seconds=59))
    assert handed_over(keeper, facts=" 静かでした。", plan=" ").pk == first.pk
    handed_over(second_keeper, facts="静かでした。", plan="")
    handed_over(keeper, facts="静かでした。", plan="見守る。")
    clock.shift(dt.timedelta(seconds=1))
    handed_over(keeper, facts="静かでした。", plan="")
    assert HandoverNote.objects.count() == 4
