"""What duty gives to the registries below when the house starts."""

from __future__ import annotations

from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "ibasho.duty"

    def ready(self) -> None:
        # Models exist only from here on, so these imports cannot stand at the top.
        from ibasho.duty import actions, models, own_record
        from ibasho.lib import due
        from ibasho.people import arriving_keepers, declarations, erased, late_words, my_record

        erased.register("volunteer", models.Volunteer, "code_hash", erase=actions.withdraw_applications_again)
        arriving_keepers.register(actions.meet_newcomer)
        my_record.register("duty", own_record.sections)
        declarations.name_tables(own_record.TABLES)
        due.every(600, "records of duties", forgets=True)(actions.purge_duties)
        late_words.register(actions.HANDOVER_FORM, actions.keep_late_handover)
        due.every(60, "late handovers", forgets=True)(actions.forget_late_handovers)
        due.every(3600, "volunteers", forgets=True)(actions.forget_volunteers)
