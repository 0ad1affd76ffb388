"""The room as a page: the log, the composer, and the hooks that scripts and tests hold on to."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from ibasho.house.actions import publish_rules
from ibasho.house.models import HouseRule, HouseRulesVersion
from ibasho.lib import clock as house_clock
from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person
from ibasho.people.sessions import SessionStore
from ibasho.rooms import actions, post_office
from ibasho.rooms.models import Message, Room, RoomSession, Seat
from ibasho.rooms.views.shown import time_words
from tests.conftest import EnterAs, OpenRoom, SeatFor
from tests.rooms.conftest import bring_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def room(open_room: OpenRoom) -> Room:
    return open_room(slug="engawa", title="縁側の部屋")


@pytest.fixture
def seat(regular: Person, room: Room, seat_for: SeatFor) -> Seat:
    return seat_for(regular, room, "speak", "なぎ")


@pytest.fixture
def inside(client: Client, regular: Person, enter_as: EnterAs, seat: Seat) -> Client:
    return enter_as(client, regular)


def page(client: Client, query: str = "") -> str:
    return client.get(f"/rooms/engawa/{query}").content.decode()


def say(seat: Seat, text: str | None, **fields: object) -> Message:
    """A row as it would stand in the table."""
    room = Room.objects.get(pk=seat.room_id)
    room.seq += 1
    room.last_position += 1
    room.save()
    values: dict[str, object] = {
        "id": uuid.uuid4(),
        "room": room,
        "session": RoomSession.objects.get(room=room),
        "seat": seat,
        "position": room.last_position,
        "seq": room.seq,
        "posted_seq": room.seq,
        "request_id": uuid.uuid4(),
        "call_name": seat.call_name,
        "text": text,
        "at": house_clock.to_minute(house_clock.now()),
    }
    return Message.objects.create(**(values | fields))


def test_there_is_one_log_and_the_first_form_with_words_is_the_composer(inside: Client, seat: Seat) -> None:
    say(seat, "こんばんは。")
    shown = page(inside)
    assert shown.count('role="log"') == 1
    assert 'data-room="engawa"' in shown
    assert 'data-state="open"' in shown
    assert 'action="/rooms/engawa/messages/"' in shown
    assert shown.count('name="text"') == 1
    assert re.search(r'<input type="hidden" name="id" value="[0-9a-f-]{36}">', shown)
    assert "<title>部屋 – みどりの家</title>" in shown


def test_the_number_of_the_page_is_the_number_of_the_table(inside: Client, seat: Seat) -> None:
    say(seat, "こんばんは。")
    assert f'data-seq="{Room.objects.get(slug="engawa").seq}"' in page(inside)


def test_words_are_shown_as_text_and_never_as_markup(inside: Client, seat: Seat) -> None:
    message = say(seat, "<script>alert(1)</script>\n二行め")
    shown = page(inside)
    assert f'data-message="{message.id}"' in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\n二行め</p>" in shown


def test_covered_words_lie_under_the_words_of_their_writer(inside: Client, seat: Seat) -> None:
    say(seat, "夜の話です。", cover="入院のこと", tone="listen_only")
    shown = page(inside)
    assert '<span class="fold__words">入院のこと</span>' in shown
    assert "聞いてほしいだけ</p>" in shown


@pytest.mark.parametrize(
    ("state", "words"),
    [("hidden", "かくしました"), ("withdrawn", "とりけされました"), ("erased", "消えました")],
)
def test_words_that_are_not_shown_leave_one_quiet_line(
    inside: Client, seat: Seat, state: str, words: str
) -> None:
    message = say(seat, "見えない言葉" if state == "hidden" else None, state=state)
    shown = page(inside)
    assert f'data-message="{message.id}"' in shown
    assert words in shown
    assert "見えない言葉" not in shown


def test_own_words_can_be_mended_for_five_minutes_and_taken_back_after(
    inside: Client, seat: Seat, clock: time_machine.Traveller
) -> None:
    message = say(seat, "はじめの言葉")
    edit, withdrawal = f"?edit={message.id}#words", f"/rooms/engawa/messages/{message.id}/withdrawal/"
    assert edit in page(inside)
    clock.shift(dt.timedelta(minutes=6))
    shown = page(inside)
    assert edit not in shown
    assert withdrawal in shown


def test_mending_brings_the_words_into_a_form_of_their_own(inside: Client, seat: Seat) -> None:
    message = say(seat, "はじめの言葉", cover="おおい")
    shown = page(inside, f"?edit={message.id}")
    assert f'action="/rooms/engawa/messages/{message.id}/edit/"' in shown
    assert ">\nはじめの言葉</textarea>" in shown
    assert 'value="おおい"' in shown


def test_anothers_words_offer_only_the_keepers_without_a_script(
    inside: Client, other_regular: Person, room: Room, seat_for: SeatFor
) -> None:
    theirs = say(seat_for(other_regular, room, "speak", "とりのす"), "こんばんは。")
    shown = page(inside)
    assert shown.count(f"/messages/{theirs.id}/") == shown.count(f"/messages/{theirs.id}/concern/") == 1
    assert 'data-act="cover" hidden' in shown
    assert f"?edit={theirs.id}" not in shown
    assert "/edit/" not in page(inside, f"?edit={theirs.id}")


def test_the_page_shows_fifty_and_the_older_ones_on_request(inside: Client, seat: Seat) -> None:
    for number in range(1, 54):
        say(seat, f"言葉{number}番")
    shown = page(inside)
    assert "言葉4番" in shown
    assert "言葉3番" not in shown
    assert 'href="?before=4"' in shown
    older = page(inside, "?before=4")
    assert "言葉3番" in older
    assert "js/room.js" not in older


def test_an_observer_has_a_quiet_way_to_a_speaking_seat_instead_of_a_composer(
    client: Client, newcomer: Person, room: Room, seat_for: SeatFor, enter_as: EnterAs
) -> None:
    seat_for(newcomer, room, "observe")
    shown = page(enter_as(client, newcomer))
    assert 'name="text"' not in shown
    assert 'action="/rooms/engawa/door/"' in shown
    assert 'data-mode="observe"' in shown


def test_a_paused_room_can_be_read_and_says_why_nobody_writes(inside: Client, seat: Seat) -> None:
    say(seat, "こんばんは。")
    bring_to("paused")
    shown = page(inside)
    assert "こんばんは。" in shown
    assert "少しお休みします。" in shown
    assert "<room-composer hidden>" in shown


def test_a_changed_rule_is_shown_above_the_composer(inside: Client, regular: Person) -> None:
    rules = HouseRulesVersion.objects.create(number=2)
    HouseRule.objects.create(
        version=rules, position=1, key="new", group="この場所では", text="あたらしい 約束です。"
    )
    publish_rules(rules)
    shown = page(inside)
    assert shown.index("あたらしい約束です。") < shown.index('name="text"')


def test_the_page_loads_nothing_from_elsewhere_and_has_no_inline_script_or_style(inside: Client) -> None:
    shown = page(inside)
    assert not re.search(r'(src|href)="(https?:)?//', shown)
    assert " style=" not in shown
    assert "<style" not in shown
    assert not re.search(r"<script(?![^>]* src=)", shown)


def test_fifty_words_cost_no_more_queries_than_one(
    inside: Client, seat: Seat, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        say(seat, f"言葉{number}番")
    page(inside)
    with django_assert_max_num_queries(14):
        page(inside)


@pytest.mark.parametrize("path", ["/rooms/", "/rooms/engawa/", "/rooms/engawa/messages/", "/events/"])
def test_a_page_answers_only_what_it_is_for(inside: Client, path: str) -> None:
    assert inside.put(path).status_code == 405


def test_the_room_is_read_even_while_a_coming_cannot_be_noted(
    inside: Client, seat: Seat, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[object] = []

    def locked(line: object) -> None:
        tries.append(line)
        raise OperationalError("database is locked")

    say(seat, "こんばんは。")
    clock.shift(dt.timedelta(days=1))  # the session is due for renewal as well
    monkeypatch.setattr(actions, "attend", locked)
    saved: list[object] = []
    monkeypatch.setattr(SessionStore, "save", lambda *_, **__: saved.append(1))
    answer = inside.get("/rooms/engawa/")
    assert answer.status_code == 200
    assert "こんばんは。" in answer.content.decode()
    assert len(tries) == 1
    assert saved == [], "one wait for the table is enough"


def test_a_refused_form_does_not_wait_for_the_table_again(
    inside: Client, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no(*_: object) -> None:
        raise AssertionError("the seat was noted again")

    def busy(words: object) -> None:
        raise Refusal("busy", retry_after=2)

    clock.shift(dt.timedelta(days=1))
    monkeypatch.setattr(actions, "attend", no)
    monkeypatch.setattr(post_office, "post_and_wait", busy)
    monkeypatch.setattr(SessionStore, "save", no)
    answer = inside.post("/rooms/engawa/messages/", {"id": str(uuid.uuid4()), "text": "のこる言葉"})
    assert answer.status_code == 503
    assert "のこる言葉" in answer.content.decode()


def test_older_pages_are_counted_by_person(inside: Client, regular: Person, seat: Seat) -> None:
    for _ in range(30):
        rate_limit.take("older", regular.pk)
    assert inside.get("/rooms/engawa/?before=1").status_code == 429
    asked = inside.get("/rooms/engawa/messages/?before=1", headers={"accept": "application/json"})
    assert asked.status_code == 429


def test_an_older_day_reads_as_the_script_writes_it() -> None:
    with time_machine.travel(dt.datetime(2026, 11, 24, 11, 0, tzinfo=dt.UTC)):
        assert time_words(dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)) == "11月23日（月） 13:00"
        assert time_words(dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)) == "13:00"


def test_watching_is_said_once(inside: Client) -> None:
    inside.post("/rooms/engawa/door/", {"mode": "observe"})
    shown = page(inside)
    assert shown.count("見ています。") == 1
    assert "見ているだけ" not in shown.partition("room-foot")[2]
