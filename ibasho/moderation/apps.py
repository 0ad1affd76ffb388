"""What moderation gives to the registries below when the house starts."""

from __future__ import annotations

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "ibasho.moderation"

    def ready(self) -> None:
        # Models exist only from here on, so these imports cannot stand at the top.
        from ibasho.duty import actions as duty
        from ibasho.duty import ending_duties, holding
        from ibasho.duty.queries.volunteers import volunteers_about_dying
        from ibasho.lib import due
        from ibasho.moderation import actions, claim_kinds, life_words, models, own_record, queries, receipts
        from ibasho.people import arriving_keepers, declarations, erased, erasure, my_record
        from ibasho.rooms import called, covered, ended_talks, ending_rooms, held_seats, noticed, unnamed

        arriving_keepers.register(actions.write_down_arrival)
        erasure.register(actions.erase_acts)
        erased.register("concern", models.Concern, "code_hash", erase=actions.take_concerns_back_again)
        erased.register("opinion", models.OpinionPost, "code_hash", erase=actions.take_opinions_back_again)
        erased.register("seat-note", models.SeatNote, "id", "seat_id", "at")
        erased.register("reachable", models.EscalationContact, "sealed_name")
        ending_rooms.register(actions.erase_acts_in)
        held_seats.register(queries.has_acts)
        held_seats.register(queries.has_concerns)
        held_seats.register(queries.has_proposals)
        erasure.register(actions.erase_concerns)
        erasure.register(actions.erase_seat_notes)
        ending_rooms.register(actions.erase_concerns_in)
        holding.register("incidents", queries.duties_held, actions.hand_over_incidents)
        ending_duties.register(actions.release_incidents_of)
        held_seats.register(queries.has_incidents)
        erasure.register(actions.erase_incidents)
        ending_rooms.register(actions.erase_incidents_in)
        ended_talks.register(actions.put_invitation_away)
        called.register(queries.may_be_heard)
        covered.register(queries.brings_back, queries.says_again)
        unnamed.register(queries.seats_unnamed)
        noticed.register(actions.begin_from_findings)
        noticed.register_for_names(actions.begin_from_name)
        receipts.register("volunteer", queries.volunteer_answer, duty.withdraw_application)
        receipts.register("review", queries.review_answer)
        receipts.register("opinion", queries.opinion_answer, actions.take_back_opinion)
        receipts.register("concern", queries.answer_for, actions.take_back_concern)
        claim_kinds.register("concern", queries.may_look_at_case)
        claim_kinds.register("held", queries.may_look_at_held)
        claim_kinds.register("review", queries.may_look_at_review)
        claim_kinds.register("suspension", queries.may_look_at_proposal)
        life_words.register("opinion", queries.opinions_about_dying)
        life_words.register("quiet", queries.quiet_posts_about_dying)
        life_words.register("review", queries.reviews_about_dying)
        life_words.register("volunteer", volunteers_about_dying)
        my_record.register("moderation", own_record.sections)
        declarations.name_tables(own_record.TABLES)
        due.every(3600, "acts", forgets=True)(actions.forget_old_acts)
        due.every(60, "proposals")(actions.lapse_proposals)
        due.every(3600, "concerns", forgets=True)(actions.forget_old_concerns)
        due.every(3600, "opinion box", forgets=True)(actions.forget_opinion_posts)
        due.every(3600, "notes on seats", forgets=True)(actions.forget_old_seat_notes)
        due.every(3600, "strain of keepers", forgets=True)(actions.forget_old_strains)
        due.every(600, "opinions", forgets=True)(actions.forget_old_opinions)
        due.every(600, "claims", forgets=True)(actions.forget_old_claims)
        due.every(600, "writers of sealed words")(actions.tell_writers)
        due.every(2, "alarms")(actions.raise_alarms)
        due.every(2, "calls to contacts")(actions.send_calls_aside)
        due.every(2, "invitations to quiet rooms")(actions.invite_to_quiet_rooms)
        due.every(2, "answered calls into quiet rooms")(actions.end_answered_calls)
        due.every(3600, "incidents", forgets=True)(actions.forget_old_incidents)
        due.every(600, "writers of sealed incidents")(actions.tell_whose_words_are_sealed)
        due.every(86_400, "candidates", forgets=True)(actions.forget_old_candidates)
