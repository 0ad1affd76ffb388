"""The name plate by the door."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from ibasho.house.models import HouseProfile
from ibasho.house.plate import Plate, plate_of
from ibasho.lib.stamps import must_have_seen


def hang_plate(plate: Plate, *, seen: str) -> list[str]:
    """Write the name plate; returns the fields that changed.

    Raises `Overtaken` if it is not the one with the stamp `seen` any more.
    """
    with transaction.atomic():
        row = HouseProfile.objects.select_for_update().first() or HouseProfile()
        before = asdict(plate_of(row))
        must_have_seen(seen, plate_of(row))
        changed = [name for name, value in asdict(plate).items() if before[name] != value]
        for name in changed:
            setattr(row, name, getattr(plate, name))
        row.save()
    return changed
