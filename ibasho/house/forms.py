"""What comes in by the house's forms, read once and refused kindly."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from ibasho.lib.errors import Refusal
from ibasho.people.models import Standpoint


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes to the version with this number. `standpoint` is empty when it was not asked."""

    version: int
    standpoint: str


def read_yes(data: QueryDict, *, asks_standpoint: bool) -> Yes:
    """Raises Refusal `malformed` with the next step in words."""
    version = data.get("rules_version", "")
    if not version.isdecimal() or len(version) > 9:
        raise Refusal("malformed")
    if data.get("accept") != "on":
        raise Refusal("malformed", "約束を読んだら、「約束を読みました」を押してください。")
    return Yes(int(version), _standpoint(data) if asks_standpoint else "")


def _standpoint(data: QueryDict) -> str:
    chosen = data.get("standpoint", "")
    if chosen not in Standpoint.values:
        raise Refusal("malformed", "立場をひとつえらんでください。迷うときは「まだ決めない」で大丈夫です。")
    return chosen
