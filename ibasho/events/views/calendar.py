"""The calendar, the same list on a phone and on a wide screen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ibasho.events.months import REIWA, Month, days_of, months_ahead
from ibasho.events.queries.calendar import farthest_meeting, meetings_in, openings_ahead
from ibasho.events.views.visitors import standpoint_of
from ibasho.lib import clock
from ibasho.lib.errors import Refusal


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    return render(request, "events/calendar.html", month_context(request))


def month_context(request: HttpRequest) -> dict[str, Any]:
    """The month that was asked for, as this visitor may see it. Refuses `not_found` for any other."""
    today, standpoint = clock.today(), standpoint_of(request)
    months = months_ahead(today, farthest_meeting(standpoint, today))
    month = _month_asked_for(request, months)
    things = [*openings_ahead(standpoint, today), *meetings_in(standpoint, month, today)]
    is_reiwa = request.GET.get("era") == REIWA
    place = months.index(month)
    return {
        "month": month,
        "month_title": month.title_reiwa if is_reiwa else month.title,
        "earlier": months[place - 1] if place else None,
        "later": months[place + 1] if place + 1 < len(months) else None,
        "era": REIWA if is_reiwa else "",
        "days": days_of(month, today, things),
    }


def _month_asked_for(request: HttpRequest, months: list[Month]) -> Month:
    """Only months that the four weeks or a meeting reach exist."""
    text = request.GET.get("month")
    if not text:
        return months[0]
    month = Month.parse(text)
    if month is None or month not in months:
        raise Refusal("not_found")
    return month
