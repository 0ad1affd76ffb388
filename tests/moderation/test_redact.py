"""一部をかくす: a part goes from every view, the rest stays; it is told, undone, and ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import (
    ask_review,
    forget_old_acts,
    hide,
    lift_redaction,
    overturn_act,
    redact,
    restore,
)
from ibasho.moderation.models import LogDetail, LogEntry, Redaction, SealedText
from ibasho.moderation.queries import acts_in, check_log, sealed_for
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.people.my_record import sections_of
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import edit_message, leave_duty, post_messages, purge_words, withdraw_message
from ibasho.rooms.models import Message, Room, RoomSession, Seat
from ibasho.rooms.queries import catch_up
from ibasho.rooms.shapes import Held
from tests.conftest import EnterAs, OpenRoom, SeatFor
from tests.moderation.conftest import RULE, Say, letters_to
from tests.rooms.conftest import Hear, LineFor

pytestmark = pytest.mark.django_db
SECRET = "あおいつばめがら"
COVERED = "帽子は ●●● です。"
WHOLE = "帽子は あおいつばめがら です。"


def cover(keeper: KeeperFacts, room: Room, message: Message, *pieces: int, **more: Any) -> Redaction:
    message.refresh_from_db()
    fields: dict[str, Any] = {"rule": RULE, "seen": message.seq} | more
    return redact(keeper, room.slug, message.pk, pieces=pieces or [1], **fields)


def refused(act: Any, *args: Any, **fields: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        act(*args, **fields)
    return refusal.value


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        SECRET,
        "帽子は アオイ ツバメ・ガラ でした",
        "あ お い つ ば め が ら",
        "あ\u0323お\u0307い\u0330つ\u0323ば\u0323め\u0323が\u0323ら",
        "あ\u3099お\u309aいつばめがら",
        "あﾞおいﾟつは゛めか゛ら",
        "ｱｵｲﾂﾊﾞﾒｶﾞﾗ",
    ],
)
def test_its_writer_does_not_show_again_what_is_covered(
    text: str,
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    regular: Person,
    line_for: LineFor,
    words_of: Hear,
) -> None:
    cover(keeper, room, message)
    line = line_for(regular, room)
    edit = words_of(line, text, verb="edit", message=str(message.pk))
    assert refused(edit_message, edit).code == "edit_held"
    message.refresh_from_db()
    assert (message.text, message.redacted, message.edited) == (COVERED, True, False)
    edit_message(words_of(line, "帽子は あおい です。", verb="edit", message=str(message.pk)))
    message.refresh_from_db()
    assert (message.text, message.redacted) == ("帽子は あおい です。", False)


def test_a_new_post_with_what_is_covered_waits_for_a_keeper_until_the_session_ends(
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    regular: Person,
    other_regular: Person,
    seat_for: SeatFor,
    line_for: LineFor,
    words_of: Hear,
    say: Say,
    clock: time_machine.Traveller,
) -> None:
    cover(keeper, room, message)
    line = line_for(regular, room)
    edit_message(words_of(line, "帽子の話です。", verb="edit", message=str(message.pk)))
    for text, more in (("アオイ ツバメ・ガラ", {}), ("こんにちは。", {"cover": SECRET})):
        [answer] = post_messages([words_of(line, text, **more)])
        assert isinstance(answer, Held)
        assert answer.code == "covered"
    say(regular, room, "帽子は どこですか。")
    seat_for(other_regular, room, name="くさ")
    say(other_regular, room, SECRET)
    with transaction.atomic():
        RoomSession.objects.update(opens_at=house_clock.now() + dt.timedelta(seconds=1))
    say(regular, room, SECRET)


def test_what_is_laid_open_again_is_posted_as_before(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, say: Say
) -> None:
    cover(keeper, room, message)
    lift_redaction(keeper, room.slug, message.pk)
    say(regular, room, SECRET)


def test_nor_a_kanji_with_another_variant_behind_it(
    keeper: KeeperFacts, room: Room, regular: Person, seat: Seat, say: Say, line_for: LineFor, words_of: Hear
) -> None:
    message = say(regular, room, "名前は 葛城 です。")
    cover(keeper, room, message)
    edit = words_of(line_for(regular, room), "葛\U000e0100城", verb="edit", message=str(message.pk))
    assert refused(edit_message, edit).code == "edit_held"


def test_nor_by_a_harmless_edit_and_another(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    line = line_for(regular, room)

    def edit(text: str, **more: str) -> str:
        edit_message(words_of(line, text, verb="edit", message=str(message.pk), **more))
        message.refresh_from_db()
        assert message.text is not None
        return message.text

    cover(keeper, room, message)
    for text in ("帽子の話です。", "きょうは雨です。"):
        assert edit(text) == text
    for text, more in ((WHOLE, {}), ("アオイ ツバメ・ガラ", {}), ("帽子の話です。", {"cover": SECRET})):
        assert refused(edit, text, **more).code == "edit_held"
    cover(keeper, room, message, 0)
    assert message.text == "きょうは雨です。"
    message.refresh_from_db()
    assert edit("なおした言葉です。") == "なおした言葉です。"
    for text in (SECRET, "きょうは雨です。"):
        assert refused(edit, text).code == "edit_held", text


def test_what_a_keeper_laid_open_again_may_be_said(
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    regular: Person,
    line_for: LineFor,
    words_of: Hear,
    clock: time_machine.Traveller,
) -> None:
    line = line_for(regular, room)
    cover(keeper, room, message)
    cover(keeper, room, message, 0)
    clock.shift(dt.timedelta(seconds=30))
    lift_redaction(keeper, room.slug, message.pk)
    for text in ("きょうは雨です。", WHOLE):
        edit_message(words_of(line, text, verb="edit", message=str(message.pk)))
    cover(keeper, room, message)
    edit = words_of(line, SECRET, verb="edit", message=str(message.pk))
    assert refused(edit_message, edit).code == "edit_held"


def test_and_nothing_that_stood_beside_it(
    keeper: KeeperFacts,
    steward: KeeperFacts,
    room: Room,
    message: Message,
    regular: Person,
    line_for: LineFor,
    words_of: Hear,
    clock: time_machine.Traveller,
) -> None:
    def edit(text: str) -> None:
        edit_message(words_of(line_for(regular, room), text, verb="edit", message=str(message.pk)))

    cover(keeper, room, message, 0)
    edit(f"きょうは {SECRET} です。")
    code = letters_to(regular)[0]["act"]
    cover(keeper, room, message)
    clock.shift(dt.timedelta(seconds=30))
    overturn_act(steward, ask_review(code, "").pk, words="")
    assert refused(edit, WHOLE).code == "edit_held"
    edit("帽子は きれいです。")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("アオイツバメさんと、", "アオイツバメ"),
        ("アオイツバメさんと、", "あおいつばめ って"),
        ("あおいつばめさんと、", "アオイツバメ"),
        ("あおいつばめです。", "あおいつばめだよ"),
        ("あおいつばめといいます。", "あおい つばめ"),
    ],
)
def test_a_name_in_kana_is_not_said_again_with_something_else_behind_it(
    said: str,
    name: str,
    keeper: KeeperFacts,
    room: Room,
    regular: Person,
    seat: Seat,
    say: Say,
    line_for: LineFor,
    words_of: Hear,
) -> None:
    cover(keeper, room, say(regular, room, f"きのう、 {said} 池のそばにいました。"))
    line = line_for(regular, room)
    [answer] = post_messages([words_of(line, name)])
    assert isinstance(answer, Held), answer
    say(regular, room, "きのうは、よかったです。")


def test_a_small_word_that_was_covered_along_may_be_said_again(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    cover(keeper, room, message, 1, 2)
    line = line_for(regular, room)
    edit_message(words_of(line, "帽子は ひみつ です。", verb="edit", message=str(message.pk)))
    message.refresh_from_db()
    assert message.text == "帽子は ひみつ です。"


def test_a_part_goes_and_the_rest_stays_under_the_same_name(
    keeper: KeeperFacts, room: Room, message: Message
) -> None:
    before = message.seq
    act = cover(keeper, room, message)
    message.refresh_from_db()
    assert (message.text, message.state, message.redacted) == (COVERED, "shown", True)
    assert (message.cover, message.tone, message.edited) == ("番号のこと", "listen_only", False)
    assert message.seq == before + 1
    seal = sealed_for(message.pk)
    assert seal is not None
    assert (seal.text, act.seal_id, act.keeper_id) == (WHOLE, seal.pk, keeper.keeper_id)


def test_the_part_is_on_no_page_and_in_no_catching_up(
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
    assert SECRET in browser.get(addresses[0]).content.decode()
    cover(keeper, room, message)
    for address in addresses:
        for accept in ("text/html", "application/json"):
            answer = browser.get(address, headers={"Accept": accept}).content.decode()
            assert SECRET not in answer
    assert "スタッフが一部をかくしました" in browser.get(addresses[0]).content.decode()
    line = line_for(other_regular, room)
    again = catch_up(line, epoch=catch_up(line, epoch=None, since=None).epoch, since=0)
    [event] = [event for event in again.events if event.get("message", {}).get("id") == str(message.pk)]
    assert (event["message"]["text"], event["message"]["redacted"]) == (COVERED, True)
    assert SECRET not in orjson.dumps(again.events).decode()


def test_the_writer_is_told_what_why_and_how_to_ask_again(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person
) -> None:
    cover(keeper, room, message, words="番号だけ、かくしますね。")
    [letter] = letters_to(regular)
    assert (letter["code"], letter["actions"]) == ("redacted", ["review"])
    for words in (
        "部屋「ひだまり」に20:02に書いた言葉の一部を、いまかくしています。ほかの言葉は、そのまま出ています。",
        "理由：「人の話を、そのまま聞きます。」という約束のためです（約束一）。",
        "スタッフから：番号だけ、かくしますね。",
        "あなたを責めるためではありません。",
        f"見直しの番号「{letter['act']}」",
    ):
        assert words in letter["text"], letter["text"]
    assert "みどり" not in letter["text"]
    assert SECRET not in letter["text"]


def test_the_log_says_who_and_why_and_no_words(keeper: KeeperFacts, room: Room, message: Message) -> None:
    cover(keeper, room, message, words="番号だけ。")
    lift_redaction(keeper, room.slug, message.pk)
    assert [(row.verb, row.rule, row.actor) for row in LogEntry.objects.all()] == [
        ("redact", RULE, keeper.keeper_id),
        ("lift_redaction", RULE, keeper.keeper_id),
    ]
    assert check_log() is None
    assert SECRET not in "".join(LogDetail.objects.values_list("body", flat=True))


def test_two_keepers_at_once_are_one_act(
    keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room, message: Message, regular: Person
) -> None:
    seen = message.seq
    first = cover(keeper, room, message)
    again = redact(second_keeper, room.slug, message.pk, pieces=[1], seen=seen, rule=RULE)
    assert again == first
    other = refused(redact, second_keeper, room.slug, message.pk, pieces=[0], seen=seen, rule=RULE)
    assert "いま変わりました" in other.text
    assert len(letters_to(regular)) == LogEntry.objects.count() == 1
    message.refresh_from_db()
    assert message.text == COVERED


def test_more_can_be_covered_without_laying_anything_open_and_the_whole_comes_back(
    keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room, message: Message, regular: Person
) -> None:
    first = cover(keeper, room, message)
    second = cover(second_keeper, room, message, 0)
    message.refresh_from_db()
    assert (message.text, message.redacted) == ("●●● ●●● です。", True)
    assert [seal.text for seal in SealedText.objects.all()] == [WHOLE]
    assert [letter["code"] for letter in letters_to(regular)] == ["redacted", "redacted"]
    assert [bool(act.undo) for act in acts_in(room.pk)] == [True, False]
    first.refresh_from_db()
    assert (first.message_id, first.seal_id) == (None, second.seal_id)
    assert lift_redaction(keeper, room.slug, message.pk) == second
    message.refresh_from_db()
    assert (message.text, message.redacted) == (WHOLE, False)


def test_it_is_undone_once_and_the_writer_is_told(
    keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room, message: Message, regular: Person
) -> None:
    cover(keeper, room, message)
    [shown] = acts_in(room.pk)
    assert (shown.verb, shown.undo) == ("redact", f"messages/{message.pk}/redaction/lift/")
    for each in (second_keeper, keeper):
        lift_redaction(each, room.slug, message.pk)
    message.refresh_from_db()
    assert (message.text, message.redacted, message.edited) == (WHOLE, False, False)
    [letter] = letters_to(regular)
    assert letter["code"] == "redaction_lifted"
    assert "かくしていた部分をもどしました。" in letter["text"]
    [shown] = acts_in(room.pk)
    assert (shown.is_lifted, shown.lifted_by, shown.undo) == (True, "すすき", "")
    cover(keeper, room, message)
    assert Redaction.objects.count() == 2


def test_what_cannot_be_covered_is_said_kindly_and_changes_nothing(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, say_on_duty: Say
) -> None:
    for pieces in ([], [3], [-1]):
        assert (
            refused(redact, keeper, room.slug, message.pk, pieces=pieces, seen=message.seq, rule=RULE).code
            == "malformed"
        )
    everything = refused(redact, keeper, room.slug, message.pk, pieces=[0, 1, 2], seen=message.seq, rule=RULE)
    assert "ぜんぶをかくすときは、「かくす」を使ってください。" in everything.text
    assert refused(cover, keeper, room, message, rule="nothing").code == "malformed"
    assert refused(cover, keeper, room, message, words="あ" * 201).code == "too_long"
    assert refused(cover, keeper, room, say_on_duty(keeper, room)).code == "malformed"
    assert refused(lift_redaction, keeper, room.slug, message.pk).code == "not_found"
    assert not Redaction.objects.exists()
    assert not SealedText.objects.exists()
    assert letters_to(regular) == []


def test_words_that_changed_meanwhile_are_not_cut_at_the_old_places(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    seen = message.seq
    edit_message(words_of(line_for(regular, room), "ほかの 言葉です", verb="edit", message=str(message.pk)))
    refusal = refused(redact, keeper, room.slug, message.pk, pieces=[1], seen=seen, rule=RULE)
    assert (refusal.code, "いま変わりました" in refusal.text) == ("not_shown", True)
    hide(keeper, room.slug, message.pk, rule=RULE)
    assert refused(cover, keeper, room, message).code == "not_shown"


def test_nobody_acts_without_duty_or_in_another_room(
    keeper: KeeperFacts, room: Room, message: Message, open_room: OpenRoom
) -> None:
    other = open_room(keepers_needed=2)
    assert (
        refused(redact, keeper, other.slug, message.pk, pieces=[1], seen=message.seq, rule=RULE).code
        == "not_found"
    )
    cover(keeper, room, message)
    leave_duty(keeper)
    assert refused(lift_redaction, keeper, room.slug, message.pk).code == "not_found"
    assert refused(cover, keeper, room, message).code == "not_found"


def test_what_the_writer_mends_is_theirs_and_no_undo_writes_over_it(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    first = cover(keeper, room, message)
    line = line_for(regular, room)
    edit_message(words_of(line, "なおした 言葉", verb="edit", message=str(message.pk)))
    message.refresh_from_db()
    assert (message.text, message.redacted, message.edited) == ("なおした 言葉", False, True)
    assert acts_in(room.pk)[0].undo == ""
    assert refused(lift_redaction, keeper, room.slug, message.pk).code == "not_shown"
    second = cover(keeper, room, message, 0)
    message.refresh_from_db()
    assert message.text == "●●● 言葉"
    first.refresh_from_db()
    assert (first.message_id, first.lifted_at) == (None, None)
    assert lift_redaction(keeper, room.slug, message.pk) == second
    message.refresh_from_db()
    assert message.text == "なおした 言葉"


def test_taking_back_and_erasing_end_it(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    cover(keeper, room, message)
    withdraw_message(words_of(line_for(regular, room), verb="withdraw", message=str(message.pk)))
    message.refresh_from_db()
    assert (message.state, message.text, message.redacted) == ("withdrawn", None, False)
    assert refused(lift_redaction, keeper, room.slug, message.pk).code == "not_shown"
    seal = sealed_for(message.pk)
    assert seal is not None
    assert seal.text == WHOLE


def test_erasing_the_writer_leaves_nothing_that_leads_to_them(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person
) -> None:
    cover(keeper, room, message, words="ひとことです。")
    erase(regular)
    message.refresh_from_db()
    assert (message.state, message.redacted) == ("erased", False)
    assert Redaction.objects.get().words == ""
    assert SealedText.objects.get().seat_id is None
    assert LogDetail.objects.get().facts == {}
    assert check_log() is None


def test_hidden_over_it_and_shown_again_it_stays_covered_and_one_seal_keeps_the_whole(
    keeper: KeeperFacts, room: Room, message: Message
) -> None:
    cover(keeper, room, message)
    hide(keeper, room.slug, message.pk, rule=RULE)
    assert [seal.text for seal in SealedText.objects.all()] == [WHOLE]
    restore(keeper, room.slug, message.pk)
    message.refresh_from_db()
    assert (message.text, message.redacted) == (COVERED, True)
    hide(keeper, room.slug, message.pk, rule=RULE)
    lift_redaction(keeper, room.slug, message.pk)
    message.refresh_from_db()
    assert (message.text, message.state) == (WHOLE, "hidden")


def test_act_and_seal_end_with_the_window_and_the_words_stay_covered(
    keeper: KeeperFacts, room: Room, message: Message, clock: time_machine.Traveller
) -> None:
    Room.objects.filter(pk=room.pk).update(retention_days=60)
    cover(keeper, room, message)
    clock.shift(dt.timedelta(days=30, seconds=-1))
    forget_old_acts()
    assert Redaction.objects.count() == SealedText.objects.count() == 1
    clock.shift(2)
    forget_old_acts()
    purge_words()
    assert Redaction.objects.count() == SealedText.objects.count() == 0
    message.refresh_from_db()
    assert (message.text, message.redacted) == (COVERED, True)
    assert acts_in(room.pk) == []


def test_while_a_review_waits_the_words_can_still_be_brought_back(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, clock: time_machine.Traveller
) -> None:
    cover(keeper, room, message)
    ask_review(letters_to(regular)[0]["act"])
    clock.shift(dt.timedelta(days=40))
    forget_old_acts()
    assert Redaction.objects.get().seal is not None
    purge_words()  # the room's own days are over
    forget_old_acts()
    assert Redaction.objects.get().seal is not None


def test_it_stands_in_the_writers_own_record(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, other_regular: Person
) -> None:
    cover(keeper, room, message, words="番号だけ。")
    rows = [row for section in sections_of(regular) for row in section.rows]
    assert any("書き込みの一部をかくしました。" in words and "番号だけ。" in words for _, words in rows)
    assert any(WHOLE in words for _, words in rows)  # the seal is theirs to know of
    assert not any(
        "一部をかくしました" in words for section in sections_of(other_regular) for _, words in section.rows
    )


def test_words_that_are_gone_cannot_be_marked_as_covered(message: Message) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(
            state="withdrawn", text=None, cover="", tone="", redacted=True
        )


def test_there_is_one_at_a_time(keeper: KeeperFacts, room: Room, message: Message, seat: Seat) -> None:
    act = cover(keeper, room, message)
    act.pk, act.code_hash = None, "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        act.save(force_insert=True)
