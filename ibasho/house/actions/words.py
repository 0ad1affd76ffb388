"""The house's own words: what keepers here watch for, beside what the screening knows."""

from __future__ import annotations

from django.db import transaction

from ibasho.house import own_words
from ibasho.house.models import ScreeningWord
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.screening.own_words import folded_word

MOST_WORDS = 2_000
FEWEST_LETTERS = 2


def add_word(word: str, *, action: str) -> ScreeningWord:
    """One more. Refuses `malformed` (fewer than two letters, there already, too many of them)."""
    with transaction.atomic():
        if ScreeningWord.objects.count() >= MOST_WORDS:
            raise Refusal("malformed", f"言葉は、{MOST_WORDS:,}までです。使わない言葉をはずすと、足せます。")
        row = ScreeningWord()
        _write(row, word, action)
        transaction.on_commit(own_words.forget)
    return row


def change_word(word_id: int, word: str, *, action: str) -> ScreeningWord:
    """Another spelling or another action. Refuses `not_found`, `malformed` as `add_word`."""
    with transaction.atomic():
        row = _row(word_id)
        _write(row, word, action)
        transaction.on_commit(own_words.forget)
    return row


def remove_word(word_id: int) -> None:
    """Take it off the list. Refuses `not_found`."""
    with transaction.atomic():
        row = _row(word_id)
        row.delete()
        transaction.on_commit(own_words.forget)


def _row(word_id: int) -> ScreeningWord:
    row = ScreeningWord.objects.select_for_update().filter(pk=word_id).first()
    if row is None:
        raise Refusal("not_found")
    return row


def _write(row: ScreeningWord, word: str, action: str) -> None:
    folded = folded_word(word)
    if not folded:
        raise Refusal("malformed", "文字のある言葉を書いてください。記号だけでは、さがせません。")
    if len(folded) < FEWEST_LETTERS:
        raise Refusal(
            "malformed",
            f"{FEWEST_LETTERS}文字からの言葉にしてください。1文字では、ふつうの言葉にも、たくさん入っています。",
        )
    if ScreeningWord.objects.filter(folded=folded).exclude(pk=row.pk).exists():
        raise Refusal(
            "malformed", "同じ言葉が、もうあります。書き方だけがちがう言葉も、同じものとしてさがします。"
        )
    row.word, row.folded, row.action, row.changed_at = word, folded, action, clock.now()
    row.save()
