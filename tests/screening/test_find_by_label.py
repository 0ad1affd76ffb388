"""How much is found of each kind, and how often something is found that is not there. Figures: docs/screening.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from ibasho.screening import Label, learned, screen
from tests.screening.corpus import FILES, LEARNED, UNSEEN, figures, lines
from tests.screening.corpus.__main__ import table
from tests.screening.corpus.learn import stamp

LEAST = {"crisis": 0.95, "personal_info": 0.95, "contact_exchange": 0.9, "solicitation": 0.95, "abuse": 0.95}
MOST_FALSE = 0.02
LEAST_UNSEEN = {
    "crisis": 0.85, "personal_info": 0.85, "contact_exchange": 0.8, "solicitation": 0.8, "abuse": 0.6,
}  # fmt: skip
LEAST_OF_ONE = {"unseen_fifth": {"crisis": 0.8}}  # what it was found to miss when it was written
MOST_FALSE_UNSEEN = 0.12


@pytest.mark.parametrize("name", FILES)
def test_most_is_found_and_little_is_found_wrongly(name: str) -> None:
    found = figures(name)
    assert {label for label, least in LEAST.items() if found.recall(label) < least} == set()
    assert found.false <= MOST_FALSE * found.harmless


@pytest.mark.parametrize("name", UNSEEN)
def test_of_lines_nobody_mended_for_most_is_found_too(name: str) -> None:
    found = figures(name)
    least_of_it = LEAST_UNSEEN | LEAST_OF_ONE.get(name, {})
    assert {label for label, least in least_of_it.items() if found.recall(label) < least} == set()
    assert found.false <= MOST_FALSE_UNSEEN * found.harmless


def test_there_are_enough_lines_of_each_kind_to_trust_the_figures() -> None:
    all_of_them = [line for name in (*FILES, *UNSEEN) for line in lines(name)]
    assert len(all_of_them) >= 150
    for label in LEAST:
        assert sum(label in line.labels for line in all_of_them) >= 60
    assert len({line.text for line in all_of_them}) >= 0.99 * len(all_of_them)


def test_nothing_was_learned_from_what_must_stay_unseen() -> None:
    known = {(line.text, line.earlier) for name in (*FILES, *LEARNED) for line in lines(name)}
    unseen = (line for name in UNSEEN for line in lines(name))
    assert [line.text for line in unseen if (line.text, line.earlier) in known] == []


def test_the_table_of_weights_is_of_these_lines() -> None:
    assert learned.weights().lines == stamp(), "bin/learn makes it anew"


def test_the_published_figures_are_those_of_today() -> None:
    assert table() in Path("docs/screening.md").read_text(encoding="utf-8")


def test_what_stands_beside_a_danger_hides_few() -> None:
    beside = "今日はカレーを食べました。テレビを見て、ゲームをして、寝ました。"
    meant = [line for name in UNSEEN for line in lines(name) if "crisis" in line.labels]
    found = sum(
        any(one.label == Label.CRISIS for one in screen(f"{line.text}。{beside}", earlier=line.earlier))
        for line in meant
    )
    assert found >= 0.6 * len(meant)
