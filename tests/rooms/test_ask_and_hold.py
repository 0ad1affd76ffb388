"""Before words are shown: their writer is asked, or a keeper reads them first."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.actions import choose_standpoint, facts, purge_guests
from ibasho.people.models import Person, Session
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import earlier
from ibasho.rooms.actions import (
    edit_message,
    leave_room,
    ledger,
    post_messages,
    release_held,
    take_seat,
    turn_sessions,
    withdraw_message,
)
from ibasho.rooms.held_words import Asked, waiting
from ibasho.rooms.models import Amendment, Finding, HeldPost, Message, Room, RoomSession, Seat
from ibasho.rooms.queries import catch_up, first_answer, waiting_of
from ibasho.rooms.queries.earlier import texts_since
from ibasho.rooms.screened import look_at_all
from ibasho.rooms.shapes import Held, Line, Posted, Words
from ibasho.screening import Text
from tests.rooms.conftest import Hear, KeepersLine, LineFor, OnDuty

pytestmark = pytest.mark.django_db
NUMBER = "番号は 090-1234-5678 です。"
DYING = "もう死にたいです。"
HARD = "おまえなんか死ねばいいのに、きもい"


@pytest.fixture
def room(clock: time_machine.Traveller, open_room: Any) -> Room:
    made: Room = open_room(keepers_needed=2, closes_at=house_clock.now() + dt.timedelta(hours=2))
    return made


@pytest.fixture
def mine(room: Room, regular: Person, line_for: LineFor) -> Line:
    """Of a seat that is no newcomer's any more."""
    take_seat(regular, room, mode="speak", call_name="なぎ")
    Seat.objects.update(first_entered_at=house_clock.now() - dt.timedelta(days=1))
    line = line_for(regular, room)
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    return line


def answer_to(words: Words) -> Posted | Held | Refusal:
    [answer] = post_messages([words])
    return answer


def asked(words: Words) -> Asked:
    answer = answer_to(words)
    assert isinstance(answer, Asked), answer
    return answer


def held(words: Words) -> HeldPost:
    answer = answer_to(words)
    assert isinstance(answer, Held), answer
    return HeldPost.objects.get(pk=answer.message_id)


def posted(words: Words) -> Message:
    answer = answer_to(words)
    assert isinstance(answer, Posted), answer
    return Message.objects.get(pk=answer.message_id)


def newcomer(line: Line) -> None:
    Seat.objects.filter(pk=line.seat_id).update(post_count=0, first_entered_at=house_clock.now())


def set_room(room: Room, **fields: Any) -> None:
    Room.objects.filter(pk=room.pk).update(**fields)


# ---- asked ----


def test_a_number_is_asked_about_and_nothing_is_stored(room: Room, mine: Line, words_of: Hear) -> None:
    question = asked(words_of(mine, NUMBER))
    assert question.as_dict() == {
        "type": "asked",
        "id": question.request_id,
        "code": "personal_info",
        "text": question.text,
        "spans": [[4, 17]],
        "choices": ["without", "to_keepers"],
        "left": {"text": "番号は （消しました） です。", "cover": ""},
    }
    assert "あなたを守るために" in question.text
    assert question.status == 409
    assert not Message.objects.exists()
    assert not HeldPost.objects.exists()
    assert not Finding.objects.exists()
    room.refresh_from_db()
    assert room.seq == 0
    assert Seat.objects.get().last_posted_at is None, "the pace counts what was said"


def test_the_same_id_may_be_sent_without_what_was_found(mine: Line, words_of: Hear) -> None:
    question = asked(words_of(mine, NUMBER))
    again = words_of(mine, NUMBER, id=question.request_id, choice="without")
    message = posted(again)
    assert message.text == "番号は （消しました） です。"
    assert not Finding.objects.exists()
    assert posted(again) == message
    assert posted(words_of(mine, NUMBER, id=question.request_id)) == message, "a known id is answered first"


def _before(words: Words) -> list[str]:
    return [said.text for said in earlier.before(words)]


