"""What duty gives to the registries below when the house starts."""

from __future__ import annotations

from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "ibasho.duty"

    def ready(self) -> None:
        # Models exist only from here on, so these imports cannot stand at the top.
        from ibasho.duty import actions, own_record
        from ibasho.lib import due
        from ibasho.people import declarations, my_record

        my_record.register("duty", own_record.sections)
        declarations.name_tables(own_record.TABLES)
        due.every(600, "records of duties")(actions.purge_duties)
