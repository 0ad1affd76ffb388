"""The door: what it says before one goes in, and what it asks."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from ibasho.people.models import Person
from ibasho.rooms.models import Room, Seat
from ibasho.rooms.passphrase import key_of
from tests.conftest import EnterAs, OpenRoom, SeatFor

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture
def room(open_room: OpenRoom) -> Room:
    return open_room(slug="engawa", title="縁側の部屋")


@pytest.fixture
def inside(client: Client, newcomer: Person, enter_as: EnterAs) -> Client:
    return enter_as(client, newcomer)


def page(client: Client) -> str:
    return client.get("/rooms/engawa/").content.decode()


def test_the_door_says_who_reads_how_long_and_how_to_leave(inside: Client, room: Room) -> None:
    shown = page(inside)
    for question in ("入れる人", "読む人", "スタッフ", "残る日数", "あく時間", "帰り方"):
        assert f"<dt>{question}</dt>" in shown
    assert "14日で消えます" in shown
    assert "<title>戸口 – みどりの家</title>" in shown


def test_watching_is_chosen_beforehand(inside: Client, room: Room) -> None:
    assert 'name="mode" value="observe" checked' in page(inside)


def test_a_door_for_some_says_that_the_wall_is_one_of_honesty(inside: Client, open_room: OpenRoom) -> None:
    open_room(slug="engawa", standpoints=["person"])
    shown = page(inside)
    assert "ご家族は入れません" in shown
    assert "確かめていません" in shown


def test_readings_stand_over_each_choice_and_the_button_for_who_wants_them(
    inside: Client, room: Room
) -> None:
    assert "<ruby>" not in page(inside)
    inside.post("/me/settings/", {"furigana": "on", "theme": "paper", "text_size": "100", "send_delay": "0"})
    form = page(inside).partition('<form class="stack stack--wide"')[2].partition("</form>")[0]
    assert form.count("<ruby>") > 10
    unread = re.sub(r"<[^>]*>", "", re.sub(r"<ruby>.*?</ruby>", "", form))
    assert re.findall(r"[一-鿿]+", unread) == []


def test_watching_needs_no_name(inside: Client, room: Room, newcomer: Person) -> None:
    answer = inside.post("/rooms/engawa/door/", {"mode": "observe", "call_name": ""})
    assert (answer.status_code, answer["Location"]) == (303, "/rooms/engawa/#latest")
    seat = Seat.objects.get(person=newcomer)
    assert (seat.mode, seat.call_name) == ("observe", "")


def test_an_empty_name_is_left_to_the_house(inside: Client, room: Room, newcomer: Person) -> None:
    inside.post("/rooms/engawa/door/", {"mode": "speak", "call_name": ""})
    assert Seat.objects.get(person=newcomer).call_name


def test_a_refused_name_comes_back_with_what_was_typed(inside: Client, room: Room) -> None:
    answer = inside.post("/rooms/engawa/door/", {"mode": "speak", "call_name": "スタッフみどり"})
    shown = answer.content.decode()
    assert answer.status_code == 403
    assert 'value="スタッフみどり"' in shown
    assert 'id="call_name-say"' in shown
    assert 'value="speak" checked' in shown


def test_a_refusal_in_json_has_the_fields_of_the_frame(inside: Client, room: Room) -> None:
    answer = inside.post("/rooms/engawa/door/", {"mode": "speak", "call_name": "運営"}, headers=JSON)
    assert answer.status_code == 403
    assert answer.json()["type"] == "refused"
    assert answer.json()["code"] == "name_reserved"


def test_a_room_of_the_other_side_is_the_same_as_no_room(
    inside: Client, open_room: OpenRoom, newcomer: Person
) -> None:
    open_room(slug="engawa", standpoints=["parent"])
    hidden, missing = inside.get("/rooms/engawa/"), inside.get("/rooms/nowhere/")
    assert hidden.status_code == missing.status_code == 404
    assert len(hidden.content) == len(missing.content)
    assert inside.post("/rooms/engawa/door/", {"mode": "observe"}).status_code == 404
    assert not Seat.objects.filter(person=newcomer).exists()


def test_an_outsider_is_told_to_enter_first(outsider: Client, room: Room) -> None:
    assert outsider.get("/rooms/engawa/").status_code == 302
    answer = outsider.post("/rooms/engawa/door/", {"mode": "observe"}, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_entered")


def test_a_room_that_is_not_open_has_no_door_form(inside: Client, open_room: OpenRoom) -> None:
    open_room(slug="engawa", state="preparing")
    shown = page(inside)
    assert "/rooms/engawa/door/" not in shown
    assert 'action="/note/"' in shown
    assert "よるの電話" in shown
    assert inside.post("/rooms/engawa/door/", {"mode": "observe"}).status_code == 403


def test_the_passphrase_is_asked_where_it_is_needed(inside: Client, open_room: OpenRoom) -> None:
    open_room(slug="engawa", entry=Room.Entry.PASSPHRASE, passphrase_key=key_of("ひだまり"))
    assert 'name="passphrase"' in page(inside)
    wrong = inside.post("/rooms/engawa/door/", {"mode": "observe", "passphrase": "こかげ"})
    assert wrong.status_code == 404
    assert 'id="passphrase-say"' in wrong.content.decode()
    assert (
        inside.post("/rooms/engawa/door/", {"mode": "observe", "passphrase": "ひだまり"}).status_code == 303
    )


def test_leaving_leads_to_the_list_and_asks_nothing(
    inside: Client, room: Room, newcomer: Person, seat_for: SeatFor
) -> None:
    seat_for(newcomer, room, "observe")
    answer = inside.post("/rooms/engawa/leave/")
    assert (answer.status_code, answer["Location"]) == (303, "/rooms/")
    assert Seat.objects.get(person=newcomer).left_at is not None


def test_the_address_of_a_form_is_only_written_to(inside: Client, room: Room) -> None:
    for path in ("door", "leave"):
        assert inside.get(f"/rooms/engawa/{path}/").status_code == 405


def test_a_refusal_is_said_before_all_else_and_leads_to_its_field(inside: Client, room: Room) -> None:
    shown = inside.post("/rooms/engawa/door/", {"mode": "speak", "call_name": "運営"}).content.decode()
    assert shown.index('href="#call_name"') < shown.index("<h1")
    assert re.search(r'id="call_name"[^>]*aria-invalid="true" autofocus', shown)


def test_in_its_own_hours_a_room_says_until_when_it_may_still_open(
    clock: object, inside: Client, open_room: OpenRoom
) -> None:
    open_room(
        slug="engawa",
        keepers_needed=2,
        state="preparing",
        closes_at=dt.datetime(2026, 11, 22, 13, 0, tzinfo=dt.UTC),
    )
    assert "きょうは22:00までに、スタッフがそろえばあきます。" in page(inside)


def test_an_end_after_midnight_is_said_to_be_tomorrows(
    clock: object, inside: Client, open_room: OpenRoom
) -> None:
    open_room(
        slug="engawa",
        keepers_needed=2,
        state="preparing",
        closes_at=dt.datetime(2026, 11, 22, 15, 30, tzinfo=dt.UTC),
    )
    assert "きょうは翌0:30までに" in page(inside)
