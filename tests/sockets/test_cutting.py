"""Whoever may not be there any more is gone within seconds: here with a pace that is shortened."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.test import Client

from ibasho.house.actions import give_notice
from ibasho.house.queries import NOTE_ANSWER
from ibasho.lib import clock
from ibasho.people.actions import bump_facts, erase
from ibasho.people.models import Person, Session
from ibasho.rooms import epoch
from ibasho.rooms.actions import leave_room
from ibasho.rooms.models import Room, Seat
from tests.sockets.kit import QUICK, cookie_of, in_thread, line_of, serving

pytestmark = pytest.mark.django_db(transaction=True)


def browser(cookie: str) -> Client:
    return Client(headers={"cookie": cookie})


async def test_quick_leave_cuts_only_that_browsers_lines(
    room: Room, mine: str, writer: Seat, regular: Person
) -> None:
    elsewhere = await in_thread(cookie_of)(regular)
    async with serving(QUICK), line_of(mine, room) as line, line_of(elsewhere, room) as other:
        await line.frame()
        await other.frame()
        await in_thread(browser(mine).get)("/away/")
        assert (await line.closed()).code == 4401
        assert await other.frame_of("beat")


async def test_a_session_whose_row_is_gone_is_cut(room: Room, mine: str, regular: Person) -> None:
    async with serving(QUICK), line_of(mine, room) as line:
        await line.frame()
        await in_thread(_end_sessions)(regular)
        assert (await line.closed()).code == 4401


def _end_sessions(person: Person) -> None:
    with transaction.atomic():
        Session.objects.filter(person=person).delete()


async def test_an_erased_person_is_cut_and_the_words_are_gone_on_all_lines(
    room: Room, mine: str, theirs: str, regular: Person
) -> None:
    async with serving(QUICK), line_of(mine, room) as line, line_of(theirs, room) as reader:
        await line.frame()
        await line.post("きえる言葉")
        assert (await reader.frame_of("message_posted"))["message"]["text"] == "きえる言葉"
        await in_thread(erase)(regular)
        assert (await line.closed()).code == 4401
        gone = (await reader.frame_of("message_changed"))["message"]
    assert gone["state"] == "erased"
    assert not {"text", "call_name", "cover", "tone"} & gone.keys()


@pytest.mark.parametrize("barred", ["removed", "suspended"])
async def test_someone_removed_or_suspended_is_cut_with_4403_after_the_notice(
    room: Room, mine: str, writer: Seat, regular: Person, barred: str
) -> None:
    async with serving(QUICK), line_of(mine, room) as line:
        await line.frame()
        await in_thread(_bar)(barred, writer, regular)
        assert (await line.frame_of("notice"))["text"] == "理由です。"
        closed = await line.closed()
        assert (closed.code, closed.reason) == (4403, barred)
        async with line_of(mine, room) as again:
            assert (await again.closed()).code == 4403


def _bar(how: str, seat: Seat, person: Person) -> None:
    until = clock.now() + dt.timedelta(hours=1)
    with transaction.atomic():
        if how == "removed":
            Seat.objects.filter(pk=seat.pk).update(removed_until=until)
        else:
            Person.objects.filter(pk=person.pk).update(suspended_until=until)
        give_notice(person, how, "理由です。")
        bump_facts([person.pk])


async def test_leaving_the_seat_ends_its_lines_with_1000(room: Room, mine: str, regular: Person) -> None:
    async with serving(QUICK), line_of(mine, room) as line:
        await line.frame()
        await in_thread(leave_room)(regular, room)
        closed = await line.closed()
    assert (closed.code, closed.reason) == (1000, "left")


async def test_a_notice_comes_by_itself_and_goes_when_it_was_seen(
    room: Room, mine: str, regular: Person
) -> None:
    async with serving(QUICK), line_of(mine, room) as line:
        await line.frame()
        await in_thread(give_notice)(regular, "hidden", "かくしました。")
        notice = await line.frame_of("notice")
        async with line_of(mine, room) as again:
            assert [shown["id"] for shown in (await again.frame())["notices"]] == [notice["id"]]
        await line.send({"type": "seen", "id": notice["id"]})
        await line.send({"type": "seen", "id": "0f2a7b1c-3d4e-4f5a-8b6c-7d8e9f0a1b2c"})
        assert (await line.frame_of("refused"))["code"] == "not_found"
        async with line_of(mine, room) as last:
            assert (await last.frame())["notices"] == []


async def test_of_an_answer_to_a_note_a_line_says_only_that_it_is_there(
    room: Room, mine: str, regular: Person
) -> None:
    async with serving(QUICK), line_of(mine, room) as line:
        await line.frame()
        await in_thread(give_notice)(regular, NOTE_ANSWER, "また来てください。")
        notice = await line.frame_of("notice")
        assert notice["text"] == "メモへの返事が、「わたし」にとどいています。"
        async with line_of(mine, room) as again:
            assert [shown["text"] for shown in (await again.frame())["notices"]] == [notice["text"]]


async def test_a_restored_room_ends_all_its_lines_with_1012(room: Room, mine: str) -> None:
    async with serving(QUICK), line_of(mine, room) as line:
        await line.frame()
        await in_thread(epoch.begin_anew)()
        await in_thread(epoch.settle_epoch)()
        assert (await line.closed()).code == 1012
