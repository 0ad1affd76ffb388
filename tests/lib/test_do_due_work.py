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


@pytest.mark.django_db  # it looks after connections, and a test before may have left one open
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


class Clocks:
    """A monotonic clock and a wall clock that somebody may set."""

    def __init__(self) -> None:
        self.monotonic, self.wall = 1_000.0, 1_800_000_000.0
        self.round = due.Round(lambda: self.monotonic, wall=lambda: self.wall)

    def pass_by(self, seconds: float, *, jump: float = 0.0) -> list[str]:
        self.monotonic += seconds
        self.wall += seconds + jump
        return self.round.run_due()


@pytest.mark.parametrize("jump", [25 * 3600.0, -3600.0, 61.0])
def test_a_clock_that_jumps_holds_all_work_for_two_minutes(
    jump: float, caplog: pytest.LogCaptureFixture
) -> None:
    due.every(1, "rooms")(lambda: None)
    clocks = Clocks()
    assert clocks.pass_by(1) == ["rooms"]
    assert clocks.pass_by(1, jump=jump) == []
    assert "THE CLOCK JUMPED" in caplog.text
    assert clocks.round.seconds_until_next() == 5
    assert clocks.pass_by(119) == []
    assert clocks.pass_by(1) == ["rooms"]
    assert caplog.text.count("THE CLOCK JUMPED") == 1


def test_a_clock_that_is_set_right_again_holds_for_two_minutes_more(caplog: pytest.LogCaptureFixture) -> None:
    due.every(1, "rooms")(lambda: None)
    clocks = Clocks()
    assert clocks.pass_by(1, jump=-3600.0) == []
    assert clocks.pass_by(60, jump=3600.0) == []
    assert clocks.pass_by(119) == []
    assert clocks.pass_by(1) == ["rooms"]


def test_a_clock_that_drifts_holds_nothing(caplog: pytest.LogCaptureFixture) -> None:
    due.every(1, "rooms")(lambda: None)
    clocks = Clocks()
    assert [clocks.pass_by(1, jump=59.0) for _ in range(10)] == [["rooms"]] * 10
    assert caplog.text == ""


def test_a_jump_in_the_middle_of_a_round_stops_what_would_come_next() -> None:
    clocks = Clocks()

    @due.every(1, "slow")
    def slow() -> None:
        clocks.wall += 90_000

    due.every(1, "words")(lambda: None)
    assert clocks.round.run_due() == ["slow"]


def test_the_shipped_values_are_those_of_the_design() -> None:
    assert (due.JUMP_SECONDS, due.HOLD_SECONDS) == (60, 120)
