"""The calendar, the same list on a phone and on a wide screen."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ibasho.events.months import Month, days_of, months_ahead
from ibasho.events.queries.calendar import openings_ahead
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people.requests import is_inside, visitor_from


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    months = months_ahead(today)
    month = _month_asked_for(request, months)
    standpoint = visitor_from(request).standpoint if is_inside(request) else None
    context = {
        "month": month,
        "other_months": [other for other in months if other != month],
        "days": days_of(month, today, openings_ahead(standpoint, today)),
    }
    return render(request, "events/calendar.html", context)


def _month_asked_for(request: HttpRequest, months: list[Month]) -> Month:
    """Only months that the four weeks touch exist."""
    text = request.GET.get("month")
    if not text:
        return months[0]
    month = Month.parse(text)
    if month not in months:
        raise Refusal("not_found")
    return month
