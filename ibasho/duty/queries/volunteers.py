"""手伝いたい人: the list, one page, and what the receipt tells."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from ibasho.duty.models import Duty, Training, TrainingUnit, Volunteer
from ibasho.lib import clock
from ibasho.lib.errors import Refusal

State = Volunteer.State
TITLE = "手伝いたいという申しこみ"
_TELLS = {
    State.APPLIED: "申しこみを受けとりました。調整役か家の番が読んで、お話の日のことで、連絡します。",
    State.TALK: "お話の日が決まりました。",
    State.TRAINING: "研修をしています。",
    State.PLEDGE: "研修が終わりました。スタッフとして入るためのリンクを、おわたしします。入ったら、誓約を読みます。",
    State.FIRST_SHIFT: "慣れた人のそばで、はじめての当番をします。",
    State.KEEPER: "スタッフになりました。いっしょに、よろしくおねがいします。",
    State.WITHDRAWN: "とりさげました。書いたことは、消しました。ありがとうございました。",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A unit to learn, and when it was done with whom, if it was."""

    unit: TrainingUnit
    training: Training | None


def volunteers() -> list[Volunteer]:
    """Those under way first, words about dying before all; then what is decided."""
    rows = Volunteer.objects.select_related("keeper")
    return sorted(
        rows, key=lambda row: (row.state not in Volunteer.OPEN, not row.about_dying, row.applied_on, row.pk)
    )


def new_volunteers() -> QuerySet[Volunteer]:
    """Nobody has answered them yet."""
    return Volunteer.objects.filter(state=State.APPLIED)


def volunteers_about_dying() -> QuerySet[Volunteer]:
    """Those of them who wrote about dying."""
    return new_volunteers().filter(about_dying=True)


def volunteer(volunteer_id: int) -> Volunteer:
    """Refuses `not_found`."""
    row = Volunteer.objects.select_related("keeper").filter(pk=volunteer_id).first()
    if row is None:
        raise Refusal("not_found")
    return row


def steps_of(row: Volunteer) -> list[Step]:
    """The units in use, and those out of use that were done."""
    done = {training.unit_id: training for training in row.trainings.select_related("led_by", "unit")}
    units = TrainingUnit.objects.all()
    return [Step(unit, done.get(unit.pk)) for unit in units if unit.retired_on is None or unit.pk in done]


def first_shifts_of(row: Volunteer) -> list[Duty]:
    """The duties beside somebody that are over."""
    return list(Duty.objects.filter(keeper__volunteer=row, is_first=True, ended_at__isnull=False))


def by_code(code_hash: str) -> Volunteer | None:
    return Volunteer.objects.filter(code_hash=code_hash).first()


def may_withdraw(row: Volunteer) -> bool:
    return row.state in Volunteer.OPEN and row.keeper_id is None


def tells(row: Volunteer) -> str:
    """What the receipt says: where it stands, the talk, the letter, and what was noted."""
    said = row.letter if row.state == State.DECLINED else _TELLS[State(row.state)]
    if row.state == State.TALK and row.talk_at is not None:
        said += f"\n{clock.day_text(row.talk_at)}の{clock.clock_text(row.talk_at)}に、お話しします。"
    return f"{said}\nおぼえ書き：{row.note}" if row.note else said
