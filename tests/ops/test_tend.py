"""The loop of due work: it does what is due, goes on, and stops when asked."""

from __future__ import annotations

import threading

import pytest

from ibasho.lib import due
from ibasho.tend import tend_once, tending
from tests.patience import PATIENCE_SECONDS


@pytest.fixture(autouse=True)
def nothing_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "_registry", {})


def test_it_does_what_is_due_again_and_again_and_stops() -> None:
    done: list[str] = []
    thrice = threading.Event()

    @due.every(0.01, "rounds")
    def work() -> None:
        done.append(threading.current_thread().name)
        if len(done) == 3:
            thrice.set()

    with tending():
        assert thrice.wait(PATIENCE_SECONDS)
    assert set(done) == {"ibasho-tend"}
    assert "ibasho-tend" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.django_db
def test_work_that_breaks_does_not_keep_the_rest_from_being_done(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    @due.every(60, "breaks")
    def breaks() -> None:
        raise RuntimeError("on purpose")

    @due.every(60, "goes on")
    def goes_on() -> None:
        done.append("yes")

    assert tend_once() == ["breaks", "goes on"]
    assert done == ["yes"]
    assert "due work breaks did not finish" in caplog.text
