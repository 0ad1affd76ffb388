"""`ibasho serve`: prepares the data folder, says its address once it serves, tends, and stops cleanly."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings
from django.urls import get_resolver

from ibasho.commands import static
from ibasho.commands.database import bring_up_to_date, tend_copies
from ibasho.commands.furnish import furnish, is_furnished
from ibasho.commands.lock import serving
from ibasho.commands.one_secret import refuse_another_secret
from ibasho.commands.output import log_to_stderr, say
from ibasho.commands.turns import in_turn
from ibasho.lib import shared
from ibasho.live.daphne_server import serve
from ibasho.people.accounts.links import link_url
from ibasho.people.actions import make_first_link
from ibasho.rooms.actions.trial import ensure_trial_room
from ibasho.screening import learned
from ibasho.tend import tending


def run(options: argparse.Namespace) -> int:
    log_to_stderr()
    folder = Path(settings.DATA_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with shared.sharing(), serving(folder):
        with in_turn():
            _prepare(folder, empty=options.empty)
        tend_copies()
        # Read now: beside everybody who comes back it would take long.
        get_resolver().url_patterns  # noqa: B018
        learned.weights()
        first_link = make_first_link()
        with tending():
            return serve(settings.PORT, lambda address: _announce(address, first_link))


def _prepare(folder: Path, *, empty: bool) -> None:
    bring_up_to_date()
    refuse_another_secret()
    static.collect()
    _furnish_once(folder / "begun", empty=empty)
    if settings.ADDRESS is not None or is_furnished():
        ensure_trial_room()  # continues its session, or with an address erases its words


def _furnish_once(mark: Path, *, empty: bool) -> None:
    # The mark keeps an empty house empty at its second start; the profile keeps a house
    # on PostgreSQL its own when it is given a new data folder.
    if not (empty or mark.exists() or is_furnished()):
        say("furnishing the sample house")
        furnish()
    mark.touch(mode=0o600)


def _announce(address: str, first_link: str | None) -> None:
    print(f"address: {address}", flush=True)
    if first_link is not None:
        print(f"first keeper: {link_url(first_link, address)}", flush=True)
