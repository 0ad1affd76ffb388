"""The real server with shorter waits, and with two faults that a signal brings about.

`python -m tests.sockets.launch '{"times": …, "set": …, "jump_hours": 25}' serve …`: `times` are those of
`live.times.Times`, `set` names constants by their full path. SIGUSR1 sets the clock of the machine, as far
as the process can see it, forward or back; SIGUSR2 holds the event loop up.
"""

from __future__ import annotations

import datetime as dt
import json
import signal
import sys
import threading
from dataclasses import replace
from importlib import import_module
from typing import Any

import time_machine

from ibasho.__main__ import main
from ibasho.live import times

HELD_UP_SECONDS = 0.5


def launch(given: dict[str, Any], arguments: list[str]) -> int:
    times.SHIPPED = replace(times.SHIPPED, **given.get("times", {}))
    for name, value in given.get("set", {}).items():
        module, _, attribute = name.rpartition(".")
        setattr(import_module(module), attribute, value)
    jump = dt.timedelta(hours=given.get("jump_hours", 0))
    signal.signal(signal.SIGUSR1, lambda *_: _jump(jump))
    signal.signal(signal.SIGUSR2, lambda *_: threading.Event().wait(HELD_UP_SECONDS))
    return main(arguments)


def _jump(by: dt.timedelta) -> None:
    time_machine.travel(dt.datetime.now(dt.UTC) + by, tick=True).start()


if __name__ == "__main__":
    sys.exit(launch(json.loads(sys.argv[1]), sys.argv[2:]))