def test_what_was_only_asked_about_gives_no_meaning_to_what_comes_after(mine: Line, words_of: Hear) -> None:
    for invitation, answer in (
        ("LINE交換しませんか", "ごめんなさい、やめておきます"),
        ("LINE交換しませんか", "もうやめます"),
        ("LINEのIDは taro_1234 です", "きょうは寒いですね"),
        ("わたしの電話は 090-1234-5678 です", "おやすみなさい"),
    ):
        earlier.forget()
        asked(words_of(mine, invitation))
        assert look_at_all([words_of(mine, answer)]) == [None]


def test_the_same_id_may_be_sent_to_the_keepers(room: Room, mine: Line, words_of: Hear) -> None:
    question = asked(words_of(mine, NUMBER, cover="おおい", tone="listen_only"))
    fields = {"id": question.request_id, "cover": "おおい", "tone": "listen_only"}
    waits = held(words_of(mine, NUMBER, choice="to_keepers", **fields))
    assert (waits.text, waits.cover, waits.tone, waits.code) == (
        NUMBER, "おおい", "listen_only", "personal_info",
    )  # fmt: skip
    assert (waits.call_name, waits.outcome, str(waits.request_id)) == ("なぎ", "waiting", question.request_id)
    [finding] = Finding.objects.all()
    assert (finding.held, finding.label, finding.spans) == (waits, "personal_info", [[4, 17]])
    assert not Message.objects.exists()
    room.refresh_from_db()
    assert (room.seq, room.last_position) == (0, 0)


def test_a_number_in_the_cover_is_asked_about_too(mine: Line, words_of: Hear) -> None:
    question = asked(words_of(mine, "こんばんは。", cover="090-1234-5678"))
    assert (question.spans, question.cover_spans) == ([], [[0, 13]])
    assert question.as_dict()["cover_spans"] == [[0, 13]]
    fields = {"id": question.request_id, "cover": "090-1234-5678"}
    assert posted(words_of(mine, "こんばんは。", choice="without", **fields)).cover == "（消しました）"


def test_what_a_seat_said_lately_is_read_together_with_what_it_says(
    mine: Line, words_of: Hear, clock: time_machine.Traveller
) -> None:
    first = words_of(mine, "090")
    posted(first)
    clock.shift(dt.timedelta(minutes=1))
    question = asked(words_of(mine, NUMBER))
    assert _before(words_of(mine, "5678")) == ["090", NUMBER]
    assert _before(words_of(mine, NUMBER, id=question.request_id)) == ["090"], "not with itself"
    earlier.forget()  # as another process, which reads the table
    earlier.read_up([mine.seat_id])
    assert _before(words_of(mine, "5678")) == ["090"], "what was only asked about is nowhere written"
    clock.shift(dt.timedelta(minutes=10))
    assert _before(words_of(mine, "5678")) == []


def test_what_another_process_took_is_read_after_some_seconds(
    mine: Line, words_of: Hear, clock: time_machine.Traveller
) -> None:
    posted(words_of(mine, "お茶を飲みました。"))
    here = dict(earlier._memory)
    earlier.forget()  # the other process
    posted(words_of(mine, "ねこがいます。"))
    earlier._memory.clear()
    earlier._memory.update(here)
    earlier.read_up([mine.seat_id])
    assert _before(words_of(mine, "x")) == ["お茶を飲みました。"], "not a question at every post"
    clock.shift(dt.timedelta(seconds=11))
    earlier.read_up([mine.seat_id])
    assert _before(words_of(mine, "x")) == ["お茶を飲みました。", "ねこがいます。"]


def test_an_edit_is_read_in_the_place_of_the_words_it_replaces(mine: Line, words_of: Hear) -> None:
    message = posted(words_of(mine, "お茶を飲みました。"))
    posted(words_of(mine, "ねこがいます。"))
    edit_message(words_of(mine, "お湯を飲みました。", verb="edit", message=str(message.pk)))
    assert _before(words_of(mine, "x")) == ["お湯を飲みました。", "ねこがいます。"]


