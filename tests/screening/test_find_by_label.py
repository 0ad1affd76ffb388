"""How much is found of each kind, and how often something is found that is not there. Figures: docs/screening.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screening.corpus import FILES, figures, lines
from tests.screening.corpus.__main__ import table

LEAST = {"crisis": 0.9, "personal_info": 0.8, "contact_exchange": 0.8, "solicitation": 0.85, "abuse": 0.8}
MOST_FALSE = 0.04


@pytest.mark.parametrize("name", FILES)
def test_most_is_found_and_little_is_found_wrongly(name: str) -> None:
    found = figures(name)
    assert {label for label, least in LEAST.items() if found.recall(label) < least} == set()
    assert found.false <= MOST_FALSE * found.harmless


def test_there_are_enough_lines_of_each_kind_to_trust_the_figures() -> None:
    all_of_them = [line for name in FILES for line in lines(name)]
    assert len(all_of_them) >= 150
    for label in LEAST:
        assert sum(label in line.labels for line in all_of_them) >= 60
    assert len({line.text for line in all_of_them}) >= 0.99 * len(all_of_them)


def test_the_published_figures_are_those_of_today() -> None:
    assert table() in Path("docs/screening.md").read_text(encoding="utf-8")
