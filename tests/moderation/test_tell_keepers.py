"""スタッフに知らせる, from words and from a room, and taking it back."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client

from ibasho.lib import clock as house_clock
from ibasho.lib import codes, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import (
    begin_by_hand,
    hide,
    propose_suspension,
    redact,
    remove,
    rest,
    take_back_concern,
    tell_keepers,
    tell_writers,
)
from ibasho.moderation.models import Concern, SealedText
from ibasho.moderation.queries import cases_waiting, sealed_for
from ibasho.moderation.queries.seals import seals_of
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import withdraw_message
from ibasho.rooms.actions.leave import leave_room
from ibasho.rooms.models import Message, Room, Seat
from tests.conftest import EnterAs, KeeperClient, OpenRoom, SeatFor
from tests.moderation.conftest import RULE, Say, letters_to
from tests.rooms.conftest import Hear, LineFor

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
CARD = 'data-code="support"'
SECRET = "あおいつばめがら"


@pytest.fixture
def browser(client: Client, enter_as: EnterAs, reader: Seat, other_regular: Person) -> Client:
    """Of somebody who only watches."""
    return enter_as(client, other_regular)


@pytest.fixture
def path(room: Room, message: Message) -> str:
    return f"/rooms/{room.slug}/messages/{message.pk}/concern/"


def _code_on(page: str) -> str:
    found = re.search(r"data-receipt>([^<]+)<", page)
    assert found
    return found[1]


def test_who_only_watches_can_tell(
    browser: Client, path: str, message: Message, other_regular: Person
) -> None:
    page = browser.get(path).content.decode()
    assert SECRET in page  # the words it is about
    assert "わからないけど、気になる" in page
    answer = browser.post(path, {"reason": "unsure", "words": ""})
    assert answer.status_code == 200
    assert "知らせてくださって、ありがとうございます" in answer.content.decode()
    concern = Concern.objects.get()
    assert (concern.message_key, concern.about_id) == (message.pk, message.seat_id)
    assert (concern.teller, concern.reason, concern.is_open) == (other_regular, "unsure", True)
    code = _code_on(answer.content.decode())
    assert concern.code_hash == codes.fingerprint(code)
    assert code.replace("-", "") not in concern.code_hash.upper()


def test_a_room_can_be_told_about_without_a_seat(
    room: Room, newcomer: Person, client: Client, enter_as: EnterAs
) -> None:
    browser = enter_as(client, newcomer)
    assert browser.get(f"/rooms/{room.slug}/concern/").status_code == 200
    answer = browser.post(
        f"/rooms/{room.slug}/concern/", {"reason": "harm", "words": "ことばがきつい。"}, headers=JSON
    )
    assert answer.status_code == 200
    assert re.fullmatch(r"\w{5}-\w{5}", answer.json()["receipt"])
    assert answer.json()["take_back_until"] == "2026-11-22T11:12:00Z"
    concern = Concern.objects.get()
    assert (concern.message_key, concern.about, concern.seal, concern.words) == (
        None,
        None,
        None,
        "ことばがきつい。",
    )


def test_the_words_are_sealed_as_they_stand_whatever_their_writer_does(
    room: Room, message: Message, other_regular: Person, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    tell_keepers(other_regular, room, message.pk, reason="identifiers")
    withdraw_message(words_of(line_for(regular, room), None, verb="withdraw", message=str(message.pk)))
    message.refresh_from_db()
    assert message.text is None
    sealed = sealed_for(message.pk)
    assert sealed is not None
    assert (sealed.text, sealed.cover, sealed.tone) == (
        f"帽子は {SECRET} です。",
        "番号のこと",
        "listen_only",
    )
    assert Concern.objects.get().seal == sealed


def test_words_that_are_gone_can_still_be_told_about(
    room: Room,
    message: Message,
    browser: Client,
    path: str,
    regular: Person,
    line_for: LineFor,
    words_of: Hear,
) -> None:
    withdraw_message(words_of(line_for(regular, room), None, verb="withdraw", message=str(message.pk)))
    page = browser.get(path).content.decode()
    assert "とりけされました" in page
    assert SECRET not in page
    assert browser.post(path, {"reason": "harm"}).status_code == 200
    assert Concern.objects.get().seal is None


def test_nobody_hears_of_it(
    room: Room,
    message: Message,
    reader: Seat,
    regular: Person,
    other_regular: Person,
    client: Client,
    enter_as: EnterAs,
) -> None:
    tell_keepers(other_regular, room, message.pk, reason="harm", words="カナリアの言葉")
    assert letters_to(regular) == []
    assert letters_to(other_regular) == []
    writer = enter_as(client, regular)
    for address in ("/me/", "/me/download/", f"/rooms/{room.slug}/"):
        page = writer.get(address).content.decode()
        assert "カナリア" not in page
        assert "知らせたこと" not in page
        assert "うつし" not in page


def test_the_writer_is_told_of_the_copy_after_a_day_and_not_that_somebody_told(
    room: Room,
    message: Message,
    regular: Person,
    other_regular: Person,
    client: Client,
    enter_as: EnterAs,
    clock: time_machine.Traveller,
) -> None:
    tell_keepers(other_regular, room, message.pk, reason="harm")
    clock.shift(dt.timedelta(hours=23))
    tell_writers()
    assert letters_to(regular) == []
    clock.shift(dt.timedelta(hours=2))
    tell_writers()
    tell_writers()
    [letter] = letters_to(regular)
    assert letter["code"] == "sealed"
    assert (
        "大切なことなので、言葉のうつしを12月22日（火）まで、スタッフだけが読めるように残しています。"
        in letter["text"]
    )
    assert "知らせ" not in letter["text"]
    page = enter_as(client, regular).get("/me/").content.decode()
    assert SECRET in page
    assert "見直しのための、言葉のうつし" in page


def test_a_second_about_the_same_words_is_the_same_case(
    keeper: KeeperFacts, room: Room, message: Message, newcomer: Person, other_regular: Person, reader: Seat
) -> None:
    tell_keepers(other_regular, room, message.pk, reason="unsure")
    tell_keepers(other_regular, room, message.pk, reason="harm", words="つづいています。")
    tell_keepers(newcomer, room, message.pk, reason="harm")
    [case] = cases_waiting(keeper, [room.pk])
    assert (case.count, len(case.voices)) == (2, 3)
    assert SealedText.objects.count() == 1


def test_within_ten_minutes_it_is_taken_back_without_a_trace(
    room: Room,
    message: Message,
    regular: Person,
    other_regular: Person,
    keeper: KeeperFacts,
    clock: time_machine.Traveller,
) -> None:
    concern, _ = tell_keepers(other_regular, room, message.pk, reason="harm", words="やっぱり")
    clock.shift(dt.timedelta(minutes=10))
    take_back_concern(concern.code_hash)
    take_back_concern(concern.code_hash)
    concern.refresh_from_db()
    assert (concern.teller, concern.words, concern.seal, concern.is_open) == (None, "", None, False)
    assert cases_waiting(keeper, [room.pk]) == []
    assert not SealedText.objects.exists()
    clock.shift(dt.timedelta(days=2))
    tell_writers()
    assert letters_to(regular) == []


def test_after_ten_minutes_it_stays(
    room: Room, message: Message, other_regular: Person, clock: time_machine.Traveller
) -> None:
    concern, _ = tell_keepers(other_regular, room, message.pk, reason="harm")
    clock.shift(dt.timedelta(minutes=10, seconds=1))
    with pytest.raises(Refusal) as refused:
        take_back_concern(concern.code_hash)
    assert refused.value.code == "edit_late"
    concern.refresh_from_db()
    assert concern.is_open


def test_a_copy_that_somebody_else_needs_stays(
    room: Room,
    message: Message,
    other_regular: Person,
    newcomer: Person,
    keeper: KeeperFacts,
    clock: time_machine.Traveller,
) -> None:
    first, _ = tell_keepers(other_regular, room, message.pk, reason="harm")
    clock.shift(60)
    second, _ = tell_keepers(newcomer, room, message.pk, reason="harm")
    take_back_concern(first.code_hash)
    assert SealedText.objects.count() == 1
    hide(keeper, room.slug, message.pk, rule=RULE)
    take_back_concern(second.code_hash)
    assert SealedText.objects.count() == 1


def test_a_copy_that_an_incident_or_a_proposal_rests_on_stays(
    room: Room, message: Message, other_regular: Person, newcomer: Person, keeper: KeeperFacts, reader: Seat
) -> None:
    first, _ = tell_keepers(other_regular, room, message.pk, reason="harm")
    incident = begin_by_hand(keeper, room.slug, message.pk, about_other=False)
    take_back_concern(first.code_hash)
    assert incident.words.get().seal == SealedText.objects.get()
    incident.delete()
    SealedText.objects.all().delete()
    second, _ = tell_keepers(newcomer, room, message.pk, reason="harm")
    propose_suspension(
        keeper,
        room.slug,
        message.seat_id,
        days=7,
        rule=RULE,
        words="つづいています。",
        message_id=message.pk,
        shown_at=house_clock.now(),
    )
    take_back_concern(second.code_hash)
    assert sealed_for(message.pk) is not None


def test_what_the_writer_sees_of_their_copies_does_not_move_when_somebody_tells(
    room: Room,
    message: Message,
    regular: Person,
    other_regular: Person,
    keeper: KeeperFacts,
    reader: Seat,
    clock: time_machine.Traveller,
) -> None:
    begin_by_hand(keeper, room.slug, message.pk, about_other=False)
    before = seals_of(regular).get()
    clock.shift(dt.timedelta(days=1))
    tell_keepers(other_regular, room, message.pk, reason="harm")
    assert seals_of(regular).get().until == before.until


def test_the_copy_stays_unseen_after_the_first_who_told_took_it_back(
    room: Room,
    message: Message,
    regular: Person,
    other_regular: Person,
    newcomer: Person,
    clock: time_machine.Traveller,
) -> None:
    first, _ = tell_keepers(other_regular, room, message.pk, reason="harm")
    clock.shift(60)
    tell_keepers(newcomer, room, message.pk, reason="harm")
    take_back_concern(first.code_hash)
    assert not seals_of(regular).exists()
    clock.shift(dt.timedelta(days=2))
    tell_writers()
    assert seals_of(regular).exists()


def test_the_letter_of_every_act_on_words_tells_of_the_copy_last(
    room: Room, message: Message, regular: Person, keeper: KeeperFacts
) -> None:
    redact(keeper, room.slug, message.pk, pieces=[0], seen=message.seq, rule=RULE)
    rest(keeper, room.slug, message.seat_id, minutes=10, rule=RULE, message_id=message.pk)
    remove(keeper, room.slug, message.seat_id, days=1, rule=RULE, message_id=message.pk)
    told = letters_to(regular)
    assert {letter["code"] for letter in told} == {"redacted", "resting", "removed"}
    for letter in told:
        assert letter["text"].splitlines()[-1].startswith("大切なことなので、言葉のうつしを")


def test_the_letter_of_an_act_without_words_tells_of_no_copy(
    room: Room, message: Message, regular: Person, keeper: KeeperFacts
) -> None:
    rest(keeper, room.slug, message.seat_id, minutes=10, rule=RULE)
    [letter] = letters_to(regular)
    assert "うつし" not in letter["text"]


def test_the_last_to_take_it_back_takes_the_copy_along(
    room: Room, message: Message, other_regular: Person, newcomer: Person, clock: time_machine.Traveller
) -> None:
    first, _ = tell_keepers(other_regular, room, message.pk, reason="harm")
    clock.shift(60)
    second, _ = tell_keepers(newcomer, room, message.pk, reason="harm")
    take_back_concern(first.code_hash)
    take_back_concern(second.code_hash)
    assert not SealedText.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"reason": "", "words": "残る言葉"}, 400),
        ({"reason": "nothing", "words": "残る言葉"}, 400),
        ({"reason": "harm", "words": "残る言葉" + "あ" * 1000}, 422),
        ({"words": "残る言葉"}, 400),
    ],
)
def test_a_refused_form_comes_back_with_its_words(
    browser: Client, path: str, sent: dict[str, str], status: int
) -> None:
    answer = browser.post(path, sent)
    assert answer.status_code == status
    assert "残る言葉" in answer.content.decode()
    assert browser.post(path, sent, headers=JSON).status_code == status
    assert not Concern.objects.exists()
    assert not SealedText.objects.exists()


def test_words_about_dying_get_help_and_come_first(
    browser: Client, room: Room, path: str, message: Message, keeper: KeeperFacts, newcomer: Person
) -> None:
    tell_keepers(newcomer, room, reason="unsure")
    page = browser.post(path, {"reason": "harm", "words": "もう死にたい"}).content.decode()
    assert CARD in page
    assert CARD in browser.get(path).content.decode()
    browser.post(f"/rooms/{room.slug}/concern/", {"close": "card"})
    assert CARD not in browser.get(path).content.decode()
    assert [case.about_dying for case in cases_waiting(keeper, [room.pk])] == [True, False]


def test_a_worry_about_a_life_comes_first_and_shows_whom_to_call(
    browser: Client, path: str, keeper: KeeperFacts, room: Room
) -> None:
    page = browser.post(path, {"reason": "life"}).content.decode()
    assert CARD not in page
    assert "tel:119" in page
    assert cases_waiting(keeper, [room.pk])[0].about_dying


def test_it_is_slowed_down_by_person(browser: Client, path: str) -> None:
    for _ in range(3):
        assert browser.post(path, {"reason": "no such"}).status_code == 400  # a slip costs nothing
    answers = [browser.post(path, {"reason": "unsure", "words": "残る言葉"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert "残る言葉" in answers[-1].content.decode()


def test_a_room_is_not_flooded_and_what_one_told_already_may_always_be_told_again(
    room: Room, message: Message, newcomer: Person, other_regular: Person
) -> None:
    tell_keepers(other_regular, room, message.pk, reason="unsure")
    _fill(room, newcomer)
    with pytest.raises(Refusal) as refused:
        tell_keepers(newcomer, room, reason="unsure")
    assert refused.value.code == "too_fast"
    assert "まだ、届いていません" in refused.value.text
    for _ in range(25):
        tell_keepers(other_regular, room, message.pk, reason="unsure")
    rate_limit.reset()
    tell_keepers(newcomer, room, reason="unsure")


def test_a_room_that_is_flooded_tells_nobody_which_words_somebody_told_of(
    room: Room, message: Message, regular: Person, newcomer: Person, other_regular: Person, say: Say
) -> None:
    others = say(regular, room)
    tell_keepers(other_regular, room, message.pk, reason="harm")
    _fill(room, newcomer)
    for words in (message, others):
        with pytest.raises(Refusal, match="too_fast"):
            tell_keepers(newcomer, room, words.pk, reason="unsure")


def test_a_flood_silences_neither_a_danger_to_a_life_nor_who_tells_for_the_first_time(
    room: Room, newcomer: Person, other_regular: Person
) -> None:
    _fill(room, newcomer)
    tell_keepers(newcomer, room, reason="life")
    tell_keepers(newcomer, room, reason="unsure", words="もう、死にたい。")
    tell_keepers(other_regular, room, reason="harm")
    with pytest.raises(Refusal, match="too_fast"):
        tell_keepers(other_regular, room, reason="harm")


def _fill(room: Room, person: Person) -> None:
    for _ in range(21):
        tell_keepers(person, room, reason="unsure")


def test_words_one_may_not_read_are_not_there(
    browser: Client,
    room: Room,
    regular: Person,
    message: Message,
    open_room: OpenRoom,
    seat_for: SeatFor,
    say: Say,
    client: Client,
    newcomer: Person,
    enter_as: EnterAs,
) -> None:
    other = open_room(keepers_needed=2)
    seat_for(regular, other)
    elsewhere = say(regular, other, "ほかの部屋の言葉。")
    nobodys = "00000000-0000-4000-8000-000000000000"
    for slug, message_id in (
        (other.slug, elsewhere.pk),
        (room.slug, elsewhere.pk),
        (room.slug, nobodys),
        ("nowhere", message.pk),
    ):
        for ask in (browser.get, browser.post):
            answer = ask(f"/rooms/{slug}/messages/{message_id}/concern/", {"reason": "unsure"})
            assert answer.status_code == 404
            assert "ほかの部屋の言葉" not in answer.content.decode()
    without_seat = enter_as(Client(), newcomer)
    assert without_seat.get(f"/rooms/{room.slug}/messages/{message.pk}/concern/").status_code == 404
    assert not Concern.objects.exists()


def test_ones_own_words_are_not_told_about(
    room: Room, message: Message, regular: Person, client: Client, enter_as: EnterAs
) -> None:
    own = enter_as(client, regular)
    assert own.get(f"/rooms/{room.slug}/messages/{message.pk}/concern/").status_code == 404


def test_who_left_or_is_out_still_tells_and_reads_nothing_more(
    browser: Client, path: str, room: Room, other_regular: Person
) -> None:
    leave_room(other_regular, room)
    page = browser.get(path).content.decode()
    assert SECRET not in page
    assert browser.post(path, {"reason": "harm"}).status_code == 200
    assert Concern.objects.count() == 1


def test_keepers_go_to_their_desk(
    room: Room, message: Message, keeper: KeeperFacts, keeper_client: KeeperClient, path: str
) -> None:
    answer = keeper_client(keeper).get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/rooms/{room.slug}/")
    keeper_client(keeper).post(path, {"reason": "unsure"})
    assert not Concern.objects.exists()


def test_it_stands_in_the_record_of_who_told_and_goes_with_them(
    room: Room,
    message: Message,
    other_regular: Person,
    reader: Seat,
    keeper: KeeperFacts,
    client: Client,
    enter_as: EnterAs,
) -> None:
    tell_keepers(other_regular, room, message.pk, reason="harm", words="カナリアの言葉")
    page = enter_as(client, other_regular).get("/me/").content.decode()
    assert "スタッフに知らせたこと" in page
    assert "カナリアの言葉" in page
    erase(other_regular)
    concern = Concern.objects.get()
    assert (concern.teller, concern.words, concern.is_open) == (None, "", True)
    [case] = cases_waiting(keeper, [room.pk])
    assert [voice.seat_name for voice in case.voices] == ["席のない方"]


def test_the_menu_of_words_leads_there_without_a_script(browser: Client, room: Room, path: str) -> None:
    page = browser.get(f"/rooms/{room.slug}/").content.decode()
    assert f'href="{path}"' in page
    assert f'href="/rooms/{room.slug}/concern/"' in page
    menu = re.search(r'<details[^>]*data-menu="other"[^>]*>', page)
    assert menu
    assert "hidden" not in menu[0]


def test_the_form_and_its_answer_say_who_is_in_this_very_room(
    browser: Client, room: Room, path: str, open_room: OpenRoom
) -> None:
    other = open_room(slug="tameshi")
    here, nobody = "いま、スタッフがこの部屋にいます。", "いま、この部屋にスタッフはいません。"
    for asked, says in (
        (path, here),
        (f"/rooms/{room.slug}/concern/", here),
        ("/rooms/tameshi/concern/", nobody),
    ):
        for answer in (browser.get(asked), browser.post(asked, {"reason": "unsure"})):
            page = answer.content.decode()
            assert says in page, asked
            assert "いま、スタッフがいます。" not in page, asked
    assert other.keepers_needed == 0


@pytest.mark.django_db(transaction=True)
def test_telling_taking_back_and_withdrawing_at_once_leave_no_copy_behind(
    room: Room, message: Message, regular: Person, newcomer: Person, line_for: LineFor, words_of: Hear
) -> None:
    """Six tell and take back while the writer withdraws: whatever the order, nothing is sealed in the end."""
    start, faults = threading.Barrier(7), []
    taken = words_of(line_for(regular, room), None, verb="withdraw", message=str(message.pk))

    def at_once(what: Callable[[], object]) -> None:
        try:
            start.wait()
            what()
        except Exception as error:  # told by the assertion below
            faults.append(error)
        finally:
            connection.close()

    def tell_and_take_back() -> None:
        concern, _ = tell_keepers(newcomer, room, message.pk, reason="unsure")
        take_back_concern(concern.code_hash)

    doings = [tell_and_take_back] * 6 + [lambda: withdraw_message(taken)]
    threads = [threading.Thread(target=at_once, args=(doing,)) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert Concern.objects.filter(withdrawn_at__isnull=False).count() == 6
    assert SealedText.objects.count() == 0
    message.refresh_from_db()
    assert message.text is None
