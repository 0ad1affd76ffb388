"""`python -m tests.faults.moved FILE serve …`: the real server with quick rounds, whose clock stands where FILE says.

SIGUSR1 has it look again, and it says what it found in a file beside, named by its number. Of the due work it does
what open lines wait for; the rest is left to whoever moves the clock, as to an `ibasho tend` beside it.
"""

from __future__ import annotations

import functools
import math
import os
import signal
import sys
from pathlib import Path

import time_machine

from ibasho.__main__ import main
from ibasho.lib import due
from ibasho.live import hub
from ibasho.live.hub import Pace

ROUNDS = Pace(early=0.02, compare=0.1, facts=0.05, sessions=0.2, beat=0.1, retry=0.05)
WORK_SECONDS = {"sessions": 0.5, "numbers": 0.2}


def said_by(file: Path, process: int) -> Path:
    return file.with_suffix(f".{process}")


def stand_at(file: Path, clock: time_machine.Traveller) -> None:
    found = file.read_text()
    clock.move_to(float(found))
    said_by(file, os.getpid()).write_text(found)


def work_for_lines() -> list[due.Work]:
    return [
        due.Work(work.name, WORK_SECONDS[work.name], work.func)
        for work in due._registry.values()
        if work.name in WORK_SECONDS
    ]


def launch(file: Path, arguments: list[str]) -> int:
    clock = time_machine.travel(float(file.read_text()), tick=False).start()
    signal.signal(signal.SIGUSR1, lambda *_: stand_at(file, clock))
    others = [
        (hub, "Pace", lambda: ROUNDS),
        (due, "all_work", work_for_lines),
        # its clock is moved, and nothing is wrong
        (due, "Round", functools.partial(due.Round, jump_seconds=math.inf)),
    ]
    for module, name, value in others:
        setattr(module, name, value)
    return main(arguments)


if __name__ == "__main__":
    sys.exit(launch(Path(sys.argv[1]), sys.argv[2:]))
