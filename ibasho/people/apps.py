"""What people gives to the registries when the house starts."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "ibasho.people"

    def ready(self) -> None:
        # Models exist only from here on, so these imports cannot stand at the top.
        from ibasho.lib import due
        from ibasho.people import actions, my_record, own_record
        from ibasho.people.accounts import declared

        declared.declare()
        my_record.register("people", own_record.sections)
        due.every(600, "guests")(actions.purge_guests)
        due.every(3600, "keepers_links")(actions.purge_links)
        due.every(600, "suspensions")(actions.forget_ended_suspensions)
        due.every(60, "standpoints")(actions.turn_standpoints)
