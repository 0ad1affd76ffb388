"""What is held about how a keeper became one, for their own record."""

from __future__ import annotations

from collections.abc import Iterator

from ibasho.duty.contacts import own_contact
from ibasho.duty.models import Pledge, Training, Volunteer
from ibasho.lib import clock
from ibasho.people.models import Person


def rows(person: Person) -> list[tuple[str, str]]:
    """What they wrote when they asked to help, their training and their pledges."""
    asked = Volunteer.objects.filter(keeper__person=person).first()
    trainings = Training.objects.filter(volunteer__keeper__person=person).select_related("unit")
    pledges = Pledge.objects.filter(keeper__person=person).select_related("version")
    return [
        *(_asked(asked) if asked else ()),
        *((f"研修「{one.unit.title}」", clock.day_text(one.done_on)) for one in trainings),
        *((f"誓約（{one.version.number}）", clock.day_text(one.accepted_on)) for one in pledges),
    ]


def _asked(row: Volunteer) -> Iterator[tuple[str, str]]:
    yield "申しこみ", f"{clock.day_text(row.applied_on)}。{row.get_state_display()}"
    yield "呼ばれたい名前", row.call_name
    if row.talk_at is not None:
        yield "お話の日", clock.when_text(row.talk_at)
    for label, words in (
        ("連絡先", own_contact(row)),
        ("わけ", row.why),
        ("手伝える時間", row.could),
        ("おぼえ書き", row.note),
    ):
        if words:
            yield label, words
