"""What follows from what was found: shown, asked about, or held until a keeper has looked. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ibasho.rooms import held_words
from ibasho.rooms.held_words import Asked
from ibasho.rooms.limits import has_link
from ibasho.rooms.models import HeldPost
from ibasho.rooms.screened import Look, is_asked, spans_of, without
from ibasho.rooms.shapes import Words
from ibasho.screening import Action, Finding, Label

_Code = HeldPost.Code
_ALWAYS_NOTED = (Label.CRISIS, Label.ABUSE, Label.HOUSE_WORD)


@dataclass(frozen=True, slots=True)
class Stage:
    """How a room and a seat are met: what the settings of the room hold of this seat.

    `is_unkept`: whether no keeper is really there, asked only for a writer who must choose. `says_again`: whether
    words hold what a keeper covered in others of this seat.
    """

    is_newcomer: bool
    checked_first: bool
    newcomers_first: bool
    holds_abuse: bool
    is_unkept: Callable[[], bool]
    says_again: Callable[[str], bool]


def code_to_hold(words: Words, look: Look | None, stage: Stage) -> str | None:
    """Why these words wait; None if they are shown. Raises `Asked` when their writer must say first.

    Words about dying never wait as if they were against a promise: what makes them wait is called `care`.
    """
    found = look.findings if look is not None else ()
    if look is not None and look.asked is not None and not _is_lure(found):
        if words.choice != "to_keepers":
            raise _ask(words, look, nobody_here=stage.is_unkept())
        return _code_of_choice(look.asked)
    if words.choice == "to_keepers":
        return _Code.TO_KEEPERS
    is_crisis = any(finding.label == Label.CRISIS for finding in found)
    if any(finding.label == Label.CRISIS and finding.covers for finding in found):
        return _Code.CARE
    code = _code_of_words(words, found, stage)
    if code is not None and is_crisis:
        return _Code.CARE
    return code or _code_of_room(stage)


def _is_lure(found: Sequence[Finding]) -> bool:
    """An offer that asks to be written to waits at once: asking would only teach how to put it otherwise."""
    asked = {finding.label for finding in found if is_asked(finding)}
    return asked == {Label.CONTACT_EXCHANGE} and any(f.label == Label.SOLICITATION for f in found)


def to_note(look: Look | None, *, is_held: bool) -> Sequence[tuple[Finding, bool]]:
    """The findings that keepers are told, each with whether it lies in the text: all where words wait."""
    if look is None:
        return ()
    both = [(finding, True) for finding in look.text] + [(finding, False) for finding in look.cover]
    return [pair for pair in both if is_held or pair[0].label in _ALWAYS_NOTED]


def _code_of_words(words: Words, found: Sequence[Finding], stage: Stage) -> str | None:
    labels = {finding.label for finding in found}
    if stage.says_again(f"{words.text}\n{words.cover}"):
        return _Code.COVERED
    if Label.SOLICITATION in labels:
        return _Code.SOLICITATION
    if any(finding.action == Action.HOLD for finding in found):
        return _Code.HOUSE_WORD
    if stage.is_newcomer and (has_link(words.text) or has_link(words.cover)):
        return _Code.LINK
    return _Code.ABUSE if stage.holds_abuse and Label.ABUSE in labels else None


def _code_of_room(stage: Stage) -> str | None:
    if stage.checked_first:
        return _Code.CHECKED_FIRST
    return _Code.NEWCOMERS_FIRST if stage.newcomers_first and stage.is_newcomer else None


def _code_of_choice(asked: Finding) -> str:
    return {
        Label.PERSONAL_INFO: _Code.PERSONAL_INFO,
        Label.CONTACT_EXCHANGE: _Code.CONTACT_EXCHANGE,
    }.get(asked.label, _Code.HOUSE_WORD)


def _ask(words: Words, look: Look, *, nobody_here: bool) -> Asked:
    label = str(next(finding.label for finding in look.findings if is_asked(finding)))
    text = held_words.asking(label, is_crisis=look.is_crisis, nobody_here=nobody_here, is_rest=look.is_rest)
    spans, cover_spans = spans_of(look.words.text, look.text), spans_of(look.words.cover, look.cover)
    rest = (look.words.text, look.words.cover) if look.is_rest else None
    left = without(look)
    shown = (left.text, left.cover) if left is not None else None
    return Asked(words.request_id, label, text, spans, cover_spans, rest=rest, left=shown)
