"""So that of two people who write the same page, neither loses words without seeing the other's.

A page carries the stamp of what it showed; whoever saves says what they have seen.
"""

from __future__ import annotations

import hashlib

import orjson

from ibasho.lib.errors import Refusal


class Overtaken(Refusal):
    """Somebody else saved in between. Code `asked`: look at theirs, then save again."""

    def __init__(self) -> None:
        super().__init__(
            "asked",
            "ほかの人が、先に書きかえていました。いまの言葉を見て、よければ、もう一度おしてください。",
        )


def stamp_of(facts: object) -> str:
    """Short and equal for equal facts; anything orjson knows, dataclasses too."""
    return hashlib.sha256(orjson.dumps(facts)).hexdigest()[:24]


def must_have_seen(seen: str, facts: object) -> None:
    """Raises `Overtaken` unless `seen` is the stamp of `facts`."""
    if seen != stamp_of(facts):
        raise Overtaken
