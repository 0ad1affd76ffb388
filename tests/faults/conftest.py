"""Lines that a run of faults leaves for its reader, printed once at the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_lines: pytest.StashKey[list[str]] = pytest.StashKey()


@pytest.fixture
def record_line(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Have one line printed under the whole run."""
    return request.config.stash.setdefault(_lines, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(_lines, []):
        terminalreporter.write_line(line)
