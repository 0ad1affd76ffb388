"""Words that wait: a keeper shows them or keeps them back, and says why."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import ask_review, claim, keep_back, let_wait, overturn_act, release, set_stage
from ibasho.moderation.models import KeepingBack, LogEntry, ReviewRequest, SealedText
from ibasho.moderation.queries import acts_in, claims_now, held_in, held_waiting
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import leave_room, post_messages, turn_sessions
from ibasho.rooms.models import HeldPost, Message, Room, RoomChange, Seat
from ibasho.rooms.queries import waiting_of
from ibasho.rooms.shapes import Held
from tests.moderation.conftest import RULE, Say, letters_to
from tests.rooms.conftest import Hear, LineFor

pytestmark = pytest.mark.django_db
WORDS = "カナリアの言葉"


@pytest.fixture
def waits(seat: Seat, regular: Person, room: Room, line_for: LineFor, words_of: Hear) -> HeldPost:
    [answer] = post_messages([words_of(line_for(regular, room), WORDS, choice="to_keepers")])
    assert isinstance(answer, Held)
    return HeldPost.objects.get(pk=answer.message_id)


def test_who_left_their_seat_is_told_so_when_the_decision_is_taken_back(
    keeper: KeeperFacts, room: Room, waits: HeldPost, regular: Person
) -> None:
    keep_back(keeper, room.slug, waits.pk, rule=RULE)
    leave_room(regular, room)
    let_wait(keeper, room.slug, waits.pk)
    letter = next(letter for letter in letters_to(regular) if letter["code"] == "waits_again")
    assert "あなたは席を立ったので、出すことはできません。" in letter["text"]
    assert "おわった" not in letter["text"]


def test_one_tap_shows_them_and_stands_in_the_log(
    keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room, waits: HeldPost, regular: Person
) -> None:
    message = release(keeper, room.slug, waits.pk)
    assert (message.text, message.state, message.position) == (WORDS, "shown", 1)
    assert release(second_keeper, room.slug, str(waits.pk)) == message
    entry = LogEntry.objects.get()
    assert (entry.verb, entry.actor) == ("release", keeper.keeper_id)
    assert entry.detail.facts == {
        "seat": str(waits.seat_id), "message": str(waits.pk), "why": "to_keepers",
    }  # fmt: skip
    assert letters_to(regular) == [], "they see it come"
    assert held_waiting() == []


def test_the_desk_reads_why_they_wait_and_what_their_seat_said_before(
    keeper: KeeperFacts, room: Room, regular: Person, seat: Seat, say: Say, waits: HeldPost
) -> None:
    say(regular, room, "そのあとの言葉")
    [shown] = held_in(room.pk)
    assert (shown.text, shown.reason, shown.call_name) == (WORDS, "書いた方が えらびました", "なのはな")
    assert shown.earlier == ["そのあとの言葉"], "of the same minute"


def test_kept_back_they_are_sealed_and_their_writer_is_told_why(
    keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room, waits: HeldPost, regular: Person
) -> None:
    act = keep_back(keeper, room.slug, waits.pk, rule=RULE, words="また来てくださいね。")
    assert keep_back(second_keeper, room.slug, waits.pk, rule="own_pace") == act
    waits.refresh_from_db()
    assert (waits.outcome, waits.decided_by_id) == ("kept_back", keeper.keeper_id)
    assert waiting_of(str(waits.seat_id)) == ()
    assert SealedText.objects.get().text == WORDS
    [letter] = letters_to(regular)
    assert (letter["code"], letter["actions"]) == ("kept_back", ["review"])
    for words in (
        "部屋「ひだまり」に20:02に書いた言葉を、スタッフが読みました。今回は、出しませんでした。",
        "理由：「人の話を、そのまま聞きます。」という約束のためです（約束一）。",
        "スタッフから：また来てくださいね。",
        "あなたを責めるためではありません。",
    ):
        assert words in letter["text"]
    assert WORDS not in letter["text"]
    assert [entry.verb for entry in LogEntry.objects.all()] == ["keep_back"]
    [shown] = acts_in(room.pk)
    assert (shown.verb, shown.undo) == ("keep_back", f"held/{waits.pk}/keeping/lift/")
    with pytest.raises(Refusal, match="not_shown"):
        release(keeper, room.slug, waits.pk)
    assert not Message.objects.exists()


def test_it_is_undone_and_they_wait_again(
    keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room, waits: HeldPost, regular: Person
) -> None:
    keep_back(keeper, room.slug, waits.pk, rule=RULE)
    act = let_wait(second_keeper, room.slug, waits.pk)
    assert let_wait(keeper, room.slug, waits.pk) == act
    assert act.lifted_by_id == second_keeper.keeper_id
    [letter] = letters_to(regular)
    assert letter["code"] == "waits_again"
    assert "もう一度、スタッフを待っています。" in letter["text"]
    release(keeper, room.slug, waits.pk)
    assert [entry.verb for entry in LogEntry.objects.all()] == ["keep_back", "let_wait", "release"]


def test_undone_after_the_room_closed_nothing_is_shown_any_more(
    keeper: KeeperFacts, room: Room, waits: HeldPost, regular: Person, clock: time_machine.Traveller
) -> None:
    act = keep_back(keeper, room.slug, waits.pk, rule=RULE)
    clock.shift(dt.timedelta(minutes=30))
    from ibasho.rooms.models import RoomSession

    RoomSession.objects.update(state="closed")
    let_wait(keeper, room.slug, waits.pk)
    act.refresh_from_db()
    waits.refresh_from_db()
    assert act.lifted_at is not None
    assert waits.outcome == "closed"
    assert "出すことはできません" in letters_to(regular)[-1]["text"]


def test_a_review_shows_them_as_if_nothing_had_been(
    keeper: KeeperFacts, steward: KeeperFacts, room: Room, waits: HeldPost, regular: Person
) -> None:
    keep_back(keeper, room.slug, waits.pk, rule=RULE)
    [letter] = letters_to(regular)
    ask_review(letter["act"])
    overturn_act(steward, ReviewRequest.objects.get().pk)
    assert Message.objects.get().text == WORDS
    assert KeepingBack.objects.get().lifted_at is not None
    assert any("また部屋の人が読めます" in letter["text"] for letter in letters_to(regular))


def test_nobody_decides_without_duty_there(steward: KeeperFacts, room: Room, waits: HeldPost) -> None:
    for decide in (
        lambda: release(steward, room.slug, waits.pk),
        lambda: keep_back(steward, room.slug, waits.pk, rule=RULE),
    ):
        with pytest.raises(Refusal, match="not_found"):
            decide()
    assert not LogEntry.objects.exists()


def test_a_reason_is_needed_to_keep_words_back(keeper: KeeperFacts, room: Room, waits: HeldPost) -> None:
    with pytest.raises(Refusal, match="malformed"):
        keep_back(keeper, room.slug, waits.pk, rule="nothing")
    waits.refresh_from_db()
    assert waits.outcome == "waiting"


def test_an_erased_writer_leaves_only_a_seal_of_nobody(
    keeper: KeeperFacts, room: Room, waits: HeldPost, regular: Person
) -> None:
    act = keep_back(keeper, room.slug, waits.pk, rule=RULE, words="ひとこと")
    erase(regular)
    waits.refresh_from_db()
    act.refresh_from_db()
    assert (waits.text, act.words) == (None, "")
    assert SealedText.objects.get().seat is None


def test_what_was_kept_back_stays_so_when_the_room_closes(
    keeper: KeeperFacts, room: Room, waits: HeldPost, clock: time_machine.Traveller
) -> None:
    keep_back(keeper, room.slug, waits.pk, rule=RULE)
    clock.shift(dt.timedelta(hours=3))
    turn_sessions()
    waits.refresh_from_db()
    assert waits.outcome == "kept_back"


def test_a_stage_is_set_with_one_tap_and_taken_back_with_another(
    keeper: KeeperFacts, room: Room, seat: Seat
) -> None:
    set_stage(keeper, room.slug, stage="checked_first", is_on=True)
    set_stage(keeper, room.slug, stage="checked_first", is_on=True)
    set_stage(keeper, room.slug, stage="checked_first", is_on=False)
    entries = LogEntry.objects.all()
    assert [entry.detail.facts for entry in entries] == [
        {"stage": "checked_first", "on": True, "rule": "stay_here"},
        {"stage": "checked_first", "on": False},
    ]


def test_the_room_hears_only_of_what_everybody_notices(keeper: KeeperFacts, room: Room) -> None:
    def seq() -> Any:
        room.refresh_from_db()
        return room.seq

    before = seq()
    for stage in ("newcomers_first", "holds_abuse"):
        set_stage(keeper, room.slug, stage=stage, is_on=True)
    assert seq() == before
    assert room.newcomers_first
    set_stage(keeper, room.slug, stage="checked_first", is_on=True)
    assert seq() == before + 1
    assert RoomChange.objects.get(room=room).seq == before + 1
    with pytest.raises(Refusal, match="malformed"):
        set_stage(keeper, room.slug, stage="title", is_on=True)


def test_while_another_looks_they_wait_for_them_or_are_taken_over(
    keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room, waits: HeldPost
) -> None:
    ref = held_in(room.pk)[0].ref
    claim(keeper, ref)
    for decide in (
        lambda: release(second_keeper, room.slug, waits.pk),
        lambda: keep_back(second_keeper, room.slug, waits.pk, rule=RULE),
    ):
        with pytest.raises(Refusal) as refused:
            decide()
        assert refused.value.code == "asked"
    waits.refresh_from_db()
    assert waits.outcome == "waiting"
    claim(second_keeper, ref, over=keeper.keeper_id)
    release(second_keeper, room.slug, waits.pk)
    assert claims_now() == []
    with pytest.raises(Refusal) as refused:
        claim(keeper, ref)
    assert refused.value.code == "not_found"


def test_those_of_one_minute_stand_as_they_were_written(
    room: Room, waits: HeldPost, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    for text in ("つぎの言葉", "さいごの言葉"):
        post_messages([words_of(line_for(regular, room), text, choice="to_keepers")])
    shown = held_in(room.pk)
    assert [post.text for post in shown] == [WORDS, "つぎの言葉", "さいごの言葉"]
    assert [post.id for post in held_waiting()] == [post.id for post in shown]
    assert [list(post.earlier) for post in shown] == [[], [WORDS], [WORDS, "つぎの言葉"]]
