"""Pictures of the pages to look at. IBASHO_PICTURES=1 draws the set of docs/pictures/, =all every size and theme."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.guests import Come, Guest, Place
from tests.browser.pictures import draw, draws_all

HEIGHTS = {320: 640, 390: 844, 1280: 800}
THEMES = ("paper", "night", "clear")
# each page once for every width and once for every theme; the room in all of them
KEPT = {(390, "paper"), (320, "clear"), (1280, "night")}
OPEN, RESTING = "engawa", "niwa"
_OPEN_ROOM = f"""
from django.db import transaction
from django.utils import timezone
from ibasho.rooms.models import Room, RoomAudience, RoomSession

with transaction.atomic():
    Room.objects.filter(slug="{OPEN}").update(pace_seconds=0)  # twelve messages at once
    room = Room.objects.get(slug="{OPEN}")
    RoomSession.objects.filter(room=room).delete()
    RoomSession.objects.create(
        room=room, state="open", opens_at=timezone.now(), first_position=1, first_seq=room.seq
    )
    for name in ("{OPEN}", "{RESTING}"):
        RoomAudience.objects.get_or_create(room=Room.objects.get(slug=name), standpoint="person")
"""
_TALK: tuple[dict[str, str], ...] = (
    {"by": "0", "text": "こんばんは。きょうも来ました。"},
    {"by": "1", "text": "こんばんは。\n雨の音を聞きながら、ここを見ていました。"},
    {"by": "2", "text": "はじめてです。読んでいるだけでもいいと聞いて、来ました。"},
    {"by": "0", "text": "もちろんです。わたしも、はじめの一か月は読むだけでした。"},
    {
        "by": "1",
        "text": "昼と夜が反対になってしまって、三日ほど朝の光を見ていません。でも、夜の台所は静かで好きです。",
        "tone": "listen_only",
    },
    {"by": "2", "text": "わかります。冷蔵庫の音だけがしますよね。"},
    {
        "by": "0",
        "text": "家族と話すと、どうしても仕事の話になります。きのうも、そうでした。",
        "cover": "家族と仕事の話",
    },
    {"by": "1", "text": "これは、まちがえました。"},
    {"by": "2", "text": "窓をあけたら、金木犀のにおいがしました。まだ咲いているところがあるんですね。"},
    {"by": "3", "text": "お茶をいれました。みなさんもどうぞ。"},
    {"by": "0", "text": "いただきます。ここでは、だまっていても、いっしょにお茶を飲んでいる気がします。"},
    {"by": "3", "text": "そうですね。\n返事は、しなくてもいいですからね。", "tone": "advice_welcome"},
)


@pytest.fixture(scope="module")
def picture_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("pictures"), IBASHO_RATE_LIMITS="off")
    try:
        place.tell(_OPEN_ROOM)
        yield place
    finally:
        place.end()


@pytest.fixture
def sitter(come: Come, picture_place: Place) -> Guest:
    """Sits in a room in which four people have talked."""
    names = ("こもれびの人", "ゆうぐれのめじろ", "はじめてのかもめ", "みなとのゆず")
    people = [come(picture_place, timezone_id="Asia/Tokyo") for _ in names]
    for person, name in zip(people, names):
        person.enter().sit(OPEN, name=name)
    for number, words in enumerate(_TALK):
        who = people[int(words["by"])]
        fields = {key: value for key, value in words.items() if key != "by"}
        who.send(f"/rooms/{OPEN}/messages/", id=f"00000000-0000-4000-8000-{number:012}", **fields)
    wrong = people[1].row("これは、まちがえました。")
    wrong.locator(".menu > summary").click()
    wrong.get_by_role("button", name="とりけす").click()
    people[3].page.locator(".message--quiet").wait_for()
    return people[3]


def test_draw_every_page(come: Come, sitter: Guest, picture_place: Place) -> None:
    for width, theme in itertools.product(HEIGHTS, THEMES):
        _look(sitter, theme)
        _draw_in_room(sitter, width, theme)
        if (width, theme) in KEPT or draws_all():
            _draw_pages(_stranger(come, picture_place, width, theme), sitter, width, theme)
    _look(sitter, "paper", text_size="200")
    for name, path in (("room", f"/rooms/{OPEN}/"), ("rooms", "/rooms/"), ("home", "/")):
        _size(sitter, 390)
        sitter.open(path)
        draw(sitter.page, f"{name}-390-paper-200-percent", whole=name != "room")


def test_draw_without_script(come: Come, picture_place: Place) -> None:
    guest = come(picture_place, java_script_enabled=False).enter()
    guest.send(f"/rooms/{OPEN}/door/", mode="speak", call_name="あさぎり")
    guest.open(f"/rooms/{OPEN}/")
    draw(guest.page, "room-390-paper-no-script", whole=True)


def _draw_pages(stranger: Guest, sitter: Guest, width: int, theme: str) -> None:
    for name, path in (("home", "/"), ("enter", "/enter/"), ("help", "/help/"), ("events", "/events/")):
        stranger.open(path)
        draw(stranger.page, f"{name}-{width}-{theme}")
    stranger.enter()
    stranger.send("/me/settings/", theme=theme, text_size="100", send_delay="0")
    for name, path in (("rooms", "/rooms/"), ("door", f"/rooms/{OPEN}/"), ("rest", f"/rooms/{RESTING}/")):
        stranger.open(path)
        draw(stranger.page, f"{name}-{width}-{theme}")
    stranger.open("/note/").get_by_label("メモ").fill("もう、消えてしまいたいです。")
    stranger.page.get_by_role("button", name="メモをわたす").click()
    stranger.page.locator("[data-code=support]").wait_for()
    draw(stranger.page, f"note-{width}-{theme}")
    sitter.open("/me/")
    draw(sitter.page, f"me-{width}-{theme}")


def _draw_in_room(sitter: Guest, width: int, theme: str) -> None:
    _size(sitter, width)
    sitter.open(f"/rooms/{OPEN}/")
    sitter.wait_for_line()
    draw(sitter.page, f"room-{width}-{theme}", whole=False)


def _stranger(come: Come, place: Place, width: int, theme: str) -> Guest:
    wishes: dict[str, dict[str, Any]] = {
        "paper": {"color_scheme": "light"},
        "night": {"color_scheme": "dark"},
        "clear": {"contrast": "more"},
    }
    size = {"width": width, "height": HEIGHTS[width]}
    return come(place, viewport=size, timezone_id="Asia/Tokyo", **wishes[theme])


def _look(guest: Guest, theme: str, text_size: str = "100") -> None:
    guest.send("/me/settings/", theme=theme, text_size=text_size, send_delay="0")


def _size(guest: Guest, width: int) -> None:
    guest.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
