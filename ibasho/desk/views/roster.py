"""当番表: the week, planning, one's own shifts, and stand-ins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.desk import roster_actions
from ibasho.desk.doors import desk_page
from ibasho.desk.house_pages import edit
from ibasho.desk.queries import desk_now
from ibasho.desk.queries.roster import today_for, week_for
from ibasho.desk.roster_forms import ShiftForm, shift_initial
from ibasho.desk.views.answers import fill_desk
from ibasho.desk.views.duty import STATE
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.answers import done
from ibasho.people.doors import safe_next
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms
from ibasho.rooms.actions.shifts import EARLY, PLANNERS
from ibasho.rooms.queries import DUTY_ROLES

ROSTER = "/desk/roster/"


@desk_page()
@require_safe
def roster(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return roster_page(request, keeper)


def roster_page(request: HttpRequest, keeper: KeeperFacts, refusal: Refusal | None = None) -> HttpResponse:
    """The week; after a tap that came too late with its sentence."""
    now = desk_now()
    context = {
        "week": week_for(keeper, _day(request.GET.get("week", ""))),
        "today": today_for(keeper, now),
        "may_plan": keeper.has(*PLANNERS),
        "takes_duty": keeper.has(*DUTY_ROLES),
        "soonest": now.at + EARLY,
    }
    return fill_desk(request, keeper, "desk/roster.html", context, refusal, page=ROSTER, now=now)


@desk_page(*PLANNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    to = ROSTER

    def save(form: ShiftForm, seen: str) -> None:
        nonlocal to
        starts, ends = form.span()
        roster_actions.plan_shifts(
            keeper,
            other=int(form.cleaned_data["keeper"]),
            slugs=form.cleaned_data["slugs"],
            starts=starts,
            ends=ends,
            weeks=form.cleaned_data["weeks"],
        )
        to = f"{ROSTER}?week={form.cleaned_data['day'].isoformat()}"

    answer = edit(
        request,
        keeper,
        "shift",
        lambda data: ShiftForm(data, initial=shift_initial()),
        save=save,
        to=ROSTER,
    )
    if answer.status_code == 303:
        answer["Location"] = to
    return answer


@desk_page(*PLANNERS)
@require_POST
def call_off(request: HttpRequest, keeper: KeeperFacts, shift_id: int) -> HttpResponse:
    return _tap(request, keeper, lambda: roster_actions.call_off_shift(keeper, shift_id))


@desk_page(*PLANNERS)
@require_POST
def bring_back(request: HttpRequest, keeper: KeeperFacts, shift_id: int) -> HttpResponse:
    return _tap(request, keeper, lambda: roster_actions.bring_back_shift(keeper, shift_id))


@desk_page(*DUTY_ROLES)
@require_POST
def begin(request: HttpRequest, keeper: KeeperFacts, shift_id: int) -> HttpResponse:
    return _tap(request, keeper, lambda: rooms.take_shift(keeper, shift_id), to=STATE)


@desk_page(*DUTY_ROLES)
@require_POST
def ask(request: HttpRequest, keeper: KeeperFacts, shift_id: int) -> HttpResponse:
    return _tap(request, keeper, lambda: rooms.ask_for_stand_in(keeper, shift_id))


@desk_page(*DUTY_ROLES)
@require_POST
def relief(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return _tap(request, keeper, lambda: rooms.ask_for_relief(keeper), to="/desk/")


@desk_page(*DUTY_ROLES)
@require_POST
def stand_in(request: HttpRequest, keeper: KeeperFacts, stand_in_id: int) -> HttpResponse:
    return _tap(request, keeper, lambda: rooms.take_stand_in(keeper, stand_in_id))


@desk_page(*DUTY_ROLES)
@require_POST
def withdraw(request: HttpRequest, keeper: KeeperFacts, stand_in_id: int) -> HttpResponse:
    return _tap(request, keeper, lambda: rooms.withdraw_stand_in(keeper, stand_in_id))


@desk_page(*DUTY_ROLES)
@require_POST
def seen(request: HttpRequest, keeper: KeeperFacts, stand_in_id: int) -> HttpResponse:
    return _tap(request, keeper, lambda: rooms.note_stand_in(keeper, stand_in_id))


def _tap(
    request: HttpRequest, keeper: KeeperFacts, act: Callable[[], object], to: str = ROSTER
) -> HttpResponse:
    """One act with one tap; what came too late is said on the page of the roster."""
    try:
        act()
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        return roster_page(request, keeper, refusal)
    return done(request, {}, to=safe_next(request.POST.get("next"), to))


def _day(text: str) -> date | None:
    """Raises Refusal `malformed`."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("malformed") from None
