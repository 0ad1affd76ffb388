"""Paths under /desk/meetings/, as docs/protocol.md lists them."""

from __future__ import annotations

from django.urls import path

from ibasho.desk.views import meetings, meetings_asking, meetings_people, meetings_series, meetings_visits

_MEETING = "<id:meeting_id>/"
_FACILITATOR = f"{_MEETING}facilitators/<id:shift_id>/"
_SIGN_UP = f"{_MEETING}sign-ups/<uuid:sign_up_id>/"
_SERIES = "series/<id:series_id>/"
_SHEET = "sheets/<id:sheet_id>/"
_QUESTION = f"{_SHEET}questions/<id:question_id>/"

urlpatterns = [
    path("", meetings.meetings, name="desk_meetings"),
    path("new/", meetings.new, name="desk_new_meeting"),
    path("inbox/", meetings_people.inbox, name="desk_meetings_inbox"),
    path("sheets/", meetings_asking.sheets, name="desk_sheets"),
    path("sheets/new/", meetings_asking.new_sheet, name="desk_new_sheet"),
    path(_SHEET, meetings_asking.sheet, name="desk_sheet"),
    path(f"{_SHEET}copy/", meetings_asking.copy, name="desk_sheet_copy"),
    path(f"{_SHEET}retirement/", meetings_asking.retire, name="desk_sheet_retirement"),
    path(f"{_SHEET}retirement/lift/", meetings_asking.retire_lift, name="desk_sheet_retirement_lift"),
    path(f"{_SHEET}questions/new/", meetings_asking.new_question, name="desk_new_question"),
    path(_QUESTION, meetings_asking.question, name="desk_question"),
    path(f"{_QUESTION}place/", meetings_asking.question_place, name="desk_question_place"),
    path(f"{_QUESTION}removal/", meetings_asking.question_removal, name="desk_question_removal"),
    path("series/", meetings_series.all_series, name="desk_series"),
    path("series/new/", meetings_series.new, name="desk_new_series"),
    path(_SERIES, meetings_series.one, name="desk_one_series"),
    path(f"{_SERIES}plan/", meetings_series.plan, name="desk_series_plan"),
    path(f"{_SERIES}publication/", meetings_series.publish, name="desk_series_publication"),
    path(f"{_SERIES}publication/lift/", meetings_series.take_back, name="desk_series_publication_lift"),
    path(f"{_SERIES}days-off/", meetings_series.day_off, name="desk_series_days_off"),
    path(f"{_SERIES}days-off/lift/", meetings_series.day_off_lift, name="desk_series_days_off_lift"),
    path("consent/", meetings_asking.consent, name="desk_consent"),
    path("consent/new/", meetings_asking.new_consent, name="desk_new_consent"),
    path("consent/withdrawal/", meetings_asking.consent_withdrawal, name="desk_consent_withdrawal"),
    path("consent/retirement/", meetings_asking.consent_retirement, name="desk_consent_retirement"),
    path(
        "consent/retirement/lift/",
        meetings_asking.consent_retirement_lift,
        name="desk_consent_retirement_lift",
    ),
    path(_MEETING, meetings.meeting, name="desk_meeting"),
    path(f"{_MEETING}plan/", meetings.plan, name="desk_meeting_plan"),
    path(f"{_MEETING}publication/", meetings.publish, name="desk_meeting_publication"),
    path(f"{_MEETING}publication/lift/", meetings.take_back, name="desk_meeting_publication_lift"),
    path(f"{_MEETING}calling-off/", meetings.call_off, name="desk_calling_off"),
    path(f"{_MEETING}calling-off/lift/", meetings.bring_back, name="desk_calling_off_lift"),
    path(f"{_MEETING}materials/", meetings.materials, name="desk_materials"),
    path(f"{_MEETING}settlement/", meetings.settle, name="desk_settlement"),
    path(f"{_MEETING}facilitators/", meetings.facilitator, name="desk_facilitators"),
    path(f"{_FACILITATOR}ending/", meetings.free, name="desk_facilitator_ending"),
    path(f"{_FACILITATOR}ending/lift/", meetings.free_lift, name="desk_facilitator_ending_lift"),
    path(f"{_FACILITATOR}stand-in/", meetings.look_for, name="desk_facilitator_stand_in"),
    path(f"{_FACILITATOR}stand-in/lift/", meetings.look_for_lift, name="desk_facilitator_stand_in_lift"),
    path(f"{_MEETING}visits/", meetings_visits.tick, name="desk_visits"),
    path(f"{_MEETING}visits/unannounced/", meetings_visits.unannounced, name="desk_unannounced"),
    path(f"{_MEETING}visits/<uuid:visit_id>/removal/", meetings_visits.untick, name="desk_visit_removal"),
    path(f"{_MEETING}sign-ups/new/", meetings_people.write_down, name="desk_new_sign_up"),
    path(_SIGN_UP, meetings_people.sign_up, name="desk_sign_up"),
    path(f"{_SIGN_UP}reading/", meetings_people.read, name="desk_sign_up_reading"),
    path(f"{_SIGN_UP}reading/lift/", meetings_people.unread, name="desk_sign_up_reading_lift"),
    path(f"{_SIGN_UP}interview/", meetings_people.interview, name="desk_interview"),
    path(f"{_SIGN_UP}interview/lift/", meetings_people.interview_lift, name="desk_interview_lift"),
    path(f"{_SIGN_UP}interviewed/", meetings_people.interviewed, name="desk_interviewed"),
    path(f"{_SIGN_UP}interviewed/lift/", meetings_people.interviewed_lift, name="desk_interviewed_lift"),
    path(f"{_SIGN_UP}entry/", meetings_people.entry, name="desk_entry"),
    path(f"{_SIGN_UP}entry/lift/", meetings_people.entry_lift, name="desk_entry_lift"),
    path(f"{_SIGN_UP}referral/", meetings_people.referral, name="desk_referral"),
    path(f"{_SIGN_UP}referral/lift/", meetings_people.referral_lift, name="desk_referral_lift"),
    path(f"{_SIGN_UP}offer/", meetings_people.offer, name="desk_offer"),
    path(f"{_SIGN_UP}rest/lift/", meetings_people.rest_lift, name="desk_sign_up_rest_lift"),
    path(f"{_SIGN_UP}withdrawal/", meetings_people.withdrawal, name="desk_sign_up_withdrawal"),
    path(f"{_SIGN_UP}withdrawal/lift/", meetings_people.withdrawal_lift, name="desk_sign_up_withdrawal_lift"),
]
