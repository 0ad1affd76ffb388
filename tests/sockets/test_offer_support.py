"""The support card on the line: to the browser that wrote, and a byte to nobody else."""

from __future__ import annotations

import pytest

from ibasho.rooms.models import Room, Seat
from tests.sockets.kit import QUICK, line_of, poll, serving

pytestmark = pytest.mark.django_db(transaction=True)
HARD = "もう、死にたい。"


async def test_the_writer_alone_is_told_and_closes_it_on_the_line(
    room: Room, mine: str, theirs: str, writer: Seat
) -> None:
    async with serving(QUICK), line_of(mine, room) as line, line_of(theirs, room) as reader:
        await line.frame()
        await reader.frame()
        sent = await line.post(HARD)
        heard = [await line.frame_of("posted", "notice") for _ in range(2)]  # in either order
        posted, notice = sorted(heard, key=lambda frame: frame["type"] == "notice")
        assert posted["id"] == sent
        assert notice.keys() == {"type", "id", "code", "text", "at", "card"}
        assert notice["code"] == "support"
        async with line_of(mine, room) as other_tab:  # of the same browser
            assert [it["id"] for it in (await other_tab.frame())["notices"]] == [notice["id"]]
        _, _, polled = await poll(f"/rooms/{room.slug}/events/", mine)
        assert [it["id"] for it in polled["notices"]] == [notice["id"]]
        _, _, others = await poll(f"/rooms/{room.slug}/events/", theirs)
        assert others["notices"] == []

        await line.send({"type": "seen", "id": notice["id"]})
        await line.post("お茶を飲みました。")
        await line.frame_of("posted")
        _, _, polled = await poll(f"/rooms/{room.slug}/events/", mine)
        assert polled["notices"] == []

        heard = [await reader.frame_of("message_posted") for _ in range(2)]
        assert [frame["message"]["text"] for frame in heard] == [HARD, "お茶を飲みました。"]
        frames = [await reader.frame() for _ in range(3)]
        assert {frame["type"] for frame in frames} == {"beat"}
