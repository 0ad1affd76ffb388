"""部屋: the list, one room, its hours and the days without."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.desk import house_actions, house_queries
from ibasho.desk.doors import desk_page
from ibasho.desk.house_forms import NEW_ROOM, ClosedDayForm, HoursForm, NewRoomForm, RoomForm, room_initial
from ibasho.desk.house_pages import CARERS, SAVED, edit, show, step_from
from ibasho.lib import clock, spoken_time
from ibasho.lib.errors import Refusal
from ibasho.people.answers import SeeOther
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room
from ibasho.rooms.plans import hours_of, plan_of
from ibasho.rooms.queries import cards_for, present_session

_ROOMS = "/desk/house/rooms/"


@desk_page(*CARERS)
@require_safe
def rooms(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    kept = house_queries.kept_rooms()
    cards = {card.room.pk: card for card in cards_for(Room.objects.filter(pk__in=[room.pk for room in kept]))}
    context = {"cards": [cards[room.pk] for room in kept], "retired": house_queries.retired_rooms()}
    return show(request, keeper, "rooms", context)


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_room(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    def save(form: NewRoomForm, seen: str) -> str:
        slug: str = form.cleaned_data["slug"]
        house_actions.create_room(
            keeper,
            slug,
            form.plan(),
            passphrase=form.cleaned_data["passphrase"],
            over_the_wall=form.cleaned_data["over_the_wall"],
        )
        return slug

    return edit(
        request,
        keeper,
        "room_new",
        lambda data: NewRoomForm(data, initial=NEW_ROOM),
        save=save,
        # it opens only once it has hours: that page comes next
        to=lambda slug: f"{_ROOMS}{slug}/hours/",
        said=SAVED,
    )


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    row = house_queries.kept_room(slug)
    if row.retired_on is not None:
        if request.method == "POST":
            raise Refusal("not_found")
        return show(request, keeper, "room_retired", {"room": row})
    plan = plan_of(row)

    def save(form: RoomForm, seen: str) -> None:
        house_actions.change_room(
            keeper,
            slug,
            form.plan(),
            passphrase=form.cleaned_data["passphrase"],
            over_the_wall=form.cleaned_data["over_the_wall"],
            seen=seen,
        )

    return edit(
        request,
        keeper,
        "room",
        lambda data: RoomForm(data, initial=room_initial(plan)),
        save=save,
        seen=plan,
        context={
            "room": row,
            "session": present_session(row),
            "hours": clock.week_text(hours_of(row)),
        },
        to=f"{_ROOMS}{slug}/",
        said=SAVED,
    )


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    row = house_queries.kept_room(slug)
    return edit(
        request,
        keeper,
        "room_hours",
        lambda data: HoursForm(data, hours=hours_of(row)),
        save=lambda form, seen: house_actions.set_hours(keeper, slug, form.hours(), seen=seen),
        seen=hours_of(row),
        context=_hours_context(row) | {"day_form": ClosedDayForm()},
        to=f"{_ROOMS}{slug}/hours/",
        said=SAVED,
    )


@desk_page(*CARERS)
@require_POST
def closed_days(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    row = house_queries.kept_room(slug)
    form = ClosedDayForm(request.POST)
    if not form.is_valid():
        from_now = {"form": HoursForm(hours=hours_of(row)), "seen": ""}
        return show(
            request, keeper, "room_hours", _hours_context(row) | from_now | {"day_form": form}, status=422
        )
    house_actions.close_day(keeper, slug, form.cleaned_data["day"])
    return SeeOther(f"{_ROOMS}{slug}/hours/#days", SAVED)


@desk_page(*CARERS)
@require_POST
def closed_day_lift(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    day = spoken_time.day(request.POST.get("day", ""))
    if day is None:
        raise Refusal("malformed")
    house_actions.open_day(keeper, slug, day)
    return SeeOther(f"{_ROOMS}{slug}/hours/#days", SAVED)


@desk_page(*CARERS)
@require_POST
def place(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    house_actions.move_room(keeper, slug, by=step_from(request))
    return SeeOther(_ROOMS)


@desk_page(*CARERS)
@require_POST
def retirement(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    if request.POST.get("sure") != "on":
        return SeeOther(f"{_ROOMS}{slug}/?sure=1#retire")
    house_actions.retire_room(keeper, slug)
    return SeeOther(f"{_ROOMS}{slug}/", SAVED)


@desk_page(*CARERS)
@require_POST
def retirement_lift(request: HttpRequest, keeper: KeeperFacts, slug: str) -> HttpResponse:
    house_actions.bring_back_room(keeper, slug)
    return SeeOther(f"{_ROOMS}{slug}/", SAVED)


def _hours_context(row: Room) -> dict[str, Any]:
    return {
        "room": row,
        "days": house_queries.closed_days(row),
        "words": clock.week_text(hours_of(row)),
        "session": present_session(row),
    }
