"""What would be found in a text typed to try it out. Nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass

from ibasho.house.own_words import own_words
from ibasho.screening import Finding, Label, screen

_NAMES = {
    Label.CRISIS: "いのちのこと",
    Label.PERSONAL_INFO: "番号や住所",
    Label.CONTACT_EXCHANGE: "連絡先のやりとり",
    Label.SOLICITATION: "さそい",
    Label.ABUSE: "きつい言葉",
    Label.HOUSE_WORD: "この家の言葉",
}
_LEVELS = {"now": "いますぐ知らせます。", "look": "見てもらいます。"}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as a keeper reads it."""

    name: str
    piece: str
    why: str
    more: str


def read_aloud(text: str, audience: str) -> list[Told]:
    """By place; with the house's own words."""
    return [
        _told(text, one)
        for one in screen(text, audience=None if audience == "any" else audience, words=own_words())
    ]


def _told(text: str, finding: Finding) -> Told:
    more = _LEVELS.get(finding.level or "", "")
    if finding.covers:
        more += "人が見るまで、おおいます。"
    if finding.about_other:
        more += "ほかの人のことのようです。"
    return Told(_NAMES[finding.label], text[slice(*finding.span)], finding.why, more)
