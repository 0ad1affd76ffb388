"""What the screening says about a text: a label, where, and why. The shapes that others build on."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal


class Label(enum.StrEnum):
    """The five kinds, and the house's own words. Prints as itself: `str(Label.CRISIS) == "crisis"`."""

    CRISIS = "crisis"
    PERSONAL_INFO = "personal_info"
    CONTACT_EXCHANGE = "contact_exchange"
    SOLICITATION = "solicitation"
    ABUSE = "abuse"
    HOUSE_WORD = "house_word"


class Action(enum.StrEnum):
    """What a house wants done about one of its own words."""

    ASK = "ask"
    HOLD = "hold"
    SHOW = "show"


@dataclass(frozen=True, slots=True)
class Finding:
    """`span` counts code points of the text as written; `why` is one sentence in Japanese for keepers."""

    label: Label
    span: tuple[int, int]
    why: str
    level: Literal["now", "look"] | None = None
    covers: bool = False
    about_other: bool = False
    action: Action | None = None
