from __future__ import annotations

import logging

import pytest

from ibasho.lib.seldom import SECONDS, Seldom


def test_a_flood_of_one_kind_is_one_line_a_minute_with_its_number(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    seldom = Seldom(logging.getLogger("house"), clock=lambda: now[0])
    for _ in range(1_000):
        seldom.warning("a handshake was refused")
    now[0] = SECONDS
    for _ in range(10):
        seldom.warning("a handshake was refused")
    assert caplog.messages == [
        "a handshake was refused",
        "a handshake was refused (and 999 more since the last line)",
    ]
