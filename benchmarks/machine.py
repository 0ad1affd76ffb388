"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from benchmarks import processes
from benchmarks.house import WHERE
from benchmarks.table import percentile

SYNCS = 200
BLOCK = b"\0" * 4096


def described() -> list[str]:
    """One line each: the date, the machine, the versions, the disk, who else is busy."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PHYS_PAGES") * processes.PAGE_BYTES / 2**30
    packages = ("Django", "channels", "daphne", "autobahn", "Twisted", "orjson")
    return [
        f"date: {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC",
        f"machine: {cpu}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}; "
        f"server on core {processes.cores()[0]}, load on core {processes.cores()[1]}",
        f"versions: Python {platform.python_version()}, SQLite {_sqlite()}, "
        + ", ".join(f"{name} {version(name)}" for name in packages),
        f"peers: {_package('ngircd')}, {_package('ejabberd')}, {_package('postgresql')}",
        f"disk: fsync of 4 KiB {fsync_median() * 1000:.2f} ms (median of {SYNCS})",
        f"busy before the run: load average {os.getloadavg()[0]:.2f}",
    ]


def fsync_median() -> float:
    """Seconds to get one block to the disk of the data folders."""
    took = []
    with tempfile.TemporaryFile(dir=WHERE[0] if WHERE else None) as file:
        for _ in range(SYNCS):
            began = time.perf_counter()
            os.pwrite(file.fileno(), BLOCK, 0)
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return percentile(took, 0.5)


def _sqlite() -> str:
    import_module("ibasho")  # it chooses the library that is meant
    return str(import_module("sqlite3").sqlite_version)


def _package(name: str) -> str:
    asked = ["dpkg-query", "--show", "--showformat", "${Package} ${Version}", name]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    return told.stdout if told.returncode == 0 else f"{name} is not installed"
