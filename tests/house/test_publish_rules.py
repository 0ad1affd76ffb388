from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from ibasho.house import queries
from ibasho.house.actions import (
    AlreadyInForceError,
    Clause,
    acknowledge,
    draft_rules,
    publish_rules,
    revise_rules,
    rules_hash,
)
from ibasho.house.models import HouseProfile, HouseRule, HouseRulesVersion, RulesAcknowledgement
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person

OTHERS = [
    Clause("listen", "いるとき", "人の話を、さいごまで 聞きます。"),
    Clause("own_pace", "いるとき", "話しても、だまっていても いいです。"),
    Clause("rest", "いるとき", "つかれたら、休みます。"),
]


def test_a_draft_counts_for_nobody(newcomer: Person) -> None:
    draft_rules(OTHERS)
    assert queries.current_rules().number == 1
    assert not queries.must_acknowledge(newcomer.pk)


def test_a_draft_may_be_written_again(house: HouseProfile) -> None:
    draft = draft_rules(OTHERS)
    revise_rules(draft, OTHERS[:1])
    assert [rule.key for rule in draft.clauses.all()] == ["listen"]


def test_what_is_in_force_is_never_changed(house: HouseProfile) -> None:
    version = draft_rules(OTHERS)
    publish_rules(version)
    with pytest.raises(AlreadyInForceError):
        revise_rules(version, OTHERS[:1])
    with pytest.raises(AlreadyInForceError):
        publish_rules(version)
    assert version.clauses.count() == 3


def test_the_seal_says_which_words_were_in_force(house: HouseProfile) -> None:
    version = draft_rules(OTHERS)
    publish_rules(version)
    assert len(version.hash) == 64
    assert rules_hash(version) == version.hash
    HouseRule.objects.filter(version=version, key="rest").update(text="つかれたら、帰ります。")
    assert rules_hash(version) != version.hash


def test_new_rules_wait_for_their_date(newcomer: Person, clock: time_machine.Traveller) -> None:
    publish_rules(draft_rules(OTHERS), effective_from=house_clock.now() + dt.timedelta(days=7))
    assert not queries.must_acknowledge(newcomer.pk)
    clock.shift(dt.timedelta(days=7, seconds=1))
    assert queries.current_rules().number == 2
    assert queries.must_acknowledge(newcomer.pk)


def test_a_yes_is_kept_with_the_hash_of_the_words(newcomer: Person) -> None:
    version = draft_rules(OTHERS)
    publish_rules(version)
    acknowledge(newcomer, 2)
    yes = RulesAcknowledgement.objects.get(person=newcomer, version=version)
    assert yes.hash == version.hash
    assert not queries.must_acknowledge(newcomer.pk)


def test_a_second_yes_changes_nothing(newcomer: Person) -> None:
    facts = Person.objects.get(pk=newcomer.pk).facts
    acknowledge(newcomer, 1)
    assert RulesAcknowledgement.objects.filter(person=newcomer).count() == 1
    assert Person.objects.get(pk=newcomer.pk).facts == facts


def test_a_yes_to_new_rules_is_told_to_open_lines(newcomer: Person) -> None:
    facts = Person.objects.get(pk=newcomer.pk).facts
    publish_rules(draft_rules(OTHERS))
    acknowledge(newcomer, 2)
    assert Person.objects.get(pk=newcomer.pk).facts > facts


@pytest.mark.parametrize("number", [0, 1, 3, 10**9])
def test_a_yes_to_another_version_is_asked_again(newcomer: Person, number: int) -> None:
    publish_rules(draft_rules(OTHERS))
    with pytest.raises(Refusal) as refused:
        acknowledge(newcomer, number)
    assert refused.value.code == "rules_changed"


def test_the_difference_goes_by_the_key_of_a_clause(newcomer: Person) -> None:
    publish_rules(draft_rules(OTHERS))
    found = queries.difference_for(newcomer.pk)
    assert found.number == 2
    assert [rule.key for rule in found.added] == ["rest"]
    assert [(old.key, new.text) for old, new in found.changed] == [("listen", OTHERS[0].text)]
    assert [rule.key for rule in found.removed] == ["stay_here"]


def test_there_is_no_difference_without_a_new_version(newcomer: Person) -> None:
    assert not queries.difference_for(newcomer.pk)


def test_a_house_without_rules_asks_for_none(db: None) -> None:
    assert HouseRulesVersion.objects.count() == 0
    with pytest.raises(Refusal):
        queries.current_rules()
    assert not queries.must_acknowledge(1)
