from __future__ import annotations

from ibasho.house import written
from ibasho.house.actions import rules_hash
from ibasho.house.models import Helpline, HouseProfile, HouseRulesVersion
from ibasho.house.queries import current_rules
from ibasho.house.sample import furnish_house


def test_the_specimen_has_twelve_promises_in_four_groups(db: None) -> None:
    furnish_house()
    clauses = list(current_rules().clauses.all())
    assert len(clauses) == 12
    assert [
        len([c for c in clauses if c.group == group]) for group in dict.fromkeys(c.group for c in clauses)
    ] == [
        3,
        2,
        5,
        2,
    ]
    assert rules_hash(current_rules()) == current_rules().hash


def test_the_promises_read_plainly_without_readings_and_spaces(db: None) -> None:
    furnish_house()
    first = written.plain(current_rules().clauses.all()[0].text)
    assert first == "ここでは、ニックネームで話します。本当の名前はいりません。"
    assert not any(
        mark in written.plain(rule.text) for rule in current_rules().clauses.all() for mark in "｜《》 "
    )


def test_furnishing_twice_is_furnishing_once(db: None) -> None:
    furnish_house()
    HouseProfile.objects.update(name="わたしたちの家")
    count = Helpline.objects.count()
    furnish_house()
    assert HouseProfile.objects.get().name == "わたしたちの家"
    assert HouseRulesVersion.objects.count() == 1
    assert Helpline.objects.count() == count


def test_the_specimen_says_that_it_is_one(db: None) -> None:
    furnish_house()
    plate = HouseProfile.objects.get()
    assert plate.is_specimen
    assert "見本の家" in plate.run_by_about
