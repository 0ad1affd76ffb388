"""Where a command speaks: answers on stdout, everything else on stderr."""

from __future__ import annotations

import logging
import sys


def log_to_stderr() -> None:
    """One line an event. No logger of the house is ever given an address or anybody's words."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # Django would log the path of every page that was not found: where somebody went is nobody's business.
    logging.getLogger("django.request").setLevel(logging.ERROR)


def say(text: str) -> None:
    """One line for whoever sits at the terminal."""
    print(f"ibasho: {text}", file=sys.stderr, flush=True)
