"""この人の書き込みを見ない: one's own view alone, told to nobody, and never a keeper's words."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ibasho.lib import clock as house_clock
from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.people.my_record import sections_of
from ibasho.rooms import actions, models
from ibasho.rooms.actions import ignore, leave_room, post_messages, purge_words, stop_ignoring
from ibasho.rooms.models import Ignoring, Message, Room, RoomSession, Seat
from ibasho.rooms.queries import catch_up, ignored_by, page_of_words
from ibasho.rooms.shapes import Line, Posted
from tests.conftest import EnterAs, KeeperClient, OpenRoom, SeatFor
from tests.rooms.conftest import Hear, KeepersLine, LineFor, OnDuty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
JSON = {"accept": "application/json"}
SECRET = "ききたくない話"


@pytest.fixture
def room(open_room: OpenRoom) -> Room:
    return open_room(slug="engawa", title="縁側の部屋", keepers_needed=2, retention_days=7)


@pytest.fixture
def seat(regular: Person, room: Room, seat_for: SeatFor) -> Seat:
    """Of who does not want to read."""
    return seat_for(regular, room, "speak", "なぎ")


@pytest.fixture
def loud(other_regular: Person, room: Room, seat_for: SeatFor) -> Seat:
    return seat_for(other_regular, room, "speak", "とりのす")


@pytest.fixture
def line(seat: Seat, regular: Person, room: Room, line_for: LineFor) -> Line:
    return line_for(regular, room)


@pytest.fixture
def theirs(loud: Seat, other_regular: Person, room: Room, line_for: LineFor) -> Line:
    return line_for(other_regular, room)


@pytest.fixture
def inside(client: Client, regular: Person, enter_as: EnterAs, seat: Seat) -> Client:
    return enter_as(client, regular)


@pytest.fixture
def message(theirs: Line, words_of: Hear) -> Message:
    return say(theirs, words_of, SECRET)


def say(line: Line, words_of: Hear, text: str, **fields: Any) -> Message:
    [answer] = post_messages([words_of(line, text, **fields)])
    assert isinstance(answer, Posted), answer
    return Message.objects.get(pk=answer.message_id)


def page(client: Client, query: str = "") -> str:
    return client.get(f"/rooms/engawa/{query}").content.decode()


def row(shown: str, message: Message) -> str:
    [found] = re.findall(rf'<article class="[^"]*" data-message="{message.pk}".*?</article>', shown, re.S)
    return str(found)


def refused(line: Line, seat: object) -> str:
    with pytest.raises(Refusal) as refusal:
        ignore(line, seat_id=str(seat))
    return refusal.value.code


# ---- the act ----


def test_it_is_one_row_however_often_it_is_chosen(line: Line, loud: Seat, message: Message) -> None:
    ignore(line, seat_id=str(loud.pk))
    ignore(line, seat_id=str(loud.pk))
    [one] = ignored_by(line.seat_id)
    assert (one.seat, one.call_name) == (str(loud.pk), "とりのす")
    stop_ignoring(line, seat_id=str(loud.pk))
    stop_ignoring(line, seat_id=str(loud.pk))
    assert not Ignoring.objects.exists()


def test_it_announces_nothing_and_takes_no_number(
    line: Line, loud: Seat, message: Message, room: Room
) -> None:
    before = Room.objects.values("seq", "last_position").get(pk=room.pk)
    rows = list(Message.objects.values()), list(Seat.objects.values())
    waiting = len(connection.run_on_commit)
    with CaptureQueriesContext(connection) as asked:
        ignore(line, seat_id=str(loud.pk))
        stop_ignoring(line, seat_id=str(loud.pk))
    assert Room.objects.values("seq", "last_position").get(pk=room.pk) == before
    assert (list(Message.objects.values()), list(Seat.objects.values())) == rows
    writes = [
        query["sql"] for query in asked.captured_queries if re.match("INSERT|UPDATE|DELETE", query["sql"])
    ]
    assert len(writes) == 2
    assert all("rooms_ignoring" in sql for sql in writes), writes
    assert len(connection.run_on_commit) == waiting


def test_only_somebody_whose_words_one_reads_can_be_chosen(
    line: Line,
    loud: Seat,
    newcomer: Person,
    room: Room,
    open_room: OpenRoom,
    seat_for: SeatFor,
    words_of: Hear,
) -> None:
    assert refused(line, loud.pk) == "not_found", "sits there, but has said nothing"
    assert refused(line, seat_for(newcomer, room, "observe").pk) == "not_found"
    elsewhere = seat_for(newcomer, open_room(keepers_needed=2), "speak", "そら")
    assert refused(line, elsewhere.pk) == "not_found"
    assert refused(line, uuid4()) == "not_found"
    assert refused(line, "なぎ") == "not_found"
    assert refused(line, "") == "not_found"
    assert not Ignoring.objects.exists()


def test_words_of_an_evening_one_was_not_at_lead_nowhere(
    line: Line, loud: Seat, message: Message, seat: Seat, regular: Person, room: Room, line_for: LineFor
) -> None:
    session = RoomSession.objects.get(room=room)
    session.state, session.closes_at = "closed", house_clock.now()
    session.save()
    seat.attendances.all().delete()
    RoomSession.objects.create(
        room=room,
        state="open",
        opens_at=house_clock.now(),
        first_position=message.position + 1,
        first_seq=message.seq,
    )
    assert refused(line_for(regular, room), loud.pk) == "not_found"


def test_one_does_not_ignore_oneself(line: Line, words_of: Hear) -> None:
    say(line, words_of, "わたしの言葉")
    assert refused(line, line.seat_id) == "malformed"
    with pytest.raises(IntegrityError), transaction.atomic():
        Ignoring.objects.create(seat_id=line.seat_id, whom_id=line.seat_id)


def test_keepers_are_always_heard_and_read_everything(
    line: Line,
    loud: Seat,
    message: Message,
    room: Room,
    on_duty: OnDuty,
    keeper: Any,
    keepers_line: KeepersLine,
    words_of: Hear,
) -> None:
    on_duty(room)
    watch = keepers_line(keeper, room)
    say(watch, words_of, "見守り役です。")
    assert refused(line, watch.seat_id) == "malformed"
    assert refused(watch, loud.pk) == "not_found"
    assert not Ignoring.objects.exists()


def test_there_is_an_end_to_the_list(
    line: Line,
    loud: Seat,
    message: Message,
    newcomer: Person,
    room: Room,
    seat_for: SeatFor,
    line_for: LineFor,
    words_of: Hear,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions.ignoring, "MOST_IGNORED", 1)
    ignore(line, seat_id=str(loud.pk))
    second = seat_for(newcomer, room, "speak", "そら")
    say(line_for(newcomer, room), words_of, "こんばんは。")
    assert refused(line, second.pk) == "full"
    ignore(line, seat_id=str(loud.pk))
    stop_ignoring(line, seat_id=str(loud.pk))
    ignore(line, seat_id=str(second.pk))
    assert models.MOST_IGNORED == 100


def test_it_is_chosen_at_a_human_pace(line: Line, loud: Seat, message: Message) -> None:
    for _ in range(20):
        rate_limit.take("ignore", line.seat_id)
    assert refused(line, loud.pk) == "too_fast"
    with pytest.raises(Refusal) as refusal:
        stop_ignoring(line, seat_id=str(loud.pk))
    assert refusal.value.code == "too_fast"


# ---- the page without a script ----


def test_the_page_leaves_the_words_out_and_shows_the_way_back(
    inside: Client, loud: Seat, message: Message, line: Line, words_of: Hear
) -> None:
    own = say(line, words_of, "わたしの言葉")
    shown = page(inside)
    assert SECRET in row(shown, message)
    assert f'formaction="/rooms/engawa/ignoring/" name="seat" value="{loud.pk}"' in row(shown, message)
    assert "ignoring" not in row(shown, own)
    assert 'data-ignoring=""' in shown

    answer = inside.post("/rooms/engawa/ignoring/", {"seat": str(loud.pk)})
    assert (answer.status_code, answer["Location"]) == (303, "/rooms/engawa/#latest")
    shown = page(inside)
    assert SECRET not in shown
    assert "見ないことにした人の書き込みです。" in row(shown, message)
    assert "とりのす" not in row(shown, message)
    assert f'formaction="/rooms/engawa/ignoring/lift/" name="seat" value="{loud.pk}"' in row(shown, message)
    assert "わたしの言葉" in row(shown, own)
    assert f'data-ignoring="{loud.pk} "' in shown
    assert re.search(
        rf'<li class="ignored__person" data-seat="{loud.pk}"><span data-name>とりのす</span>', shown
    )

    assert inside.post("/rooms/engawa/ignoring/lift/", {"seat": str(loud.pk)}).status_code == 303
    assert SECRET in row(page(inside), message)


def test_so_do_older_pages(inside: Client, loud: Seat, theirs: Line, words_of: Hear, line: Line) -> None:
    first = say(theirs, words_of, SECRET)
    last = say(line, words_of, "あとの言葉")
    assert SECRET in page(inside, f"?before={last.position}")
    ignore(line, seat_id=str(loud.pk))
    older = page(inside, f"?before={last.position}")
    assert SECRET not in older
    assert "見ないことにした人の書き込みです。" in row(older, first)


def test_words_that_nobody_sees_stand_as_for_everybody(
    inside: Client, loud: Seat, message: Message, line: Line, theirs: Line, words_of: Hear
) -> None:
    ignore(line, seat_id=str(loud.pk))
    actions.withdraw_message(words_of(theirs, verb="withdraw", message=str(message.pk)))
    assert "この書き込みは、とりけされました。" in row(page(inside), message)


def test_everybody_else_reads_the_very_same_bytes_as_before(
    inside: Client,
    line: Line,
    loud: Seat,
    message: Message,
    other_regular: Person,
    newcomer: Person,
    seat_for: SeatFor,
    room: Room,
    enter_as: EnterAs,
) -> None:
    seat_for(newcomer, room, "observe")
    others = [enter_as(Client(), person) for person in (other_regular, newcomer)]

    def seen() -> list[str]:
        paths = ("/rooms/engawa/", "/rooms/engawa/messages/", "/rooms/", "/me/", "/me/download/")
        answers = [
            other.get(path, headers={"accept": kind})
            for other in others
            for path in paths
            for kind in ("text/html", "application/json")
        ]
        fresh = re.compile(r'(name="(?:csrfmiddlewaretoken|id)" value=")[^"]*')
        return [fresh.sub(r"\1", answer.content.decode()) for answer in answers]

    before = seen()
    assert any(SECRET in answer for answer in before)
    ignore(line, seat_id=str(loud.pk))
    assert seen() == before


def test_it_costs_the_page_one_query_whomever_one_ignores(
    inside: Client, line: Line, loud: Seat, theirs: Line, words_of: Hear
) -> None:
    for number in range(5):
        say(theirs, words_of, f"言葉{number}")
        rate_limit.reset()

    def queries() -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            page(inside)
        return [query["sql"] for query in asked.captured_queries]

    page(inside)
    before = queries()
    assert len([sql for sql in before if "rooms_ignoring" in sql]) == 1
    ignore(line, seat_id=str(loud.pk))
    assert len(queries()) == len(before)


def test_a_keeper_at_the_door_of_ignoring_finds_nothing(
    room: Room, on_duty: OnDuty, keeper: Any, keeper_client: KeeperClient, loud: Seat, message: Message
) -> None:
    on_duty(room)
    browser = keeper_client(keeper)
    assert browser.post("/rooms/engawa/ignoring/", {"seat": str(loud.pk)}).status_code == 404
    assert SECRET in browser.get("/desk/rooms/engawa/").content.decode()


@pytest.mark.parametrize("lift", ["", "lift/"])
def test_who_has_no_seat_finds_nothing(
    client: Client, newcomer: Person, enter_as: EnterAs, loud: Seat, message: Message, lift: str
) -> None:
    enter_as(client, newcomer)
    answer = client.post(f"/rooms/engawa/ignoring/{lift}", {"seat": str(loud.pk)}, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not Ignoring.objects.exists()


def test_a_refusal_is_a_kind_page_with_its_status(inside: Client, line: Line, words_of: Hear) -> None:
    say(line, words_of, "わたしの言葉")
    answer = inside.post("/rooms/engawa/ignoring/", {"seat": line.seat_id})
    assert answer.status_code == 400
    assert "自分の書き込みは、いつも出ます。" in answer.content.decode()


# ---- the wire ----


def test_the_answer_in_json_and_you_name_the_seats(
    inside: Client, line: Line, loud: Seat, message: Message
) -> None:
    assert "ignoring" not in catch_up(line, epoch=None, since=None).you
    answer = inside.post("/rooms/engawa/ignoring/", {"seat": str(loud.pk)}, headers=JSON)
    assert answer.json() == {"ignoring": [str(loud.pk)]}
    caught = catch_up(line, epoch=None, since=None)
    assert caught.you["ignoring"] == [str(loud.pk)]
    answer = inside.post("/rooms/engawa/ignoring/lift/", {"seat": str(loud.pk)}, headers=JSON)
    assert answer.json() == {"ignoring": []}
    assert "ignoring" not in catch_up(line, epoch=None, since=None).you


def test_rows_are_the_same_for_all_and_the_ignored_one_hears_of_nothing(
    line: Line, theirs: Line, loud: Seat, message: Message
) -> None:
    epoch = catch_up(theirs, epoch=None, since=None).epoch
    before = catch_up(theirs, epoch=epoch, since=0)
    ignore(line, seat_id=str(loud.pk))
    assert catch_up(theirs, epoch=epoch, since=0) == before
    assert catch_up(line, epoch=epoch, since=0).events == before.events
    assert page_of_words(line) == page_of_words(theirs)


# ---- what is held, and until when ----


def test_it_stands_in_ones_own_record_and_in_nobody_elses(
    line: Line, loud: Seat, message: Message, regular: Person, other_regular: Person
) -> None:
    before = sections_of(other_regular)
    ignore(line, seat_id=str(loud.pk))
    rows = [row for section in sections_of(regular) for row in section.rows]
    assert ("見ないことにした人", "とりのす") in rows
    assert sections_of(other_regular) == before


def test_the_record_keeps_the_name_one_saw_and_not_the_next_one(
    inside: Client, line: Line, loud: Seat, message: Message, other_regular: Person, room: Room
) -> None:
    ignore(line, seat_id=str(loud.pk))
    actions.take_seat(other_regular, room, mode="speak", call_name="ほかの名前")
    shown = page(inside)
    assert "とりのす" in shown
    assert "ほかの名前" not in shown


@pytest.mark.parametrize("who", ["regular", "other_regular"])
def test_erasing_either_of_the_two_ends_it(
    who: str, request: pytest.FixtureRequest, line: Line, loud: Seat, message: Message
) -> None:
    ignore(line, seat_id=str(loud.pk))
    erase(request.getfixturevalue(who))
    assert not Ignoring.objects.exists()


def test_a_seat_that_was_erased_meanwhile_chooses_nothing_and_is_not_chosen(
    line: Line, loud: Seat, message: Message, regular: Person, other_regular: Person
) -> None:
    erase(other_regular)
    assert refused(line, loud.pk) == "not_found"
    erase(regular)
    assert refused(line, loud.pk) == "not_found"
    assert not Ignoring.objects.exists()


def test_it_outlasts_leaving_and_ends_with_the_seat(
    line: Line, loud: Seat, message: Message, regular: Person, other_regular: Person, room: Room, clock: Any
) -> None:
    ignore(line, seat_id=str(loud.pk))
    leave_room(regular, room)
    actions.take_seat(regular, room, mode="observe")
    assert ignored_by(line.seat_id)
    leave_room(other_regular, room)
    RoomSession.objects.update(state="closed", closes_at=house_clock.now())
    clock.shift(dt.timedelta(days=8))
    purge_words()
    assert not Seat.objects.filter(pk=loud.pk).exists()
    assert not Ignoring.objects.exists()
