"""The shapes that others build on."""

from __future__ import annotations

import subprocess
import sys

from ibasho.screening import Action, Label, OwnWords, screen
from ibasho.screening.crisis import judge
from ibasho.screening.folding import fold, for_words
from ibasho.screening.rules import Looking
from ibasho.screening.spelling import respell
from tests.screening.corpus import FILES, lines


def test_an_ordinary_line_brings_nothing() -> None:
    assert screen("雨の音がする。コーヒーをいれました") == ()


def test_a_label_prints_as_itself() -> None:
    (finding,) = screen("もう死にたいです")
    assert str(finding.label) == "crisis" == finding.label
    assert f"{finding.label}" == "crisis"
    assert finding.why
    assert finding.level in ("now", "look")
    assert not finding.covers
    assert not finding.about_other


def test_a_span_counts_code_points_as_written() -> None:
    text = "👪 ばんごうは 090-0012-3456 です"
    (finding,) = screen(text)
    start, end = finding.span
    assert finding.label == Label.PERSONAL_INFO
    assert text[start:end] == "090-0012-3456"


def test_a_house_has_its_own_words_in_any_spelling() -> None:
    words = OwnWords([("あやしい水", "hold"), ("カニ", Action.SHOW)])
    text = "ｱﾔｼｲ 水とかに"
    findings = screen(text, words=words)
    assert [(one.label, one.action, text[slice(*one.span)]) for one in findings] == [
        (Label.HOUSE_WORD, Action.HOLD, "ｱﾔｼｲ 水"),
        (Label.HOUSE_WORD, Action.SHOW, "かに"),
    ]


def test_the_package_stands_by_itself() -> None:
    code = "import sys; import ibasho.screening; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_letters_a_rule_needs_are_in_whatever_it_finds() -> None:
    for line in (line for name in FILES for line in lines(name)):
        _, sentences = respell(for_words(fold(line.text)))
        for _, text, letters in sentences:
            behind = [hit.rule for hit in judge._BOOK.hits(text, letters, Looking())]
            assert behind == [rule for rule in judge._BOOK.rules if rule.pattern.search(text)]


def test_twice_the_hostile_text_is_not_looked_at_twice_as_much() -> None:
    spent = []
    for times in (4_000, 8_000):
        _, sentences = respell(for_words(fold("死にたくない父が母が" * times)))
        looking = Looking()
        for _, text, letters in sentences:
            list(judge._BOOK.hits(text, letters, looking))
        spent.append(looking.left)
    assert spent[0] < 0  # all that may be spent
    assert spent[0] == spent[1]
