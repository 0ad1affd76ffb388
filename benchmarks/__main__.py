"""`bin/bench`: every measurement, one table. See docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks import house, machine, processes
from benchmarks.peers import ejabberd, ngircd
from benchmarks.rows import (
    alert,
    desk,
    fanout,
    meetings,
    memory,
    pages,
    posts,
    race,
    readers,
    screening,
    several,
    shapes,
    soak,
    storm,
)
from benchmarks.table import Row, as_markdown, as_text

MEASURES: dict[str, tuple[Callable[[float], Iterator[Row]], float]] = {
    "fanout": (fanout.rows, 8.0),
    "readers": (readers.rows, 12.0),
    "posts": (posts.rows, 8.0),
    "memory": (memory.rows, 0.0),
    "storm": (storm.rows, 0.0),
    "slow": (readers.rows_beside_slow, 16.0),
    "pages": (pages.rows, 15.0),
    "desk": (desk.rows, 15.0),
    "meetings": (meetings.rows, 15.0),
    "race": (race.rows, 600.0),
    "alert": (alert.rows, 60.0),
    "screening": (screening.rows, 0.0),
    "shapes": (shapes.rows, 8.0),
    "several": (several.rows, 8.0),
    "soak": (soak.rows, 3600.0),
}
BY_HAND = ("soak",)  # only where it is named


def main() -> int:
    options = _options()
    if "CI" in os.environ:
        sys.exit("bench: not on CI, where neither the machine nor its neighbours are known.")
    _refuse_without_peers(options.only)
    if options.folder:
        house.WHERE.append(options.folder)
    processes.prepare_load()
    print("\n".join(machine.described()), end="\n\n", flush=True)
    rows = []
    began = time.monotonic()
    for name in options.only or [name for name in MEASURES if name not in BY_HAND]:
        measure, seconds = MEASURES[name]
        for row in measure(options.seconds or seconds):
            rows.append(row)
            print(as_text([row]).splitlines()[-1], file=sys.stderr, flush=True)
    print(as_markdown(rows) if options.markdown else as_text(rows))
    print(f"\n{time.monotonic() - began:.0f} s")
    return int(any(row.holds is False for row in rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure the house beside its peers.")
    parser.add_argument(
        "--only", action="append", choices=MEASURES, help="this measurement; may be given again"
    )
    parser.add_argument("--seconds", type=float, help="how long each run takes (default: its own)")
    parser.add_argument("--folder", help="where the data folders are made (default: for temporary files)")
    parser.add_argument("--markdown", action="store_true", help="print the table for docs/benchmarks.md")
    return parser.parse_args()


def _refuse_without_peers(only: list[str] | None) -> None:
    missing = [peer.PACKAGE for peer in (ngircd, ejabberd) if not peer.is_there()]
    if missing and (only is None or "fanout" in only):
        sys.exit(
            f"bench: missing: {' '.join(missing)}. Install with: sudo apt-get install -y {' '.join(missing)}"
        )
    if shutil.which("taskset") is None:
        sys.exit("bench: missing: taskset. Install with: sudo apt-get install -y util-linux")


if __name__ == "__main__":
    sys.exit(main())
