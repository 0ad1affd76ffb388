"""What stands on the name plate, without the row that keeps it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from ibasho.house.models import HouseProfile

LEAD_GRAPHEMES = 300
ABOUT_GRAPHEMES = 1000
LOWEST_AGE = 6
HIGHEST_AGE = 99


@dataclass(frozen=True, slots=True)
class Plate:
    name: str
    welcome: str
    lead: str
    about: str
    run_by: str
    run_by_about: str
    other_ways: str
    minimum_age: int
    staff_hours: str
    is_specimen: bool


def plate_of(profile: HouseProfile) -> Plate:
    return Plate(**{field.name: getattr(profile, field.name) for field in fields(Plate)})
