"""What meetings give to the registries below when the house starts."""

from __future__ import annotations

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "ibasho.events"
    label = "events"

    def ready(self) -> None:
        # Models exist only from here on, so these imports cannot stand at the top.
        from ibasho.duty import shift_names
        from ibasho.events import actions, models, own_calendar, own_record, this_browser
        from ibasho.events.queries.calendar import next_meetings
        from ibasho.events.queries.facilitating import names_of_shifts
        from ibasho.house import coming
        from ibasho.lib import due
        from ibasho.people import coming_in, declarations, erased, erasure, my_record, own_lists, wall
        from ibasho.rooms import guest_lists

        shift_names.register(names_of_shifts)
        guest_lists.provide(actions.GUEST_LIST)
        coming.provide(next_meetings)
        coming_in.register(this_browser.taken_along)
        wall.register(actions.untie_over_the_wall, lambda: None)
        erasure.register(actions.erase_sign_ups)
        erased.register("sign-up", models.SignUp, erase=actions.withdraw_sign_ups_again)
        erased.register("answers", models.SignUp, erase=actions.clear_sign_ups_again)
        erased.register("tie", models.SignUp, erase=actions.untie_again)
        erased.register("mail", models.MailContact, "sealed")
        erased.register("contact", models.SignUpContact, "sealed")
        erased.register("feed", models.Feed, "key_hash")
        my_record.register("events", own_record.sections)
        own_lists.register("sign-ups", own_record.sign_ups)
        own_lists.register("rooms of meetings", own_record.rooms_to_read)
        declarations.name_tables(own_record.TABLES)
        my_record.register("calendar", own_calendar.sections)
        declarations.name_tables(own_calendar.TABLES)
        due.every(5, "rooms of meetings")(actions.keep_meeting_rooms)
        due.every(30, "offers")(actions.lapse_offers)
        due.every(30, "seats of newcomers")(actions.release_newcomers_seats)
        due.every(30, "changes of meetings")(actions.number_changes)
        due.every(60, "news of meetings")(actions.queue_mails)
        due.every(30, "mails")(actions.send_mails_aside)
        due.every(3600, "mail contacts", forgets=True)(actions.forget_mails)
        due.every(600, "dates of series")(actions.make_dates)
        due.every(3600, "sign-ups", forgets=True)(actions.forget_sign_ups)
        due.every(3600, "marks of cards", forgets=True)(actions.forget_cards)
        due.every(60, "ways back", forgets=True)(actions.forget_ways_back)