def test_nothing_is_remembered_for_longer_than_it_is_read(
    mine: Line, words_of: Hear, clock: time_machine.Traveller
) -> None:
    asked(words_of(mine, NUMBER))
    clock.shift(dt.timedelta(minutes=6))
    earlier.remember(words_of(mine, "お茶を飲みました。"), Text("お茶を飲みました。"), is_asked=False)
    clock.shift(dt.timedelta(minutes=6))
    earlier.read_up([mine.seat_id])
    assert "5678" not in repr(earlier._memory)
    assert "お茶" in repr(earlier._memory)
    clock.shift(dt.timedelta(minutes=11))
    earlier.read_up([])
    assert not earlier._memory


def test_what_waits_counts_as_said_too(room: Room, mine: Line, words_of: Hear) -> None:
    set_room(room, checked_first=True)
    held(words_of(mine, "090"))
    earlier.forget()
    earlier.read_up([mine.seat_id])
    assert _before(words_of(mine, "5678")) == ["090"]


def test_only_the_last_few_texts_of_some_thousand_seats_are_remembered(mine: Line, words_of: Hear) -> None:
    for number in range(earlier.MOST_TEXTS + 3):
        earlier.remember(words_of(mine, f"{number}"), Text(f"{number}"), is_asked=False)
    assert _before(words_of(mine, "x")) == ["3", "4", "5", "6"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("たすけて。だれか電話してください 090-1234-5678", "たすけて。だれか電話してください （消しました）"),
        ("カカオで話そう taro@example.com", "カカオで話そう （消しました）"),
        ("ツイッター @abc_def にDMください", "ツイッター （消しました） にDMください"),
    ],
)
def test_of_a_cry_for_help_only_the_number_goes_and_it_is_asked_about_once(
    mine: Line, words_of: Hear, text: str, left: str
) -> None:
    question = asked(words_of(mine, text))
    assert question.left == (left, "")
    assert posted(words_of(mine, text, id=question.request_id, choice="without")).text == left


@pytest.mark.parametrize("text", ["090-1234-5678", "LINE交換しませんか", "「@abc_def」"])
def test_where_nothing_would_be_left_it_is_not_offered_and_not_sent(
    mine: Line, words_of: Hear, text: str
) -> None:
    question = asked(words_of(mine, text))
    assert question.as_dict()["choices"] == ["to_keepers"]
    assert "left" not in question.as_dict()
    again = asked(words_of(mine, text, id=question.request_id, choice="without"))
    assert (again.spans, again.rest) == (question.spans, None)
    assert not Message.objects.exists()
    held(words_of(mine, text, id=question.request_id, choice="to_keepers"))


def test_our_own_mark_typed_by_hand_is_no_excuse(mine: Line, words_of: Hear) -> None:
    text = "番号は 090-1234-5678 です。LINE交換しませんか（消しました）"
    assert "LINE" not in (posted(words_of(mine, text, choice="without")).text or "")


def without(words_of: Hear, line: Line, text: str) -> tuple[Posted | Held | Asked, list[Asked]]:
    """消して送る, as often as the house asks and offers it; the answer, and what was asked."""
    questions = [asked(words_of(line, text))]
    while True:
        question = questions[-1]
        if question.left is None:
            return question, questions
        left = question.rest[0] if question.rest is not None else text
        answer = answer_to(words_of(line, left, id=question.request_id, choice="without"))
        if not isinstance(answer, Asked):
            assert isinstance(answer, Posted | Held), answer
            return answer, questions
        questions.append(answer)
        assert len(questions) < 5, questions


def test_what_would_grow_too_long_without_gets_a_shorter_mark(mine: Line, words_of: Hear) -> None:
    full = NUMBER + "あ" * (1_000 - len(NUMBER))
    assert posted(words_of(mine, full, choice="without")).text == full.replace(
        "090-1234-5678", "（消しました）"
    )
    names = "@abc の、" * 140
    answer, _ = without(words_of, mine, names)
    assert isinstance(answer, Posted)
    text = Message.objects.get(pk=answer.message_id).text or ""
    assert (text.count("の、"), "@abc" in text) == (140, False)


