from __future__ import annotations

import pytest

from ibasho.live.hub import Facts, Pace, Verdict
from ibasho.live.rounds import SESSION_SLICES, Rounds
from tests.live.hearing import ROOM, Standing, Table, a_turn, change, hub_of, settle, sit, until


def test_the_shipped_times() -> None:
    pace = Pace()
    assert (pace.early, pace.compare, pace.facts, pace.beat) == (0.05, 5.0, 2.0, 20.0)
    assert pace.facts + pace.sessions < 10
    assert pace.sessions < 5


async def test_a_push_that_was_lost_is_found_by_comparing_with_the_table() -> None:
    table = Table(changes=[change(1), change(2)], pulses={ROOM: Standing(seq=2)})
    hub = hub_of(table)
    line, ear = sit(hub)
    settle(hub, line, 0)
    await Rounds(hub).compare()
    await until(lambda: ear.seqs == [1, 2])


async def test_a_restored_room_ends_all_its_lines_with_1012() -> None:
    table = Table(pulses={ROOM: Standing(seq=2, epoch="another")})
    hub = hub_of(table)
    line, ear = sit(hub)
    settle(hub, line, 5)
    await Rounds(hub).compare()
    assert ear.closed is not None
    assert ear.closed[0] == 1012
    assert hub.lines == []


async def test_the_beat_carries_the_last_number_written_to_the_line() -> None:
    table = Table(pulses={ROOM: Standing(seq=3, oldest=2, crowd="some")})
    hub = hub_of(table)
    line, ear = sit(hub, seat="a", person=1)
    ahead, ahead_ear = sit(hub, seat="b", person=2)
    settle(hub, line, 3)
    settle(hub, ahead, 4)
    await a_turn()
    rounds = Rounds(hub)
    await rounds.compare()
    await rounds.beat()
    assert ear.frames[-1] | {"at": ""} == {
        "type": "beat", "epoch": "e", "seq": 3, "oldest": 2, "crowd": "some", "at": "",
    }  # fmt: skip
    assert ahead_ear.frames[-1]["seq"] == 4


async def test_a_person_whose_facts_changed_gets_the_notice_before_the_line_is_cut() -> None:
    notice = {"id": "n", "code": "removed", "text": "…", "at": "2026-11-22T11:02:00Z"}
    table = Table()
    hub = hub_of(table)
    mine, my_ear = sit(hub, seat="a", person=1)
    other, other_ear = sit(hub, seat="b", person=2)
    settle(hub, mine, 0)
    settle(hub, other, 0)
    rounds = Rounds(hub)
    await rounds.look_at_facts()
    table.verdict = Verdict([notice], (4403, "removed"))
    await rounds.look_at_facts()
    assert mine in hub.lines
    table.facts = Facts(3, persons=frozenset({1}))
    await rounds.look_at_facts()
    assert my_ear.frames[-1] == {"type": "notice", **notice}
    assert my_ear.closed == (4403, "removed")
    assert other_ear.closed is None


async def test_a_notice_is_told_once_on_a_line() -> None:
    notice = {"id": "n", "code": "hidden", "text": "…", "at": "2026-11-22T11:02:00Z"}
    table = Table(verdict=Verdict([notice]), facts=Facts(1, seats=frozenset({"s"})))
    hub = hub_of(table)
    line, ear = sit(hub)
    settle(hub, line, 0)
    rounds = Rounds(hub)
    for _ in range(3):
        await rounds.look_at_facts()
    await a_turn()
    assert [frame["type"] for frame in ear.frames] == ["welcome", "notice"]


