"""Whoever writes into a house does it with the secret that the house has: nothing else could be read again."""

from __future__ import annotations

from ibasho.people import erasure_list
from ibasho.rooms.secret import check_secret


def refuse_another_secret() -> None:
    """Raises env.Wrong where the database or `erased.list` was written with another house secret."""
    erasure_list.refuse_foreign()  # first: a new database would learn the other secret
    check_secret()
