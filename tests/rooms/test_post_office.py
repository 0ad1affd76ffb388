"""The counter: what waits goes together, limits come first, a known id before them."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import OperationalError, transaction

from ibasho.lib import pools, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.rooms import actions, earlier, post_office
from ibasho.rooms.actions import ledger, take_seat
from ibasho.rooms.models import Message, Seat
from ibasho.rooms.shapes import Held, Line, Posted, Words
from tests.rooms.conftest import Hear

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line(request: pytest.FixtureRequest) -> Line:
    """A seat past its slow start."""
    with transaction.atomic():
        room = request.getfixturevalue("open_room")()
        regular = request.getfixturevalue("regular")
        take_seat(regular, room, mode="speak", call_name="なぎ")
        Seat.objects.update(post_count=5)
        made: Line = request.getfixturevalue("line_for")(regular, room)
    return made


@pytest.fixture(autouse=True)
def pools_end() -> Any:
    yield
    pools.shutdown()


def test_a_form_gets_its_answer(line: Line, words_of: Hear) -> None:
    answer = post_office.post_and_wait(words_of(line, "こんばんは"))
    assert isinstance(answer, Posted)
    assert Message.objects.get().text == "こんばんは"
    edit = words_of(line, "なおした", verb="edit", message=answer.message_id)
    assert post_office.amend_and_wait(edit).seq == 2
    taken_back = words_of(line, verb="withdraw", message=answer.message_id)
    assert post_office.amend_and_wait(taken_back).seq == 3


def seq_of(answer: Posted | Held) -> int:
    assert isinstance(answer, Posted), answer
    return answer.seq


async def test_what_waits_while_the_writer_is_busy_goes_together(
    line: Line, words_of: Hear, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.RATE_LIMITS = False
    batches: list[int] = []
    write = actions.post_messages

    def counted(batch: Sequence[Words]) -> Any:
        batches.append(len(batch))
        return write(batch)

    monkeypatch.setattr(actions, "post_messages", counted)
    answers = await asyncio.gather(*[post_office.post(words_of(line, str(n))) for n in range(100)])
    assert [answer.seq for answer in answers if isinstance(answer, Posted)] == list(range(1, 101))
    assert len(batches) < 10
    assert max(batches) <= post_office.BATCH


async def test_the_words_of_one_seat_keep_their_order_from_the_very_first(line: Line, words_of: Hear) -> None:
    answers = await asyncio.gather(*[post_office.post(words_of(line, str(n))) for n in range(5)])
    assert [answer.seq for answer in answers if isinstance(answer, Posted)] == [1, 2, 3, 4, 5]


async def test_what_was_remembered_goes_also_where_nobody_writes_any_more(
    line: Line, words_of: Hear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_office, "FORGET_SECONDS", 0.01)
    await post_office.post(words_of(line, "おやすみ"))
    assert earlier._memory
    monkeypatch.setattr(earlier, "SPAN", -earlier.SPAN)
    await asyncio.sleep(0)  # the counter ends its round behind the answer
    forgetting = post_office._counter()._forgetting
    assert forgetting is not None
    await asyncio.wait_for(forgetting, 10)
    assert not earlier._memory


async def test_who_writes_too_fast_keeps_nobody_else_from_writing(line: Line, words_of: Hear) -> None:
    tries = [post_office.post(words_of(line, str(n))) for n in range(8)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(answer) for answer in answers] == [Posted] * 5 + [Refusal] * 3


async def test_who_went_away_meanwhile_holds_nobody_up(line: Line, words_of: Hear) -> None:
    gone = asyncio.create_task(post_office.post(words_of(line, "去る")))
    stays = asyncio.create_task(post_office.post(words_of(line, "残る")))
    await asyncio.sleep(0)
    gone.cancel()
    assert seq_of(await stays) in (1, 2)


async def test_a_fault_of_ours_reaches_everybody_who_waits(
    line: Line, words_of: Hear, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(batch: Sequence[Words]) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr(actions, "post_messages", broken)
    answers = await asyncio.gather(
        *[post_office.post(words_of(line)) for _ in range(3)], return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [RuntimeError] * 3


async def test_after_five_words_one_waits_a_little_and_a_known_id_does_not(
    line: Line, words_of: Hear
) -> None:
    first = words_of(line, "1")
    answer = await post_office.post(first)
    for _ in range(4):
        await post_office.post(words_of(line))
    with pytest.raises(Refusal, match="too_fast") as caught:
        await post_office.post(words_of(line))
    assert caught.value.retry_after in (1, 2, 3)
    assert await post_office.post(first) == answer
    with pytest.raises(Refusal, match="id_reused"):
        await post_office.post(words_of(line, "ほか", id=first.request_id))


async def test_a_newcomer_waits_only_for_words_that_were_taken(line: Line, words_of: Hear) -> None:
    await pools.write(_as_newcomer)
    await pools.write(_as_observer, True)
    with pytest.raises(Refusal, match="observing"):
        await post_office.post(words_of(line))
    await pools.write(_as_observer, False)
    await post_office.post(words_of(line))
    with pytest.raises(Refusal, match="too_fast"):
        await post_office.post(words_of(line))


async def test_a_known_id_is_answered_before_words_are_measured(line: Line, words_of: Hear) -> None:
    first = await post_office.post(words_of(line, "1"))
    for text in ("", "あ" * 1001):
        with pytest.raises(Refusal, match="id_reused"):
            await post_office.post(words_of(line, text, id=first.request_id))
    with pytest.raises(Refusal, match="empty"):
        await post_office.post(words_of(line, ""))
    with pytest.raises(Refusal, match="too_long"):
        await post_office.post(words_of(line, "あ" * 1001))


async def test_a_newcomer_is_met_slowly(line: Line, words_of: Hear) -> None:
    await pools.write(_as_newcomer)
    await post_office.post(words_of(line, "はじめまして。3.5時です"))
    with pytest.raises(Refusal, match="too_fast"):
        await post_office.post(words_of(line, "もうひとつ"))


async def test_a_newcomer_who_writes_of_dying_waits_for_nothing(line: Line, words_of: Hear) -> None:
    await pools.write(_as_newcomer)
    await post_office.post(words_of(line, "ねむれません"))
    await post_office.post(words_of(line, "もうしにたい"))
    with pytest.raises(Refusal, match="too_fast"):
        await post_office.post(words_of(line, "あしたは晴れるそうです"))


def _as_newcomer() -> None:
    from ibasho.lib import clock

    with transaction.atomic():
        Seat.objects.update(post_count=0, first_entered_at=clock.now())


async def test_ten_minutes_later_nobody_is_a_newcomer(line: Line, words_of: Hear) -> None:
    await pools.write(_as_old_hand)
    assert isinstance(await post_office.post(words_of(line, "https://example.jp")), Posted)
    await post_office.post(words_of(line, "もうひとつ"))


def _as_old_hand() -> None:
    from ibasho.lib import clock

    with transaction.atomic():
        Seat.objects.update(post_count=0, first_entered_at=clock.now() - dt.timedelta(minutes=11))


async def test_changes_have_their_own_limit(line: Line, words_of: Hear) -> None:
    posted = await post_office.post(words_of(line))
    for _ in range(10):
        rate_limit.take("change", line.seat_id)
    with pytest.raises(Refusal, match="too_fast"):
        await post_office.amend(words_of(line, verb="withdraw", message=posted.message_id))


async def test_a_newcomer_brings_no_link_in_by_mending_either(line: Line, words_of: Hear) -> None:
    await pools.write(_as_newcomer)
    posted = await post_office.post(words_of(line, "はじめまして"))
    edit = words_of(line, "見て https://example.jp", verb="edit", message=posted.message_id)
    with pytest.raises(Refusal, match="edit_held"):
        await post_office.amend(edit)
    await post_office.amend(words_of(line, "こんばんは", verb="edit", message=posted.message_id))


async def test_a_locked_database_is_waited_for_once_by_all_who_wait(
    line: Line, words_of: Hear, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.RATE_LIMITS = False
    monkeypatch.setattr(post_office, "BATCH", 1)
    posted = await post_office.post(words_of(line))
    waits: list[int] = []

    def locked(room_ids: object) -> None:
        waits.append(1)
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "lock_rooms", locked)
        taken_back = words_of(line, verb="withdraw", message=posted.message_id)
        tries = [
            post_office.post(words_of(line)),
            post_office.post(words_of(line)),
            post_office.amend(taken_back),
        ]
        answers = await asyncio.gather(*tries, return_exceptions=True)
        assert [getattr(answer, "code", None) for answer in answers] == ["busy"] * 3
        assert len(waits) == 1
        with pytest.raises(Refusal, match="busy"):
            await post_office.post(words_of(line))
        assert len(waits) == 2, "who comes afterwards tries anew"
    assert seq_of(await post_office.post(words_of(line))) == 2


async def test_a_newcomer_is_told_kindly_how_it_goes_at_first(line: Line, words_of: Hear) -> None:
    await pools.write(_as_newcomer)
    await post_office.post(words_of(line))
    with pytest.raises(Refusal) as caught:
        await post_office.post(words_of(line))
    assert caught.value.text == "はじめの5つの書き込みは、20秒に1つずつ送れます。書いた言葉は残っています。"
    assert 0 < (caught.value.retry_after or 0) <= 20


def _as_observer(is_observer: bool) -> None:
    with transaction.atomic():
        Seat.objects.update(mode="observe" if is_observer else "speak")