def test_the_rest_is_read_again_and_only_what_is_left_is_asked_about(mine: Line, words_of: Hear) -> None:
    names = "@abc の、" * 140  # more than is found at once
    first = asked(words_of(mine, names))
    again = asked(words_of(mine, names, id=first.request_id, choice="without"))
    assert (first.rest, len(again.spans) < len(first.spans)) == (None, True)
    assert again.rest is not None
    text, cover = again.rest
    assert (text.count("…"), text.count("@abc"), cover) == (len(first.spans), len(again.spans), "")
    assert {text[start:end] for start, end in again.spans} == {"@abc"}, "the places in what is left"
    assert "まだ、しるしをつけたところがありました。" in again.text
    assert again.as_dict()["rest"] == {"text": text, "cover": ""}
    assert not Message.objects.exists()
    left = posted(words_of(mine, text, id=first.request_id, choice="without")).text or ""
    assert (left.count("の、"), "@abc" in left) == (140, False)


def test_nobody_is_asked_about_the_same_words_twice(mine: Line, words_of: Hear) -> None:
    for line in (
        "LINE交換しませんか。それから、インスタのDMで話しませんか。",
        "090 1234 5678 か taro@example.com か @taro_1234 へ。カカオのIDは taro です。",
        "ディスコードで話そう。ディスコードのIDは taro#1234。LINEは taro1234。テレグラムもあるよ。",
        "住所は 東京都新宿区西新宿2-8-1 で、名前は 山田太郎、学校は 西新宿高校 です。",
    ):
        _, questions = without(words_of, mine, line)
        said = [line, *(question.rest[0] for question in questions if question.rest is not None)]
        assert len(said) == len(set(said)) == len(questions), said


def test_a_choice_that_was_not_asked_for_is_respected(mine: Line, words_of: Hear) -> None:
    assert posted(words_of(mine, "こんばんは。", choice="without")).text == "こんばんは。"
    assert held(words_of(mine, "迷っています。", choice="to_keepers")).code == "to_keepers"


def test_another_choice_cannot_be_made(mine: Line, words_of: Hear) -> None:
    with pytest.raises(Refusal, match="malformed"):
        words_of(mine, NUMBER, choice="anyway")


def test_nobody_asks_before_the_door_does(mine: Line, words_of: Hear) -> None:
    RoomSession.objects.update(state="closed")
    answer = answer_to(words_of(mine, NUMBER))
    assert isinstance(answer, Refusal)
    assert answer.code == "room_closed"


def test_a_number_spelled_in_pieces_is_asked_about(mine: Line, words_of: Hear) -> None:
    answers = post_messages([words_of(mine, text) for text in ("090", "1234", "5678")])
    assert isinstance(answers[0], Posted)
    assert isinstance(answers[-1], Asked)


# ---- held ----


def test_a_newcomers_link_waits_and_an_old_hands_does_not(mine: Line, words_of: Hear) -> None:
    link = "この曲が好きです。 https://example.jp/song"
    posted(words_of(mine, link))
    newcomer(mine)
    assert held(words_of(mine, link)).code == "link"


def test_a_checked_room_lets_everything_wait_but_keepers_words(
    room: Room, mine: Line, words_of: Hear, on_duty: OnDuty, keeper: KeeperFacts, keepers_line: KeepersLine
) -> None:
    set_room(room, checked_first=True)
    assert held(words_of(mine)).code == "checked_first"
    on_duty(room)
    assert posted(words_of(keepers_line(keeper, room), NUMBER)).text == NUMBER


def test_a_room_may_let_only_newcomers_words_wait(room: Room, mine: Line, words_of: Hear) -> None:
    set_room(room, newcomers_first=True)
    posted(words_of(mine))
    newcomer(mine)
    assert held(words_of(mine)).code == "newcomers_first"
    Seat.objects.update(post_count=5)
    posted(words_of(mine))


def test_held_words_do_not_end_a_newcomers_beginning(room: Room, mine: Line, words_of: Hear) -> None:
    set_room(room, checked_first=True)
    held(words_of(mine))
    seat = Seat.objects.get()
    assert (seat.post_count, seat.last_posted_at) == (0, house_clock.now())


