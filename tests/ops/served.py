"""A real house, started as its keepers start it, and a plain browser to visit it with."""

from __future__ import annotations

import atexit
import functools
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[2]
START = ROOT / "bin" / "start"
IBASHO = ROOT / ".venv" / "bin" / "ibasho"
FIRST_START_SECONDS = 10 * PATIENCE_SECONDS  # also for every migration, step by step


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment without anything the tests themselves set for the house."""
    ours = ("IBASHO_", "DJANGO_", "DATABASE_URL", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | more


def comes_about(is_so: Callable[[], bool]) -> bool:
    """Whether it becomes so, sooner or later."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > ends:
            return False
        threading.Event().wait(0.2)
    return True


def begin(data: Path) -> Path:
    """Put the sample house into this folder, if it is new, as a first start does, but sooner."""
    if not data.exists() or not any(data.iterdir()):
        shutil.copytree(_begun(), data, dirs_exist_ok=True)
    return data


def make_tables(data: Path) -> Path:
    """Put a house without anything in it into this new folder, as `ibasho migrate` does, but sooner."""
    return Path(shutil.copytree(_migrated(), data, dirs_exist_ok=True))


@functools.cache
def _begun() -> Path:
    data = make_tables(_folder_of_this_run())
    with served(data) as house:
        assert house.end() == 0, house.log
    return data


@functools.cache
def _migrated() -> Path:
    data = _folder_of_this_run()
    done = command(data, "migrate")
    assert done.returncode == 0, done.stderr
    return data


def _folder_of_this_run() -> Path:
    folder = tempfile.mkdtemp(prefix="ibasho-begun-")
    atexit.register(shutil.rmtree, folder)
    return Path(folder)


def command(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `ibasho …` to its end, beside whatever serves the folder."""
    name, *rest = arguments
    return subprocess.run(
        [IBASHO, name, "--data", data, *rest],
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=FIRST_START_SECONDS,
        check=False,
    )


class House:
    """bin/start in a session of its own, with all that it said."""

    def __init__(self, data: Path, *arguments: str, port: int | None = None, **environment: str) -> None:
        self.port = port or free_port()
        self.process = subprocess.Popen(
            [*self.starting(), "--port", str(self.port), "--data", str(data), *arguments],
            env=clean_environment(**environment),
            pass_fds=self.handles(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.said: list[str] = []
        self.logged: list[str] = []
        self._serves = threading.Event()
        self._readers = [
            threading.Thread(target=self._read_stdout, daemon=True),
            threading.Thread(target=self._read_stderr, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def starting(self) -> list[str]:
        return [str(START)]

    def handles(self) -> list[int]:
        """Of open files that it is given."""
        return []

    def wait_until_it_serves(self) -> None:
        """Wait for the address line."""
        self._serves.wait(FIRST_START_SECONDS)
        assert self.said, f"no address line (exit code {self.process.poll()}):\n{self.log}"

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal to the whole group; return the exit code."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        code = self.process.wait(PATIENCE_SECONDS)
        for reader in self._readers:
            reader.join(timeout=5)
        return code

    @property
    def log(self) -> str:
        return "\n".join(self.logged)

    def logs(self, words: str) -> bool:
        """Whether this is written to the log: what is written just now is still to be read."""
        return comes_about(lambda: words in self.log)

    def _read_stdout(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            self._serves.set()
        self.process.stdout.close()
        self._serves.set()

    def _read_stderr(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.logged.append(line.rstrip("\n"))
        self.process.stderr.close()


@contextmanager
def served(data: Path, *arguments: str, port: int | None = None, **environment: str) -> Iterator[House]:
    """A house that serves; it is ended with the block, however that ends."""
    with serving(House(data, *arguments, port=port, **environment)) as house:
        yield house


@contextmanager
def serving(house: House) -> Iterator[House]:
    """This house, once it serves, until the end of the block."""
    try:
        house.wait_until_it_serves()
        yield house
    finally:
        house.end(signal.SIGKILL)


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()


class Visitor:
    """A browser without scripts: keeps cookies, fills in forms. `source` is the address it comes from."""

    def __init__(
        self, port: int, *, source: str = "127.0.0.1", headers: Mapping[str, str] | None = None
    ) -> None:
        self.port, self.source = port, source
        self.headers = {"Host": f"localhost:{port}", **(headers or {})}
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def becomes_ready(self) -> bool:
        """Whether /readyz says so: on a busy machine a loop that just began is held up."""
        return comes_about(lambda: self.get("/readyz").status == 200)

    def send(self, page: str, path: str, fields: Mapping[str, str]) -> Answer:
        """Open `page` for its token, then post the fields to `path`."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        return self._ask("POST", path, urlencode({**fields, "csrfmiddlewaretoken": found[1]}), {})

    def post_bare(self, path: str) -> Answer:
        """A form of nothing, as from another house."""
        return self._ask("POST", path, "", {})

    def enter(self, standpoint: str = "person") -> None:
        """Read the rules, say yes, be inside."""
        version = re.search(r'name="rules_version"[^>]*value="(\d+)"', self.get("/enter/").text)
        assert version
        fields = {"rules_version": version[1], "accept": "on", "standpoint": standpoint}
        assert self.send("/enter/", "/enter/", fields).status in (302, 303)
        assert "sessionid" in "".join(self.cookies)

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE_SECONDS, source_address=(self.source, 0)
        )
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, sent)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            for morsel in SimpleCookie(line).values():
                self.cookies[morsel.key] = morsel.value
        return answer
