"""相談窓口: with their source, dated by whoever checked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from ibasho.house.models import Helpline
from ibasho.lib import clock as house_clock
from ibasho.moderation.models import LogEntry
from ibasho.people.queries import KeeperFacts
from tests.conftest import KeeperClient
from tests.desk.house_kit import fields_of, seen_on

LINES = "/desk/house/helplines/"
NEW = LINES + "new/"
TYPED = {
    "name": "ひるの電話",
    "way": "call",
    "number": "０１２０－１１１－２２２",
    "hours_text": "平日の昼",
    "hours_0": "10時〜17時",
    "source_url": "https://hiru.example/",
    "checked": "on",
}


@pytest.fixture
def desk(steward: KeeperFacts, keeper_client: KeeperClient) -> Client:
    return keeper_client(steward)


def _line() -> Helpline:
    return Helpline.objects.get(name="よるの電話")


def _path(rest: str = "") -> str:
    return f"{LINES}{_line().pk}/{rest}"


def test_a_line_is_added_by_who_has_checked_it(desk: Client) -> None:
    answer = desk.post(NEW, TYPED)
    assert answer.status_code == 303
    line = Helpline.objects.get(name="ひるの電話")
    assert (line.number, line.checked_on, line.is_specimen) == ("0120-111-222", house_clock.today(), False)
    assert list(line.hours.values_list("weekday", "opens", "closes")) == [(0, 600, 1020)]
    assert LogEntry.objects.latest("number").verb == "add_helpline"


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "窓口の名前を書いてください。"),
        ("name", "あ" * 81, "80文字まで"),
        ("way", "pigeon", "どれかひとつを"),
        ("number", "", "電話番号がいります"),
        ("number", "でんわ", "数字と「-」"),
        ("number", "1" * 21, "数字と「-」"),
        ("hours_text", "", "時間の言葉を書いてください。"),
        ("note", "あ" * 161, "160文字まで"),
        ("source_url", "", "ではじまるURL"),
        ("source_url", "javascript:alert(1)", "ではじまるURL"),
        ("source_url", "ftp://files.example/", "ではじまるURL"),
        ("source_url", "https://keeper:word@hiru.example/", "ではじまるURL"),
        ("source_url", "https://" + "a" * 200 + ".example/", "ではじまるURL"),
        ("url", "//hiru.example", "ではじまるURL"),
        ("hours_3", "だいたい", "時間を読み取れませんでした"),
        ("checked", "", "確かめてから、足してください"),
    ],
)
def test_what_cannot_be_kept_is_said_under_its_field(desk: Client, field: str, typed: str, says: str) -> None:
    answer = desk.post(
        NEW, {**TYPED, field: typed} if typed else {k: v for k, v in TYPED.items() if k != field}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page.partition(f'id="{field}-say"')[2][:250]
    assert TYPED["hours_text"] in page or field == "hours_text"
    assert not Helpline.objects.exclude(name="よるの電話").exists()


@pytest.mark.parametrize("way", ["text", "web"])
def test_a_line_of_words_needs_its_page(desk: Client, way: str) -> None:
    answer = desk.post(NEW, TYPED | {"way": way})
    assert "URLがいります" in answer.content.decode().partition('id="url-say"')[2][:200]
    assert desk.post(NEW, TYPED | {"way": way, "url": "https://hiru.example/moji"}).status_code == 303


def test_an_edit_alone_does_not_freshen_the_date(desk: Client) -> None:
    old = house_clock.today() - dt.timedelta(days=400)
    Helpline.objects.update(checked_on=old, is_specimen=True)
    sent = fields_of(desk.get(_path()), _path())
    assert "checked" not in sent
    desk.post(_path(), sent | {"note": "お金はかかりません。"})
    assert (_line().note, _line().checked_on, _line().is_specimen) == ("お金はかかりません。", old, True)
    desk.post(_path(), fields_of(desk.get(_path()), _path()) | {"checked": "on"})
    assert (_line().checked_on, _line().is_specimen) == (house_clock.today(), False)


def test_hours_of_every_day_come_back_as_they_were(desk: Client) -> None:
    desk.post(_path(), fields_of(desk.get(_path()), _path()))
    assert list(_line().hours.order_by("weekday").values_list("weekday", "opens", "closes")) == [
        (day, 0, 1440) for day in range(7)
    ]


def test_one_tap_says_that_it_was_checked_today(clock: time_machine.Traveller, desk: Client) -> None:
    Helpline.objects.update(checked_on=house_clock.today() - dt.timedelta(days=181))
    page = desk.get(LINES)
    assert "確かめてから180日をすぎました" in page.content.decode()
    desk.post(_path("check/"), {"seen": seen_on(page, _path("check/"))})
    assert _line().checked_on == house_clock.today()
    assert "180日をすぎました</span>" not in desk.get(LINES).content.decode()
    assert LogEntry.objects.latest("number").verb == "check_helpline"


def test_who_checked_other_words_than_are_there_now_has_not_checked(desk: Client) -> None:
    Helpline.objects.update(checked_on=dt.date(2025, 1, 1))
    seen = seen_on(desk.get(LINES), _path("check/"))
    desk.post(_path(), fields_of(desk.get(_path()), _path()) | {"number": "0120-999-999"})
    assert desk.post(_path("check/"), {"seen": seen}).status_code == 409
    assert _line().checked_on == dt.date(2025, 1, 1)


def test_two_who_change_a_line_see_each_other(desk: Client) -> None:
    first, second = (fields_of(desk.get(_path()), _path()) for _ in range(2))
    desk.post(_path(), first | {"number": "0120-000-001"})
    answer = desk.post(_path(), second | {"number": "0120-000-002"})
    assert answer.status_code == 409
    assert "0120-000-001" in answer.content.decode()
    assert _line().number == "0120-000-001"


def test_lines_are_put_in_order_and_taken_off(desk: Client) -> None:
    desk.post(NEW, TYPED)
    other = Helpline.objects.get(name="ひるの電話")
    desk.post(f"{LINES}{other.pk}/place/", {"to": "up"})
    assert [line.name for line in Helpline.objects.all()] == ["ひるの電話", "よるの電話"]
    assert desk.post(f"{LINES}{other.pk}/removal/")["Location"].endswith("?sure=1#remove")
    assert Helpline.objects.count() == 2
    desk.post(f"{LINES}{other.pk}/removal/", {"sure": "on"})
    assert [line.name for line in Helpline.objects.all()] == ["よるの電話"]
    assert desk.post(f"{LINES}{other.pk}/removal/", {"sure": "on"}).status_code == 404


def test_a_moderator_does_not_find_them(keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    client = keeper_client(keeper)
    for path in (LINES, NEW, _path()):
        assert client.get(path).status_code == 404
    typed: dict[str, Any] = TYPED
    assert client.post(NEW, typed).status_code == 404
    assert Helpline.objects.count() == 1