def test_an_offer_of_money_waits_at_once(mine: Line, words_of: Hear) -> None:
    post = held(words_of(mine, "1日10分スマホを見るだけで月30万。くわしくは個別で"))
    assert post.code == "solicitation"
    labels = Finding.objects.filter(held=post).values_list("label", flat=True)
    assert "solicitation" in labels


def test_an_offer_with_a_number_is_asked_about_first(mine: Line, words_of: Hear) -> None:
    offer = "1日10分スマホを見るだけで月30万。090-1234-5678 まで"
    assert asked(words_of(mine, offer)).label == "personal_info"


def test_hard_words_are_shown_and_told_or_wait_in_rooms_set_so(
    room: Room, mine: Line, words_of: Hear
) -> None:
    message = posted(words_of(mine, HARD))
    finding = Finding.objects.get()
    assert (finding.label, finding.message, finding.level) == ("abuse", message, "look")
    set_room(room, holds_abuse=True)
    assert held(words_of(mine, HARD)).code == "abuse"


def test_a_way_to_die_waits_with_care_and_its_writer_is_not_blamed(mine: Line, words_of: Hear) -> None:
    post = held(words_of(mine, "縄で首を吊る方法を教えます。一緒に死にませんか"))
    assert post.code == "care"
    assert Finding.objects.get(label="crisis").held == post
    assert "ありがとうございます" in waiting(post.code)


def test_words_about_dying_are_shown_at_once_and_keepers_are_told(mine: Line, words_of: Hear) -> None:
    message = posted(words_of(mine, DYING))
    [finding] = Finding.objects.all()
    assert (finding.message, finding.label, finding.seat_id) == (message, "crisis", message.seat_id)
    assert finding.seen_at is None


def test_a_held_id_is_used_up_and_answered_the_same(room: Room, mine: Line, words_of: Hear) -> None:
    set_room(room, checked_first=True)
    words = words_of(mine)
    first = answer_to(words)
    assert answer_to(words) == first
    assert first_answer(words) == first
    RoomSession.objects.update(state="closed")
    assert answer_to(words) == first
    other = answer_to(words_of(mine, "ちがう", id=words.request_id))
    assert isinstance(other, Refusal)
    assert other.code == "id_reused"
    assert HeldPost.objects.count() == 1


def test_three_of_a_seat_wait_and_a_fourth_comes_back_kindly(room: Room, mine: Line, words_of: Hear) -> None:
    set_room(room, checked_first=True)
    answers = post_messages([words_of(mine, f"{number}つめ") for number in range(4)])
    assert [type(answer) for answer in answers] == [Held, Held, Held, Refusal]
    fourth = answers[3]
    assert isinstance(fourth, Refusal)
    assert (fourth.code, fourth.status, fourth.retry_after) == ("too_many_tries", 429, 60)
    assert "書いた言葉は残っています" in fourth.text
    HeldPost.objects.filter(text="0つめ").update(outcome="withdrawn", decided_at=house_clock.now())
    held(words_of(mine, "4つめ"))


def test_ten_of_newcomers_wait_in_a_room(room: Room, mine: Line, words_of: Hear, newcomer_lines: Any) -> None:
    set_room(room, checked_first=True)
    for line in newcomer_lines(4):
        for number in range(3):
            answer = answer_to(words_of(line, f"{number}"))
            is_full = HeldPost.objects.count() == 10
            assert isinstance(answer, Held) or is_full
    assert HeldPost.objects.count() == 10
    held(words_of(mine, "前からいる席の言葉"))


@pytest.fixture
def newcomer_lines(room: Room, house: Any, line_for: LineFor) -> Any:
    def make(count: int) -> list[Line]:
        from tests.conftest import _person

        lines = []
        for _ in range(count):
            person = _person("person")  # type: ignore[arg-type]
            take_seat(person, room, mode="speak")
            lines.append(line_for(person, room))
        Session.objects.update(expires_on=dt.date(2030, 1, 1))
        return lines

    return make


