"""The words of recovery phrases: enough of them, told apart by ear and by hand, and gentle."""

import itertools
import re

from ibasho.people.phrase_words import WORDS

_SOUND = str.maketrans(
    "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽゔぁぃぅぇぉっゃゅょゎをゐゑ",
    "かきくけこさしすせそたちつてとはひふへほはひふへほうあいうえおつやゆよわおいえ",
)
_NOT_HERE = [
    *("しぬ", "しに", "ころす", "じさつ", "いのち", "おはか", "はかまい", "そうしき", "ゆいごん", "ゆうれい"),
    *("はは", "ちちお", "おかあ", "おとう", "かぞく", "きょうだい", "むすこ", "むすめ", "おやこ", "よめ"),
    *("しごと", "かいしゃ", "はたらく", "しゅうしょく", "がっこう", "じゅけん", "しけん"),
    *("びょう", "くすり", "いしゃ", "こうねつ", "いたい", "くるしい", "つらい", "さびしい"),
    *("ひきこ", "ひきだし", "にげる", "まけ", "だめ", "ひとりぼっち"),
]


def test_there_are_2048_words_and_none_twice() -> None:
    assert len(WORDS) == len(set(WORDS)) == 2048


def test_every_word_is_three_to_six_letters_of_hiragana() -> None:
    assert [word for word in WORDS if not re.fullmatch(r"[ぁ-ん]{3,6}", word)] == []


def test_no_word_begins_another() -> None:
    ordered = sorted(WORDS)
    pairs = itertools.pairwise(ordered)
    assert [pair for pair in pairs if pair[1].startswith(pair[0])] == []


def test_no_two_words_sound_almost_the_same() -> None:
    assert len({word.translate(_SOUND) for word in WORDS}) == len(WORDS)


def test_no_word_speaks_of_death_family_work_or_illness() -> None:
    assert [word for word in WORDS for stem in _NOT_HERE if stem in word] == []
