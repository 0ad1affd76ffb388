"""What duty gives to the registries below when the house starts."""

from __future__ import annotations

from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "ibasho.duty"

    def ready(self) -> None:
        # Models exist only from here on, so these imports cannot stand at the top.
        from ibasho.duty import actions, own_record
        from ibasho.lib import due
        from ibasho.people import arriving_keepers, declarations, my_record

        arriving_keepers.register(actions.meet_newcomer)
        my_record.register("duty", own_record.sections)
        declarations.name_tables(own_record.TABLES)
        due.every(600, "records of duties")(actions.purge_duties)
        due.every(3600, "volunteers")(actions.forget_volunteers)
