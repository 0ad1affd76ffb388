from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client

from ibasho.lib.clock import TOKYO
from ibasho.moderation.actions import ask_review, forget_old_acts, hide, remove, rest, restore, set_pace
from ibasho.moderation.models import Hiding, LogDetail, LogEntry, Rest, ReviewRequest, RoomRemoval, SealedText
from ibasho.moderation.queries import check_log, sealed_for
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import close_trial_room, leave_room, purge_words
from ibasho.rooms.models import Message, Room, Seat
from tests.conftest import EnterAs, SeatFor
from tests.moderation.conftest import RULE, Say, letters_to, on_duty

pytestmark = pytest.mark.django_db
WORDS = "ひとことを そえました。"


def test_seals_and_details_end_with_the_review_window(
    keeper: KeeperFacts, room: Room, message: Message, clock: time_machine.Traveller
) -> None:
    hide(keeper, room.slug, message.pk, rule=RULE, words=WORDS)
    clock.shift(dt.timedelta(days=30, seconds=-1))
    forget_old_acts()
    assert sealed_for(message.pk) is not None
    clock.shift(2)
    assert sealed_for(message.pk) is None
    forget_old_acts()
    forget_old_acts()
    assert not SealedText.objects.exists()
    assert LogDetail.objects.get().facts == {}
    assert LogEntry.objects.get().rule == RULE
    assert check_log() is None


def test_what_rooms_went_through_stays_in_the_log(
    keeper: KeeperFacts, room: Room, clock: time_machine.Traveller
) -> None:
    set_pace(keeper, room.slug, seconds=30)
    clock.shift(dt.timedelta(days=400))
    forget_old_acts()
    assert LogDetail.objects.get().facts == {"seconds": 30, "rule": "stay_here"}


def test_acts_end_when_they_are_over_and_the_window_too(
    keeper: KeeperFacts, room: Room, seat: Seat, message: Message, clock: time_machine.Traveller
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE)
    remove(keeper, room.slug, seat.pk, days=30, rule=RULE)
    hide(keeper, room.slug, message.pk, rule=RULE)
    clock.shift(dt.timedelta(days=29))
    forget_old_acts()
    assert (Rest.objects.count(), RoomRemoval.objects.count()) == (1, 1)
    clock.shift(dt.timedelta(days=2))
    forget_old_acts()
    assert (Rest.objects.count(), RoomRemoval.objects.count()) == (0, 0)
    assert Hiding.objects.count() == 1  # what is hidden must be restorable
    purge_words()
    forget_old_acts()
    assert not Hiding.objects.exists()


def test_an_act_whose_review_waits_stays(
    keeper: KeeperFacts, room: Room, seat: Seat, regular: Person, clock: time_machine.Traveller
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE)
    ask_review(letters_to(regular)[0]["act"])
    clock.shift(dt.timedelta(days=60))
    forget_old_acts()
    assert Rest.objects.count() == 1


def test_a_seat_stays_as_long_as_an_act_hangs_on_it(
    keeper: KeeperFacts, room: Room, seat: Seat, regular: Person, clock: time_machine.Traveller
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE)
    leave_room(regular, room)
    seat.attendances.all().delete()
    clock.shift(dt.timedelta(days=20))
    purge_words()
    assert Seat.objects.filter(pk=seat.pk).exists()
    clock.shift(dt.timedelta(days=20))
    forget_old_acts()
    purge_words()
    assert not Seat.objects.filter(pk=seat.pk).exists()


def test_what_was_tried_in_the_room_to_try_goes_with_it(
    trial_room: Room, keeper: KeeperFacts, regular: Person, seat_for: SeatFor, say: Say
) -> None:
    on_duty(trial_room, keeper)
    seat = seat_for(regular, trial_room)
    tried = say(regular, trial_room, "ためしています。")
    hide(keeper, trial_room.slug, tried.pk, rule=RULE)
    rest(keeper, trial_room.slug, seat.pk, minutes=10, rule=RULE)
    close_trial_room()
    assert not SealedText.objects.exists()
    assert not Hiding.objects.exists()
    assert check_log() is None


def test_erasing_a_person_leaves_what_was_done_and_nothing_that_leads_to_them(
    keeper: KeeperFacts, room: Room, seat: Seat, message: Message, regular: Person
) -> None:
    hide(keeper, room.slug, message.pk, rule=RULE, words=WORDS)
    rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE, words=WORDS)
    remove(keeper, room.slug, seat.pk, days=7, rule=RULE, words=WORDS)
    for letter in letters_to(regular):
        ask_review(letter["act"], WORDS)
    erase(regular)
    assert [(entry.verb, entry.rule, entry.actor) for entry in LogEntry.objects.all()] == [
        (verb, RULE, keeper.keeper_id) for verb in ("hide", "rest", "remove")
    ]
    assert check_log() is None
    for detail in LogDetail.objects.all():
        assert (detail.seat, detail.salt, detail.body) == (None, "", "")
    for kind in (Hiding, Rest, RoomRemoval):
        act = kind.objects.get()
        assert (act.words, act.seat.person) == ("", None)
    assert {request.words for request in ReviewRequest.objects.all()} == {""}
    assert [seal.seat for seal in SealedText.objects.all()] == [None]
    assert WORDS not in _everything()


def test_others_keep_theirs(
    keeper: KeeperFacts, room: Room, seat: Seat, reader: Seat, regular: Person, other_regular: Person
) -> None:
    for one in (seat, reader):
        rest(keeper, room.slug, one.pk, minutes=10, rule=RULE, words=WORDS)
    erase(regular)
    assert Rest.objects.get(seat=reader).words == WORDS
    assert LogDetail.objects.get(seat=reader.pk).facts["words"] == WORDS


