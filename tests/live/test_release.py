from __future__ import annotations

import asyncio

import pytest

from ibasho.live.changes import Change
from tests.live.hearing import ROOM, Table, a_turn, change, hub_of, settle, sit, until
from tests.patience import PATIENCE_SECONDS


async def test_the_welcome_is_first_and_what_came_during_the_read_follows_once() -> None:
    hub = hub_of()
    line, ear = sit(hub)
    hub.hear([change(4), change(5)])
    hub.hear([change(6)])
    await a_turn()
    assert ear.frames == []
    settle(hub, line, 5)
    await a_turn()
    assert [frame["type"] for frame in ear.frames] == ["welcome", "message_posted"]
    assert ear.seqs == [6]


async def test_a_read_that_is_ahead_of_the_push_gets_nothing_twice() -> None:
    hub = hub_of()
    first, first_ear = sit(hub, seat="a", person=1)
    settle(hub, first, 3)
    ahead, ahead_ear = sit(hub, seat="b", person=2)
    settle(hub, ahead, 5)
    await a_turn()
    hub.hear([change(4), change(5), change(6)])
    await a_turn()
    assert first_ear.seqs == [4, 5, 6]
    assert ahead_ear.seqs == [6]
    hub.hear([change(7)])
    await a_turn()
    assert first_ear.seqs[-1] == ahead_ear.seqs[-1] == 7


async def test_changes_leave_by_number_whatever_order_they_come_in() -> None:
    hub = hub_of(early=5.0)
    line, ear = sit(hub)
    settle(hub, line, 0)
    hub.hear([change(3)])
    hub.hear([change(2)])
    await a_turn()
    assert ear.seqs == []
    hub.hear([change(1)])
    await a_turn()
    assert ear.seqs == [1, 2, 3]


async def test_a_missing_change_is_read_from_the_table_once_for_all_readers() -> None:
    table = Table(changes=[change(1), change(2), change(3)])
    hub = hub_of(table)
    ears = []
    for number in range(3):
        line, ear = sit(hub, seat=f"s{number}", person=number)
        settle(hub, line, 0)
        ears.append(ear)
    hub.hear([change(1)])
    hub.hear([change(3)])
    await until(lambda: all(ear.seqs == [1, 2, 3] for ear in ears))
    assert table.reads == 1


async def test_one_turn_of_the_loop_is_one_write_of_the_same_bytes_for_everyone() -> None:
    hub = hub_of()
    ears = []
    for number in range(3):
        line, ear = sit(hub, seat=f"s{number}", person=number)
        settle(hub, line, 0)
        ears.append(ear)
    await a_turn()
    for ear in ears:
        ear.packages.clear()
    hub.hear([change(1)])
    hub.hear([change(2)])
    await a_turn()
    assert [len(ear.packages) for ear in ears] == [1, 1, 1]
    assert len({id(ear.packages[0]) for ear in ears}) == 1
    assert ears[0].packages[0].framed is ears[1].packages[0].framed


async def test_an_answer_to_one_line_goes_out_with_its_changes_in_one_write() -> None:
    hub = hub_of()
    line, ear = sit(hub)
    settle(hub, line, 0)
    await a_turn()
    ear.packages.clear()
    hub.hear([change(1)])
    hub.tell(line, {"type": "posted", "id": "x", "message": "m1", "seq": 1})
    await a_turn()
    assert len(ear.packages) == 1
    assert sorted(frame["type"] for frame in ear.frames) == ["message_posted", "posted"]


@pytest.mark.parametrize("pushes", ["before", "after", "never"])
async def test_of_the_first_two_readers_the_one_with_the_older_read_loses_nothing(pushes: str) -> None:
    table = Table(changes=[change(4), change(5)])
    hub = hub_of(table)
    older, older_ear = sit(hub, seat="a", person=1)
    newer, newer_ear = sit(hub, seat="b", person=2)
    if pushes == "before":
        hub.hear([change(4), change(5)])
        await a_turn()
    settle(hub, newer, 5)
    await a_turn()
    settle(hub, older, 3)
    await a_turn()
    if pushes == "after":
        hub.hear([change(4), change(5)])
    await until(lambda: older_ear.seqs == [4, 5])
    hub.hear([change(6)])
    await until(lambda: older_ear.seqs == [4, 5, 6] and newer_ear.seqs == [6])
    assert table.reads == (0 if pushes == "after" else 1)


