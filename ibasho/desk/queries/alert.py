"""One thing to look at before anything else."""

from __future__ import annotations

from dataclasses import dataclass

LIFE, SOON = "life", "soon"


@dataclass(frozen=True, slots=True)
class Alert:
    """`id` stays the same while its cause does; `level` is life (danger to life) or soon.

    `page` is where it can be looked at, if that is not the desk; `act` what one tap does about it, by a form to
    `action`. Both may be empty.
    """

    id: str
    level: str
    text: str
    page: str = ""
    act: str = ""
    action: str = ""
