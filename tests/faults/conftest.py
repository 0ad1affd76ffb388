"""Lines that a run of faults leaves for its reader, printed once at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.faults.houses import Houses
from tests.postgres import cluster

_lines: pytest.StashKey[list[str]] = pytest.StashKey()


@pytest.fixture
def record_line(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Have one line printed under the whole run."""
    return request.config.stash.setdefault(_lines, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(_lines, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    with cluster("fsync=off", "full_page_writes=off") as here:  # a kill takes nothing from the system's hands
        yield Houses(here, tmp_path_factory.mktemp("begun"))
