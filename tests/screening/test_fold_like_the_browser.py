"""The browser reads a draft as the screening does: both are held against the same lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ibasho.screening import HINTS
from ibasho.screening.folding import fold, for_words

LINES = json.loads((Path(__file__).parents[1] / "js" / "fold_lines.json").read_text())


@pytest.mark.parametrize(("written", "folded"), LINES)
def test_a_line_reads_as_in_the_browser(written: str, folded: str) -> None:
    assert for_words(fold(written)).text == folded


def test_every_phrase_of_the_list_is_folded_already() -> None:
    # the list is folded, and only the draft is folded in the browser
    phrases = [*HINTS["hints"], *HINTS["not"]]
    assert [phrase for phrase in phrases if for_words(fold(phrase)).text != phrase] == []
