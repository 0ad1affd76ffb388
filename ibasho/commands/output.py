"""Where a command speaks: answers on stdout, everything else on stderr."""

from __future__ import annotations

import logging
import sys

from ibasho.lib.discreet_log import DiscreetFormatter


def log_to_stderr() -> None:
    """One line an event. No logger of the house is ever given an address or anybody's words."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.INFO)
    # Django would log the path of every page that was not found: where somebody went is nobody's business.
    # And the path of a one-time link is the link.
    # fido2 would log which credential signed in.
    for name in ("django.request", "django.security.csrf", "fido2"):
        logging.getLogger(name).setLevel(logging.ERROR)


def say(text: str) -> None:
    """One line for whoever sits at the terminal."""
    print(f"ibasho: {text}", file=sys.stderr, flush=True)
