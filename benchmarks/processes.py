"""Programs under measurement: pinned to a core, watched through /proc, ended by their own process."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
END_SECONDS = 15
_CORES = sorted(os.sched_getaffinity(0))  # before this process is pinned to one of them


def cores() -> tuple[int, int]:
    """The core of the server and the core of the load; one and the same on a machine with one."""
    return _CORES[0], _CORES[-1]


def prepare_load() -> None:
    """This process is the load: on its own core, with as many files as it may have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.sched_setaffinity(0, {cores()[1]})


def move(pid: int) -> None:
    """To the server's core."""
    os.sched_setaffinity(pid, {cores()[0]})


def start(
    command: Sequence[str | Path],
    *,
    core: int,
    environment: Mapping[str, str] | None = None,
    **more: object,
) -> subprocess.Popen[str]:
    """A child on `core`, in a process group of its own."""
    pinned = ["taskset", "-c", str(core), *map(str, command)]
    env = None if environment is None else {**os.environ, **environment}
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        pinned, cwd=ROOT, env=env, text=True, start_new_session=True, **more
    )


def end(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> None:
    """Ask it to end, and its group with it if it does not."""
    if process.poll() is None:
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(END_SECONDS)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def cpu_seconds(pid: int) -> float:
    """What the process has used so far, of its own and in the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def cpu_seconds_with_children(pid: int) -> float:
    """The same, and that of everybody whom it started and who is still there."""
    return sum(cpu_seconds(one.pid) for one in [psutil.Process(pid), *psutil.Process(pid).children()])


def memory_bytes(pid: int) -> int:
    """What lies in memory for this process alone: resident pages without those of files."""
    fields = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
    )
    return int(fields["RssAnon"].split()[0]) * 1024


def resident_bytes(pid: int) -> int:
    """Everything resident, files and shared pages too."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[str], seconds: float = 30) -> None:
    """Until somebody answers there. Raises RuntimeError if the process ends before."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not listen")


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], *, port: int, core: int, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A server on `port`, for as long as the block runs."""
    silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = start(command, core=core, environment=environment, **silent)
    try:
        wait_for_port(port, process)
        yield process
    finally:
        end(process)
