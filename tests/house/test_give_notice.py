from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine

from ibasho.house.actions import forget_old_papers, give_notice, notice_seen
from ibasho.house.models import Notice
from ibasho.house.my_record import sections
from ibasho.house.queries import notices_for
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person


def test_a_letter_stays_until_it_was_seen(newcomer: Person) -> None:
    letter = give_notice(newcomer, "thanks", "ありがとうございます。")
    shape = notices_for(newcomer.pk)[0]
    assert shape["id"] == str(letter.id)
    assert shape["code"] == "thanks"
    assert shape["at"].endswith("Z")
    notice_seen(newcomer, shape["id"])
    assert notices_for(newcomer.pk) == []


def test_a_letter_hurries_to_open_lines(newcomer: Person) -> None:
    give_notice(newcomer, "thanks", "ありがとうございます。")
    assert Person.objects.get(pk=newcomer.pk).facts > 0


def test_letters_come_in_their_order(newcomer: Person, clock: time_machine.Traveller) -> None:
    give_notice(newcomer, "thanks", "一")
    clock.shift(dt.timedelta(minutes=1))
    give_notice(newcomer, "thanks", "二")
    assert [letter["text"] for letter in notices_for(newcomer.pk)] == ["一", "二"]


def test_seen_twice_is_seen_once(newcomer: Person) -> None:
    letter = give_notice(newcomer, "thanks", "ありがとうございます。")
    notice_seen(newcomer, letter.id)
    notice_seen(newcomer, letter.id)
    assert Notice.objects.get().seen_on is not None


def test_nobody_puts_away_the_letter_of_another(newcomer: Person, regular: Person) -> None:
    letter = give_notice(regular, "thanks", "ありがとうございます。")
    for wanted in (letter.id, uuid.uuid4(), "no-such-letter"):
        with pytest.raises(Refusal) as refused:
            notice_seen(newcomer, wanted)
        assert refused.value.code == "not_found"
    assert len(notices_for(regular.pk)) == 1


def test_a_seen_letter_is_forgotten_after_two_weeks(newcomer: Person, clock: time_machine.Traveller) -> None:
    letter = give_notice(newcomer, "thanks", "ありがとうございます。")
    waiting = give_notice(newcomer, "thanks", "まだです。")
    notice_seen(newcomer, letter.id)
    clock.shift(dt.timedelta(days=14))
    forget_old_papers()
    assert Notice.objects.count() == 2
    clock.shift(dt.timedelta(days=1))
    forget_old_papers()
    assert list(Notice.objects.all()) == [waiting]


def test_my_record_shows_the_yes_and_the_letters(newcomer: Person) -> None:
    give_notice(newcomer, "thanks", "ありがとうございます。")
    yes, letters, wishes = sections(newcomer)
    assert not wishes.rows
    assert "約束 1" in yes.rows[0][0]
    assert letters.rows[0][1] == "ありがとうございます。"
