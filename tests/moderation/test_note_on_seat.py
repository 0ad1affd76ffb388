"""席のメモ: keepers tell one another a fact about a seat, and whoever sits there can read it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import forget_old_seat_notes, remove_seat_note, write_seat_note
from ibasho.moderation.models import MOST_SEAT_NOTES, LogDetail, LogEntry, SeatNote
from ibasho.moderation.queries import check_log, notes_on
from ibasho.people.actions import erase
from ibasho.people.models import Keeper, Person, Role
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import leave_duty
from ibasho.rooms.models import Room, Seat
from tests.conftest import EnterAs

pytestmark = pytest.mark.django_db
TEXT = "夜は、返事がゆっくりの方です。"


@pytest.fixture
def note(room: Room, seat: Seat, keeper: KeeperFacts) -> SeatNote:
    return write_seat_note(keeper, room.slug, seat.pk, text=f"  {TEXT}\n")


def test_the_person_reads_it_word_for_word_with_the_date_and_can_answer(
    note: SeatNote, regular: Person, client: Client, enter_as: EnterAs
) -> None:
    page = enter_as(client, regular).get("/me/").content.decode()
    section = page[page.index("スタッフが書いた、席のメモ") :]
    section = section[: section.index("</details>")]
    assert TEXT in section
    assert "11月22日（日） 20:02 部屋「ひだまり」" in section
    assert 'href="/quiet-box/"' in section
    assert "みどり" not in section
    record = json.loads(client.get("/me/download/").content)["record"]
    (held,) = [section for section in record if section["title"] == "スタッフが書いた、席のメモ"]
    assert [row["words"] for row in held["rows"]] == [TEXT]


def test_the_log_says_who_noted_and_not_what(note: SeatNote, seat: Seat, keeper: KeeperFacts) -> None:
    entry = LogEntry.objects.get()
    assert (entry.verb, entry.actor) == ("write_seat_note", keeper.keeper_id)
    detail = LogDetail.objects.get()
    assert detail.seat == seat.pk
    assert TEXT not in detail.body
    assert check_log() is None


def test_two_taps_are_one_note(note: SeatNote, room: Room, seat: Seat, keeper: KeeperFacts) -> None:
    assert write_seat_note(keeper, room.slug, seat.pk, text=TEXT) == note
    assert LogEntry.objects.count() == 1


def test_it_ends_after_fourteen_days(
    note: SeatNote, seat: Seat, regular: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(days=14))
    assert not notes_on(seat.pk).exists()
    assert SeatNote.objects.exists()
    forget_old_seat_notes()
    forget_old_seat_notes()
    assert not SeatNote.objects.exists()


def test_it_goes_with_the_person(note: SeatNote, regular: Person) -> None:
    erase(regular)
    assert not SeatNote.objects.exists()
    assert LogDetail.objects.get().body == ""
    assert check_log() is None


def test_its_author_or_a_coordinator_takes_it_away(
    note: SeatNote, room: Room, seat: Seat, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    with pytest.raises(Refusal) as refused:
        remove_seat_note(second_keeper, room.slug, seat.pk, note.pk)
    assert refused.value.code == "not_found"
    row = Keeper.objects.get(pk=second_keeper.keeper_id)
    with transaction.atomic():
        row.roles.create(role=Role.COORDINATOR, given_on=row.began_on)
    remove_seat_note(second_keeper, room.slug, seat.pk, note.pk)
    assert not SeatNote.objects.exists()
    with pytest.raises(Refusal):
        remove_seat_note(keeper, room.slug, seat.pk, note.pk)
    assert list(LogEntry.objects.order_by("number").values_list("verb", flat=True)) == [
        "write_seat_note",
        "remove_seat_note",
    ]


def test_only_on_duty_there_and_about_nobody_who_keeps(
    room: Room, seat: Seat, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    theirs = Seat.objects.get(room=room, person=keeper.person_id)
    leave_duty(second_keeper)
    for who, where, text, code in (
        (second_keeper, seat.pk, TEXT, "not_found"),
        (keeper, "00000000-0000-4000-8000-000000000000", TEXT, "not_found"),
        (keeper, theirs.pk, TEXT, "malformed"),
        (keeper, seat.pk, " \n", "empty"),
        (keeper, seat.pk, "あ" * 201, "too_long"),
    ):
        with pytest.raises(Refusal) as refused:
            write_seat_note(who, room.slug, where, text=text)
        assert refused.value.code == code
    assert not SeatNote.objects.exists()
    assert not LogEntry.objects.exists()


def test_ten_notes_are_enough(room: Room, seat: Seat, keeper: KeeperFacts) -> None:
    for number in range(MOST_SEAT_NOTES):
        write_seat_note(keeper, room.slug, seat.pk, text=f"{number}番目")
    with pytest.raises(Refusal) as refused:
        write_seat_note(keeper, room.slug, seat.pk, text=TEXT)
    assert refused.value.code == "malformed"
