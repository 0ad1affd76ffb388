"""Paths of the calendar, of meetings and of sign-ups, as docs/protocol.md lists them."""

from __future__ import annotations

from django.urls import path

from ibasho.events.views.calendar import calendar
from ibasho.events.views.meetings import meeting

urlpatterns = [
    path("events/", calendar, name="events"),
    path("events/<int:event_id>/", meeting, name="event"),
]
