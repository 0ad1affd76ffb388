from __future__ import annotations

import threading
from typing import Any

import orjson
import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client

from ibasho.house.actions import Clause, draft_rules, publish_rules
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import hide, restore
from ibasho.moderation.models import Hiding, LogEntry, SealedText
from ibasho.moderation.queries import acts_in, sealed_for
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import leave_duty, withdraw_message
from ibasho.rooms.models import Message, Room, Seat
from ibasho.rooms.queries import catch_up
from tests.conftest import EnterAs, OpenRoom
from tests.moderation.conftest import RULE, Say, letters_to
from tests.rooms.conftest import Hear, LineFor

pytestmark = pytest.mark.django_db
SECRET = "あおいつばめがら"


def test_words_go_out_of_sight_and_stay_on_the_row(keeper: KeeperFacts, room: Room, message: Message) -> None:
    act = hide(keeper, room.slug, message.pk, rule=RULE)
    message.refresh_from_db()
    assert message.state == "hidden"
    assert SECRET in (message.text or "")
    assert (act.keeper_id, act.rule_key, act.message_id) == (keeper.keeper_id, RULE, message.pk)


def test_the_writer_is_told_what_why_and_how_to_ask_again(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person
) -> None:
    hide(keeper, room.slug, message.pk, rule=RULE, words="番号は、消しておきますね。")
    [letter] = letters_to(regular)
    assert letter["code"] == "hidden"
    assert letter["actions"] == ["review"]
    for words in (
        "部屋「ひだまり」に20:02に書いた言葉を、いまかくしています。",
        "理由：「人の話を、そのまま聞きます。」という約束のためです（約束一）。",
        "スタッフから：番号は、消しておきますね。",
        "あなたを責めるためではありません。",
        f"見直しの番号「{letter['act']}」",
        "12月21日（月）まで",
    ):
        assert words in letter["text"], letter["text"]
    assert "みどり" not in letter["text"]


def test_a_known_promise_says_what_was_seen(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person
) -> None:
    version = draft_rules([Clause("no_identifiers", "おたがいを守るために", "電話番号は書きません。")])
    publish_rules(version)
    hide(keeper, room.slug, message.pk, rule="no_identifiers")
    [letter] = letters_to(regular)
    assert "理由：連絡先や、だれのことか分かる言葉が、入っていました（約束一）。" in letter["text"]


def test_nobody_reads_them_any_more_by_page_poll_or_catching_up(
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    reader: Seat,
    other_regular: Person,
    line_for: LineFor,
    client: Client,
    enter_as: EnterAs,
) -> None:
    browser = enter_as(client, other_regular)
    addresses = (f"/rooms/{room.slug}/", f"/rooms/{room.slug}/messages/")
    assert SECRET in browser.get(addresses[0]).content.decode()  # the premise: it was there to be read
    hide(keeper, room.slug, message.pk, rule=RULE)
    for address in addresses:
        for accept in ("text/html", "application/json"):
            answer = browser.get(address, headers={"Accept": accept}).content.decode()
            assert SECRET not in answer
            assert "番号のこと" not in answer
    line = line_for(other_regular, room)
    caught = catch_up(line, epoch=None, since=None)
    again = catch_up(line, epoch=caught.epoch, since=0)
    seen = orjson.dumps([caught.events, again.events]).decode()
    assert SECRET not in seen
    assert '"hidden"' in seen