# ---- what becomes of what waits ----


@pytest.fixture
def waits(room: Room, mine: Line, words_of: Hear) -> HeldPost:
    set_room(room, checked_first=True)
    post = held(words_of(mine, "待つ言葉", tone="listen_only"))
    set_room(room, checked_first=False)
    return post


def test_its_writer_sees_it_and_nobody_else(
    room: Room, mine: Line, waits: HeldPost, other_regular: Person, line_for: LineFor
) -> None:
    assert catch_up(mine, epoch=None, since=None).you["waiting"] == [
        {
            "id": str(waits.request_id),
            "message": str(waits.pk),
            "text": "待つ言葉",
            "tone": "listen_only",
            "at": house_clock.rfc3339(waits.at),
            "code": "checked_first",
        }
    ]
    take_seat(other_regular, room, mode="observe")
    theirs = line_for(other_regular, room)
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    assert catch_up(theirs, epoch=None, since=None).you["waiting"] == []


def test_released_words_are_new_words_of_this_moment(
    room: Room,
    mine: Line,
    waits: HeldPost,
    words_of: Hear,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Any] = []
    posted(words_of(mine, "そのあとの言葉"))
    clock.shift(dt.timedelta(minutes=7))
    monkeypatch.setattr("ibasho.rooms.actions.holding.publish", heard.extend)
    message = release_held(room.pk, waits.pk, None)
    assert (message.position, message.seq, message.posted_seq) == (2, 2, 2)
    assert (message.text, message.tone, message.call_name) == ("待つ言葉", "listen_only", "なぎ")
    assert message.at == house_clock.to_minute(house_clock.now()), "an older hour would tell that it waited"
    [change] = heard
    assert (change.seq, change.event["type"]) == (2, "message_posted")
    waits.refresh_from_db()
    assert (waits.outcome, waits.text) == ("released", None)
    assert waiting_of(mine.seat_id) == ()
    assert Seat.objects.get().post_count == 2


def test_what_was_found_goes_with_the_words(room: Room, mine: Line, words_of: Hear) -> None:
    set_room(room, checked_first=True)
    post = held(words_of(mine, DYING))
    assert Finding.objects.get().held == post
    message = release_held(room.pk, post.pk, None)
    finding = Finding.objects.get()
    assert (finding.message, finding.held) == (message, None)


def test_the_first_answer_stays_the_answer(room: Room, mine: Line, words_of: Hear) -> None:
    set_room(room, checked_first=True)
    words = words_of(mine)
    first = answer_to(words)
    release_held(room.pk, HeldPost.objects.get().pk, None)
    assert answer_to(words) == first
    assert first_answer(words) == first
    assert Message.objects.count() == 1


def test_words_are_released_once(room: Room, waits: HeldPost) -> None:
    release_held(room.pk, waits.pk, None)
    with pytest.raises(Refusal, match="not_shown"):
        release_held(room.pk, waits.pk, None)
    with pytest.raises(Refusal, match="not_found"):
        release_held(room.pk, uuid4(), None)


@pytest.mark.parametrize("what", ["resting_until", "removed_until", "suspended_until"])
def test_nothing_is_shown_of_somebody_who_may_not_write_now(
    what: str, room: Room, waits: HeldPost, clock: time_machine.Traveller
) -> None:
    rows: Any = Person if what == "suspended_until" else Seat
    rows.objects.update(**{what: house_clock.now() + dt.timedelta(minutes=5)})
    with pytest.raises(Refusal, match="not_shown"):
        release_held(room.pk, waits.pk, None)
    assert not Message.objects.exists()
    clock.shift(dt.timedelta(minutes=6))
    release_held(room.pk, waits.pk, None)


def test_nothing_is_shown_while_the_room_rests(room: Room, waits: HeldPost) -> None:
    RoomSession.objects.update(state="paused", paused_why="by_hand", paused_at=house_clock.now())
    with pytest.raises(Refusal, match="room_paused"):
        release_held(room.pk, waits.pk, None)