async def test_an_invitation_that_is_over_is_taken_back_once_and_other_letters_are_left_alone() -> None:
    at = {"text": "…", "at": "2026-11-22T11:02:00Z"}
    letter = {"id": "n", "code": "hidden", **at}
    invitation = {"id": "i", "code": "quiet_room", "room": "quiet-1", **at}
    table = Table(verdict=Verdict([letter, invitation]), facts=Facts(1, seats=frozenset({"s"})))
    hub = hub_of(table)
    line, ear = sit(hub)
    settle(hub, line, 0)
    rounds = Rounds(hub)
    await rounds.look_at_facts()
    table.verdict = Verdict()
    for number in (2, 3):
        table.facts = Facts(number, seats=frozenset({"s"}))
        await rounds.look_at_facts()
    await a_turn()
    assert [(frame["id"], frame.get("over")) for frame in ear.frames[1:]] == [
        ("n", None),
        ("i", None),
        ("i", True),
    ]


async def test_the_first_look_is_at_everyone_who_came_in_before_it() -> None:
    table = Table(verdict=Verdict(close=(4403, "suspended")), facts=Facts(9))
    hub = hub_of(table)
    line, ear = sit(hub)
    settle(hub, line, 0)
    await Rounds(hub).look_at_facts()
    assert ear.closed == (4403, "suspended")


async def test_whoever_could_not_be_looked_at_is_looked_at_again() -> None:
    table = Table()
    hub = hub_of(table)
    line, ear = sit(hub)
    settle(hub, line, 0)
    rounds = Rounds(hub)
    await rounds.look_at_facts()
    table.facts = Facts(1, persons=frozenset({1}))
    table.fault = OSError("the table does not answer")
    with pytest.raises(OSError, match="does not answer"):
        await rounds.look_at_facts()
    table.fault, table.verdict = None, Verdict(close=(4403, "suspended"))
    assert table.asked_after == [None, 0]
    await rounds.look_at_facts()
    assert table.asked_after[-1] == 0
    assert ear.closed == (4403, "suspended")


async def test_a_notice_waits_for_the_welcome_and_is_not_lost() -> None:
    notice = {"id": "n", "code": "hidden", "text": "…", "at": "2026-11-22T11:02:00Z"}
    table = Table(verdict=Verdict([notice]))
    hub = hub_of(table)
    line, ear = sit(hub)
    await Rounds(hub).look_at_facts()
    await a_turn()
    assert ear.frames == []
    settle(hub, line, 0)
    await a_turn()
    assert [frame["type"] for frame in ear.frames] == ["welcome", "notice"]


async def test_every_session_is_asked_for_in_each_cycle_though_others_come_and_go() -> None:
    table = Table()
    hub = hub_of(table)
    lines = [sit(hub, seat=f"s{number}", person=number, session=f"h{number}")[0] for number in range(40)]
    rounds = Rounds(hub)
    for number in range(SESSION_SLICES):
        await rounds.look_at_sessions()
        hub.leave(lines[number])
    assert table.sessions_asked >= {f"h{number}" for number in range(SESSION_SLICES, 40)}


async def test_a_session_that_is_gone_is_cut_within_all_slices() -> None:
    table = Table(gone=frozenset({"h2"}), verdict=Verdict(close=(4401, "not_entered")))
    hub = hub_of(table)
    ears = []
    for number in range(3):
        line, ear = sit(hub, seat=f"s{number}", person=number, session=f"h{number}")
        settle(hub, line, 0)
        ears.append(ear)
    rounds = Rounds(hub)
    for _ in range(4):
        await rounds.look_at_sessions()
    assert [ear.closed for ear in ears] == [None, None, (4401, "not_entered")]


async def test_a_hurry_does_not_wait_for_the_round() -> None:
    table = Table(verdict=Verdict(close=(1000, "left")))
    hub = hub_of(table, facts=60.0)
    line, ear = sit(hub)
    settle(hub, line, 0)
    rounds = Rounds(hub)
    rounds.start()
    await a_turn()
    table.facts = Facts(1, seats=frozenset({"s"}))
    hub.hurry()
    await until(lambda: ear.closed == (1000, "left"))
    await rounds.stop()
