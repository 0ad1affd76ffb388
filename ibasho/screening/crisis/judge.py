"""Weighs what the rules find: what takes the meaning away, whose life it is, how soon, and what the seat wrote before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ibasho.screening.crisis import context, excuses, farewell
from ibasho.screening.crisis.harm import HARM
from ibasho.screening.crisis.means import MEANS
from ibasho.screening.crisis.others import OTHERS, is_about_other
from ibasho.screening.crisis.wish import WISH
from ibasho.screening.findings import Finding, Label
from ibasho.screening.folding import Folded, letters_of
from ibasho.screening.rules import Hit, Looking, Opened, RuleBook, compiled

_BOOK = RuleBook((*MEANS, *HARM, *OTHERS, *WISH))
_ME_TOO = compiled(
    r"(?:わたし|私|自分|俺|僕)も|たら(?:死に|消え)|真似|まねし|みたいに(?:飛|死|消)|見てたら|聞いてたら|読んで(?:い)?たら"
)
_PLAIN_WISH = compiled(r"(?:死に|消え|逝き)(?:てしまい)?た[いく]")


def find(words: Folded, opened: Opened, earlier: Sequence[str], looking: Looking) -> Finding | None:
    """At most one, the most pressing; `words` and `earlier` in the spelling of the rules."""
    hits = [
        Hit(hit.rule, start + hit.start, start + hit.end)
        for start, sentence, letters in opened.of(_BOOK)
        for hit in _hits(sentence, letters, looking)
        if not _is_excused(hit, sentence, words.text, start, earlier)
    ]
    if not hits:
        return _farewell(words) or _with_earlier(words, earlier)
    first = min(hits, key=lambda hit: (hit.rule.level != "now", hit.start))
    return Finding(
        Label.CRISIS,
        words.span(first.start, first.end),
        first.rule.why,
        level=first.rule.level,
        covers=any(hit.rule.covers for hit in hits),
        about_other=is_about_other(words.text, first.start),
    )


def _farewell(words: Folded) -> Finding | None:
    span = farewell.find(words.text)
    if span is None or excuses.WORKS_AND_NEWS.search(words.text):
        return None
    return Finding(
        Label.CRISIS,
        words.span(*span),
        farewell.WHY,
        level="look",
        about_other=is_about_other(words.text, span[0]),
    )


def _with_earlier(words: Folded, earlier: Sequence[str]) -> Finding | None:
    why = context.find(words.text, earlier) if earlier else None
    if why is None:
        return None
    joined = "。".join((*earlier[-6:], words.text))
    at = len(joined) - len(words.text)
    return Finding(
        Label.CRISIS, words.span(0, len(words.text)), why, level="now", about_other=is_about_other(joined, at)
    )


def _hits(sentence: str, letters: frozenset[str], looking: Looking) -> Iterator[Hit]:
    """Turns of speech are taken out only where something was found, as most lines hold nothing."""
    if next(_BOOK.hits(sentence, letters, looking), None) is None:
        return
    plain = _without_turns(sentence)
    yield from _BOOK.hits(plain, letters_of(plain), looking)


def _without_turns(sentence: str) -> str:
    masked = excuses.TURNS_OF_SPEECH.sub(_mask, sentence)
    return excuses.DENIED.sub(_mask, masked)


def _mask(found: re.Match[str]) -> str:
    return "＿" * len(found[0])


def _is_excused(hit: Hit, sentence: str, text: str, at: int, earlier: Sequence[str]) -> bool:
    if hit.rule.firm:
        return False
    if hit.rule.covers:
        return bool(excuses.WORKS_AND_NEWS.search(sentence)) and not _ME_TOO.search(sentence)
    if excuses.AGAIN.search(sentence):
        return bool(excuses.WORKS_AND_NEWS.search(sentence)) and not _ME_TOO.search(sentence)
    if excuses.LONG_AGO.search(sentence) or excuses.OVER.search(sentence):
        return not excuses.AGAIN.search(text[at + len(sentence) :])
    if excuses.TALKED_OF.search(sentence) or excuses.WORKS_AND_NEWS.search(sentence):
        return not _ME_TOO.search(sentence)
    before = "。".join(earlier[-2:])
    return bool(
        before
        and excuses.WORKS_AND_NEWS.search(before)
        and not _PLAIN_WISH.search(sentence[hit.start : hit.end])
    )
