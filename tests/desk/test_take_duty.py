"""Taking duty from the desk, staying longer, going out for a moment, ending it."""

from __future__ import annotations

import datetime as dt

import time_machine
from django.db import transaction

from ibasho.duty.queries import duty_of
from ibasho.lib import clock
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import OpeningHours, Room, RoomSession
from tests.conftest import KeeperClient
from tests.desk.conftest import OnDuty, page_of

TEN = "2026-11-22T13:00:00Z"


def _state(room: Room) -> str:
    return str(RoomSession.objects.filter(room=room).latest("opens_at").state)


def test_one_button_takes_duty_in_the_chosen_rooms(
    engawa: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    answer = client.post("/desk/duty/", {"slugs": ["engawa"], "until": TEN})
    assert (answer.status_code, answer["Location"]) == (303, "/desk/#state")
    duty = duty_of(keeper.keeper_id)
    assert duty is not None
    assert duty.until == dt.datetime(2026, 11, 22, 13, tzinfo=dt.UTC)


def test_without_a_room_the_form_comes_back_with_what_was_chosen(
    engawa: Room, hondana: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    answer = keeper_client(keeper).post("/desk/duty/", {"until": "2026-11-22T14:00:00Z"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "部屋を、ひとつ以上えらんでください。" in page
    assert '<option value="2026-11-22T14:00:00Z" selected>' in page
    assert 'data-desk="/desk/"' in page  # the desk asks for itself there, not at the form's address


def test_a_time_that_is_none_is_asked_for_again(
    engawa: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    for until in ("", "nine", "2026-11-22T20:00:00"):
        assert (
            keeper_client(keeper).post("/desk/duty/", {"slugs": "engawa", "until": until}).status_code == 400
        )


def test_two_taps_are_one_duty(engawa: Room, keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    client = keeper_client(keeper)
    for _ in range(2):
        client.post("/desk/duty/", {"slugs": ["engawa"], "until": TEN})
    first = duty_of(keeper.keeper_id)
    assert first is not None
    assert list(first.rooms.values_list("room__slug", flat=True)) == ["engawa"]


def test_going_out_for_a_moment_and_coming_back(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    client.post("/desk/duty/out/")
    page = page_of(client, "/desk/")
    assert "ひと休みしています" in page
    assert "もどりました" in page
    assert _state(watched) == "paused"
    client.post("/desk/duty/in/")
    assert _state(watched) == "open"


def test_looking_at_the_desk_does_not_end_going_out(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    client.post("/desk/duty/out/")
    client.get("/desk/")
    duty = duty_of(keeper.keeper_id)
    assert duty is not None
    assert duty.stepped_out_at is not None


def test_half_an_hour_more(watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    client = keeper_client(keeper)
    client.post("/desk/duty/extend/")
    assert "当番は21:32までです" in page_of(client, "/desk/")


def test_the_page_before_the_end_says_what_will_rest(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    page = page_of(keeper_client(keeper), "/desk/handover/?end=on")
    assert "<strong>縁側の部屋</strong>が休けいになります" in page


def test_with_a_third_keeper_nothing_would_rest(
    watched: Room, keeper: KeeperFacts, steward: KeeperFacts, keeper_client: KeeperClient, on_duty: OnDuty
) -> None:
    on_duty(steward, watched)
    page = page_of(keeper_client(keeper), "/desk/handover/?end=on")
    assert "いまおわっても、休けいになる部屋はありません。" in page


def test_ending_without_a_note(watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    client = keeper_client(keeper)
    client.post("/desk/duty/end/")
    client.post("/desk/duty/end/")
    assert duty_of(keeper.keeper_id) is None
    assert _state(watched) == "paused"


def test_a_look_at_any_page_of_the_desk_is_a_sign_of_being_there(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient, clock: time_machine.Traveller
) -> None:
    client = keeper_client(keeper)
    for path in ("/desk/", "/desk/notes/", "/desk/handover/", "/desk/rooms/engawa/"):
        clock.shift(dt.timedelta(seconds=60))
        client.get(path)
        duty = duty_of(keeper.keeper_id)
        assert duty is not None
        assert duty.there_at is not None
        assert (dt.datetime.now(dt.UTC) - duty.there_at).total_seconds() < 1, path


def test_the_form_says_how_a_room_is_that_opened_without_planned_hours(
    engawa: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    with transaction.atomic():
        OpeningHours.objects.all().delete()
    for state, says in (
        ("open", "いま、あいています（22:00まで）"),
        ("preparing", "スタッフがそろうと、あきます（22:00まで）"),
        ("paused", "いま、休けいしています（22:00まで）"),
        ("closed", "きょうは、あく予定がありません"),
    ):
        with transaction.atomic():
            paused = {"paused_why": "by_hand", "paused_at": clock.now()} if state == "paused" else {}
            RoomSession.objects.filter(room=engawa).update(
                state=state, **({"paused_why": "", "paused_at": None} | paused)
            )
        assert says in page_of(client, "/desk/"), state


def test_a_room_that_opens_hours_later_is_not_chosen_for_who_comes_at_night(
    engawa: Room, keeper: KeeperFacts, keeper_client: KeeperClient, clock: time_machine.Traveller
) -> None:
    with transaction.atomic():
        RoomSession.objects.filter(room=engawa).update(state="closed")
    chosen = '<input type="checkbox" name="slugs" value="engawa" checked>'
    clock.move_to("2026-11-22T01:00:00Z")
    assert chosen in page_of(keeper_client(keeper), "/desk/")
    clock.move_to("2026-11-21T17:00:00Z")
    page = page_of(keeper_client(keeper), "/desk/")
    assert 'value="engawa"' in page
    assert chosen not in page
