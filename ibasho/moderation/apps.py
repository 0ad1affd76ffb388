"""What moderation gives to the registries below when the house starts."""

from __future__ import annotations

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "ibasho.moderation"

    def ready(self) -> None:
        # Models exist only from here on, so these imports cannot stand at the top.
        from ibasho.lib import due
        from ibasho.moderation import actions, own_record, queries
        from ibasho.people import declarations, erasure, my_record
        from ibasho.rooms import held_seats

        erasure.register(actions.erase_acts)
        held_seats.register(queries.has_acts)
        my_record.register("moderation", own_record.sections)
        declarations.name_tables(own_record.TABLES)
        due.every(3600, "acts")(actions.forget_old_acts)
