"""A meeting is planned, changed, shown, called off; each with its way back. Nobody is ever sent away by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from ibasho.events import outside_links
from ibasho.events.actions.consents import lay_down_usual_consent
from ibasho.events.actions.facilitating import free_facilitators, hold_facilitators, move_facilitators
from ibasho.events.actions.locking import lock_event, settle_event
from ibasho.events.daytime import last_call
from ibasho.events.models import (
    SIGN_UP_DAYS,
    Answer,
    Event,
    EventAudience,
    Offer,
    QuestionSheet,
    SignUp,
    SignUpContact,
)
from ibasho.events.plans import FURTHEST_DAYS, WHERE_AND_WHEN, EventPlan, plan_of
from ibasho.lib import clock
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.lib.stamps import must_have_seen
from ibasho.people.models import Standpoint

_OVER = "もう終わった時間です。これからの時間にしてください。"
_TOO_FAR = "2年先までの日にしてください。"
_WALL = "本人と家族の、どちらもえらばれています。それでよいときだけ、しるしをつけてください。"
_HELD_WALL = (
    "もう申し込んだ人がいるので、本人と家族をいっしょにすることはできません。新しい集まりをつくってください。"
)
_HELD_STANDPOINT = "「{who}」の方が、もう申し込んでいます。はずさないでください。"
_NO_LINK_HERE = "外の会議のリンクは、家から参加できる集まりだけにつけられます。"
_PLACE = "来る場所を書いてください。"
_SHEET = "その質問の紙は、もう使っていません。"
_PAST = "この集まりは、もう終わりました。"
_TAKEN = (
    "もう申し込んだ人がいます。やめるときは「なくなったことにする」を使うと、申し込んだ人にもわかります。"
)
_OFF = "この集まりは、なくなったことになっています。先に、もどしてください。"


def create_event(plan: EventPlan, *, over_the_wall: bool) -> Event:
    """A meeting that nobody sees yet. Refuses `malformed` for what does not fit together, `asked` without the tick
    for a meeting over the wall.
    """
    with transaction.atomic():
        must_fit(plan, over_the_wall=over_the_wall)
        _must_be_ahead(plan)
        lay_down_usual_consent(plan)
        event = Event.objects.create(**plan.columns)
        let_in(event, plan)
    return event


def change_event(event_id: int, plan: EventPlan, *, over_the_wall: bool, seen: str) -> list[str]:
    """Names of what changed. Seats that become free pass on; a capacity below what is taken sends nobody away.

    Its facilitators move with it. Refuses as `create_event`, `not_found`, `asked` for a meeting that is over, for
    a standpoint that somebody signed up with, for the wall once somebody signed up, and where a facilitator has
    another duty then; raises `Overtaken`.
    """
    with transaction.atomic():
        held = hold_facilitators(event_id)
        event = lock_event(event_id)
        before = plan_of(event)
        must_have_seen(seen, before)
        if before == plan:
            return []
        must_fit(plan, over_the_wall=over_the_wall, was=before.sheet_id)
        lay_down_usual_consent(plan)
        return change_to(event, before, plan, held)


def change_to(event: Event, before: EventPlan, plan: EventPlan, held: set[int]) -> list[str]:
    """From one plan to another that fits, in the caller's transaction: facilitators are held and the event is
    locked. Names of what changed. Refuses as `change_event`.
    """
    changed = [name for name in EventPlan.__slots__ if getattr(before, name) != getattr(plan, name)]
    if changed:
        _must_be_on(event)
        _must_keep_who_came(event, before, plan)
        _change(event, before, plan, changed, held)
    return changed


def publish_event(event_id: int) -> bool:
    """Show it to those it is for; False if it is shown already. Refuses `not_found`, `asked` once it is over."""
    with transaction.atomic():
        event = lock_event(event_id)
        if event.published_on is not None:
            return False
        _must_be_on(event)
        event.published_on = clock.today()
        event.save(update_fields=["published_on"])
        settle_event(event, clock.now())
    return True


def take_back_event(event_id: int) -> bool:
    """Undo `publish_event`, as long as nobody has signed up. Refuses `not_found`, `asked`."""
    with transaction.atomic():
        event = lock_event(event_id)
        if event.published_on is None:
            return False
        if _signed_up(event).exists():
            raise Refusal("asked", _TAKEN)
        event.published_on = event.moved_on = event.brought_back_on = None
        event.save(update_fields=["published_on", "moved_on", "brought_back_on"])
    return True


def call_off_event(event_id: int, *, words: str) -> bool:
    """It does not take place; `words` stand where those who signed up look. Its facilitators are free.

    False if it was called off before: then only the words are new. Refuses `not_found`, `asked` once it is over.
    """
    with transaction.atomic():
        hold_facilitators(event_id)
        event, now = lock_event(event_id), clock.now()
        if now >= event.ends:
            raise Refusal("asked", _PAST)
        is_new = event.called_off_at is None
        event.called_off_at, event.call_off_words = event.called_off_at or now, words
        event.brought_back_on = None
        event.save(update_fields=["called_off_at", "call_off_words", "brought_back_on"])
        if is_new:
            free_facilitators(event)
    return is_new


def bring_back_event(event_id: int) -> bool:
    """Undo `call_off_event`: everybody has the seat and the turn they had. Facilitators are asked anew.

    Refuses `not_found`, `asked` once it is over.
    """
    with transaction.atomic():
        event, now = lock_event(event_id), clock.now()
        if event.called_off_at is None:
            return False
        if now >= event.ends:
            raise Refusal("asked", _PAST)
        event.called_off_at, event.call_off_words = None, ""
        event.brought_back_on = clock.today()
        event.save(update_fields=["called_off_at", "call_off_words", "brought_back_on"])
        settle_event(event, now)
    return True


def lay_out_materials(event_id: int, text: str, *, seen: str) -> bool:
    """What those who come can read, before and after; whether that is something else now. Also of a meeting that is
    over. Refuses `not_found`, raises `Overtaken`.
    """
    with transaction.atomic():
        event = lock_event(event_id)
        must_have_seen(seen, event.materials)
        if event.materials == text:
            return False
        event.materials = text
        event.save(update_fields=["materials"])
    return True


def settle_now(event_id: int) -> int:
    """Look at the line once more; how many seats changed hands. Refuses `not_found`."""
    with transaction.atomic():
        event = lock_event(event_id)
        before = dict(event.sign_ups.values_list("pk", "state"))
        settle_event(event, clock.now())
        after = dict(event.sign_ups.values_list("pk", "state"))
    return sum(after[key] != state for key, state in before.items())


def must_fit(plan: EventPlan, *, over_the_wall: bool, was: int | None = None) -> None:
    """Refuses what does not fit together, as `create_event`; `was` is the sheet it had."""
    if not plan.starts < plan.ends or not plan.standpoints:
        raise Refusal("malformed")
    if plan.way != Event.Way.ONLINE and not plan.place:
        raise RefusedField("malformed", _PLACE, "place")
    if plan.link and plan.way == Event.Way.PLACE:
        raise RefusedField("malformed", _NO_LINK_HERE, "link")
    outside_links.must_be_whole(plan.link)
    if plan.stands_over_the_wall and not over_the_wall:
        raise RefusedField("asked", _WALL, "over_the_wall")
    if plan.sheet_id not in (None, was) and not _sheets_in_use().filter(pk=plan.sheet_id).exists():
        raise RefusedField("malformed", _SHEET, "sheet")


def let_in(event: Event, plan: EventPlan) -> None:
    """For whom it is."""
    EventAudience.objects.bulk_create(
        EventAudience(event=event, standpoint=standpoint) for standpoint in plan.standpoints
    )


def _must_be_on(event: Event) -> None:
    if clock.now() >= event.ends:
        raise Refusal("asked", _PAST)
    if event.called_off_at is not None:
        raise Refusal("asked", _OFF)


def _must_be_ahead(plan: EventPlan) -> None:
    now = clock.now()
    if plan.ends <= now:
        raise RefusedField("malformed", _OVER, "day")
    if plan.starts > now + timedelta(days=FURTHEST_DAYS):
        raise RefusedField("malformed", _TOO_FAR, "day")


def _must_keep_who_came(event: Event, before: EventPlan, plan: EventPlan) -> None:
    if plan.starts != before.starts or plan.ends != before.ends:
        _must_be_ahead(plan)
    came = set(_signed_up(event).values_list("standpoint", flat=True))
    left_out = sorted(came - set(plan.standpoints))
    if left_out:
        who = Standpoint(left_out[0]).label
        raise RefusedField("asked", _HELD_STANDPOINT.format(who=who), "standpoints")
    if came and plan.stands_over_the_wall and not before.stands_over_the_wall:
        raise RefusedField("asked", _HELD_WALL, "standpoints")


def _change(event: Event, before: EventPlan, plan: EventPlan, changed: list[str], held: set[int]) -> None:
    now = clock.now()
    for name, value in plan.columns.items():
        setattr(event, name, value)
    if event.published_on is not None and WHERE_AND_WHEN & set(changed):
        event.moved_on = clock.today()
    event.save()
    if "standpoints" in changed:
        event.audiences.all().delete()
        let_in(event, plan)
    if {"starts", "ends"} & set(changed):
        move_facilitators(event, held)
        _end_with(event, now)
    settle_event(event, now, is_freed=_frees(before, plan))


def _frees(before: EventPlan, plan: EventPlan) -> bool:
    """Whether somebody who was asked before could be asked about more than then."""
    return (
        (plan.capacity is None and before.capacity is not None)
        or (plan.capacity or 0) > (before.capacity or 0)
        or (plan.newcomer_seats < before.newcomer_seats)
    )


def _end_with(event: Event, now: datetime) -> None:
    """What ends so and so long after the meeting, or before it, moves with it."""
    ended_on = clock.tokyo(event.ends).date()
    answers = Answer.objects.filter(sign_up__event=event)
    for days in set(answers.order_by().values_list("question__days", flat=True)):
        ends_on = ended_on + timedelta(days=min(days, SIGN_UP_DAYS))
        answers.filter(question__days=days).update(ends_on=ends_on)
    contacts = SignUpContact.objects.filter(sign_up__event=event)
    contacts.update(ends_on=ended_on + timedelta(days=1))
    # at the latest now: whoever is asked has the rest of this moment, and then keeps the turn
    latest = max(now, last_call(event.starts))
    Offer.objects.filter(sign_up__event=event, answer="", until__gt=latest).update(until=latest)


def _signed_up(event: Event) -> QuerySet[SignUp]:
    return event.sign_ups.exclude(state__in=[SignUp.State.WITHDRAWN, SignUp.State.REFERRED])


def _sheets_in_use() -> QuerySet[QuestionSheet]:
    return QuestionSheet.objects.filter(retired_on__isnull=True)
