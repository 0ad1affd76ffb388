"""The house as a Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class HouseConfig(AppConfig):
    name = "ibasho.house"
    label = "house"

    def ready(self) -> None:
        """Fill the registries of the packages below."""
        import_module("ibasho.house.my_record")
        import_module("ibasho.house.due_work")
