"""For paper: a month, and one meeting, on A4 in black and white.

Each sheet shows what its reader may see. A keeper, who hands it on, chooses for whom it is.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ibasho.events.months import days_of, reiwa
from ibasho.events.queries.calendar import meetings_in, weeks_of_rooms
from ibasho.events.queries.events import event_page, standpoints_of
from ibasho.events.views.calendar import month_names, months_around
from ibasho.events.views.visitors import standpoint_of
from ibasho.house.paper import on_paper
from ibasho.lib import clock
from ibasho.people.models import Standpoint
from ibasho.people.requests import maybe_keeper


@require_safe
def month_sheet(request: HttpRequest) -> HttpResponse:
    standpoint = _for_whom(request, request.GET.get("for", ""))
    _, month = months_around(request, standpoint)
    days = days_of(month, clock.today(), meetings_in(standpoint, month, clock.today()))
    context = month_names(request, month) | {
        "days": [day for day in days if day.things],
        "rooms": weeks_of_rooms(standpoint),
        "reiwa": reiwa(month.year),
        "is_keeper": maybe_keeper(request) is not None,
        "standpoints": Standpoint.choices,
        "for": standpoint,
    }
    return render(request, "events/print_month.html", context | on_paper(request, "/events/"))


@require_safe
def meeting_sheet(request: HttpRequest, event_id: int) -> HttpResponse:
    standpoint = _for_whom(request, min(standpoints_of(event_id), default=""))
    context = {"event": event_page(event_id, standpoint)} | on_paper(request, f"/events/{event_id}/")
    return render(request, "events/print_meeting.html", context)


def _for_whom(request: HttpRequest, chosen: str) -> str | None:
    is_chosen = chosen in Standpoint.values and maybe_keeper(request) is not None
    return chosen if is_chosen else standpoint_of(request)
