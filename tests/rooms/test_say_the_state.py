"""What the room's header says on a page; the line says the same (js/models/post_state.js)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from ibasho.lib import clock as house_clock
from ibasho.people.models import Person
from ibasho.rooms.models import Room
from ibasho.rooms.queries import card_for
from ibasho.rooms.shapes import RoomShape, YouShape, room_shape
from ibasho.rooms.views import facts
from ibasho.rooms.views.shown import show_standing
from tests.conftest import EnterAs, SeatFor
from tests.rooms.conftest import OnDuty, bring_to, pass_by


def line(state: str, **fields: Any) -> str:
    fields = {"closes_at": None, "opens_at": None, "why": ""} | fields
    room = room_shape(Room(slug="yoru", title="夜の部屋"), state=state, crowd="quiet", **fields)
    you = {"seat": "s", "seats": ["s"], "mode": "speak", "may_post": True, "waiting": []}
    return show_standing(room, you).line  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (900, "20:17に、部屋をしめます。"),
        (301, "20:07に、部屋をしめます。"),
        (300, "5分以内に、部屋をしめます。20:07までです。"),
        (60, "1分以内に、部屋をしめます。書いた言葉は、いま送れます。"),
        (0, "部屋をしめる時間です。書きかけの言葉は、あと1分送れます。"),
        (-60, "部屋をしめています。書きかけの言葉は、そのまま残ります。"),
    ],
)
def test_a_room_that_closes_says_so_at_fifteen_five_and_one_minutes(
    clock: Any, seconds: int, says: str
) -> None:
    assert line("closing", closes_at=house_clock.now() + dt.timedelta(seconds=seconds)) == says


def test_a_room_that_rests_says_why_and_until_when(clock: Any) -> None:
    at = house_clock.now() + dt.timedelta(minutes=10)
    assert line("paused", why="no_keepers").startswith("いま、スタッフがそろっていません。")
    assert line("paused", why="by_keeper", opens_at=at).startswith("20:12まで、お休みします。")
    assert line("paused", why="by_keeper").startswith("少しお休みします。")


@pytest.mark.django_db
def test_the_door_of_a_room_that_rests_says_what_is_so(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: Any, second_keeper: Any
) -> None:
    def reason(there: int) -> str:
        return facts.rest_reason(card_for(evening), there, has_come=False)

    assert reason(0) == "いまは、準備をしています。きょうは翌0:30までに、スタッフがそろえばあきます。"
    assert reason(1) == "いまは、準備をしています。スタッフが1人来ています。あと1人そろうと、あきます。"
    assert reason(2) == "いまは、準備をしています。まもなく、あきます。"
    on_duty(evening)
    pass_by(clock, 180, keeper)
    assert "スタッフが2人そろわないので" in reason(1)
    assert card_for(evening).when_text == "いまは、休けいです。スタッフがもどると、またあきます。"
    bring_to("paused")
    assert reason(2) == "いま、少しお休みしています。またあいたら、入れます。"
    bring_to("closed")
    assert "スタッフもいません" in reason(0)
    assert "スタッフもいません" not in reason(1)


@pytest.mark.django_db
def test_a_room_without_need_of_keepers_says_who_may_be_there(
    clock: Any,
    trial_room: Room,
    on_duty: OnDuty,
    client: Client,
    enter_as: EnterAs,
    regular: Person,
    seat_for: SeatFor,
) -> None:
    browser = enter_as(client, regular)
    door = browser.get("/rooms/tameshi/").content.decode()
    assert "この部屋にいる人と、スタッフです。" in door
    assert "スタッフが、ときどき来て練習します。" in door
    seat_for(regular, trial_room, name="なぎ")
    assert (
        "<span data-staff>スタッフが、ときどき来て読みます</span>"
        in browser.get("/rooms/tameshi/").content.decode()
    )
    on_duty(trial_room)
    assert "<span data-staff>スタッフがいます</span>" in browser.get("/rooms/tameshi/").content.decode()


def test_a_room_whose_words_are_checked_first_says_so() -> None:
    room = RoomShape(slug="a", title="あ", state="open", pace=0, crowd="quiet", checked=True)
    you = YouShape(seat="s", seats=["s"], mode="speak", may_post=True, waiting=[])
    assert (
        show_standing(room, you).line
        == "いまは、スタッフが見てから、書き込みが出ます。少し時間がかかります。"
    )
