"""What coordinator and steward do with somebody who would like to help: each step, and its undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction

from ibasho.duty.contacts import CARERS
from ibasho.duty.models import LETTER_GRAPHEMES, NOTE_GRAPHEMES, Duty, Training, TrainingUnit, Volunteer
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.unicode_text import clean, is_empty, measure
from ibasho.live.publish import hurry_desk
from ibasho.people.models import KeeperLink
from ibasho.people.queries import KeeperFacts, keepers

State = Volunteer.State
_BEFORE_ACCOUNT = (State.APPLIED, State.TALK, State.TRAINING, State.PLEDGE)
_NOT_NOW = "いまの段では、できないことです。ページを開きなおして、たしかめてください。"
_TALK_FIRST = "先に、お話の日を書いてください。"
_NO_SHIFT = "はじめての当番が、まだ終わっていません。慣れた人のそばで、一度 当番をしてからにしてください。"
_FUTURE = "研修をした日を、きょうまでの日で書いてください。"


def arrange_talk(by: KeeperFacts, volunteer_id: int, *, at: datetime) -> Volunteer:
    """The talk is then; may be moved until training begins. Refuses `not_found`, `asked`."""
    with _volunteer(by, volunteer_id, State.APPLIED, State.TALK) as row:
        row.talk_at = at
    return row


def drop_talk(by: KeeperFacts, volunteer_id: int) -> Volunteer:
    """Undo `arrange_talk`. Refuses `not_found`, `asked`."""
    with _volunteer(by, volunteer_id, State.APPLIED, State.TALK) as row:
        row.talk_at = None
    return row


def note_about(by: KeeperFacts, volunteer_id: int, *, text: str) -> Volunteer:
    """What coordinator and steward should remember; who asked to help may read it. Refuses `not_found`, `too_long`."""
    words = clean(text).strip()
    if not is_empty(words):
        measure(words, NOTE_GRAPHEMES, 4 * NOTE_GRAPHEMES, "おぼえ書き")
    with _volunteer(by, volunteer_id, *Volunteer.OPEN) as row:
        row.note = "" if is_empty(words) else words
    return row


def record_training(
    by: KeeperFacts, volunteer_id: int, *, unit_id: int, done_on: date, led_by: int
) -> Volunteer:
    """This unit was done that day with that keeper; with the last one the pledge comes next.

    Recorded again it is corrected. Refuses `not_found`, `malformed` for a day to come, `asked` before a talk.
    """
    if done_on > clock.today():
        raise Refusal("malformed", _FUTURE)
    with _volunteer(by, volunteer_id, *_BEFORE_ACCOUNT) as row:
        if row.talk_at is None:
            raise Refusal("asked", _TALK_FIRST)
        unit = TrainingUnit.objects.filter(pk=unit_id, retired_on__isnull=True).first()
        leader = keepers().filter(pk=led_by).first()
        if unit is None or leader is None:
            raise Refusal("malformed", "研修の項目と、いっしょにした人を、えらんでください。")
        fields = {"done_on": done_on, "led_by": leader}
        Training.objects.update_or_create(volunteer=row, unit=unit, defaults=fields)
    return row


def drop_training(by: KeeperFacts, volunteer_id: int, *, unit_id: int) -> Volunteer:
    """Undo `record_training`. Refuses `not_found`, and `asked` once an account began."""
    with _volunteer(by, volunteer_id, *_BEFORE_ACCOUNT) as row:
        Training.objects.filter(volunteer=row, unit_id=unit_id).delete()
    return row


def note_link(by: KeeperFacts, volunteer_id: int, *, token_hash: str) -> Volunteer:
    """The one-time link of that hash is theirs. Refuses `not_found`, and `asked` before all training is done."""
    with _volunteer(by, volunteer_id, State.PLEDGE) as row:
        _end_link(row)
        row.link_hash = token_hash
    return row


def finish_first_shift(by: KeeperFacts, volunteer_id: int) -> Volunteer:
    """The first shift went well: counted from now on. Refuses `not_found`, and `asked` before it was done."""
    with _volunteer(by, volunteer_id, State.FIRST_SHIFT) as row:
        shifts = Duty.objects.filter(keeper__volunteer=row, is_first=True, ended_at__isnull=False)
        if not shifts.exists():
            raise Refusal("asked", _NO_SHIFT)
        row.state = State.KEEPER
    return row


def another_first_shift(by: KeeperFacts, volunteer_id: int) -> Volunteer:
    """Undo `finish_first_shift`. Refuses `not_found`, `asked`."""
    with _volunteer(by, volunteer_id, State.KEEPER) as row:
        row.state = State.FIRST_SHIFT
    return row


def decline(by: KeeperFacts, volunteer_id: int, *, letter: str) -> Volunteer:
    """Not this time; the letter stands on the receipt. Refuses `not_found`, `asked`, `empty`, `too_long`."""
    words = clean(letter).strip()
    measure(words, LETTER_GRAPHEMES, 4 * LETTER_GRAPHEMES, "手紙")
    with _volunteer(by, volunteer_id, *_BEFORE_ACCOUNT) as row:
        row.state, row.letter = State.DECLINED, words
    return row


def reopen(by: KeeperFacts, volunteer_id: int) -> Volunteer:
    """Undo `decline`: where it was before, without the letter. Refuses `not_found`, `asked`."""
    with _volunteer(by, volunteer_id, State.DECLINED) as row:
        row.state, row.letter = State.APPLIED, ""
    return row


@contextmanager
def _volunteer(by: KeeperFacts, volunteer_id: int, *states: State) -> Iterator[Volunteer]:
    """The row, nobody else's meanwhile; afterwards it is where its facts say, and the desk hears of it."""
    if not by.has(*CARERS):
        raise Refusal("not_found")
    with transaction.atomic():
        rows = Volunteer.objects.select_for_update(of=("self",))
        row = rows.filter(pk=volunteer_id).first()
        if row is None:
            raise Refusal("not_found")
        if row.state not in states or (row.keeper_id is not None and row.state in _BEFORE_ACCOUNT):
            raise Refusal("asked", _NOT_NOW)
        before = row.state
        yield row
        if row.state in _BEFORE_ACCOUNT:
            row.state = _reached(row)
        if row.state != State.PLEDGE:
            _end_link(row)
        if row.state != before:
            row.state_on = clock.today()
        row.save()
        hurry_desk()


def _end_link(row: Volunteer) -> None:
    """Nobody begins by a link that was theirs before."""
    if row.link_hash:
        KeeperLink.objects.filter(pk=row.link_hash, used_at=None).delete()
        row.link_hash = ""


def _reached(row: Volunteer) -> State:
    done = set(row.trainings.values_list("unit_id", flat=True))
    units = set(TrainingUnit.objects.filter(retired_on__isnull=True).values_list("pk", flat=True))
    if done and units <= done:
        return State.PLEDGE
    if done:
        return State.TRAINING
    return State.TALK if row.talk_at is not None else State.APPLIED
