"""What reports give to the registries below when the house starts."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "ibasho.reports"

    def ready(self) -> None:
        # Models exist only from here on, so these imports cannot stand at the top.
        from ibasho.lib import due
        from ibasho.people import declarations, erasure, my_record
        from ibasho.reports import actions, own_record

        erasure.count_first(actions.count_before_erasing)
        my_record.register("reports", own_record.sections)
        declarations.name_tables(own_record.TABLES)
        due.every(600, "openings of rooms")(actions.tally_openings)
        due.every(3600, "days of keepers")(actions.tally_days)
        due.every(3600, "figures")(actions.close_due)