async def test_a_reader_who_came_later_gets_earlier_rows_without_their_words() -> None:
    hub = hub_of()
    old, old_ear = sit(hub, seat="a", person=1, history_from=1)
    new, new_ear = sit(hub, seat="b", person=2, history_from=10)
    settle(hub, old, 0)
    settle(hub, new, 0)
    hub.hear(
        [change(1, position=4, kind="message_changed", cover="c", tone="listen_only"), change(2, position=12)]
    )
    await a_turn()
    assert [frame["message"].get("text") for frame in old_ear.frames[1:]] == ["words 1", "words 2"]
    early, late = new_ear.frames[1:]
    assert not {"text", "cover", "tone"} & early["message"].keys()
    assert early["message"]["call_name"] == "しずか"
    assert late["message"]["text"] == "words 2"


async def test_reading_again_holds_live_changes_back_and_loses_none() -> None:
    hub = hub_of()
    line, ear = sit(hub)
    settle(hub, line, 2)
    await a_turn()
    hub.hold(line)
    hub.hear([change(3), change(4)])
    await a_turn()
    assert ear.seqs == []
    hub.settle(line, {"type": "fill", "seq": 3}, 3, "e")
    await a_turn()
    assert [frame["type"] for frame in ear.frames] == ["welcome", "fill", "message_posted"]
    assert ear.seqs == [4]


async def test_a_reading_that_failed_goes_on_where_the_line_was() -> None:
    hub = hub_of()
    line, ear = sit(hub)
    settle(hub, line, 2)
    await a_turn()
    hub.hold(line)
    hub.hear([change(3)])
    await a_turn()
    hub.let_go(line)
    hub.hear([change(4)])
    await a_turn()
    assert ear.seqs == [3, 4]


async def test_a_room_that_nobody_reads_any_more_is_forgotten() -> None:
    hub = hub_of()
    line, _ = sit(hub)
    settle(hub, line, 2)
    hub.leave(line)
    hub.leave(line)
    assert hub.rooms == []
    hub.hear([change(3)])
    await a_turn()
    again, ear = sit(hub)
    settle(hub, again, 3)
    await a_turn()
    assert ear.seqs == []


async def test_a_change_wakes_those_who_wait_without_a_line() -> None:
    hub = hub_of()
    watch = hub.watch(7)
    hub.hear([change(1)])
    await asyncio.wait_for(watch.woken, PATIENCE_SECONDS)
    hub.unwatch(7, watch)
    assert hub.rooms == []


async def test_those_who_sit_there_when_the_room_opens_are_named_once() -> None:
    table = Table()
    hub = hub_of(table)
    line, _ = sit(hub)
    settle(hub, line, 0)
    opened = {"type": "room_changed", "room": {"state": "open", "pace": 0}}
    hub.hear([Change(ROOM, 1, {**opened, "seq": 1})])
    hub.hear([Change(ROOM, 2, {**opened, "seq": 2})])
    await until(lambda: table.turned)
    await a_turn()
    assert table.turned == [line]


async def test_those_who_sit_there_are_in_the_next_session_though_nobody_saw_it_begin() -> None:
    table = Table()
    hub = hub_of(table)
    line, _ = sit(hub)
    settle(hub, line, 0)

    async def opens(number: int, closes_at: str) -> None:
        room = {"state": "open", "pace": 0, "closes_at": closes_at}
        hub.hear([Change(ROOM, number, {"type": "room_changed", "seq": number, "room": room})])
        await until(lambda: len(table.turned) == number)

    await opens(1, "2026-12-01T12:00:00Z")
    await opens(2, "2026-12-01T15:00:00Z")
    assert table.turned == [line, line]
