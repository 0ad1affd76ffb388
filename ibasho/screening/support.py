"""Do these words speak of dying, or of a life in danger? Then help is offered, and nothing else."""

from __future__ import annotations

from ibasho.screening.engine import screen
from ibasho.screening.findings import Label


def is_about_dying(text: str) -> bool:
    """Whether to offer help to who wrote this: a wish to die, a life in danger, one's own or another's."""
    return any(finding.label == Label.CRISIS for finding in screen(text))
