"""`ibasho migrate`: what every start does first, by itself."""

from __future__ import annotations

import argparse

from ibasho.commands.database import bring_up_to_date
from ibasho.commands.patience import wait_for_the_database
from ibasho.commands.turns import in_turn


def run(options: argparse.Namespace) -> int:
    wait_for_the_database()
    with in_turn():
        bring_up_to_date()
    return 0
