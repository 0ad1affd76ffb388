"""ひとことメモ that would like an answer: two keepers on duty read it, one letter in わたし, and nothing to reply to."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from ibasho.desk.queries import desk_now
from ibasho.house.actions import ANSWER_GRAPHEMES, SIGNED, forget_old_papers, leave_note
from ibasho.house.models import AnswerWish, Note, NoteAnswer, Notice
from ibasho.lib import clock as house_clock
from ibasho.moderation.models import LogEntry
from ibasho.people.actions import erase
from ibasho.people.models import Keeper, Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room
from tests.conftest import EnterAs, KeeperClient, SeatFor
from tests.desk.conftest import page_of

IS_THERE = "メモへの返事が、「わたし」にとどいています。"
WORDS = "お茶の会のこと、ありがとうございます。次も、ゆっくり来てください。"


@pytest.fixture
def wished(newcomer: Person) -> Note:
    """A note whose writer would like an answer."""
    return leave_note("お茶がおいしかったです。次は、いつですか。", wisher=newcomer)


def _path(note: Note, more: str = "") -> str:
    return f"/desk/notes/{note.pk}/answer/{more}"


def _seen(client: Client, note: Note) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page_of(client, _path(note)))
    assert found
    return found[1]


def _write(client: Client, note: Note, text: str = WORDS, **fields: str) -> int:
    data = {"text": text, "seen": _seen(client, note)} | fields
    return client.post(_path(note), data).status_code


def _send(client: Client, note: Note) -> int:
    return client.post(_path(note, "sending/"), {"seen": _seen(client, note)}).status_code


def test_two_keepers_answer_and_the_person_reads_it_once(
    wished: Note,
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    newcomer: Person,
    keeper_client: KeeperClient,
    enter_as: EnterAs,
) -> None:
    me = enter_as(Client(), newcomer)
    page = page_of(me, "/me/")
    assert "11月22日（日）のメモ" in page, "the record tells of what waits"
    assert "お茶がおいしかったです" not in page
    assert "お茶がおいしかったです" in page_of(me, "/me/download/")
    first, second = keeper_client(keeper), keeper_client(second_keeper)
    assert _write(first, wished) == 303
    assert WORDS not in page_of(me, "/me/"), "nobody alone speaks to a person"
    assert "もうひとりの見守り役を待っています（1件）" in page_of(second, "/desk/")
    assert "もうひとりの見守り役を待っています（" not in page_of(first, "/desk/")
    assert _send(second, wished) == 303
    assert "もうひとりの見守り役を待っています（" not in page_of(second, "/desk/")

    page = page_of(me, "/me/")
    for words in (WORDS, SIGNED, "見守り役からの返事", "返事をすることはできません"):
        assert words in page
    assert "もう一度 見てほしい" not in page
    letter = Notice.objects.get(person=newcomer)
    for name in (keeper.duty_name, second_keeper.duty_name):
        assert name not in letter.text
    assert me.post(f"/me/notices/{letter.pk}/seen/").status_code == 303
    letter.refresh_from_db()
    assert letter.seen_on is not None
    assert not AnswerWish.objects.exists(), "nothing ties the note to its person any more"


def test_outside_of_watashi_no_page_has_its_words(
    wished: Note,
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    newcomer: Person,
    keeper_client: KeeperClient,
    enter_as: EnterAs,
    seat_for: SeatFor,
) -> None:
    me, room = enter_as(Client(), newcomer), f"/rooms/{watched.slug}/"
    _write(keeper_client(keeper), wished)
    _send(keeper_client(second_keeper), wished)
    door = page_of(me, room)
    seat_for(newcomer, watched, name="なぎ")
    for page in (door, page_of(me, room), page_of(me, "/rooms/")):
        assert IS_THERE in page
        assert 'href="/me/#news"' in page
        assert WORDS not in page
        assert SIGNED not in page
    for path in ("/me/", "/me/download/"):
        page = me.get(path).content.decode()
        assert WORDS in page
        assert IS_THERE not in page


def test_what_was_done_stands_in_the_log_without_its_words(
    wished: Note, watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    first, second = keeper_client(keeper), keeper_client(second_keeper)
    before = LogEntry.objects.count()
    _write(first, wished)
    for _ in range(2):
        second.post(_path(wished, "sending/"), {"seen": _seen_of(second, wished)})
    rows = LogEntry.objects.order_by("number")[before:]
    assert [(row.actor, row.verb) for row in rows] == [
        (keeper.keeper_id, "write_note_answer"),
        (keeper.keeper_id, "read_note"),
        (second_keeper.keeper_id, "send_note_answer"),
    ]
    assert Notice.objects.count() == 1, "a second tap sends nothing again"


def _seen_of(client: Client, note: Note) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page_of(client, _path(note)))
    return found[1] if found else ""


def test_nobody_hands_over_their_own_answer(
    wished: Note, watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    _write(client, wished)
    answer = client.post(_path(wished, "sending/"), {"seen": _seen(client, wished)})
    assert answer.status_code == 400
    assert "ほかの見守り役が読んで、わたします" in answer.content.decode()
    assert not Notice.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        NoteAnswer.objects.update(sent_by=keeper.keeper_id)


def test_who_rewrites_it_leaves_the_reading_to_another(
    wished: Note,
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    newcomer: Person,
    keeper_client: KeeperClient,
) -> None:
    first, second = keeper_client(keeper), keeper_client(second_keeper)
    _write(first, wished)
    old = _seen(second, wished)
    assert _write(second, wished, "また来てください。") == 303
    assert _send(second, wished) == 400
    late = first.post(_path(wished, "sending/"), {"seen": old})
    assert late.status_code == 409, "what one has not read is not handed over"
    assert not Notice.objects.exists()
    assert _send(first, wished) == 303
    assert "また来てください。" in Notice.objects.get(person=newcomer).text


def test_words_of_a_colleague_are_laid_beside_and_nothing_is_lost(
    wished: Note, watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    first, second = keeper_client(keeper), keeper_client(second_keeper)
    blank = _seen(second, wished)
    _write(first, wished)
    late = second.post(_path(wished), {"text": "わたしの返事です。", "seen": blank})
    page = late.content.decode()
    assert late.status_code == 409
    assert "わたしの返事です。" in page
    assert WORDS in page
    assert NoteAnswer.objects.get().text == WORDS


def test_an_answer_is_taken_back_by_who_wrote_it(
    wished: Note, watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    first, second = keeper_client(keeper), keeper_client(second_keeper)
    _write(first, wished)
    assert second.post(_path(wished, "lift/")).status_code == 400
    assert first.post(_path(wished, "lift/")).status_code == 303
    assert first.post(_path(wished, "lift/")).status_code == 303
    assert not NoteAnswer.objects.exists()
    assert AnswerWish.objects.exists()


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_what_a_keeper_wrote_who_is_gone_is_handed_over_or_taken_back_by_whoever_is_there(
    wished: Note,
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
    is_forgotten: bool,
) -> None:
    _write(keeper_client(keeper), wished)
    second = keeper_client(second_keeper)
    assert "返事をとりけす" not in page_of(second, _path(wished))
    gone = Keeper.objects.filter(pk=keeper.keeper_id)
    if is_forgotten:
        gone.delete()
    else:
        gone.update(ended_on=house_clock.today())
    page = page_of(second, _path(wished))
    for words in (
        "書いた人：やめた方" if is_forgotten else "みどりさん",
        "この返事をわたす",
        "返事をとりけす",
    ):
        assert words in page
    assert second.post(_path(wished, "lift/")).status_code == 303
    assert not NoteAnswer.objects.exists()
    assert AnswerWish.objects.exists()


def test_who_was_erased_in_the_same_moment_leaves_the_note_and_no_wish(newcomer: Person) -> None:
    erase(Person.objects.get(pk=newcomer.pk))
    note = leave_note("お茶がおいしかったです。", wisher=newcomer)
    assert not AnswerWish.objects.filter(note=note).exists()
    assert Note.objects.filter(pk=note.pk).exists()


def test_what_was_handed_over_is_never_changed(
    wished: Note, watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    first, second = keeper_client(keeper), keeper_client(second_keeper)
    _write(first, wished)
    _send(second, wished)
    for path, data in ((_path(wished), {"text": "べつの言葉です。"}), (_path(wished, "lift/"), {})):
        answer = first.post(path, data)
        assert answer.status_code == 400
        assert "もうわたしてあります" in answer.content.decode()
    assert NoteAnswer.objects.get().text == WORDS
    assert WORDS in page_of(first, _path(wished))


def test_a_number_is_asked_about_and_the_words_stay(
    wished: Note, watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client, words = keeper_client(keeper), "090-1234-5678 に電話してください。"
    asked = client.post(_path(wished), {"text": words, "seen": _seen(client, wished)})
    assert asked.status_code == 409
    assert words in asked.content.decode()
    assert not NoteAnswer.objects.exists()
    assert _write(client, wished, words, as_is="on") == 303
    assert "番号や住所のようなもの" in page_of(keeper_client(second_keeper), _path(wished))


@pytest.mark.parametrize(("text", "status"), [(" ", 422), ("あ" * (ANSWER_GRAPHEMES + 1), 422)])
def test_an_answer_that_cannot_be_kept_comes_back(
    text: str,
    status: int,
    wished: Note,
    watched: Room,
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    client = keeper_client(keeper)
    answer = client.post(_path(wished), {"text": text, "seen": _seen(client, wished)})
    assert answer.status_code == status
    assert text in answer.content.decode()


def test_a_note_without_the_wish_has_no_answer(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    note, client = leave_note("お茶がおいしかったです。"), keeper_client(keeper)
    assert client.get(_path(note)).status_code == 404
    assert client.post(_path(note), {"text": WORDS}).status_code == 404
    assert "返事を書く" not in page_of(client, "/desk/notes/")


def test_only_who_is_on_duty_answers(
    wished: Note, watched: Room, keeper: KeeperFacts, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    assert "返事を書く" in page_of(keeper_client(keeper), "/desk/notes/")
    free = keeper_client(steward)
    page = page_of(free, "/desk/notes/")
    assert "返事がほしい" in page
    assert "返事を書く" not in page
    assert free.get(_path(wished)).status_code == 404
    assert free.post(_path(wished), {"text": WORDS}).status_code == 404


def test_keepers_never_learn_whose_note_it_is(
    wished: Note,
    watched: Room,
    keeper: KeeperFacts,
    other_regular: Person,
    keeper_client: KeeperClient,
) -> None:
    leave_note("お茶がおいしかったです。次は、いつですか。", wisher=other_regular)
    client = keeper_client(keeper)
    pages = [page_of(client, _path(note)) for note in Note.objects.all()]
    plain = [
        re.sub(r'desk/notes/\d+|csrfmiddlewaretoken" value="\w+|data-version="\w+', "", page)
        for page in pages
    ]
    assert plain[0] == plain[1]


def test_who_is_gone_is_answered_no_more(
    wished: Note,
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    newcomer: Person,
    keeper_client: KeeperClient,
) -> None:
    first, second = keeper_client(keeper), keeper_client(second_keeper)
    _write(first, wished)
    seen = _seen(second, wished)
    waits = "もうひとりの見守り役を待っています。"
    assert waits in page_of(second, "/desk/notes/")
    erase(newcomer)
    assert waits not in page_of(second, "/desk/notes/"), "there is nothing to wait for"
    answer = second.post(_path(wished, "sending/"), {"seen": seen})
    assert answer.status_code == 400
    assert "もう返事をとどけられません" in answer.content.decode()
    assert "もう返事を受けとれません" in page_of(second, _path(wished))
    assert not desk_now().note_answers
    assert Note.objects.exists(), "the note itself stays as it was"


def test_an_answer_stays_thirty_days_with_its_note(
    wished: Note,
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
    clock: time_machine.Traveller,
) -> None:
    with transaction.atomic():
        Note.objects.update(written_on=wished.written_on - dt.timedelta(days=29))
    _write(keeper_client(keeper), wished)
    _send(keeper_client(second_keeper), wished)
    clock.shift(dt.timedelta(days=30))
    forget_old_papers()
    assert NoteAnswer.objects.exists()
    clock.shift(dt.timedelta(days=1))
    forget_old_papers()
    assert not Note.objects.exists()
    assert not NoteAnswer.objects.exists()


def test_an_answer_nobody_handed_over_goes_with_its_note(
    wished: Note,
    watched: Room,
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
    clock: time_machine.Traveller,
) -> None:
    _write(keeper_client(keeper), wished)
    clock.shift(dt.timedelta(days=31))
    forget_old_papers()
    assert not NoteAnswer.objects.exists()
    assert not AnswerWish.objects.exists()


def test_what_waits_for_a_second_keeper_moves_the_desk(
    wished: Note, watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    before = desk_now().version
    _write(keeper_client(keeper), wished)
    assert desk_now().note_answers == [NoteAnswer.objects.get().pk]
    assert desk_now().version != before