def test_the_person_sees_all_of_it_on_their_page_and_takes_it_along(
    keeper: KeeperFacts,
    room: Room,
    seat: Seat,
    message: Message,
    regular: Person,
    client: Client,
    enter_as: EnterAs,
) -> None:
    hide(keeper, room.slug, message.pk, rule=RULE, words=WORDS)
    rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE)
    code = next(letter["act"] for letter in letters_to(regular) if letter["code"] == "hidden")
    restore(keeper, room.slug, message.pk)
    ask_review(code, "見てください。")
    browser = enter_as(client, regular)
    for page in (browser.get("/me/"), browser.get("/me/download/")):
        said = page.content.decode()
        for words in (
            "スタッフからの声かけ",
            "書き込みをかくしました。",
            "少し休む時間です。",
            WORDS,
            "もどしました。",
            "見てください。",
            "見直しのための、言葉のうつし",
            "12月22日（火）まで",
            "番号のこと",
        ):
            assert words in said
        assert str(keeper.person_id) not in [row["words"] for row in _rows(page)]


def _rows(page: Any) -> list[dict[str, str]]:
    if "json" not in page["Content-Type"]:
        return []
    return [row for section in page.json()["record"] for row in section["rows"]]


def test_keepers_see_what_they_did(
    keeper: KeeperFacts, room: Room, message: Message, keeper_client: Any
) -> None:
    hide(keeper, room.slug, message.pk, rule=RULE)
    page = keeper_client(keeper).get("/me/").content.decode()
    assert "スタッフとしてしたこと" in page
    assert "書き込みをかくしました" in page


def test_the_page_of_erasure_says_what_stays(regular: Person, client: Client, enter_as: EnterAs) -> None:
    assert "見直しのためのうつし" in enter_as(client, regular).get("/me/erasure/").content.decode()


def test_the_page_of_what_is_kept_names_every_table(client: Client, keeper: KeeperFacts) -> None:
    page = client.get("/about/data/").content.decode()
    assert "見直しのためのうつし" in page
    assert "moderation." not in page


def _everything() -> str:
    """Every value of every row of this part and of the letters."""
    models = [*apps.get_app_config("moderation").get_models(), apps.get_model("house.Notice")]
    return " ".join(str(row) for model in models for row in model._default_manager.values_list())


def test_a_review_can_be_asked_for_as_long_as_the_letter_says(
    keeper: KeeperFacts, room: Room, seat: Seat, regular: Person, clock: time_machine.Traveller
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE)
    [letter] = letters_to(regular)
    assert "12月21日（月）まで" in letter["text"]
    clock.move_to(dt.datetime(2026, 12, 21, 23, 59, tzinfo=TOKYO), tick=False)
    forget_old_acts()
    assert ask_review(letter["act"]).pk


def test_the_seal_stays_as_long_as_a_review_that_needs_it_waits(
    keeper: KeeperFacts,
    room: Room,
    seat: Seat,
    message: Message,
    regular: Person,
    say: Say,
    clock: time_machine.Traveller,
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE, message_id=message.pk)
    ask_review(letters_to(regular)[-1]["act"])
    clock.shift(dt.timedelta(minutes=15))
    other = say(regular, room, "べつの言葉です。")
    hide(keeper, room.slug, other.pk, rule=RULE)
    clock.shift(dt.timedelta(days=60))
    forget_old_acts()
    assert sealed_for(message.pk) is not None
    assert sealed_for(other.pk) is None
    assert SealedText.objects.count() == 1
    ReviewRequest.objects.all().delete()
    assert sealed_for(message.pk) is None
    forget_old_acts()
    assert not SealedText.objects.exists()


def test_the_seal_of_hidden_words_stays_also_when_the_words_are_gone(
    keeper: KeeperFacts,
    room: Room,
    seat: Seat,
    message: Message,
    regular: Person,
    say: Say,
    clock: time_machine.Traveller,
) -> None:
    hide(keeper, room.slug, message.pk, rule=RULE)
    ask_review(letters_to(regular)[0]["act"])
    clock.shift(dt.timedelta(minutes=5))
    other = say(regular, room, "べつの言葉です。")
    hide(keeper, room.slug, other.pk, rule=RULE)
    clock.shift(dt.timedelta(days=60))
    purge_words()
    forget_old_acts()
    assert not Message.objects.exists()
    assert sealed_for(message.pk) is not None
    assert sealed_for(other.pk) is None


def test_what_was_asked_about_the_room_to_try_goes_with_it(
    trial_room: Room, keeper: KeeperFacts, regular: Person, seat_for: SeatFor, say: Say
) -> None:
    on_duty(trial_room, keeper)
    seat = seat_for(regular, trial_room)
    tried = say(regular, trial_room, "ためしています。")
    hide(keeper, trial_room.slug, tried.pk, rule=RULE, words=WORDS)
    rest(keeper, trial_room.slug, seat.pk, minutes=10, rule=RULE)
    for letter in letters_to(regular):
        ask_review(letter["act"], "ためしに、おねがいします。")
    assert ReviewRequest.objects.count() == 2
    close_trial_room()
    assert not ReviewRequest.objects.exists()
    assert not Rest.objects.exists()
    assert all(detail.facts == {} for detail in LogDetail.objects.filter(entry__verb__in=("hide", "rest")))
    assert check_log() is None
