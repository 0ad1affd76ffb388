"""Sheets of paper: the same walls as on the screen, an address in words and as dots, readings by choice."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from ibasho.house.models import HouseProfile
from ibasho.lib.qr import qr_of
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import OpeningHours, Room, RoomAudience
from tests.conftest import EnterAs, KeeperClient
from tests.events.conftest import SATURDAY, Meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MONTH = "/events/print/"


def page(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


def sheet(text: str) -> str:
    return text[text.index("<article") : text.index("</article>")]


def test_a_month_on_paper_has_its_meetings_and_the_usual_week_of_the_rooms(
    outsider: Client, meeting: Meeting
) -> None:
    room = Room.objects.create(slug="engawa", title="縁側の部屋", about="ためす部屋です。")
    RoomAudience.objects.create(room=room, standpoint="person")
    OpeningHours.objects.create(room=room, weekday=2, opens=780, closes=1320)
    event = meeting(is_short=True)
    text = sheet(page(outsider, MONTH))
    assert "土曜の会" in text
    assert "短時間" in text
    assert text.count("13:00〜22:00") == 1
    assert "水 13:00〜22:00" in text
    assert "2026年（令和8年）" in text
    assert qr_of("http://testserver/events/").dots in text
    assert "testserver/events/" in text
    assert f"/events/{event.pk}/" not in text


def test_paper_has_the_walls_of_the_screen(
    outsider: Client, client: Client, parent: Person, enter_as: EnterAs, meeting: Meeting
) -> None:
    event = meeting(standpoints=["parent"], title="カナリア", about="カナリア", way="place", place="カナリア")
    for path in (MONTH, f"/events/{event.pk}/print/"):
        text = page(outsider, path)
        assert "家族会" in text
        assert "カナリア" not in text
        assert "13:30" not in text
    assert "カナリア" in page(enter_as(client, parent), MONTH)
    assert "13:30" in page(client, f"/events/{event.pk}/print/")
    assert client.get(f"/events/{meeting(standpoints=['person']).pk}/print/").status_code == 404
    assert client.get("/events/12345/print/").status_code == 404


def test_a_keeper_prints_for_whom_it_is(
    keeper: KeeperFacts, keeper_client: KeeperClient, newcomer: Person, enter_as: EnterAs, meeting: Meeting
) -> None:
    event = meeting(standpoints=["parent"], title="カナリア")
    signed_in = keeper_client(keeper)
    assert "カナリア" not in page(signed_in, MONTH)
    assert "カナリア" in page(signed_in, MONTH, **{"for": "parent"})
    assert "カナリア" in page(signed_in, f"/events/{event.pk}/print/")
    assert "カナリア" not in page(enter_as(Client(), newcomer), MONTH, **{"for": "parent"})
    assert signed_in.get(f"/events/{meeting(is_published=False).pk}/print/").status_code == 404


def test_readings_stand_over_the_words_for_who_asks(outsider: Client, meeting: Meeting) -> None:
    event = meeting(title="｜土曜《どようび》の ｜会《かい》")
    for path in (MONTH, f"/events/{event.pk}/print/"):
        plain, read = page(outsider, path), page(outsider, path, furigana="on")
        assert "土曜の会" in plain
        assert "<ruby>" not in plain
        assert '<ruby>土曜<rp>（</rp><rt aria-hidden="true">どようび</rt>' in read


def test_one_meeting_on_paper_has_what_stays_true(outsider: Client, meeting: Meeting) -> None:
    event = meeting(capacity=1, bring="飲みもの")
    text = sheet(page(outsider, f"/events/{event.pk}/print/"))
    for said in (
        "2026年11月28日（土）",
        "13:30〜15:00",
        "飲みもの",
        "文字だけ",
        f"testserver/events/{event.pk}/",
    ):
        assert said in text
    assert "あいています" not in text
    assert qr_of(f"http://testserver/events/{event.pk}/").dots in text
    off = meeting(called_off_at=SATURDAY, call_off_words="雪のためです。")
    assert "雪のためです。" in sheet(page(outsider, f"/events/{off.pk}/print/"))


def test_other_months_are_not_printed(outsider: Client, meeting: Meeting) -> None:
    assert outsider.get(MONTH, {"month": "2027-09"}).status_code == 404


def test_a_strangers_sheet_sets_no_cookie(outsider: Client, meeting: Meeting) -> None:
    assert not outsider.get(MONTH).cookies
    assert not outsider.get(f"/events/{meeting().pk}/print/").cookies


def test_where_to_come_stands_on_the_paper_of_the_month(outsider: Client, meeting: Meeting) -> None:
    meeting(way="place", place="つばめ坂センター 2階")
    meeting(way="online", title="家からの会")
    text = sheet(page(outsider, MONTH))
    assert (
        '<strong>土曜の会</strong><span class="gap"> </span><span class="sheet__where">つばめ坂センター 2階</span>'
        in text
    )
    assert (
        '<strong>家からの会</strong><span class="gap"> </span><span class="sheet__where">オンライン</span>'
        in text
    )


_RUBY = re.compile(r"<ruby>.*?</ruby>", re.DOTALL)
_DATES = set("年月日令和土")
_KANJI = re.compile(r"[一-鿿]")


@pytest.mark.parametrize("is_one_sided", [False, True])
def test_with_readings_every_label_of_the_house_has_one(
    outsider: Client, meeting: Meeting, is_one_sided: bool
) -> None:
    HouseProfile.objects.update(name="みどり", run_by="みどり")
    event = meeting(
        title="おちゃ",
        kind="family_class",
        way="place",
        place="えき",
        meeting_point="いりぐち",
        bring="おちゃ",
        is_short=True,
        is_at_home=True,
        is_just_looking=True,
        **({"standpoints": ["parent"]} if is_one_sided else {}),
    )
    for path in (MONTH, f"/events/{event.pk}/print/"):
        bare = re.sub(r'<[^>]*aria-label="[^"]*"', "", sheet(page(outsider, path, furigana="on")))
        assert set(_KANJI.findall(re.sub(r"<[^>]*>", "", _RUBY.sub("", bare)))) <= _DATES, path


def test_the_dots_of_a_month_stand_at_its_head(outsider: Client, meeting: Meeting) -> None:
    meeting()
    text = sheet(page(outsider, MONTH))
    head = text[: text.index("</header>")]
    assert 'class="qr"' in head
    assert "testserver/events/" in head
