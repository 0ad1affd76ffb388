"""What people gives to the registries when the house starts."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "ibasho.people"

    def ready(self) -> None:
        # Models exist only from here on, so these imports cannot stand at the top.
        from allauth.mfa.models import Authenticator
        from allauth.mfa.signals import authenticator_removed

        from ibasho.lib import due
        from ibasho.people import actions, erased, erasure_list, models, my_record, own_record
        from ibasho.people.accounts import declared

        declared.declare()
        my_record.register("people", own_record.sections)
        authenticator_removed.connect(actions.note_factor_taken_out, weak=False)
        erased.register("factor", Authenticator, "user__key", "type", "created_at")
        erased.register("person", models.Person, "key", erase=actions.erase_again)
        erased.register("phrase", models.Person, "phrase_hash", erase=actions.forget_phrases_again)
        erased.register("session", models.Session)
        erased.register("keeper", models.Keeper, "person__key", erase=actions.end_keepers_again)
        erased.register("ways-in", models.Keeper, "person__key", erase=actions.lock_out_again)
        erased.register(
            "role", models.KeeperRole, "keeper__person__key", "role", erase=actions.take_roles_again
        )
        due.every(2, "marks of what was erased")(erasure_list.note_erased)
        due.every(86_400, "old marks of what was erased", forgets=True)(erasure_list.forget_old_marks)
        due.every(600, "guests", forgets=True)(actions.purge_guests)
        due.every(3600, "keepers_links", forgets=True)(actions.purge_links)
        due.every(600, "suspensions", forgets=True)(actions.forget_ended_suspensions)
        due.every(60, "standpoints")(actions.turn_standpoints)
