"""Words that were taken back or covered since a copy of the database are so again when it is brought back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from ibasho.lib.errors import Refusal
from ibasho.people.models import Person
from ibasho.rooms.actions import (
    edit_message,
    give_name_back,
    hide_message,
    post_messages,
    redact_message,
    release_held,
    restore_message,
    restore_redacted,
    take_name,
    take_seat,
    withdraw_message,
)
from ibasho.rooms.models import HeldPost, Message, Room
from ibasho.rooms.shapes import Held, Line
from tests.restoring import restored_before
from tests.rooms.conftest import Hear, LineFor, OnDuty

pytestmark = pytest.mark.django_db
WORDS = "いたい言葉"


@pytest.fixture
def line(evening: Room, on_duty: OnDuty, regular: Person, line_for: LineFor) -> Line:
    on_duty(evening)
    take_seat(regular, evening, mode="speak", call_name="なぎ")
    return line_for(regular, evening)


@pytest.fixture
def said(line: Line, words_of: Hear) -> str:
    (answer,) = post_messages([words_of(line, WORDS, cover="おおい", tone="listen_only")])
    return answer.message_id  # type: ignore[union-attr]


def test_words_that_were_taken_back_are_gone_under_a_number_of_their_own(
    line: Line, said: str, evening: Room, words_of: Hear
) -> None:
    assert restored_before(lambda: withdraw_message(words_of(line, verb="withdraw", message=said))) == {
        "words": 1
    }
    row = Message.objects.get()
    assert (row.state, row.text, row.cover, row.tone) == ("withdrawn", None, "", "")
    evening.refresh_from_db()
    assert row.seq == evening.seq > row.posted_seq


def test_words_as_they_were_before_an_edit_are_not_shown_again(line: Line, said: str, words_of: Hear) -> None:
    edit = words_of(line, "なおした言葉", verb="edit", message=said)
    assert restored_before(lambda: edit_message(edit)) == {"edited": 1}
    row = Message.objects.get()
    assert (row.state, row.text) == ("withdrawn", None)


def test_an_edit_is_found_again_also_after_other_acts_on_the_words(
    line: Line, said: str, evening: Room, words_of: Hear
) -> None:
    edit = words_of(line, "なおした言葉", verb="edit", message=said)
    done = restored_before(
        lambda: hide_message(evening.pk, said),
        lambda: restore_message(evening.pk, said),
        lambda: edit_message(edit),
    )
    assert done == {"edited": 1}
    assert Message.objects.get().text is None


def test_words_of_an_edit_that_the_copy_knows_stay(line: Line, said: str, words_of: Hear) -> None:
    edit_message(words_of(line, "なおした言葉", verb="edit", message=said))
    taken_back = words_of(line, "もう一度", verb="edit", message=said)
    assert restored_before(lambda: None) == {}
    assert Message.objects.get().text == "なおした言葉"
    assert restored_before(lambda: edit_message(taken_back)) == {"edited": 1}
    assert Message.objects.get().text is None


@pytest.mark.usefixtures("line")
def test_words_that_keepers_hid_stay_hidden_unless_they_brought_them_back(said: str, evening: Room) -> None:
    hide: Any = lambda: hide_message(evening.pk, said)  # noqa: E731
    assert restored_before(hide, lambda: restore_message(evening.pk, said)) == {}
    assert Message.objects.get().state == "shown"
    assert restored_before(hide) == {"hidden": 1}
    row = Message.objects.get()
    assert (row.state, row.text) == ("hidden", WORDS)


@pytest.mark.usefixtures("line")
def test_words_of_which_a_part_was_covered_are_hidden_as_a_whole(said: str, evening: Room) -> None:
    cover: Any = lambda: redact_message(evening.pk, said, "（かくしました）")  # noqa: E731
    assert restored_before(cover, lambda: restore_redacted(evening.pk, said, WORDS)) == {}
    assert restored_before(cover) == {"covered": 1}
    assert Message.objects.get().state == "hidden"


def test_a_name_that_keepers_took_is_gone_again_unless_they_gave_it_back(
    line: Line, said: str, evening: Room
) -> None:
    take: Any = lambda: take_name(evening.pk, line.seat_id, "なぎ")  # noqa: E731
    back: Any = lambda: give_name_back(evening.pk, line.seat_id, "なぎ", instead="")  # noqa: E731
    assert restored_before(take, back) == {}
    assert not Message.objects.get(pk=said).unnamed
    assert restored_before(take) == {"unnamed": 1}
    row = Message.objects.select_related("seat").get()
    assert (row.unnamed, row.text, row.seq > row.posted_seq) == (True, WORDS, True)
    assert row.seat.call_name not in ("", "なぎ")


@pytest.mark.usefixtures("said")
def test_nor_does_its_person_come_in_under_it_again(line: Line, evening: Room, regular: Person) -> None:
    assert restored_before(lambda: take_name(evening.pk, line.seat_id, "なぎ")) == {"unnamed": 1}
    for name in ("なぎ", "ナギ☆"):
        with pytest.raises(Refusal) as refused:
            take_seat(regular, evening, mode="speak", call_name=name)
        assert refused.value.code == "name_reserved"
        assert refused.value.text.startswith("その名前は、いまはこの部屋では使えません。")
    assert take_seat(regular, evening, mode="speak", call_name="そら").call_name == "そら"


@pytest.mark.usefixtures("said")
def test_nor_are_words_that_waited_shown_under_it(line: Line, evening: Room, words_of: Hear) -> None:
    Room.objects.filter(pk=evening.pk).update(checked_first=True)
    (answer,) = post_messages([words_of(line, "待っている言葉")])
    assert isinstance(answer, Held)
    assert restored_before(lambda: take_name(evening.pk, line.seat_id, "なぎ")) == {"unnamed": 1}
    with transaction.atomic():
        shown = release_held(evening.pk, HeldPost.objects.get().pk, None)
    assert shown.call_name not in ("", "なぎ")


def test_words_that_waited_and_were_taken_back_wait_no_more(
    evening: Room, line: Line, words_of: Hear
) -> None:
    Room.objects.filter(pk=evening.pk).update(checked_first=True)
    (answer,) = post_messages([words_of(line, "待っている言葉")])
    assert isinstance(answer, Held)
    held = HeldPost.objects.get()
    withdraw = words_of(line, verb="withdraw", message=str(held.pk))
    assert restored_before(lambda: withdraw_message(withdraw)) == {"waiting": 1}
    held.refresh_from_db()
    assert held.outcome == "withdrawn"
