"""What words that staff will read call for. Every door asks here: notes, concerns, reviews, the quiet box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ibasho.house.own_words import own_words
from ibasho.lib.errors import Refusal
from ibasho.lib.pieces import pieces_of
from ibasho.people.models import Standpoint
from ibasho.screening import Finding, Label, screen

_AUDIENCES: dict[str | None, str] = {
    Standpoint.PERSON.value: "person",
    Standpoint.PARENT.value: "family",
    Standpoint.PARTNER_KIN.value: "family",
    Standpoint.SIBLING.value: "sibling",
}
_OTHER = "about_other"
MARKS = {
    _OTHER: "ほかの人のこと",
    "abuse": "きつい言葉",
    "solicitation": "さそいのような言葉",
    "contact_exchange": "連絡先の話",
    "personal_info": "番号や住所のようなもの",
    "house_word": "この家で気をつける言葉",
}
"""What readers are told before they open the words: by label, in a few words."""
_ASK = "電話番号や住所のように見えるところがあります。スタッフだけが読みます。このままわたすことも、なおすこともできます。"


@dataclass(frozen=True, slots=True)
class Heed:
    """`about_dying`: help is offered to the writer, and the words are read first.

    `is_urgent`: a life may be in danger now. `about_other`: it is somebody else's, not the writer's.
    `spots`: where a number or an address may stand. `marks`: what readers are told beforehand, as labels.
    """

    about_dying: bool = False
    is_urgent: bool = False
    about_other: bool = False
    spots: tuple[tuple[int, int], ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def marks_kept(self) -> str:
        """As a row keeps them."""
        return " ".join(self.marks)


NOTHING = Heed()


class AskedFirst(Refusal):
    """Code `asked`: nothing was kept; the same words with `as_is` are taken. `pieces` as `lib.pieces` cuts them."""

    def __init__(self, text: str, spots: Sequence[tuple[int, int]]) -> None:
        super().__init__("asked", _ASK)
        self.spots = spots
        self.pieces = pieces_of(text, spots)

    def as_dict(self, request_id: str | None = None) -> dict[str, object]:
        """The fields of the frame `asked`, but for an id: a form has none."""
        return {
            "type": "asked",
            "code": str(Label.PERSONAL_INFO),
            "text": self.text,
            "spans": [list(spot) for spot in self.spots],
            "choices": ["as_is"],
        }


def heed(text: str, standpoint: str | None = None) -> Heed:
    """What these words call for, as somebody of this standpoint means them. Nothing is stored."""
    return heed_of(screen(text, audience=_AUDIENCES.get(standpoint), words=own_words()))


def heed_of(findings: Iterable[Finding]) -> Heed:
    """The same of what was found already."""
    found = list(findings)
    if not found:
        return NOTHING
    dying = [finding for finding in found if finding.label == Label.CRISIS]
    about_other = bool(dying) and all(finding.about_other for finding in dying)
    labels = {str(finding.label) for finding in found} | ({_OTHER} if about_other else set())
    return Heed(
        about_dying=bool(dying),
        is_urgent=any(finding.level == "now" for finding in dying),
        about_other=about_other,
        spots=tuple(finding.span for finding in found if finding.label == Label.PERSONAL_INFO),
        marks=tuple(label for label in MARKS if label in labels),
    )


def heed_or_ask(text: str, *, as_is: bool) -> Heed:
    """`heed`, once the writer has said that a number or an address is meant to be there. Refuses `asked`.

    Whoever writes of a life in danger is not kept waiting: a number may be the way to reach them.
    """
    found = heed(text)
    if found.spots and not as_is and not found.about_dying:
        raise AskedFirst(text, found.spots)
    return found


def asked_context(refusal: Refusal, **fields: str) -> dict[str, Any]:
    """For the form's page: what its writer is asked about, with what was typed; nothing after any other refusal."""
    if not isinstance(refusal, AskedFirst):
        return {}
    shown = {"text": refusal.text, "pieces": refusal.pieces, "fields": list(fields.items())}
    return {"asked_first": shown}


def mark_words(marks: str) -> list[str]:
    """What a row keeps, in words for whoever reads."""
    return [MARKS[label] for label in marks.split() if label in MARKS]
