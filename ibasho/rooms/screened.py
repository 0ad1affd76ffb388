"""What is found in words on their way in: the one place where findings are gathered.

Before any lock and once a post. Nothing here decides; see `consequences`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ibasho.house.own_words import own_words
from ibasho.lib import clock
from ibasho.rooms import earlier
from ibasho.rooms.earlier import Said
from ibasho.rooms.hygiene import CALL_NAME_BYTES, fault_of
from ibasho.rooms.queries.audience import audience_of
from ibasho.rooms.queries.earlier import texts_since
from ibasho.rooms.shapes import Spans, Words
from ibasho.rooms.taking_out import (
    SHORT,
    TAKEN_OUT,
    is_taken_out,
    leaves_words,
    parts_left,
    take_out,
    whole_spans,
)
from ibasho.screening import Action, Finding, Label, Text, screen

_ASKED = (Label.PERSONAL_INFO, Label.CONTACT_EXCHANGE)


@dataclass(frozen=True, slots=True)
class Look:
    """The words as they would be shown, and what was found in their text and in their cover. `is_rest`: what their
    writer was asked about is taken out already.
    """

    words: Words
    text: Sequence[Finding]
    cover: Sequence[Finding] = ()
    is_rest: bool = False

    @property
    def findings(self) -> Sequence[Finding]:
        return (*self.text, *self.cover)

    @property
    def is_crisis(self) -> bool:
        """Whether a life may be in danger."""
        return any(finding.label == Label.CRISIS for finding in self.findings)

    @property
    def asked(self) -> Finding | None:
        """The first thing its writer is asked about."""
        return next((finding for finding in self.findings if is_asked(finding)), None)


def look_at_all(batch: Sequence[Words]) -> list[Look | None]:
    """For each of a batch what was found; None for words in which there is nothing."""
    earlier.read_up(words.seat_id for words in batch)
    looks = []
    for words in batch:
        text = Text(words.text)
        look = _look(words, text, earlier.before(words))
        looks.append(look)
        earlier.remember(words, text, is_asked=look is not None and look.asked is not None)
    return looks


def look_at_edit(words: Words) -> Look | None:
    """The same for words that take the place of others, which do not count any more."""
    since = clock.now() - earlier.SPAN
    most = earlier.MOST_TEXTS
    rows = texts_since([words.seat_id], since, but_for=words.message_id, most=most)
    last = [Said(at, Text(text[-earlier.LONGEST :])) for *_, at, text in rows[-most:]]
    return _look(words, Text(words.text), last)


def findings_of(text: str, room_id: int, before: Sequence[Said] = ()) -> Sequence[Finding]:
    """Everything that is found in one text of this room."""
    return screen(
        text,
        earlier=[said.text for said in before if not said.is_asked],
        unsent=[said.text for said in before if said.is_asked],
        audience=audience_of(room_id),
        words=own_words(),
    )


def findings_in_name(call_name: str, room_id: int) -> Sequence[Finding]:
    """The same in a name that somebody wishes to have, whatever came in its place."""
    return findings_of(call_name[:CALL_NAME_BYTES], room_id) if call_name else ()


def is_asked(finding: Finding) -> bool:
    return finding.label in _ASKED or finding.action == Action.ASK


def spans_of(text: str, findings: Sequence[Finding]) -> Spans:
    """Where the writer is asked about `text`: what is taken out, if that is the choice. Of a sentence that asks to
    be written to and names where, only the where: it may be a cry for help.
    """
    named = _named(findings)
    asked = [it.span for it in findings if is_asked(it) and not _only_leads_to(it, named)]
    return whole_spans(text, asked)


def without(look: Look) -> Words | None:
    """The words as `without` sends them; None where it would leave nothing of the text."""
    rest = _rest(look, TAKEN_OUT)
    if fault_of(rest.text, rest.cover) is not None:
        rest = _rest(look, SHORT)
    return rest if leaves_words(rest.text) or not spans_of(look.words.text, look.text) else None


def _named(findings: Sequence[Finding]) -> Sequence[tuple[int, int]]:
    return [finding.span for finding in findings if finding.label == Label.PERSONAL_INFO]


def _only_leads_to(finding: Finding, named: Sequence[tuple[int, int]]) -> bool:
    start, end = finding.span
    return finding.label == Label.CONTACT_EXCHANGE and any(a < end and start < b for a, b in named)


def _look(words: Words, text: Text, before: Sequence[Said]) -> Look | None:
    """With `without` the rest is looked at again, but nothing more is taken out than was shown to the writer: who is
    asked once more is asked about the rest, which is shorter every time.
    """
    first = _once(words, text, before)
    if words.choice != "without" or first is None or first.asked is None:
        return first
    rest = without(first)
    if rest is None:
        return first
    again = _once(rest, Text(rest.text), before)
    if again is None:
        return None
    led = [words.text[slice(*it.span)] for it in first.text if _only_leads_to(it, _named(first.text))]
    left = [it for it in again.text if not _leads_nowhere(rest.text, it, led)]
    return replace(again, text=left, is_rest=True)


def _leads_nowhere(text: str, finding: Finding, led: Sequence[str]) -> bool:
    """What asked to be written to, and where is taken out of it."""
    if finding.label != Label.CONTACT_EXCHANGE:
        return False
    parts = parts_left(text, *finding.span)
    return any(all(part in whole for part in parts) for whole in led)


def _once(words: Words, text: Text, before: Sequence[Said]) -> Look | None:
    in_text = _found(text, findings_of(text, words.room_id, before))
    in_cover = _found(words.cover, findings_of(words.cover, words.room_id)) if words.cover else ()
    if in_text or in_cover or words.choice:
        return Look(words, in_text, in_cover)
    return None


def _found(text: str, findings: Sequence[Finding]) -> Sequence[Finding]:
    """Without what would ask about our own mark: it could be taken out for ever."""
    return [it for it in findings if not (is_asked(it) and is_taken_out(text, *it.span))]


def _rest(look: Look, mark: str) -> Words:
    words = look.words
    text = take_out(words.text, spans_of(words.text, look.text), mark)
    return replace(words, text=text, cover=take_out(words.cover, spans_of(words.cover, look.cover), mark))
