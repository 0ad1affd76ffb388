"""The desk as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "ibasho.desk"
    label = "desk"

    def ready(self) -> None:
        # Models exist only from here on, so these imports cannot stand at the top.
        from ibasho.desk.queries.waiting import may_look_at_note, notes_about_dying
        from ibasho.desk.receipts import sign_up_answer, withdraw_sign_up
        from ibasho.events.queries.worries import worries
        from ibasho.moderation import claim_kinds, life_words, receipts

        claim_kinds.register("note", may_look_at_note)
        life_words.register("note", notes_about_dying)
        life_words.register("sign_up", worries)
        receipts.register("sign_up", sign_up_answer, withdraw_sign_up)
