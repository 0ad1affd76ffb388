"""What words that staff will read call for. Every door asks here: notes, concerns, reviews, the quiet box."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ibasho.people.models import Standpoint
from ibasho.screening import Finding, Label, screen

_AUDIENCES: dict[str | None, str] = {
    Standpoint.PERSON.value: "person",
    Standpoint.PARENT.value: "family",
    Standpoint.PARTNER_KIN.value: "family",
    Standpoint.SIBLING.value: "sibling",
}


@dataclass(frozen=True, slots=True)
class Heed:
    """`about_dying`: help is offered to the writer, and the words are read first.

    `is_urgent`: a life may be in danger now. `about_other`: it is somebody else's, not the writer's.
    """

    about_dying: bool = False
    is_urgent: bool = False
    about_other: bool = False


NOTHING = Heed()


def heed(text: str, standpoint: str | None = None) -> Heed:
    """What these words call for, as somebody of this standpoint means them. Nothing is stored."""
    return heed_of(screen(text, audience=_AUDIENCES.get(standpoint)))


def heed_of(findings: Iterable[Finding]) -> Heed:
    """The same of what was found already."""
    dying = [finding for finding in findings if finding.label == Label.CRISIS]
    if not dying:
        return NOTHING
    return Heed(
        about_dying=True,
        is_urgent=any(finding.level == "now" for finding in dying),
        about_other=all(finding.about_other for finding in dying),
    )
