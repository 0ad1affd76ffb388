"""Events as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "ibasho.events"
    label = "events"
