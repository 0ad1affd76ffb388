"""What the rooms give to the registries below when the house starts."""

from __future__ import annotations

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "ibasho.rooms"

    def ready(self) -> None:
        # Models exist only from here on, so these imports cannot stand at the top.
        from ibasho.house import staff_here as beside
        from ibasho.house import today as front_door
        from ibasho.lib import due
        from ibasho.lib.sqlite.log import empty_log
        from ibasho.people import declarations, erased, erasure, leaving_keepers, my_record, wall
        from ibasho.rooms import actions, epoch, models, own_record, staff_here, today

        front_door.provide(today.today)
        beside.provide(staff_here.staff_here)
        wall.register(actions.leave_all_seats, actions.hold_every_room)
        erasure.register(actions.erase_words)
        erased.register("words", models.Message, erase=actions.withdraw_again)
        erased.register("edited", models.Message, erase=actions.withdraw_again)
        erased.register("hidden", models.Message, erase=actions.hide_again)
        erased.register("covered", models.Message, erase=actions.hide_again)
        erased.register("unnamed", models.Message, "seat_id", "name_skeleton", erase=actions.unname_again)
        erased.register("waiting", models.HeldPost, erase=actions.take_back_again)
        leaving_keepers.register(actions.resign)
        my_record.register("rooms", own_record.sections)
        declarations.name_tables(own_record.TABLES)
        due.every(1, "sessions")(actions.turn_sessions)
        due.every(1, "ends of duties")(actions.end_due_duties)
        due.every(10, "numbers")(epoch.note_seqs)
        due.every(600, "words", forgets=True)(actions.purge_words)
        due.every(60, "log of the database")(empty_log)
