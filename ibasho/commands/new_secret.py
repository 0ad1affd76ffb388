"""`ibasho new-secret`: go on with another house secret, where the one the database was written with is lost."""

from __future__ import annotations

import argparse

from ibasho.commands.database import reach_the_house
from ibasho.people import erasure_list
from ibasho.rooms.secret import accept_secret


def run(options: argparse.Namespace) -> int:
    reach_the_house()
    is_other = accept_secret()
    if erasure_list.begin_anew():
        print("erased.list begins anew: what the old one told of can be read by nobody")
    if is_other:
        print(
            "the house goes on with another secret. Phrases, second factors and what was sealed are lost with the old"
        )
        print("one; make a link for each keeper: ibasho keeper-link --login NAME")
    else:
        print("this is the secret the house had already; it stays so")
    return 0
