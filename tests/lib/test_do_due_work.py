import logging

import pytest

from ibasho.lib import due


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "_registry", {})


def test_each_work_has_its_own_time() -> None:
    now = [0.0]
    done: list[str] = []
    due.every(10, "often")(lambda: done.append("often"))
    due.every(60, "rarely")(lambda: done.append("rarely"))
    work = due.Round(lambda: now[0])
    assert work.seconds_until_next() == 0
    assert work.run_due() == ["often", "rarely"]
    assert work.seconds_until_next() == 10
    for _ in range(12):
        now[0] += 5
        work.run_due()
    assert (done.count("often"), done.count("rarely")) == (7, 2)


def test_work_that_raises_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    @due.every(10, "broken")
    def broken() -> None:
        raise ZeroDivisionError

    due.every(10, "sound")(lambda: done.append("sound"))
    with caplog.at_level(logging.ERROR, logger=due.__name__):
        assert due.Round().run_due() == ["broken", "sound"]
    assert done == ["sound"]
    assert "broken" in caplog.text


def test_a_name_is_done_once_however_often_it_is_registered() -> None:
    done: list[int] = []
    for number in range(3):
        due.every(10, "same")(lambda number=number: done.append(number))
    due.Round().run_due()
    assert done == [2]


def test_a_house_without_due_work_rests() -> None:
    work = due.Round()
    assert work.run_due() == []
    assert work.seconds_until_next() == 60
