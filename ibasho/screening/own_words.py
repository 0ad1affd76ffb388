"""A house's own words: literals, found in any width, case and kana, with spaces and marks between.

Never patterns: a keeper cannot write one that takes long. One walk over the text finds them all,
however many there are (Aho and Corasick, 1975).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from ibasho.screening.findings import Action, Finding, Label
from ibasho.screening.folding import Folded, fold, for_words

MAX_WORD = 40

_WHY = {
    Action.ASK: "この場所の言葉「{word}」（先に書いた人に聞く）が入っています。",
    Action.HOLD: "この場所の言葉「{word}」（見てから出す）が入っています。",
    Action.SHOW: "この場所の言葉「{word}」（スタッフに知らせる）が入っています。",
}


def folded_word(word: str) -> str:
    """What a word is looked for as; empty if it has no letters."""
    return for_words(fold(word)).text[:MAX_WORD].strip("。、")


class _Node:
    __slots__ = ("back", "ends", "steps", "word")

    def __init__(self) -> None:
        self.steps: dict[str, _Node] = {}
        self.back: _Node | None = None
        self.word: int | None = None
        self.ends: _Node | None = None


class OwnWords:
    """Built once from (word, action) pairs; `find` takes time by the length of the text alone."""

    def __init__(self, words: Iterable[tuple[str, Action | str]] = ()) -> None:
        self._words: list[tuple[str, Action, int]] = []
        self._root = _Node()
        for word, action in words:
            self._add(word, Action(action))
        self._link()

    def __bool__(self) -> bool:
        return bool(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def find(self, text: str) -> tuple[Finding, ...]:
        """Each word at most once, where it first stands."""
        return self.find_folded(for_words(fold(text))) if self._words else ()

    def find_folded(self, folded: Folded) -> tuple[Finding, ...]:
        """The same for a text that was folded already."""
        first: dict[int, int] = {}
        root = node = self._root
        ends: _Node | None
        for index, letter in enumerate(folded.text):
            while letter not in node.steps and node.back is not None:
                node = node.back
            node = node.steps.get(letter, root)
            # What ends here was told before if its longest was: each is walked to once in a text.
            ends = node if node.word is not None else node.ends
            while ends is not None and ends.word is not None and ends.word not in first:
                first[ends.word] = index
                ends = ends.ends
        return tuple(self._tell(folded, number, end + 1) for number, end in first.items())

    def _tell(self, folded: Folded, number: int, end: int) -> Finding:
        word, action, length = self._words[number]
        why = _WHY[action].format(word=word)
        return Finding(Label.HOUSE_WORD, folded.span(end - length, end), why, action=action)

    def _add(self, word: str, action: Action) -> None:
        letters = folded_word(word)
        if not letters:
            return
        node = self._root
        for letter in letters:
            node = node.steps.setdefault(letter, _Node())
        if node.word is None:
            node.word = len(self._words)
            self._words.append((word, action, len(letters)))

    def _link(self) -> None:
        """Where to go on when the next letter does not fit, and which shorter word ends at the same letter."""
        waiting = deque(self._root.steps.values())
        for node in waiting:
            node.back = self._root
        while waiting:
            node = waiting.popleft()
            for letter, after in node.steps.items():
                back = node.back
                while back is not None and letter not in back.steps:
                    back = back.back
                after.back = back.steps[letter] if back is not None else self._root
                after.ends = after.back if after.back.word is not None else after.back.ends
                waiting.append(after)
