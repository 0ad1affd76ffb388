"""Paths of the calendar, as docs/protocol.md lists them."""

from __future__ import annotations

from django.urls import path

from ibasho.events import views

urlpatterns = [path("events/", views.calendar, name="events")]
