"""部屋: made, changed while people sit in it, put in order, and closed for good."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from ibasho.house.models import HouseProfile
from ibasho.moderation.models import LogDetail, LogEntry
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import turn_sessions
from ibasho.rooms.models import ClosedDay, Room, RoomSession, Seat
from ibasho.rooms.passphrase import key_of
from ibasho.rooms.queries.rooms import public_rooms
from tests.conftest import EnterAs, KeeperClient, OpenRoom, SeatFor
from tests.desk.house_kit import fields_of, seen_on

ROOMS = "/desk/house/rooms/"
NEW = ROOMS + "new/"


@pytest.fixture
def desk(steward: KeeperFacts, keeper_client: KeeperClient) -> Client:
    return keeper_client(steward)


@pytest.fixture
def room(open_room: OpenRoom) -> Room:
    return open_room(standpoints=["person"], slug="engawa", title="縁側の部屋", keepers_needed=2)


def _new(desk: Client, **fields: Any) -> dict[str, Any]:
    typed = {
        "title": "縁側の部屋",
        "slug": "engawa",
        "about": "置いていく部屋です。",
        "standpoints": ["person"],
    }
    return fields_of(desk.get(NEW), NEW) | typed | fields


def _change(desk: Client, **fields: Any) -> dict[str, Any]:
    return fields_of(desk.get(f"{ROOMS}engawa/"), f"{ROOMS}engawa/") | fields


def test_a_new_room_asks_for_its_hours_next(desk: Client, steward: KeeperFacts) -> None:
    answer = desk.post(NEW, _new(desk, capacity="１２"))
    assert answer["Location"] == f"{ROOMS}engawa/hours/"
    room = Room.objects.get(slug="engawa")
    assert (room.capacity, room.keepers_needed, room.retention_days, room.is_listed) == (12, 2, 14, True)
    assert [row.standpoint for row in room.audiences.all()] == ["person"]
    entry = LogEntry.objects.latest("number")
    assert (entry.verb, entry.room, entry.actor) == ("create_room", "engawa", steward.keeper_id)
    assert "縁側の部屋" in desk.get(ROOMS).content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("title", "", "部屋の名前を書いてください。"),
        ("title", "あ" * 41, "40文字まで"),
        ("about", "あ" * 201, "200文字まで"),
        ("slug", "えんがわ", "英語の小さい文字と数字で"),
        ("slug", "a" * 41, "40文字まで"),
        ("slug", "new", "もう使われています"),
        ("slug", "tameshi", "もう使われています"),
        ("standpoints", [], "ひとつはえらんでください。"),
        ("standpoints", ["person", "nobody"], "もう一度えらんでください。"),
        ("entry", "window", "どれかひとつを"),
        ("entry", "passphrase", "合言葉がいります"),
        ("passphrase", "ゆず", "「部屋の合言葉」をえらんでください"),
        ("capacity", "0", "1から200まで"),
        ("newcomer_seats", "13", "話す席の数（12）まで"),
        ("pace_seconds", "601", "0から600まで"),
        ("keepers_needed", "0", "1から9まで"),
        ("keepers_needed", "-1", "1から9まで"),
        ("retention_days", "0", "1から90まで"),
        ("retention_days", "たくさん", "1から90まで"),
        ("age_note", "あ" * 61, "60文字まで"),
    ],
)
def test_what_cannot_be_kept_is_said_under_its_field(desk: Client, field: str, typed: Any, says: str) -> None:
    answer = desk.post(NEW, _new(desk, **{field: typed}))
    page = answer.content.decode()
    assert answer.status_code in (409, 422)
    under = "passphrase" if says == "合言葉がいります" else field
    assert says in page.partition(f'id="{under}-say"')[2][:200]
    assert "置いていく部屋です。" in page or field == "about"
    assert not Room.objects.filter(slug="engawa").exists()


def test_a_slug_is_given_once(desk: Client, room: Room) -> None:
    answer = desk.post(NEW, _new(desk, title="もうひとつ"))
    assert answer.status_code == 409
    assert "もう使われています" in answer.content.decode().partition('id="slug-say"')[2][:200]
    assert Room.objects.get(slug="engawa").title == "縁側の部屋"


def test_person_and_family_in_one_room_needs_a_tick(desk: Client) -> None:
    both = ["person", "parent"]
    answer = desk.post(NEW, _new(desk, standpoints=both))
    assert answer.status_code == 422
    assert "どちらもえらばれています" in answer.content.decode().partition('id="over_the_wall-say"')[2]
    desk.post(NEW, _new(desk, standpoints=both, over_the_wall="on"))
    assert Room.objects.get(slug="engawa").audiences.count() == 2
    assert '"over_the_wall":true' in LogDetail.objects.latest("entry__number").body


def test_the_passphrase_is_kept_as_a_fingerprint_and_shown_nowhere(desk: Client) -> None:
    desk.post(NEW, _new(desk, entry="passphrase", passphrase="ゆず の き"))
    room = Room.objects.get(slug="engawa")
    assert room.passphrase_key == key_of("ユズノキ")
    assert "ゆず" not in desk.get(f"{ROOMS}engawa/").content.decode()
    assert "ゆず" not in LogDetail.objects.latest("entry__number").body
    desk.post(f"{ROOMS}engawa/", _change(desk, title="ゆずの部屋"))  # an empty field leaves it as it was
    room.refresh_from_db()
    assert (room.title, room.passphrase_key) == ("ゆずの部屋", key_of("ユズノキ"))


def test_two_rooms_do_not_share_a_passphrase(desk: Client) -> None:
    desk.post(NEW, _new(desk, entry="passphrase", passphrase="ゆずのき"))
    answer = desk.post(NEW, _new(desk, slug="niwa", entry="passphrase", passphrase="ユズノキ"))
    assert answer.status_code == 409
    assert "ほかの合言葉" in answer.content.decode().partition('id="passphrase-say"')[2][:200]
    assert not Room.objects.filter(slug="niwa").exists()


def test_whoever_sits_there_learns_of_the_change_by_its_number(
    desk: Client, room: Room, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as announced:
        desk.post(f"{ROOMS}engawa/", _change(desk, title="新しい縁側", pace_seconds="30"))
    room.refresh_from_db()
    assert (room.title, room.pace_seconds, room.seq) == ("新しい縁側", 30, 1)
    assert announced
    assert room.change.seq == 1
    assert LogEntry.objects.latest("number").verb == "change_room"


def test_what_nobody_sees_in_the_room_takes_no_number(desk: Client, room: Room) -> None:
    desk.post(f"{ROOMS}engawa/", _change(desk, about="ほかの言葉です。", retention_days="3"))
    room.refresh_from_db()
    assert (room.retention_days, room.seq) == (3, 0)


def test_seats_the_room_is_no_longer_for_are_left(
    desk: Client, room: Room, newcomer: Person, seat_for: SeatFor
) -> None:
    seat = seat_for(newcomer, room)
    desk.post(f"{ROOMS}engawa/", _change(desk, standpoints=["sibling"]))
    seat.refresh_from_db()
    assert seat.left_at is not None
    assert seat.facts > 0


def test_seats_the_room_is_still_for_stay(
    desk: Client, room: Room, newcomer: Person, seat_for: SeatFor
) -> None:
    seat_for(newcomer, room)
    desk.post(f"{ROOMS}engawa/", _change(desk, standpoints=["person", "supporter"]))
    assert Seat.objects.get(person=newcomer).left_at is None


def test_of_two_who_change_a_room_the_second_sees_the_first(desk: Client, room: Room) -> None:
    first, second = _change(desk, title="はやい名前"), _change(desk, title="おそい名前", pace_seconds="9")
    desk.post(f"{ROOMS}engawa/", first)
    answer = desk.post(f"{ROOMS}engawa/", second)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "はやい名前" in page
    assert "おそい名前" in page
    assert Room.objects.get(slug="engawa").title == "はやい名前"


def test_the_slug_of_a_room_stays(desk: Client, room: Room) -> None:
    desk.post(f"{ROOMS}engawa/", _change(desk, slug="hanare"))
    assert Room.objects.filter(slug="engawa").exists()


def test_rooms_are_put_in_order(desk: Client, room: Room, open_room: OpenRoom) -> None:
    open_room(slug="niwa", keepers_needed=2)
    desk.post(f"{ROOMS}niwa/place/", {"to": "up"})
    assert [one.slug for one in Room.objects.filter(is_trial=False)] == ["niwa", "engawa"]
    desk.post(f"{ROOMS}niwa/place/", {"to": "up"})
    assert [one.slug for one in Room.objects.filter(is_trial=False)] == ["niwa", "engawa"]
    assert desk.post(f"{ROOMS}niwa/place/", {"to": "away"}).status_code == 400


def test_a_room_is_retired_without_cutting_its_session(
    desk: Client, room: Room, newcomer: Person, seat_for: SeatFor, client: Client, enter_as: EnterAs
) -> None:
    seat_for(newcomer, room)
    path = f"{ROOMS}engawa/retirement/"
    assert desk.post(path)["Location"] == f"{ROOMS}engawa/?sure=1#retire"
    assert Room.objects.get(slug="engawa").retired_on is None
    desk.post(path, {"sure": "on"})
    room.refresh_from_db()
    assert room.retired_on is not None
    assert not public_rooms().filter(pk=room.pk).exists()
    assert RoomSession.objects.get(room=room).state == "open"
    assert enter_as(client, newcomer).get("/rooms/engawa/").status_code == 200
    assert "たたんだ部屋" in desk.get(ROOMS).content.decode()
    assert desk.post(f"{ROOMS}engawa/", {"title": "まだ"}).status_code == 404


def test_a_retired_room_begins_no_session_until_it_is_brought_back(
    clock: time_machine.Traveller, desk: Client, house: HouseProfile
) -> None:
    desk.post(NEW, _new(desk, entry="passphrase", passphrase="ゆずのき"))
    path = f"{ROOMS}engawa/hours/"
    desk.post(path, fields_of(desk.get(path), path) | {"hours_6": "20時〜22時"})
    desk.post(f"{ROOMS}engawa/retirement/", {"sure": "on"})
    turn_sessions()
    assert not RoomSession.objects.exists()
    desk.post(f"{ROOMS}engawa/retirement/lift/")
    turn_sessions()
    assert RoomSession.objects.get().state == "preparing"
    room = Room.objects.get(slug="engawa")
    assert (room.is_listed, room.passphrase_key == key_of("ゆずのき")) == (False, False)


def test_the_room_to_try_is_not_kept_here(desk: Client, trial_room: Room) -> None:
    assert desk.get(f"{ROOMS}{trial_room.slug}/").status_code == 404
    assert trial_room.title not in desk.get(ROOMS).content.decode()


def test_a_day_off_is_set_and_lifted(clock: time_machine.Traveller, desk: Client, room: Room) -> None:
    path = f"{ROOMS}engawa/closed-days/"
    for _ in range(2):
        assert desk.post(path, {"day": "１２月２９日"}).status_code == 303
    assert ClosedDay.objects.get().date == dt.date(2026, 12, 29)
    assert "12月29日（火）" in desk.get(f"{ROOMS}engawa/hours/").content.decode()
    desk.post(path + "lift/", {"day": "2026-12-29"})
    assert not ClosedDay.objects.exists()
    for typed in ("", "いつか", "2026-11-21", "2029-01-01"):
        answer = desk.post(path, {"day": typed})
        assert answer.status_code == 422
        assert 'id="day-say"' in answer.content.decode()


def test_a_coordinator_keeps_rooms_and_a_moderator_does_not(
    room: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    for path in (ROOMS, NEW, f"{ROOMS}engawa/", f"{ROOMS}engawa/hours/"):
        assert client.get(path).status_code == 404
    assert client.post(f"{ROOMS}engawa/retirement/", {"sure": "on"}).status_code == 404
    assert Room.objects.get(slug="engawa").retired_on is None


def test_a_form_without_a_stamp_changes_no_room(desk: Client, room: Room) -> None:
    sent = _change(desk, title="だれかの部屋")
    assert seen_on(desk.get(f"{ROOMS}engawa/"), f"{ROOMS}engawa/") == sent.pop("seen")
    assert desk.post(f"{ROOMS}engawa/", sent).status_code == 409
    assert Room.objects.get(slug="engawa").title == "縁側の部屋"
