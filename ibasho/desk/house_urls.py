"""Paths under /desk/house/, as docs/protocol.md lists them."""

from __future__ import annotations

from django.urls import path

from ibasho.desk import house_escalation_views as escalation
from ibasho.desk import house_helplines_views as helplines
from ibasho.desk import house_keepers_views as keepers
from ibasho.desk import house_rooms_views as rooms
from ibasho.desk import house_rules_views as rules
from ibasho.desk import house_training_views as training
from ibasho.desk import house_views as house
from ibasho.desk import house_words_views as words

urlpatterns = [
    path("", house.index, name="house"),
    path("profile/", house.profile, name="house_profile"),
    path("rules/", rules.rules, name="house_rules"),
    path("rules/draft/", rules.draft, name="house_draft"),
    path("rules/draft/discard/", rules.discard, name="house_draft_discard"),
    path("rules/draft/publication/", rules.publication, name="house_publication"),
    path("rules/draft/groups/", rules.group_place, name="house_group_place"),
    path("rules/draft/clauses/new/", rules.new_clause, name="house_new_clause"),
    path("rules/draft/clauses/<slug:key>/", rules.clause, name="house_clause"),
    path("rules/draft/clauses/<slug:key>/place/", rules.clause_place, name="house_clause_place"),
    path("rules/draft/clauses/<slug:key>/removal/", rules.clause_removal, name="house_clause_removal"),
    path("rules/withdrawal/", rules.withdrawal, name="house_withdrawal"),
    path("rooms/", rooms.rooms, name="house_rooms"),
    path("rooms/new/", rooms.new_room, name="house_new_room"),
    path("rooms/<slug:slug>/", rooms.room, name="house_room"),
    path("rooms/<slug:slug>/hours/", rooms.hours, name="house_hours"),
    path("rooms/<slug:slug>/closed-days/", rooms.closed_days, name="house_closed_days"),
    path("rooms/<slug:slug>/closed-days/lift/", rooms.closed_day_lift, name="house_closed_day_lift"),
    path("rooms/<slug:slug>/place/", rooms.place, name="house_room_place"),
    path("rooms/<slug:slug>/retirement/", rooms.retirement, name="house_retirement"),
    path("rooms/<slug:slug>/retirement/lift/", rooms.retirement_lift, name="house_retirement_lift"),
    path("helplines/", helplines.helplines, name="house_helplines"),
    path("helplines/new/", helplines.new_helpline, name="house_new_helpline"),
    path("helplines/<id:helpline_id>/", helplines.helpline, name="house_helpline"),
    path("helplines/<id:helpline_id>/check/", helplines.check, name="house_helpline_check"),
    path("helplines/<id:helpline_id>/place/", helplines.place, name="house_helpline_place"),
    path("helplines/<id:helpline_id>/removal/", helplines.removal, name="house_helpline_removal"),
    path("escalation/", escalation.contacts, name="house_escalation"),
    path("escalation/new/", escalation.new_contact, name="house_new_contact"),
    path("escalation/<id:contact_id>/", escalation.contact, name="house_contact"),
    path("escalation/<id:contact_id>/place/", escalation.place, name="house_contact_place"),
    path("escalation/<id:contact_id>/removal/", escalation.removal, name="house_contact_removal"),
    path("words/", words.words, name="house_words"),
    path("words/new/", words.new_word, name="house_new_word"),
    path("words/trial/", words.trial, name="house_word_trial"),
    path("words/<id:word_id>/", words.word, name="house_word"),
    path("words/<id:word_id>/removal/", words.removal, name="house_word_removal"),
    path("keepers/", keepers.keepers, name="house_keepers"),
    path("keepers/links/", keepers.invitation, name="house_invitation"),
    path("keepers/links/lift/", keepers.link_lift, name="house_invitation_lift"),
    path("keepers/<id:keeper_id>/", keepers.keeper_page, name="house_keeper"),
    path("keepers/<id:keeper_id>/link/", keepers.recovery, name="house_recovery"),
    path("keepers/<id:keeper_id>/roles/", keepers.role, name="house_role"),
    path("keepers/<id:keeper_id>/roles/lift/", keepers.role_lift, name="house_role_lift"),
    path("keepers/<id:keeper_id>/ending/", keepers.ending, name="house_ending"),
    path("training/", training.training, name="house_training"),
    path("training/<id:unit_id>/removal/", training.removal, name="house_unit_removal"),
    path("training/<id:unit_id>/removal/lift/", training.removal_lift, name="house_unit_removal_lift"),
    path("pledge/", training.pledge, name="house_pledge"),
]
