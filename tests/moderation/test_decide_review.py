"""A second look: by another keeper than the one who acted, once, and told to the person either way."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from ibasho.lib import codes
from ibasho.lib.errors import Refusal
from ibasho.moderation import receipts
from ibasho.moderation.actions import (
    ask_review,
    forget_old_acts,
    hide,
    let_back,
    overturn_act,
    redact,
    remove,
    rest,
    restore,
    uphold_act,
)
from ibasho.moderation.actions.overturning import _UNDO
from ibasho.moderation.models import (
    Act,
    Hiding,
    LogDetail,
    LogEntry,
    Rest,
    ReviewRequest,
    ScreeningCandidate,
    SealedText,
)
from ibasho.moderation.queries import acts_in, check_log, has_acts, reviews_waiting, sealed_for
from ibasho.people.actions import erase
from ibasho.people.models import Keeper, Person, Role
from ibasho.people.queries import KeeperFacts, facts_of
from ibasho.rooms.actions import purge_words, withdraw_message
from ibasho.rooms.models import Message, Room, Seat
from tests.conftest import EnterAs
from tests.moderation.conftest import RULE, Say, letters_to, on_duty
from tests.rooms.conftest import Hear, LineFor

pytestmark = pytest.mark.django_db
SORRY = "前の判断をとりけしました。いやな思いをさせて、ごめんなさい。"
JSON = {"Accept": "application/json"}


@pytest.fixture
def code(keeper: KeeperFacts, room: Room, message: Message, regular: Person) -> str:
    """Of the letter about words that みどり hid."""
    hide(keeper, room.slug, message.pk, rule=RULE, words="番号がありました。")
    found: str = letters_to(regular)[0]["act"]
    return found


@pytest.fixture
def review(code: str) -> ReviewRequest:
    return ask_review(code, "まちがえました。")


def _with_roles(keeper: KeeperFacts, *roles: Role) -> KeeperFacts:
    row = Keeper.objects.get(pk=keeper.keeper_id)
    with transaction.atomic():
        row.roles.all().delete()
        for role in roles:
            row.roles.create(role=role, given_on=row.began_on)
    return facts_of(Keeper.objects.get(pk=row.pk))


def _letter(person: Person, code: str) -> str:
    [letter] = [letter for letter in letters_to(person) if letter["code"] == code]
    assert "actions" not in letter
    return str(letter["text"])


def test_hidden_words_are_shown_again_to_everybody(
    review: ReviewRequest, steward: KeeperFacts, room: Room, message: Message
) -> None:
    room.refresh_from_db()
    seq = room.seq
    decided = overturn_act(steward, review.pk)
    message.refresh_from_db()
    assert (message.state, message.text, message.seq) == ("shown", "帽子は あおいつばめがら です。", seq + 1)
    assert (decided.outcome, decided.decided_by_id) == ("overturned", steward.keeper_id)
    assert Hiding.objects.get().lifted_by_id == steward.keeper_id
    assert reviews_waiting() == []


def test_a_covered_part_is_laid_open_again(
    keeper: KeeperFacts, steward: KeeperFacts, room: Room, message: Message, regular: Person
) -> None:
    redact(keeper, room.slug, message.pk, pieces=[1], seen=message.seq, rule=RULE)
    review = ask_review(letters_to(regular)[0]["act"])
    overturn_act(steward, review.pk)
    message.refresh_from_db()
    assert (message.text, message.redacted) == ("帽子は あおいつばめがら です。", False)
    assert "また部屋の人が読めます" in _letter(regular, "review_overturned")
    assert [letter["code"] for letter in letters_to(regular)] == ["review_overturned"]


def test_the_person_is_told_with_an_apology(
    review: ReviewRequest, steward: KeeperFacts, regular: Person, other_regular: Person, reader: Seat
) -> None:
    overturn_act(steward, review.pk, words="言葉を、よく読みませんでした。")
    text = _letter(regular, "review_overturned")
    assert f"もう一度別のスタッフが見ました。{SORRY}" in text
    assert "スタッフから：言葉を、よく読みませんでした。" in text
    assert "また部屋の人が読めます" in text
    assert "かじか" not in text
    assert "みどり" not in text
    assert letters_to(other_regular) == []


def test_no_stain_stays(review: ReviewRequest, steward: KeeperFacts, room: Room, seat: Seat) -> None:
    overturn_act(steward, review.pk)
    assert acts_in(room.pk) == []
    assert not LogDetail.objects.filter(seat=seat.pk).exists()
    assert [entry.verb for entry in LogEntry.objects.all()] == ["hide", "overturn_act"]
    assert LogDetail.objects.get(entry__verb="overturn_act").facts == {"entry": 1, "rule": RULE}
    assert check_log() is None
    seat.refresh_from_db()
    assert (seat.resting_until, seat.removed_until) == (None, None)


def test_acts_that_stay_keep_their_row(
    review: ReviewRequest, steward: KeeperFacts, keeper: KeeperFacts, room: Room, seat: Seat
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE)
    overturn_act(steward, review.pk)
    assert [act.verb for act in acts_in(room.pk)] == ["rest"]
    [detail] = LogDetail.objects.filter(seat=seat.pk)
    assert detail.entry.verb == "rest"


def test_it_may_stay_as_it_was_with_a_reason(
    review: ReviewRequest,
    steward: KeeperFacts,
    regular: Person,
    message: Message,
    room: Room,
) -> None:
    uphold_act(steward, review.pk, rule="own_pace", words="番号が入っていたからです。")
    message.refresh_from_db()
    assert message.state == "hidden"
    text = _letter(regular, "review_upheld")
    for words in (
        "もう一度別のスタッフが見ました。今回は前の判断のままにします。",
        "理由：「話しても、だまっていてもいいです。」という約束のためです（約束二）。",
        "スタッフから：番号が入っていたからです。",
        "話してくださってありがとうございました。",
        "ほかの窓口：よるの電話（0120-000-000、毎日24時間）",
    ):
        assert words in text
    assert [entry.verb for entry in LogEntry.objects.all()] == ["hide", "uphold_act"]
    assert [act.verb for act in acts_in(room.pk)] == ["hide"]


@pytest.mark.parametrize("decide", [overturn_act, lambda *args: uphold_act(*args, rule=RULE)])
def test_nobody_decides_on_their_own_act(
    steward: KeeperFacts, room: Room, message: Message, regular: Person, decide: object
) -> None:
    assert callable(decide)
    on_duty(room, steward)
    hide(steward, room.slug, message.pk, rule=RULE)
    review = ask_review(letters_to(regular)[0]["act"])
    with pytest.raises(Refusal) as refused:
        decide(steward, review.pk)
    assert (refused.value.code, "ほかのスタッフが決めます" in refused.value.text) == ("malformed", True)
    message.refresh_from_db()
    assert message.state == "hidden"
    assert ReviewRequest.objects.get().outcome == ""
    [shown] = reviews_waiting()
    assert shown.is_stuck


def test_a_coordinator_decides_where_the_only_steward_acted(
    steward: KeeperFacts, second_keeper: KeeperFacts, room: Room, message: Message, regular: Person
) -> None:
    on_duty(room, steward)
    hide(steward, room.slug, message.pk, rule=RULE)
    review = ask_review(letters_to(regular)[0]["act"])
    coordinator = _with_roles(second_keeper, Role.COORDINATOR)
    assert [shown.is_stuck for shown in reviews_waiting()] == [False]
    assert overturn_act(coordinator, review.pk).outcome == "overturned"


@pytest.mark.parametrize("roles", [[], [Role.MODERATOR], [Role.MODERATOR, Role.FACILITATOR]])
def test_nobody_decides_without_the_role_also_if_it_was_there_a_moment_ago(
    review: ReviewRequest, steward: KeeperFacts, roles: list[Role]
) -> None:
    _with_roles(steward, *roles)  # what the request had read still says steward
    with pytest.raises(Refusal) as refused:
        overturn_act(steward, review.pk)
    assert refused.value.code == "not_found"
    assert ReviewRequest.objects.get().outcome == ""


def test_another_review_than_those_is_not_found(steward: KeeperFacts) -> None:
    with pytest.raises(Refusal) as refused:
        overturn_act(steward, 12345)
    assert refused.value.code == "not_found"


def test_two_tabs_and_a_replay_decide_once(
    review: ReviewRequest, steward: KeeperFacts, regular: Person, message: Message
) -> None:
    first = overturn_act(steward, review.pk)
    again = uphold_act(steward, review.pk, rule=RULE, words="べつの言葉")
    assert (again.pk, again.outcome, again.reply) == (first.pk, "overturned", "")
    overturn_act(steward, review.pk)
    assert [entry.verb for entry in LogEntry.objects.all()] == ["hide", "overturn_act"]
    results = [letter for letter in letters_to(regular) if letter["code"].startswith("review_")]
    assert len(results) == 1


@pytest.mark.django_db(transaction=True)
def test_two_keepers_at_the_same_moment_decide_once(
    review: ReviewRequest, steward: KeeperFacts, second_keeper: KeeperFacts, regular: Person
) -> None:
    coordinator = _with_roles(second_keeper, Role.COORDINATOR)
    start, told = threading.Barrier(2), []

    def overturn() -> None:
        start.wait()
        told.append(overturn_act(steward, review.pk).outcome)
        connection.close()

    def uphold() -> None:
        start.wait()
        told.append(uphold_act(coordinator, review.pk, rule=RULE).outcome)
        connection.close()

    threads = [threading.Thread(target=each) for each in (overturn, uphold)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 2
    assert len(set(told)) == 1
    assert LogEntry.objects.filter(verb__in=["overturn_act", "uphold_act"]).count() == 1
    assert sum(letter["code"].startswith("review_") for letter in letters_to(regular)) == 1


def test_words_their_writer_took_back_stay_away(
    review: ReviewRequest,
    steward: KeeperFacts,
    message: Message,
    regular: Person,
    room: Room,
    line_for: LineFor,
    words_of: Hear,
) -> None:
    withdraw_message(words_of(line_for(regular, room), verb="withdraw", message=str(message.pk)))
    overturn_act(steward, review.pk)
    message.refresh_from_db()
    assert (message.state, message.text) == ("withdrawn", None)
    text = _letter(regular, "review_overturned")
    assert SORRY in text
    assert "読めます" not in text


def test_words_a_keeper_brought_back_before_are_said_to_be_there(
    review: ReviewRequest,
    steward: KeeperFacts,
    keeper: KeeperFacts,
    room: Room,
    message: Message,
    regular: Person,
) -> None:
    restore(keeper, room.slug, message.pk)
    overturn_act(steward, review.pk)
    message.refresh_from_db()
    assert message.state == "shown"
    assert "読めます" in _letter(regular, "review_overturned")
    assert acts_in(room.pk) == []


def test_a_rest_ends_and_no_other_with_it(
    keeper: KeeperFacts, steward: KeeperFacts, room: Room, seat: Seat, regular: Person
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE)
    shorter = letters_to(regular)[0]["act"]
    rest(keeper, room.slug, seat.pk, minutes=60, rule=RULE)
    longer = next(letter["act"] for letter in letters_to(regular) if letter["act"] != shorter)
    until_short, until_long = (act.until for act in Rest.objects.order_by("until"))
    overturn_act(steward, ask_review(longer).pk)
    seat.refresh_from_db()
    assert (seat.resting_until, until_short < until_long) == (until_short, True)
    assert "20:12までは、ほかの声かけのため" in _letter(regular, "review_overturned")
    overturn_act(steward, ask_review(shorter).pk)
    seat.refresh_from_db()
    assert seat.resting_until is None


def test_a_removed_seat_may_come_in_again(
    keeper: KeeperFacts, steward: KeeperFacts, room: Room, seat: Seat, regular: Person
) -> None:
    remove(keeper, room.slug, seat.pk, days=7, rule=RULE)
    overturn_act(steward, ask_review(letters_to(regular)[0]["act"]).pk)
    seat.refresh_from_db()
    assert seat.removed_until is None
    assert "いまから使えます。" in _letter(regular, "review_overturned")


def test_an_act_that_ended_by_itself_can_still_be_taken_back(
    keeper: KeeperFacts,
    steward: KeeperFacts,
    room: Room,
    seat: Seat,
    regular: Person,
    clock: time_machine.Traveller,
) -> None:
    remove(keeper, room.slug, seat.pk, days=1, rule=RULE)
    review = ask_review(letters_to(regular)[0]["act"])
    clock.shift(dt.timedelta(days=3))
    overturn_act(steward, review.pk)
    assert acts_in(room.pk) == []
    assert "いまから使えます。" in _letter(regular, "review_overturned")
    with pytest.raises(Refusal):
        let_back(keeper, room.slug, seat.pk)  # whose duty is long over


def test_every_kind_of_act_can_be_taken_back() -> None:
    kinds = {model for model in apps.get_app_config("moderation").get_models() if issubclass(model, Act)}
    assert set(_UNDO) == kinds


@pytest.mark.parametrize(("words", "refusal"), [("あ" * 201, "too_long"), ("a\x00", "malformed")])
def test_words_that_cannot_be_taken_change_nothing(
    review: ReviewRequest, steward: KeeperFacts, words: str, refusal: str
) -> None:
    for decide, fields in (
        (overturn_act, {"words": words}),
        (overturn_act, {"line": words}),
        (uphold_act, {"rule": RULE, "words": words}),
    ):
        with pytest.raises(Refusal) as refused:
            decide(steward, review.pk, **fields)
        assert refused.value.code == refusal
    with pytest.raises(Refusal) as refused:
        uphold_act(steward, review.pk, rule="no such promise")
    assert refused.value.code == "malformed"
    assert ReviewRequest.objects.get().outcome == ""


def test_the_oldest_is_due_first_and_overdue_after_seven_days(
    keeper: KeeperFacts,
    room: Room,
    reader: Seat,
    code: str,
    other_regular: Person,
    clock: time_machine.Traveller,
) -> None:
    ask_review(code)
    clock.shift(dt.timedelta(hours=1, seconds=-1))
    rest(keeper, room.slug, reader.pk, minutes=10, rule=RULE)
    ask_review(letters_to(other_regular)[0]["act"])
    clock.move_to(dt.datetime(2026, 11, 29, 11, 1, 59, tzinfo=dt.UTC), tick=False)
    assert [shown.is_overdue for shown in reviews_waiting()] == [False, False]
    clock.shift(dt.timedelta(seconds=1))
    waiting = reviews_waiting()
    assert [(shown.is_overdue, shown.act.verb) for shown in waiting] == [(True, "hide"), (False, "rest")]


def test_a_line_becomes_a_candidate_of_nobody(
    review: ReviewRequest, steward: KeeperFacts, clock: time_machine.Traveller
) -> None:
    overturn_act(steward, review.pk, line="  死ぬほど\n眠い ")
    row = ScreeningCandidate.objects.get()
    assert (row.line, str(row.noted_on)) == ("死ぬほど 眠い", "2026-11-22")
    assert {field.name for field in ScreeningCandidate._meta.get_fields()} == {"id", "line", "noted_on"}


def test_without_a_line_there_is_no_candidate(review: ReviewRequest, steward: KeeperFacts) -> None:
    overturn_act(steward, review.pk, line=" 　\n")
    assert not ScreeningCandidate.objects.exists()


def test_the_result_is_kept_for_thirty_days_and_the_act_with_it(
    review: ReviewRequest, steward: KeeperFacts, message: Message, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(days=20))
    uphold_act(steward, review.pk, rule=RULE)
    clock.shift(dt.timedelta(days=29))
    purge_words()
    forget_old_acts()
    assert ReviewRequest.objects.exists()
    assert Hiding.objects.filter(code_hash=review.code_hash).exists()
    assert sealed_for(message.pk) is None  # its own days were over, and nobody waits for it
    assert not SealedText.objects.exists()
    clock.shift(dt.timedelta(days=2))
    forget_old_acts()
    assert not ReviewRequest.objects.exists()
    assert not Hiding.objects.exists()
    assert not Seat.objects.filter(has_acts()).exists()


def test_with_the_person_all_of_it_goes_but_the_decision(
    review: ReviewRequest, steward: KeeperFacts, regular: Person
) -> None:
    uphold_act(steward, review.pk, rule=RULE, words="ひとことです。")
    erase(regular)
    kept = ReviewRequest.objects.get()
    assert (kept.outcome, kept.words, kept.reply) == ("upheld", "", "")
    assert {detail.body for detail in LogDetail.objects.all()} == {""}
    assert check_log() is None


def test_a_review_of_somebody_who_is_gone_can_be_decided(
    review: ReviewRequest, steward: KeeperFacts, regular: Person
) -> None:
    erase(regular)
    assert overturn_act(steward, review.pk).outcome == "overturned"


def test_the_code_alone_tells_how_it_stands(
    code: str, outsider: Client, steward: KeeperFacts, clock: time_machine.Traveller
) -> None:
    asked = outsider.post("/reviews/", {"code": code}, headers=JSON).json()
    assert asked["state"] == "waiting"
    assert "11月29日（日）までに" in asked["text"]
    page = outsider.post("/reviews/", {"code": code}).content.decode()
    assert "いまの様子" in page
    assert "11月29日（日）までに" in page
    clock.shift(dt.timedelta(days=8))
    assert "お待たせしています。" in outsider.post("/reviews/", {"code": code}).content.decode()
    overturn_act(steward, ReviewRequest.objects.get().pk, words="ひとことです。")
    page = outsider.post("/reviews/", {"code": code.lower()}).content.decode()
    for words in ("見直しの結果", SORRY, "スタッフから：ひとことです。", "いまから使えます。"):
        assert words in page
    assert "ひだまり" not in page  # nor anything else about whose words they were
    assert "sessionid" not in outsider.cookies
    assert ReviewRequest.objects.count() == 1


def test_also_that_it_stays(code: str, review: ReviewRequest, outsider: Client, steward: KeeperFacts) -> None:
    uphold_act(steward, review.pk, rule=RULE)
    page = outsider.post("/reviews/", {"code": code}).content.decode()
    assert "今回は前の判断のままにします。" in page
    assert "（約束一）" in page
    assert "よるの電話" in page
    as_json = outsider.post("/reviews/", {"code": code}, headers=JSON).json()
    assert as_json["state"] == "upheld"


def test_whoever_asks_by_codes_of_all_kinds_gets_the_same_answer(
    code: str, review: ReviewRequest, steward: KeeperFacts
) -> None:
    overturn_act(steward, review.pk)
    answer = receipts.answer_to(codes.fingerprint(code))
    assert answer is not None
    assert (answer.kind, answer.state) == ("review", "overturned")
    assert SORRY in answer.text
    for other in ("", "AAAAA-AAAAA"):
        assert receipts.answer_to(codes.fingerprint(other)) is None


@pytest.mark.parametrize("act", [rest, remove])
def test_also_while_resting_or_removed(
    act: object,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    room: Room,
    seat: Seat,
    regular: Person,
    client: Client,
    enter_as: EnterAs,
) -> None:
    bound = {"minutes": 60} if act is rest else {"days": 7}
    assert callable(act)
    act(keeper, room.slug, seat.pk, rule=RULE, **bound)
    code = letters_to(regular)[0]["act"]
    browser = enter_as(client, regular)
    assert browser.post("/reviews/", {"code": code}).status_code == 303
    uphold_act(steward, ReviewRequest.objects.get().pk, rule=RULE)
    assert "今回は前の判断のままにします。" in browser.post("/reviews/", {"code": code}).content.decode()
    page = browser.get("/me/").content.decode()
    assert "見直しの結果" in page
    assert "今回は前の判断のままにします。" in page


def test_only_the_person_is_told_and_others_see_the_words_alone(
    review: ReviewRequest,
    steward: KeeperFacts,
    room: Room,
    reader: Seat,
    other_regular: Person,
    client: Client,
    enter_as: EnterAs,
) -> None:
    overturn_act(steward, review.pk, words="ひとことです。")
    page = enter_as(client, other_regular).get(f"/rooms/{room.slug}/").content.decode()
    assert "帽子は あおいつばめがら です。" in page
    assert "見直し" not in page
    assert "ひとことです。" not in page


def test_the_seat_that_said_it_goes_on_as_before(
    review: ReviewRequest, steward: KeeperFacts, room: Room, regular: Person, say: Say
) -> None:
    overturn_act(steward, review.pk)
    assert say(regular, room, "ありがとうございます。").state == "shown"
