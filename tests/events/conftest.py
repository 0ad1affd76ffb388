"""What the tests of meetings share: a meeting, and somebody who signs up to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from ibasho.events.actions import Signed, lock_event, settle_event, sign_up
from ibasho.events.models import Event, EventAudience, Question, QuestionSheet, SignUp
from ibasho.events.queries.sign_ups import sign_up_page
from ibasho.events.wishes import Wish
from ibasho.house.models import HouseProfile
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person, Standpoint

Meeting = Callable[..., Event]
Sign = Callable[..., SignUp]
SATURDAY = dt.datetime(
    2026, 11, 28, 4, 30, tzinfo=dt.UTC
)  # 13:30 in Tokyo, six days after the evening of the cast


@pytest.fixture
def meeting(house: HouseProfile) -> Meeting:
    """`meeting(standpoints=[…], capacity=2, **plan)`: published, on Saturday from 13:30 to 15:00, for everybody."""
    return new_meeting


@pytest.fixture
def sign() -> Sign:
    """`sign(event, party=2, …)`: somebody who passes by signs up."""

    def signs(event: Event, **wish: Any) -> SignUp:
        return signed(event, **wish).sign_up

    return signs


@transaction.atomic
def new_meeting(
    *,
    standpoints: list[str] | None = None,
    starts: dt.datetime = SATURDAY,
    ends: dt.datetime | None = None,
    is_published: bool = True,
    **plan: Any,
) -> Event:
    fields = {"kind": Event.Kind.FAMILY_MEETING, "title": "土曜の会"} | plan
    event = Event.objects.create(
        starts=starts,
        ends=ends or starts + dt.timedelta(minutes=90),
        published_on=dt.date(2026, 11, 1) if is_published else None,
        **fields,
    )
    for standpoint in standpoints or list(Standpoint.values):
        EventAudience.objects.create(event=event, standpoint=standpoint)
    return event


def wished(**wish: Any) -> Wish:
    """A wish under a fresh id, as of a parent."""
    usual: dict[str, Any] = {"request_id": uuid4(), "standpoint": Standpoint.PARENT.value}
    return Wish(**usual | wish)


def signed(event: Event, *, person: Person | None = None, **wish: Any) -> Signed:
    return sign_up(event.pk, wished(**wish), person=person)


def new_sheet(*questions: dict[str, Any]) -> QuestionSheet:
    sheet = QuestionSheet.objects.create(title="会の前に")
    for position, fields in enumerate(questions, start=1):
        usual = {"key": f"no{position}", "text": f"質問{position}", "purpose": "会の準備のためです。"}
        Question.objects.create(sheet=sheet, position=position, **usual | fields)
    return sheet


@transaction.atomic
def replan(event: Event, *, frees: bool = True, **plan: Any) -> None:
    """As a coordinator would: under the lock, and settled."""
    locked = lock_event(event.pk)
    for field, value in plan.items():
        setattr(locked, field, value)
    locked.save(update_fields=list(plan))
    settle_event(locked, house_clock.now(), is_freed=frees)


def state_of(row: SignUp | UUID) -> str:
    return SignUp.objects.get(pk=row if isinstance(row, UUID) else row.pk).state


def seen(row: SignUp) -> str:
    """Which talk its page shows now."""
    return sign_up_page(row.pk).talk


def refused(act: Callable[..., object], *args: Any, **fields: Any) -> str:
    """The code of the refusal."""
    with pytest.raises(Refusal) as refusal:
        act(*args, **fields)
    return refusal.value.code