def test_everybody_in_the_room_gets_the_row_without_its_words_and_nothing_of_the_letter(
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    told: list[Any] = []
    monkeypatch.setattr("ibasho.live.publish._hand_over", told.extend)
    with django_capture_on_commit_callbacks(execute=True):
        hide(keeper, room.slug, message.pk, rule=RULE)
    [change] = told
    assert change.event["type"] == "message_changed"
    assert not {"text", "cover", "tone"} & change.event["message"].keys()


def test_others_are_not_told(
    keeper: KeeperFacts, room: Room, message: Message, reader: Seat, other_regular: Person
) -> None:
    hide(keeper, room.slug, message.pk, rule=RULE)
    assert letters_to(other_regular) == []


def test_a_second_tap_gets_the_first_answer(
    keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room, message: Message, regular: Person
) -> None:
    first = hide(keeper, room.slug, message.pk, rule=RULE)
    second = hide(second_keeper, room.slug, str(message.pk), rule="own_pace")
    assert second == first
    assert len(letters_to(regular)) == 1
    assert LogEntry.objects.count() == 1


def test_it_stands_in_the_log_and_on_the_desk(keeper: KeeperFacts, room: Room, message: Message) -> None:
    hide(keeper, room.slug, message.pk, rule=RULE, words="ひとこと")
    entry = LogEntry.objects.get()
    assert (entry.number, entry.actor, entry.verb, entry.room, entry.rule) == (
        1,
        keeper.keeper_id,
        "hide",
        room.slug,
        RULE,
    )
    assert entry.detail.facts == {
        "seat": str(message.seat_id),
        "message": str(message.pk),
        "rule": RULE,
        "words": "ひとこと",
    }
    [act] = acts_in(room.pk)
    assert (act.verb, act.who, act.seat_name, act.is_lifted) == ("hide", "みどり", "なのはな", False)
    assert act.undo == f"messages/{message.pk}/hiding/lift/"


def test_it_is_undone_and_the_writer_is_told(
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    room: Room,
    message: Message,
    regular: Person,
    clock: time_machine.Traveller,
) -> None:
    hide(keeper, room.slug, message.pk, rule=RULE)
    clock.shift(60)
    act = restore(second_keeper, room.slug, message.pk)
    message.refresh_from_db()
    assert message.state == "shown"
    assert act.lifted_by_id == second_keeper.keeper_id
    [letter] = letters_to(regular)  # the one about the hiding is not true any more
    assert letter["code"] == "restored"
    assert "もどしました" in letter["text"]
    assert "actions" not in letter
    restore(keeper, room.slug, message.pk)
    assert [entry.verb for entry in LogEntry.objects.all()] == ["hide", "restore"]
    assert len(letters_to(regular)) == 1
    [shown] = acts_in(room.pk)
    assert (shown.is_lifted, shown.lifted_by, shown.undo) == (True, "すすき", "")


def test_it_can_be_hidden_again_after_it_was_restored(
    keeper: KeeperFacts, room: Room, message: Message
) -> None:
    first = hide(keeper, room.slug, message.pk, rule=RULE)
    restore(keeper, room.slug, message.pk)
    assert hide(keeper, room.slug, message.pk, rule=RULE) != first
    assert SealedText.objects.count() == 1


def test_words_that_are_gone_are_neither_hidden_nor_restored(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    withdraw = words_of(line_for(regular, room), None, verb="withdraw", message=str(message.pk))
    hide(keeper, room.slug, message.pk, rule=RULE)
    withdraw_message(withdraw)
    with pytest.raises(Refusal) as refused:
        hide(keeper, room.slug, message.pk, rule=RULE)
    assert refused.value.code == "not_shown"
    with pytest.raises(Refusal) as refused:
        restore(keeper, room.slug, message.pk)
    assert refused.value.code == "not_shown"
    assert [act.undo for act in acts_in(room.pk)] == [""]


def test_the_seal_survives_a_withdrawal_and_an_erasure(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    withdraw = words_of(line_for(regular, room), None, verb="withdraw", message=str(message.pk))
    hide(keeper, room.slug, message.pk, rule=RULE)
    withdraw_message(withdraw)
    erase(regular)
    seal = sealed_for(message.pk)
    assert seal is not None
    assert (seal.text, seal.cover, seal.tone) == (
        "帽子は あおいつばめがら です。",
        "番号のこと",
        "listen_only",
    )
    assert seal.call_name == "なのはな"
    assert seal.seat is None


def test_who_wrote_it_may_be_gone(keeper: KeeperFacts, room: Room, message: Message, regular: Person) -> None:
    with transaction.atomic():
        regular.delete()
    hide(keeper, room.slug, message.pk, rule=RULE)
    assert Message.objects.get().state == "hidden"


def test_only_a_keeper_on_duty_in_this_room_may(
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    room: Room,
    message: Message,
    open_room: OpenRoom,
) -> None:
    other = open_room(keepers_needed=2)
    leave_duty(second_keeper)
    for who, slug in ((steward, room.slug), (second_keeper, room.slug), (keeper, other.slug), (keeper, "no")):
        with pytest.raises(Refusal) as refused:
            hide(who, slug, message.pk, rule=RULE)
        assert refused.value.code == "not_found"
    assert not Hiding.objects.exists()


def test_words_of_another_room_are_not_found(
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    open_room: OpenRoom,
    regular: Person,
    seat_for: Any,
    say: Say,
) -> None:
    other = open_room(keepers_needed=0, is_trial=True)
    seat_for(regular, other)
    elsewhere = say(regular, other, "べつの部屋です。")
    for unknown in (elsewhere.pk, "0f2a7b1c-3d4e-4f5a-8b6c-7d8e9f0a1b2c", "まちがい"):
        with pytest.raises(Refusal) as refused:
            hide(keeper, room.slug, unknown, rule=RULE)
        assert refused.value.code == "not_found"


def test_keepers_words_are_their_own(
    keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room, say_on_duty: Say
) -> None:
    words = say_on_duty(second_keeper, room)
    with pytest.raises(Refusal) as refused:
        hide(keeper, room.slug, words.pk, rule=RULE)
    assert refused.value.code == "malformed"
    assert "スタッフ" in refused.value.text


@pytest.mark.parametrize(
    ("rule", "words", "code"),
    [
        ("", "", "malformed"),
        ("no_such", "", "malformed"),
        ("a\x00", "", "malformed"),
        (RULE, "あ" * 201, "too_long"),
        (RULE, "a\x00", "malformed"),
    ],
)
def test_a_reason_that_cannot_be_taken_is_refused(
    keeper: KeeperFacts, room: Room, message: Message, rule: str, words: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        hide(keeper, room.slug, message.pk, rule=rule, words=words)
    assert refused.value.code == code
    message.refresh_from_db()
    assert message.state == "shown"


@pytest.mark.django_db(transaction=True)
def test_two_keepers_at_once_are_one_act(
    keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room, message: Message, regular: Person
) -> None:
    start, acts, faults = threading.Barrier(6), [], []

    def tap(facts: KeeperFacts) -> None:
        try:
            start.wait()
            acts.append(hide(facts, room.slug, message.pk, rule=RULE).pk)
        except Exception as error:  # told by the assertion below
            faults.append(error)
        finally:
            connection.close()

    taps = [threading.Thread(target=tap, args=(facts,)) for facts in (keeper, second_keeper) * 3]
    for thread in taps:
        thread.start()
    for thread in taps:
        thread.join()
    assert faults == []
    assert len(set(acts)) == 1
    assert (Hiding.objects.count(), LogEntry.objects.count(), len(letters_to(regular))) == (1, 1, 1)
