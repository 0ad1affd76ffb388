"""The next version: one at a time, taken back before its time, never after."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import transaction

from ibasho.house import actions
from ibasho.house.clauses import Clause, clauses_of
from ibasho.house.models import HouseProfile, HouseRulesVersion
from ibasho.house.queries import next_rules, rules_in_force
from ibasho.lib import clock as house_clock


def _in_a_day() -> dt.datetime:
    return house_clock.now() + dt.timedelta(days=1)


def test_a_draft_of_an_empty_house_is_empty(db: None) -> None:
    assert clauses_of(actions.draft_next_rules()) == []


def test_while_a_version_waits_no_other_is_begun(house: HouseProfile) -> None:
    draft = actions.draft_next_rules()
    assert actions.draft_next_rules() == draft
    actions.publish_rules(draft, effective_from=_in_a_day())
    assert actions.draft_next_rules() == draft
    assert HouseRulesVersion.objects.count() == 2


def test_what_was_taken_back_can_be_revised_again(house: HouseProfile) -> None:
    draft = actions.draft_next_rules()
    actions.publish_rules(draft, effective_from=_in_a_day())
    with pytest.raises(actions.AlreadyInForceError):
        actions.revise_rules(draft, [])
    actions.withdraw_rules(draft)
    actions.revise_rules(draft, [Clause("a", "一", "ことば。")])
    assert clauses_of(draft) == [Clause("a", "一", "ことば。")]


def test_nothing_is_taken_back_once_its_time_has_come(
    clock: time_machine.Traveller, house: HouseProfile
) -> None:
    draft = actions.draft_next_rules()
    actions.publish_rules(draft, effective_from=_in_a_day())
    clock.shift(dt.timedelta(days=1))
    with pytest.raises(actions.AlreadyInForceError):
        actions.withdraw_rules(draft)
    assert rules_in_force() == draft
    assert next_rules() is None


def test_only_a_draft_is_thrown_away(house: HouseProfile) -> None:
    present = rules_in_force()
    assert present is not None
    with pytest.raises(actions.AlreadyInForceError):
        actions.discard_draft(present)
    draft = actions.draft_next_rules()
    actions.discard_draft(draft)
    assert (next_rules(), rules_in_force()) == (None, present)


def test_a_draft_taken_back_leaves_no_seal(house: HouseProfile) -> None:
    draft = actions.draft_next_rules()
    actions.publish_rules(draft, effective_from=_in_a_day())
    with transaction.atomic():
        actions.withdraw_rules(draft)
    draft.refresh_from_db()
    assert (draft.effective_from, draft.hash) == (None, "")
