"""`ibasho furnish`: the sample house, to look around in and to change into one's own."""

from __future__ import annotations

import argparse

from django.db import transaction

from ibasho.commands.database import reach_the_house
from ibasho.commands.turns import in_turn
from ibasho.events.sample import furnish_events
from ibasho.house.models import HouseProfile
from ibasho.house.sample import furnish_house
from ibasho.rooms.sample import furnish_rooms


def run(options: argparse.Namespace) -> int:
    reach_the_house()
    with in_turn():
        furnish()
    return 0


def is_furnished() -> bool:
    return HouseProfile.objects.exists()


def furnish() -> None:
    """Profile, rules, helplines, rooms and meetings, all or nothing. Done again it adds nothing."""
    with transaction.atomic():
        furnish_house()
        furnish_rooms()
        furnish_events()
