"""One meeting: its facts, and what will happen there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ibasho.events.queries.events import event_page
from ibasho.events.views.visitors import known_here, standpoint_of
from ibasho.people.doors import enter_then


@require_safe
def meeting(request: HttpRequest, event_id: int) -> HttpResponse:
    page = event_page(event_id, standpoint_of(request))
    # behind the door stands the form, with all that this page would show: one screen less for who comes by a leaflet
    enter = enter_then(f"/events/{event_id}/sign-up/")
    context = {"event": page, "enter": enter, "known": known_here(request, event_id)}
    return render(request, "events/meeting.html", context)
