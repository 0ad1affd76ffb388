"""`ibasho tend`: the due work as a process of its own, beside the server or instead of its loop."""

from __future__ import annotations

import argparse
import signal
import threading

from ibasho.commands.database import reach_the_house, tend_copies
from ibasho.commands.one_secret import refuse_another_secret
from ibasho.commands.output import log_to_stderr
from ibasho.lib import shared
from ibasho.tend import tend_once, tend_until


def run(options: argparse.Namespace) -> int:
    log_to_stderr()
    reach_the_house()
    refuse_another_secret()
    tend_copies()
    with shared.sharing():
        return _tend(once=options.once)


def _tend(*, once: bool) -> int:
    if once:
        for name in tend_once():
            print(name)
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    tend_until(stop)
    return 0
