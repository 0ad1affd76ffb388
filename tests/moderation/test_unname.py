"""名前をはずす: a name goes from every view, its words stay; it is nobody's there; it is told, undone, and ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from ibasho.lib.errors import Refusal
from ibasho.lib.look_alike import skeleton
from ibasho.moderation.actions import (
    ask_review,
    forget_old_acts,
    give_name_back,
    hide,
    keep_back,
    overturn_act,
    release,
    tell_keepers,
    unname,
    uphold_act,
)
from ibasho.moderation.models import LogDetail, LogEntry, SealedText, Unnaming
from ibasho.moderation.queries import acts_in, check_log
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.people.my_record import sections_of
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import (
    forget_name,
    ignore,
    leave_duty,
    post_messages,
    set_stage,
    take_seat,
    withdraw_message,
)
from ibasho.rooms.call_names import NAMELESS
from ibasho.rooms.models import HeldPost, Ignoring, Message, Room, Seat
from ibasho.rooms.queries import catch_up, ignored_by, page_of_words
from ibasho.rooms.shapes import Held, message_shape
from tests.conftest import EnterAs, OpenRoom, SeatFor
from tests.moderation.conftest import RULE, Say, letters_to
from tests.rooms.conftest import Hear, LineFor

pytestmark = pytest.mark.django_db
NAME = "なのはな"
ALIKE = "ナノハナ☆"


def take(keeper: KeeperFacts, room: Room, message: Message | HeldPost, **more: Any) -> Unnaming:
    return unname(keeper, room.slug, message.pk, **{"rule": RULE} | more)


def refused(act: Any, *args: Any, **fields: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        act(*args, **fields)
    return refusal.value


def names(room: Room) -> list[str | None]:
    """As everybody in the room has them, in the order of the words."""
    shapes = [message_shape(message) for message in Message.objects.filter(room=room).order_by("position")]
    return [shape.get("call_name") for shape in shapes]


def sit_again(person: Person, room: Room, name: str = "") -> Seat:
    return take_seat(person, room, mode="speak", call_name=name)


def test_the_name_goes_from_all_words_under_it_and_the_words_stay(
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    regular: Person,
    other_regular: Person,
    seat: Seat,
    seat_for: SeatFor,
    say: Say,
) -> None:
    say(regular, room, "雨です。")
    sit_again(regular, room, ALIKE)
    say(regular, room, "また雨です。")
    sit_again(regular, room, "そら")
    say(regular, room, "やみました。")
    seat_for(other_regular, room, name="くさ")
    say(other_regular, room, "そうですね。")
    room.refresh_from_db()
    before = room.seq
    act = take(keeper, room, message)
    assert names(room) == [None, None, None, "そら", "くさ"]
    rows = Message.objects.filter(room=room).order_by("position")
    assert [row.seq for row in rows][:3] == [before + 1, before + 2, before + 3]
    assert {(row.state, bool(row.text)) for row in rows} == {("shown", True)}
    seat.refresh_from_db()
    assert (seat.call_name, act.given_name) == ("そら", "")  # called otherwise already
    assert act.seal is not None
    assert (act.seal.text, act.keeper_id, act.message_key) == (NAME, keeper.keeper_id, message.pk)


def test_whoever_bears_it_goes_on_under_another_that_never_fails(
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    regular: Person,
    seat: Seat,
    say: Say,
    line_for: LineFor,
) -> None:
    facts = seat.facts
    act = take(keeper, room, message)
    seat.refresh_from_db()
    assert seat.call_name == act.given_name != ""
    assert skeleton(seat.call_name) == seat.name_skeleton != skeleton(NAME)
    assert seat.facts > facts  # open lines look again
    say(regular, room, "つづきです。")
    assert names(room) == [None, seat.call_name]
    you = catch_up(line_for(regular, room), epoch=None, since=None).you
    assert you["call_name"] == seat.call_name


def test_old_state_and_events_are_the_state_fetched_again(
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    reader: Seat,
    regular: Person,
    other_regular: Person,
    line_for: LineFor,
    words_of: Hear,
    say: Say,
) -> None:
    gone = say(regular, room, "とりけす言葉です。")
    withdraw_message(words_of(line_for(regular, room), verb="withdraw", message=str(gone.pk)))
    line = line_for(other_regular, room)

    def state() -> dict[str, Any]:
        return {row["id"]: row for row in page_of_words(line)["messages"]}

    def replayed(before: dict[str, Any], since: int) -> dict[str, Any]:
        found = catch_up(line, epoch=catch_up(line, epoch=None, since=None).epoch, since=since)
        assert found.recovered
        return before | {event["message"]["id"]: event["message"] for event in found.events}

    first, since = state(), page_of_words(line)["seq"]
    act = take(keeper, room, message)
    second, then = state(), page_of_words(line)["seq"]
    assert second != first
    assert NAME not in orjson.dumps(second).decode()
    assert replayed(first, since) == second
    give_name_back(keeper, room.slug, act.seat_id, act.pk)
    assert replayed(second, then) == state() == first


def test_the_name_is_on_no_page_and_in_no_answer(
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    reader: Seat,
    other_regular: Person,
    client: Client,
    enter_as: EnterAs,
) -> None:
    browser = enter_as(client, other_regular)
    room_path = f"/rooms/{room.slug}/"
    paths = (
        room_path,
        f"{room_path}messages/",
        f"{room_path}messages/{message.pk}/concern/",
        "/me/",
        "/me/download/",
    )
    for path, accept in zip(paths[:3], ("text/html", "application/json", "text/html"), strict=True):
        assert NAME in _words_of(browser.get(path, headers={"Accept": accept})), path
    take(keeper, room, message)
    for path in paths:
        for accept in ("text/html", "application/json"):
            answer = browser.get(path, headers={"Accept": accept}, follow=True)
            assert answer.status_code == 200, (path, accept)
            assert NAME not in _words_of(answer), path
    page = browser.get(room_path).content.decode()
    assert f'message__name--away" id="by-{message.pk}">{NAMELESS}<' in page
    assert NAMELESS in browser.get(paths[2]).content.decode()


def _words_of(answer: Any) -> str:
    """In JSON other letters than ASCII may be written as numbers."""
    is_json = answer["Content-Type"] == "application/json"
    return str(answer.json()) if is_json else answer.content.decode()


def test_where_others_noted_it_it_goes_and_comes_back(
    keeper: KeeperFacts, room: Room, message: Message, reader: Seat, other_regular: Person, line_for: LineFor
) -> None:
    line = line_for(other_regular, room)
    ignore(line, seat_id=str(message.seat_id))
    act = take(keeper, room, message)
    assert [one.call_name for one in ignored_by(line.seat_id)] == [NAMELESS]
    assert ("見ないことにした人", NAMELESS) in [
        row for section in sections_of(other_regular) for row in section.rows
    ]
    give_name_back(keeper, room.slug, act.seat_id, act.pk)
    assert [one.call_name for one in ignored_by(line.seat_id)] == [NAME]
    take(keeper, room, message)
    Ignoring.objects.all().delete()
    ignore(line, seat_id=str(message.seat_id))
    assert [one.call_name for one in ignored_by(line.seat_id)] == [NAMELESS]


def test_only_where_this_very_name_was_noted_does_it_come_back(
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    reader: Seat,
    regular: Person,
    other_regular: Person,
    parent: Person,
    seat_for: SeatFor,
    line_for: LineFor,
    say: Say,
) -> None:
    """One seat bore two names that were taken, and each reader had noted another of them."""
    seat_for(parent, room, mode="observe")
    first, second = line_for(other_regular, room), line_for(parent, room)
    ignore(first, seat_id=str(message.seat_id))
    act = take(keeper, room, message)
    sit_again(regular, room, "べつのひどい名前")
    other = say(regular, room, "こんばんは。")
    ignore(second, seat_id=str(message.seat_id))
    other_act = take(keeper, room, other)

    def noted() -> list[str]:
        return [one.call_name for line in (first, second) for one in ignored_by(line.seat_id)]

    assert noted() == [NAMELESS, NAMELESS]
    give_name_back(keeper, room.slug, other_act.seat_id, other_act.pk)
    assert noted() == [NAMELESS, "べつのひどい名前"]
    give_name_back(keeper, room.slug, act.seat_id, act.pk)
    assert noted() == [NAME, "べつのひどい名前"]


def test_noted_while_it_was_taken_it_comes_back_too_and_not_once_its_seal_has_ended(
    keeper: KeeperFacts, room: Room, message: Message, reader: Seat, other_regular: Person, line_for: LineFor
) -> None:
    line, seat_id = line_for(other_regular, room), str(message.seat_id)
    act = take(keeper, room, message)
    ignore(line, seat_id=seat_id)
    give_name_back(keeper, room.slug, seat_id, act.pk)
    assert [one.call_name for one in ignored_by(line.seat_id)] == [NAME]
    take(keeper, room, message)
    forget_name(seat_id, skeleton(NAME))
    assert list(Ignoring.objects.values_list("call_name", "taken_skeleton")) == [("", "")]


def test_its_person_is_told_what_why_until_when_and_how_to_ask_again(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, other_regular: Person, reader: Seat
) -> None:
    take(keeper, room, message, words="名前のことだけです。")
    [letter] = letters_to(regular)
    assert (letter["code"], letter["actions"]) == ("unnamed", ["review"])
    for words in (
        "部屋「ひだまり」に20:02に書いた言葉の、名前を、いま見せないようにしています。",
        "理由：「人の話を、そのまま聞きます。」という約束のためです（約束一）。",
        "スタッフから：名前のことだけです。",
        "あなたを責めるためではありません。これから書く言葉には、「おまかせ」の名前がつきます。",
        "見せないようにした名前は、12月22日（火）まで、この部屋では使えません。",
        f"見直しの番号「{letter['act']}」",
        "名前のうつしを12月22日（火）まで、スタッフだけが読めるように残しています。",
    ):
        assert words in letter["text"], letter["text"]
    assert NAME not in letter["text"]
    assert "みどり" not in letter["text"]
    assert letters_to(other_regular) == []


def test_who_is_called_otherwise_by_now_hears_that_it_stays_so(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, say: Say
) -> None:
    sit_again(regular, room, "そら")
    take(keeper, room, message)
    [letter] = letters_to(regular)
    assert "いまの名前は、かわりません。" in letter["text"]
    assert "おまかせ" not in letter["text"]
    say(regular, room, "つづきです。")
    assert names(room) == [None, "そら"]


def test_the_log_says_who_and_why_and_not_the_name(keeper: KeeperFacts, room: Room, message: Message) -> None:
    act = take(keeper, room, message, words="名前だけ。")
    give_name_back(keeper, room.slug, act.seat_id, act.pk)
    assert [(row.verb, row.rule, row.actor) for row in LogEntry.objects.all()] == [
        ("unname", RULE, keeper.keeper_id),
        ("give_name_back", RULE, keeper.keeper_id),
    ]
    assert check_log() is None
    assert NAME not in "".join(LogDetail.objects.values_list("body", flat=True))


def test_two_keepers_at_once_are_one_act(
    keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room, message: Message, regular: Person, say: Say
) -> None:
    other = say(regular, room, "もうひとつ。")
    first = take(keeper, room, message)
    assert [take(second_keeper, room, one) for one in (message, other)] == [first, first]
    assert len(letters_to(regular)) == LogEntry.objects.count() == Unnaming.objects.count() == 1
    first.pk, first.code_hash = None, "0" * 64  # nor past the check
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_nobody_is_called_so_there_while_it_is_kept(
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    regular: Person,
    other_regular: Person,
    reader: Seat,
    clock: time_machine.Traveller,
) -> None:
    before = refused(sit_again, other_regular, room, ALIKE)
    take(keeper, room, message)
    mine = refused(sit_again, regular, room, ALIKE)
    assert (mine.code, mine.text) == (
        "name_reserved",
        "その名前は、いまはこの部屋では使えません。ほかの名前か、おまかせをえらんでください。",
    )
    Message.objects.update(state="withdrawn", text=None, cover="", tone="")
    clock.shift(dt.timedelta(hours=30))
    Room.objects.get().sessions.update(closes_at=None)
    theirs = refused(sit_again, other_regular, room, ALIKE)
    assert (theirs.code, theirs.text) == (before.code, before.text) == ("name_taken", theirs.text)
    assert sit_again(regular, room, "そら").call_name == "そら"


def test_somebody_who_bears_it_without_words_is_asked_for_another_at_the_first(
    keeper: KeeperFacts,
    room: Room,
    regular: Person,
    other_regular: Person,
    seat: Seat,
    seat_for: SeatFor,
    say: Say,
    line_for: LineFor,
    words_of: Hear,
) -> None:
    seat_for(other_regular, room, name=ALIKE)  # before anybody wrote under it
    take(keeper, room, say(regular, room))
    [answer] = post_messages([words_of(line_for(other_regular, room), "こんばんは。")])
    assert isinstance(answer, Refusal)
    assert answer.code == "name_taken"


def test_it_comes_back_once_with_the_words_and_its_person_is_told(
    keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room, message: Message, regular: Person, seat: Seat
) -> None:
    act = take(keeper, room, message)
    [shown] = acts_in(room.pk)
    assert (shown.verb, shown.undo) == ("unname", f"seats/{seat.pk}/unnaming/{act.pk}/lift/")
    for each in (second_keeper, keeper):
        give_name_back(each, room.slug, seat.pk, act.pk)
    assert names(room) == [NAME]
    seat.refresh_from_db()
    assert (seat.call_name, seat.name_skeleton) == (NAME, skeleton(NAME))
    [letter] = letters_to(regular)
    assert letter["code"] == "name_back"
    assert (
        "前に書いた言葉に、いまから、また名前が出ます。これから書く言葉には、その名前がつきます。"
        in letter["text"]
    )
    [shown] = acts_in(room.pk)
    assert (shown.is_lifted, shown.lifted_by, shown.undo) == (True, "すすき", "")
    assert take(keeper, room, message) != act
    assert names(room) == [None]


def test_whoever_chose_another_name_keeps_it(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, seat: Seat
) -> None:
    act = take(keeper, room, message)
    sit_again(regular, room, "そら")
    give_name_back(keeper, room.slug, seat.pk, act.pk)
    seat.refresh_from_db()
    assert (names(room), seat.call_name) == ([NAME], "そら")
    assert "これから書く言葉には、いまの名前がつきます。" in letters_to(regular)[0]["text"]
    assert sit_again(regular, room, NAME).call_name == NAME


def test_two_names_of_a_seat_are_two_acts(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, say: Say
) -> None:
    first = take(keeper, room, message)
    sit_again(regular, room, "そら")
    second = take(keeper, room, say(regular, room))
    assert first != second
    assert names(room) == [None, None]
    give_name_back(keeper, room.slug, first.seat_id, first.pk)
    assert names(room) == [NAME, None]


def test_a_review_gives_it_back_and_leaves_no_trace(
    keeper: KeeperFacts, steward: KeeperFacts, room: Room, message: Message, regular: Person, seat: Seat
) -> None:
    take(keeper, room, message)
    overturn_act(steward, ask_review(letters_to(regular)[0]["act"]).pk)
    seat.refresh_from_db()
    assert (names(room), seat.call_name, acts_in(room.pk)) == ([NAME], NAME, [])
    [letter] = letters_to(regular)
    assert letter["code"] == "review_overturned"
    assert "また名前が出ます" in letter["text"]
    assert LogDetail.objects.get(entry__verb="unname").facts == {}


def test_one_that_is_upheld_stays(
    keeper: KeeperFacts, steward: KeeperFacts, room: Room, message: Message, regular: Person
) -> None:
    take(keeper, room, message)
    uphold_act(steward, ask_review(letters_to(regular)[0]["act"]).pk, rule=RULE)
    assert names(room) == [None]
    assert refused(sit_again, regular, room, NAME).code == "name_reserved"


def test_words_that_wait_are_shown_under_the_new_name(
    keeper: KeeperFacts, room: Room, seat: Seat, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    held = _waiting(keeper, room, regular, line_for, words_of)
    act = take(keeper, room, held)
    seat.refresh_from_db()
    assert seat.call_name == act.given_name
    assert release(keeper, room.slug, held.pk).call_name == act.given_name
    assert names(room) == [act.given_name]


def test_words_that_were_kept_back_have_no_name_to_take(
    keeper: KeeperFacts, room: Room, seat: Seat, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    held = _waiting(keeper, room, regular, line_for, words_of)
    keep_back(keeper, room.slug, held.pk, rule=RULE)
    assert refused(take, keeper, room, held).code == "not_shown"
    assert not Unnaming.objects.exists()


def test_what_cannot_be_taken_is_said_kindly_and_changes_nothing(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, say_on_duty: Say, open_room: OpenRoom
) -> None:
    assert refused(take, keeper, room, message, rule="nothing").code == "malformed"
    assert refused(take, keeper, room, message, words="あ" * 201).code == "too_long"
    assert refused(take, keeper, room, say_on_duty(keeper, room)).code == "malformed"
    assert refused(take, keeper, open_room(keepers_needed=2), message).code == "not_found"
    assert refused(give_name_back, keeper, room.slug, message.seat_id, 1).code == "not_found"
    assert not Unnaming.objects.exists()
    assert not SealedText.objects.exists()
    assert letters_to(regular) == []
    act = take(keeper, room, message)
    leave_duty(keeper)
    assert refused(take, keeper, room, message).code == "not_found"
    assert refused(give_name_back, keeper, room.slug, act.seat_id, act.pk).code == "not_found"
    erase(regular)
    message.refresh_from_db()
    assert message.call_name == ""


def test_erasing_its_person_leaves_a_seal_of_nobody_and_the_name_nobodys(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, newcomer: Person
) -> None:
    take(keeper, room, message, words="ひとことです。")
    erase(regular)
    act = Unnaming.objects.get()
    assert (act.words, act.given_name) == ("", "")
    assert SealedText.objects.get().seat_id is None
    assert LogDetail.objects.get().facts == {}
    assert check_log() is None
    assert refused(sit_again, newcomer, room, NAME).code == "name_taken"


def test_with_the_window_the_name_is_really_gone(
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    regular: Person,
    other_regular: Person,
    reader: Seat,
    clock: time_machine.Traveller,
    line_for: LineFor,
    words_of: Hear,
) -> None:
    Room.objects.filter(pk=room.pk).update(retention_days=60)
    held = _waiting(keeper, room, regular, line_for, words_of)
    take(keeper, room, message)
    room.refresh_from_db()
    clock.shift(dt.timedelta(days=30, seconds=-1))
    forget_old_acts()
    assert Unnaming.objects.count() == SealedText.objects.count() == 1
    clock.shift(2)
    forget_old_acts()
    assert Unnaming.objects.count() == SealedText.objects.count() == 0
    message.refresh_from_db()
    assert (message.call_name, message.name_skeleton, message.unnamed) == ("", "", True)
    held.refresh_from_db()
    assert held.call_name == ""
    seq = room.seq
    room.refresh_from_db()
    assert (room.seq, names(room)) == (seq, [None])  # nobody saw a difference
    Room.objects.get().sessions.update(closes_at=None)
    assert sit_again(other_regular, room, NAME).call_name == NAME


def test_it_goes_with_the_window_from_copies_that_last_longer_too(
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    regular: Person,
    say: Say,
    clock: time_machine.Traveller,
) -> None:
    Room.objects.filter(pk=room.pk).update(retention_days=60)
    sit_again(regular, room, "そら")
    other = say(regular, room, "やみました。")
    sit_again(regular, room)
    take(keeper, room, message)
    clock.shift(60)
    for words in (message, other):
        hide(keeper, room.slug, words.pk, rule=RULE)
    clock.shift(dt.timedelta(days=30, seconds=-61))
    forget_old_acts()
    assert SealedText.objects.get(message_key=message.pk).call_name == NAME
    clock.shift(2)
    forget_old_acts()
    copies = SealedText.objects.order_by("sealed_at", "id").values_list("message_key", "call_name", "text")
    assert list(copies) == [(message.pk, "", message.text), (other.pk, "そら", "やみました。")]


def test_while_a_review_waits_it_can_still_come_back_and_after_it_is_gone(
    keeper: KeeperFacts,
    steward: KeeperFacts,
    room: Room,
    message: Message,
    regular: Person,
    clock: time_machine.Traveller,
) -> None:
    Room.objects.filter(pk=room.pk).update(retention_days=60)
    take(keeper, room, message)
    review = ask_review(letters_to(regular)[0]["act"])
    clock.shift(dt.timedelta(days=40))
    forget_old_acts()
    message.refresh_from_db()
    assert message.call_name == NAME
    uphold_act(steward, review.pk, rule=RULE)
    forget_old_acts()
    message.refresh_from_db()
    assert (message.call_name, SealedText.objects.count()) == ("", 0)
    act = Unnaming.objects.get()
    assert (act.name_skeleton, act.given_name) == ("", "")


def test_it_stands_in_its_persons_own_record(
    keeper: KeeperFacts, room: Room, message: Message, regular: Person, other_regular: Person
) -> None:
    take(keeper, room, message, words="名前だけ。")
    assert any(
        "この部屋での名前を、見せないことにしました。" in words and "名前だけ。" in words
        for _, words in _acts_told(regular)
    )
    rows = [row for section in sections_of(regular) for row in section.rows]
    assert any(words == NAME for label, words in rows if "のうつし" in label)
    assert ("名前", Seat.objects.get(pk=message.seat_id).call_name) in rows
    assert _acts_told(other_regular) == []


def test_it_tells_its_writer_nothing_of_somebody_who_told(
    keeper: KeeperFacts, room: Room, message: Message, reader: Seat, regular: Person, other_regular: Person
) -> None:
    tell_keepers(other_regular, room, message.pk, reason="unsure")
    take(keeper, room, message)
    seals = [row for section in sections_of(regular) for row in section.rows if "のうつし" in row[0]]
    assert [words for _, words in seals] == [NAME]


def _waiting(keeper: KeeperFacts, room: Room, person: Person, line_for: LineFor, words_of: Hear) -> HeldPost:
    set_stage(keeper, room.slug, stage="checked_first", is_on=True)
    [answer] = post_messages([words_of(line_for(person, room), "待っている言葉です。")])
    assert isinstance(answer, Held), answer
    return HeldPost.objects.get(pk=answer.message_id)


def _acts_told(person: Person) -> list[tuple[str, str]]:
    return [row for s in sections_of(person) if s.title == "スタッフからの声かけ" for row in s.rows]
