"""`ibasho new-secret`: go on with another house secret, where the one the database was written with is lost."""

from __future__ import annotations

import argparse

from ibasho.commands.patience import wait_for_the_database
from ibasho.rooms.secret import accept_secret


def run(options: argparse.Namespace) -> int:
    wait_for_the_database()
    if accept_secret():
        print(
            "the house goes on with another secret. Phrases, second factors and what was sealed are lost with the old"
        )
        print("one; make a link for each keeper: ibasho keeper-link --login NAME")
    else:
        print("this is the secret the house had already; nothing has changed")
    return 0
