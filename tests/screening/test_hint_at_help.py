"""What the literal list for the browser finds of a draft, and how much it misses."""

from __future__ import annotations

import json

import pytest

from ibasho.screening import HINTS
from ibasho.screening.hints import folded_draft
from tests.screening.corpus import FILES, lines
from tests.screening.lines import MEANT, NOT_MEANT


def _hints(draft: str) -> bool:
    words = folded_draft(draft)
    for turn in sorted(HINTS["not"], key=len, reverse=True):
        words = words.replace(turn, "\n")
    return any(hint in words for hint in HINTS["hints"])


def test_the_list_is_small_enough_to_come_after_the_page() -> None:
    assert len(json.dumps(HINTS, ensure_ascii=False, separators=(",", ":")).encode()) <= 6 * 1024


def test_the_list_hints_at_most_and_seldom_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    told = [line for name in FILES for line in lines(name) if not line.earlier]
    meant = [line.text for line in told if "crisis" in line.labels] + list(MEANT)
    harmless = [line.text for line in told if not line.labels] + list(NOT_MEANT)
    found, wrongly = sum(map(_hints, meant)), sum(map(_hints, harmless))
    with capsys.disabled():
        print(f"\nhints: {found}/{len(meant)} drafts in danger, {wrongly}/{len(harmless)} others")
    assert found >= 0.58 * len(meant)
    assert wrongly <= 0.04 * len(harmless)
