"""集まり: the list and the month, one meeting, and what is decided about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.desk import meetings_actions as acts
from ibasho.desk.doors import desk_page
from ibasho.desk.forms import number_from
from ibasho.desk.house_forms import HouseForm
from ibasho.desk.house_pages import CARERS, edit
from ibasho.desk.meetings_forms import (
    NEW_EVENT,
    CallOffForm,
    EventForm,
    FacilitatorForm,
    MaterialsForm,
    event_initial,
)
from ibasho.desk.queries import desk_now
from ibasho.desk.queries import meetings as queries
from ibasho.desk.views.answers import fill_desk
from ibasho.events.flows import flow_of, is_usual_flow
from ibasho.events.materials import materials_of
from ibasho.events.models import Event
from ibasho.events.months import Month, days_of
from ibasho.events.plans import plan_of
from ibasho.events.queries.events import consent_asked
from ibasho.events.queries.facilitating import facilitators_of
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.lib.qr import qr_of
from ibasho.lib.stamps import stamp_of
from ibasho.people.answers import done
from ibasho.people.models import Role, Standpoint
from ibasho.people.queries import KeeperFacts

MEETINGS = "/desk/meetings/"


@desk_page()
@require_safe
def meetings(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    now = desk_now()
    context: dict[str, Any] = {
        "may_plan": keeper.has(*CARERS),
        "may_sign_up": keeper.has(Role.COORDINATOR),
        "this_month": Month.of(clock.today()),
    }
    asked = request.GET.get("month", "")
    if asked:
        month = Month.parse(asked)
        if month is None or not 2000 < month.year < 2100:
            raise Refusal("not_found")
        things = queries.things_in(month)
        context |= {"month": month, "has_things": bool(things), "days": days_of(month, clock.today(), things)}
    else:
        soon, later = queries.coming()
        context |= {"coming": soon, "later": later, "lately": queries.lately()}
    return fill_desk(request, keeper, "desk/meetings/list.html", context, now=now)


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    def save(form: EventForm, seen: str) -> Event:
        return acts.create_meeting(keeper, form.plan(), over_the_wall=form.cleaned_data["over_the_wall"])

    return edit(
        request,
        keeper,
        "meetings/plan",
        lambda data: EventForm(data, initial=NEW_EVENT),
        save=save,
        context={"action": f"{MEETINGS}new/", "back": MEETINGS},
        to=lambda event: _page_of(event.pk),
    )


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, keeper: KeeperFacts, meeting_id: int) -> HttpResponse:
    event = queries.meeting(meeting_id)
    present = plan_of(event)

    def save(form: EventForm, seen: str) -> None:
        over = form.cleaned_data["over_the_wall"]
        acts.change_meeting(keeper, meeting_id, form.plan(), over_the_wall=over, seen=seen)

    return edit(
        request,
        keeper,
        "meetings/plan",
        lambda data: EventForm(data, initial=event_initial(present)),
        save=save,
        seen=present,
        context={"event": event, "action": f"{_page_of(meeting_id)}plan/", "back": _page_of(meeting_id)},
        to=_page_of(meeting_id),
    )


@desk_page()
@require_safe
def meeting(request: HttpRequest, keeper: KeeperFacts, meeting_id: int) -> HttpResponse:
    return meeting_page(request, keeper, meeting_id)


@desk_page(*CARERS)
@require_POST
def publish(request: HttpRequest, keeper: KeeperFacts, meeting_id: int) -> HttpResponse:
    return tap(request, keeper, meeting_id, lambda: acts.publish_meeting(keeper, meeting_id))


@desk_page(*CARERS)
@require_POST
def take_back(request: HttpRequest, keeper: KeeperFacts, meeting_id: int) -> HttpResponse:
    return tap(request, keeper, meeting_id, lambda: acts.take_back_meeting(keeper, meeting_id))


@desk_page(*CARERS)
@require_POST
def call_off(request: HttpRequest, keeper: KeeperFacts, meeting_id: int) -> HttpResponse:
    form = CallOffForm(request.POST)

    def act() -> None:
        acts.call_off_meeting(keeper, meeting_id, words=form.cleaned_data["words"])

    return save_or_say(request, keeper, meeting_id, form, act)


@desk_page(*CARERS)
@require_POST
def bring_back(request: HttpRequest, keeper: KeeperFacts, meeting_id: int) -> HttpResponse:
    return tap(request, keeper, meeting_id, lambda: acts.bring_back_meeting(keeper, meeting_id))


@desk_page(*CARERS)
@require_POST
def materials(request: HttpRequest, keeper: KeeperFacts, meeting_id: int) -> HttpResponse:
    form, seen = MaterialsForm(request.POST), request.POST.get("seen", "")

    def act() -> None:
        acts.lay_out_materials(keeper, meeting_id, form.cleaned_data["materials"], seen=seen)

    return save_or_say(request, keeper, meeting_id, form, act)


@desk_page(Role.COORDINATOR)
@require_POST
def settle(request: HttpRequest, keeper: KeeperFacts, meeting_id: int) -> HttpResponse:
    return tap(request, keeper, meeting_id, lambda: acts.settle_meeting(keeper, meeting_id))


@desk_page(*CARERS)
@require_POST
def facilitator(request: HttpRequest, keeper: KeeperFacts, meeting_id: int) -> HttpResponse:
    other = number_from(request.POST, "keeper")
    return tap(
        request, keeper, meeting_id, lambda: acts.plan_facilitator(keeper, meeting_id, other=other), "staff"
    )


@desk_page(*CARERS)
@require_POST
def free(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, shift_id: int) -> HttpResponse:
    return tap(
        request, keeper, meeting_id, lambda: acts.free_facilitator(keeper, meeting_id, shift_id), "staff"
    )


@desk_page(*CARERS)
@require_POST
def free_lift(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, shift_id: int) -> HttpResponse:
    return tap(
        request,
        keeper,
        meeting_id,
        lambda: acts.bring_back_facilitator(keeper, meeting_id, shift_id),
        "staff",
    )


@desk_page(*CARERS)
@require_POST
def look_for(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, shift_id: int) -> HttpResponse:
    return tap(
        request, keeper, meeting_id, lambda: acts.look_for_facilitator(keeper, meeting_id, shift_id), "staff"
    )


@desk_page(*CARERS)
@require_POST
def look_for_lift(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, shift_id: int) -> HttpResponse:
    return tap(request, keeper, meeting_id, lambda: acts.stop_looking(keeper, meeting_id, shift_id), "staff")


def tap(
    request: HttpRequest, keeper: KeeperFacts, meeting_id: int, act: Callable[[], object], at: str = ""
) -> HttpResponse:
    """One act with one tap; what came too late is said on the page of the meeting."""
    queries.meeting(meeting_id)
    try:
        act()
    except Refusal as refusal:
        return _refused(request, keeper, meeting_id, refusal)
    return done(request, {}, to=f"{_page_of(meeting_id)}#{at}" if at else _page_of(meeting_id))


def save_or_say(
    request: HttpRequest, keeper: KeeperFacts, meeting_id: int, form: HouseForm, act: Callable[[], object]
) -> HttpResponse:
    """The same with a small form on that page, which comes back with its words."""
    if form.is_valid():
        queries.meeting(meeting_id)
        try:
            act()
        except Refusal as refusal:
            return _refused(request, keeper, meeting_id, refusal, form)
        return done(request, {}, to=_page_of(meeting_id))
    mistyped = Refusal("malformed", form.first_say())
    mistyped.status = 422
    return _refused(request, keeper, meeting_id, mistyped, form)


def _refused(
    request: HttpRequest,
    keeper: KeeperFacts,
    meeting_id: int,
    refusal: Refusal,
    form: HouseForm | None = None,
) -> HttpResponse:
    if wants_json(request) or refusal.code == "not_found":
        raise refusal
    return meeting_page(request, keeper, meeting_id, refusal, form)


def meeting_page(
    request: HttpRequest,
    keeper: KeeperFacts,
    meeting_id: int,
    refusal: Refusal | None = None,
    form: HouseForm | None = None,
) -> HttpResponse:
    """One meeting; after a refused form with its sentence and its words."""
    now, event = desk_now(), queries.meeting(meeting_id)
    link = f"{request.scheme}://{request.get_host()}/events/{event.pk}/"
    planned = facilitators_of([event])[event.pk]
    there = [one.keeper_id for one in planned if not one.is_called_off]
    context: dict[str, Any] = {
        "line": queries.line_of(event),
        "event": event,
        "flow": flow_of(event),
        "is_usual_flow": is_usual_flow(event),
        "consent": consent_asked(event),
        "planned": planned,
        "may_take_back": queries.may_take_back(event),
        "is_past": now.at >= event.ends,
        "may_plan": keeper.has(*CARERS),
        "may_tick": queries.may_tick(event, now.at),
        "visit_id": uuid4(),
        "may_decide": keeper.has(Role.COORDINATOR),
        "signed": queries.signed_up(event, is_all=request.GET.get("show") == "all")
        if queries.may_read_sign_ups(keeper, event)
        else None,
        "call_off_form": form if isinstance(form, CallOffForm) else CallOffForm(),
        "materials": materials_of(event.materials),
        "materials_seen": stamp_of(event.materials),
        "materials_form": form
        if isinstance(form, MaterialsForm)
        else MaterialsForm(initial={"materials": event.materials}),
        "facilitator_form": FacilitatorForm(there=there) if keeper.has(*CARERS) else None,
        "link": link,
        "qr": qr_of(link),
        "standpoints": [(key, label) for key, label in Standpoint.choices if key in event.standpoints],
    }
    page = _page_of(meeting_id)
    return fill_desk(request, keeper, "desk/meetings/meeting.html", context, refusal, page=page, now=now)


def _page_of(meeting_id: int) -> str:
    return f"{MEETINGS}{meeting_id}/"
