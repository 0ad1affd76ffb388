"""How much of a meeting somebody may see, decided in one place."""

from __future__ import annotations

import pytest

from ibasho.events.visibility import Look, is_one_sided, look_of, sides_of
from ibasho.people.models import Standpoint

FAMILY = ["parent", "sibling"]
OPEN = ["person", "parent"]


@pytest.mark.parametrize(
    ("standpoints", "expected"),
    [
        (["person"], True),
        (["parent"], True),
        (FAMILY, True),
        (OPEN, False),
        (["parent", "supporter"], True),
        (["person", "undecided"], True),
        (["supporter", "undecided"], False),
        (["undecided"], False),
        (list(Standpoint.values), False),
    ],
)
def test_one_side_is_the_persons_or_the_familys_whoever_else_is_meant(
    standpoints: list[str], expected: bool
) -> None:
    assert is_one_sided(standpoints) is expected


@pytest.mark.parametrize(
    ("standpoints", "viewer", "expected"),
    [
        (FAMILY, "parent", Look.WHOLE),
        (FAMILY, "partner_kin", Look.NOTHING),
        (FAMILY, "person", Look.NOTHING),
        (FAMILY, "undecided", Look.NOTHING),
        (FAMILY, None, Look.KIND_AND_DAY),
        (["person"], None, Look.KIND_AND_DAY),
        (["person"], "parent", Look.NOTHING),
        (["person", "undecided"], None, Look.KIND_AND_DAY),
        (["person", "undecided"], "parent", Look.NOTHING),
        (["person", "undecided"], "undecided", Look.WHOLE),
        (OPEN, None, Look.WHOLE),
        (OPEN, "supporter", Look.WHOLE),
        ([], None, Look.NOTHING),
    ],
)
def test_who_sees_how_much(standpoints: list[str], viewer: str | None, expected: Look) -> None:
    assert look_of(standpoints, viewer, is_published=True) == expected


@pytest.mark.parametrize("viewer", [None, *Standpoint.values])
def test_what_is_not_published_is_nowhere(viewer: str | None) -> None:
    assert look_of(list(Standpoint.values), viewer, is_published=False) == Look.NOTHING


def test_sides_are_those_of_the_wall() -> None:
    assert sides_of(FAMILY) == {"family"}
    assert sides_of(["person", "supporter"]) == {"person", "neither"}
