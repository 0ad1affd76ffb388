"""The calendar, the same list on a phone and on a wide screen."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ibasho.events.months import REIWA, Month, days_of, months_ahead
from ibasho.events.queries.calendar import farthest_meeting, meetings_in, next_meetings, openings_ahead
from ibasho.events.views.visitors import standpoint_of
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.spoken_time import moment

_KEPT = {"era": REIWA, "show": "meetings"}


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    return render(request, "events/calendar.html", month_context(request))


def month_context(request: HttpRequest) -> dict[str, Any]:
    """The month that was asked for, as this visitor may see it. Refuses `not_found` for any other."""
    today, standpoint = clock.today(), standpoint_of(request)
    months, month = months_around(request, standpoint)
    without_rooms = request.GET.get("show") == "meetings"
    rooms = [] if without_rooms else openings_ahead(standpoint, today)
    things = [*rooms, *meetings_in(standpoint, month, today)]
    place = months.index(month)
    return month_names(request, month) | {
        "earlier": months[place - 1] if place else None,
        "later": months[place + 1] if place + 1 < len(months) else None,
        "days": days_of(month, today, things),
        "coming": next_meetings(standpoint, moment(month.after.first, 0))
        if month.is_nearly_over(today)
        else [],
        "without_rooms": without_rooms,
        "keep": urlencode(_kept(request)),
    }


def _kept(request: HttpRequest) -> dict[str, str]:
    """How one looks at it stays so from month to month."""
    return {name: value for name, value in _KEPT.items() if request.GET.get(name) == value}


def months_around(request: HttpRequest, standpoint: str | None) -> tuple[list[Month], Month]:
    """The months there are for this standpoint, and the one that was asked for. Refuses `not_found`."""
    today = clock.today()
    months = months_ahead(today, farthest_meeting(standpoint, today))
    return months, _month_asked_for(request, months)


def month_names(request: HttpRequest, month: Month) -> dict[str, Any]:
    """The year as 西暦, or as 令和 for who asks for it."""
    is_reiwa = request.GET.get("era") == REIWA
    title = month.title_reiwa if is_reiwa else month.title
    return {"month": month, "month_title": title, "era": REIWA if is_reiwa else ""}


def _month_asked_for(request: HttpRequest, months: list[Month]) -> Month:
    """Only months that the four weeks or a meeting reach exist."""
    text = request.GET.get("month")
    if not text:
        return months[0]
    month = Month.parse(text)
    if month is None or month not in months:
        raise Refusal("not_found")
    return month