def test_a_name_that_somebody_else_uses_meanwhile_is_not_shown_twice(
    room: Room, waits: HeldPost, other_regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    take_seat(other_regular, room, mode="speak", call_name="ナギ")
    theirs = line_for(other_regular, room)
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    posted(words_of(theirs))
    assert release_held(room.pk, waits.pk, None).call_name not in ("なぎ", "ナギ", "")


def test_its_writer_takes_it_back_and_keepers_can_read_on(
    room: Room, mine: Line, waits: HeldPost, words_of: Hear
) -> None:
    taken_back = words_of(mine, verb="withdraw", message=str(waits.pk))
    answer = withdraw_message(taken_back)
    assert answer.message_id == str(waits.pk)
    assert withdraw_message(taken_back) == answer
    waits.refresh_from_db()
    assert (waits.outcome, waits.text) == ("withdrawn", "待つ言葉")
    room.refresh_from_db()
    assert room.seq == 0, "nobody else knew of it"
    assert Amendment.objects.get().held == waits
    with pytest.raises(Refusal, match="not_shown"):
        withdraw_message(words_of(mine, verb="withdraw", message=str(waits.pk)))
    with pytest.raises(Refusal, match="not_shown"):
        release_held(room.pk, waits.pk, None)


def test_nobody_takes_back_what_waits_of_another(
    room: Room, waits: HeldPost, other_regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    take_seat(other_regular, room, mode="speak")
    theirs = line_for(other_regular, room)
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    with pytest.raises(Refusal, match="not_found"):
        withdraw_message(words_of(theirs, verb="withdraw", message=str(waits.pk)))


def test_whoever_leaves_takes_what_waits_along(room: Room, regular: Person, waits: HeldPost) -> None:
    leave_room(regular, room)
    waits.refresh_from_db()
    assert waits.outcome == "left"
    with pytest.raises(Refusal, match="not_shown"):
        release_held(room.pk, waits.pk, None)


@pytest.mark.parametrize("how", ["leave", "turn", "purge"])
def test_what_a_keeper_decides_while_somebody_leaves_stands(
    how: str, room: Room, regular: Person, waits: HeldPost, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, number = ledger.lock_rooms, facts.next_facts
    came: list[str] = []

    def wait_for_the_keeper(room_ids: Any) -> None:
        ids = list(room_ids)
        if ids and not came:
            came.append("rooms")
            release_held(room.pk, waits.pk, None)  # its commit is what was waited for
        lock(ids)

    def count() -> int:
        came.append("number")
        return number()

    monkeypatch.setattr(ledger, "lock_rooms", wait_for_the_keeper)
    monkeypatch.setattr(facts, "next_facts", count)
    if how == "leave":
        leave_room(regular, room)
    elif how == "turn":
        choose_standpoint(regular, standpoint="parent")
    else:
        Session.objects.all().delete()
        Person.objects.filter(pk=regular.pk).update(
            kind="guest", phrase_hash=None, last_seen_on=dt.date(2020, 1, 1)
        )
        purge_guests()
    waits.refresh_from_db()
    assert waits.outcome == "released"
    assert Message.objects.get().text == "待つ言葉"
    assert Seat.objects.get().left_at is not None
    assert came[0] == "rooms", "who sits down takes the room first, and then the number"


def test_words_that_still_wait_when_the_room_closes_are_never_shown_and_their_writer_is_told(
    room: Room, regular: Person, waits: HeldPost, clock: time_machine.Traveller
) -> None:
    from ibasho.house.queries import notices_for

    clock.shift(dt.timedelta(hours=2, minutes=2))
    turn_sessions()
    waits.refresh_from_db()
    assert waits.outcome == "closed"
    with pytest.raises(Refusal, match="not_shown"):
        release_held(room.pk, waits.pk, None)
    [letter] = notices_for(regular.pk)
    assert letter["code"] == "unshown"
    assert "出ませんでした" in letter["text"]
    assert "待つ言葉" not in letter["text"]


# ---- edits ----


@pytest.mark.parametrize("text", [NUMBER, "見て https://example.jp"])
def test_an_edit_that_would_be_asked_or_held_is_refused_and_the_old_words_stay(
    text: str, mine: Line, words_of: Hear
) -> None:
    message = posted(words_of(mine, "もとの言葉"))
    newcomer(mine)
    with pytest.raises(Refusal, match="edit_held"):
        edit_message(words_of(mine, text, verb="edit", message=str(message.pk)))
    message.refresh_from_db()
    assert (message.text, message.edited) == ("もとの言葉", False)


def test_an_edit_is_read_without_the_words_it_replaces(mine: Line, words_of: Hear) -> None:
    first, second = posted(words_of(mine, "ひとつめ")), posted(words_of(mine, "ふたつめ"))
    since = house_clock.now() - dt.timedelta(minutes=10)
    rows = texts_since([mine.seat_id], since, but_for=str(second.pk))
    assert [text for *_, text in rows] == [first.text]


def test_an_edit_about_dying_is_shown_and_keepers_are_told(mine: Line, words_of: Hear) -> None:
    message = posted(words_of(mine, "もとの言葉"))
    edit_message(words_of(mine, DYING, verb="edit", message=str(message.pk)))
    assert Finding.objects.get().message == message


def test_an_apology_in_the_place_of_words_that_hurt_is_told_to_nobody(mine: Line, words_of: Hear) -> None:
    message = posted(words_of(mine, HARD))
    with pytest.raises(Refusal, match="edit_held"):
        edit_message(words_of(mine, NUMBER, verb="edit", message=str(message.pk)))
    assert Finding.objects.get().label == "abuse"
    edit_message(words_of(mine, "さっきは、ごめんなさい。", verb="edit", message=str(message.pk)))
    assert not Finding.objects.exists()


def test_what_a_keeper_has_looked_at_is_kept_at_an_edit(
    mine: Line, words_of: Hear, keeper: KeeperFacts
) -> None:
    message = posted(words_of(mine, HARD))
    Finding.objects.update(seen_at=house_clock.now(), seen_by=keeper.keeper_id)
    edit_message(words_of(mine, f"{HARD}。", verb="edit", message=str(message.pk)))
    assert [finding.seen_at is None for finding in Finding.objects.order_by("pk")] == [False, True]


def test_a_post_without_findings_costs_no_question_more(
    mine: Line, words_of: Hear, django_assert_num_queries: Any
) -> None:
    posted(words_of(mine, "はじめ"))
    locking = int(connection.features.has_select_for_update)
    with django_assert_num_queries(9 + locking):  # two of a savepoint, four questions, number, insert, mark
        post_messages([words_of(mine, "つぎ")])


def test_words_of_one_minute_wait_in_the_order_in_which_they_were_written(
    mine: Line, words_of: Hear, regular: Person
) -> None:
    texts = ["ひとつめです。", "ふたつめです。", "みっつめです。"]
    for text in texts:
        held(words_of(mine, text, choice="to_keepers"))
    assert len(set(HeldPost.objects.values_list("at", flat=True))) == 1
    assert [post["text"] for post in waiting_of(str(mine.seat_id))] == texts
    assert [
        row[3] for row in texts_since([str(mine.seat_id)], house_clock.now() - dt.timedelta(hours=1))
    ] == texts
    HeldPost.objects.filter(text=texts[0]).delete()
    held(words_of(mine, texts[0], choice="to_keepers"))
    assert [post["text"] for post in waiting_of(str(mine.seat_id))] == [*texts[1:], texts[0]]


def test_of_a_seat_that_writes_much_the_last_few_texts_are_asked_for(mine: Line, words_of: Hear) -> None:
    for number in range(3):
        posted(words_of(mine, f"言葉{number}"))
    for number in range(3):
        held(words_of(mine, f"待つ言葉{number}", choice="to_keepers"))
    since = house_clock.now() - dt.timedelta(minutes=10)
    texts = [text for *_, text in texts_since([str(mine.seat_id)], since, most=2)]
    assert texts == ["言葉1", "言葉2", "待つ言葉1", "待つ言葉2"]
