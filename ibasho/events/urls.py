"""Paths of the calendar, of meetings and of sign-ups, as docs/protocol.md lists them."""

from __future__ import annotations

from django.urls import path

from ibasho.events.views import calendar_files, next_dates, own_rooms, printing, sign_ups, telling
from ibasho.events.views.calendar import calendar
from ibasho.events.views.meetings import meeting
from ibasho.events.views.signing_up import sign_up

_CODE = "sign-ups/<str:code>"  # a code, or `mine`

urlpatterns = [
    path("events.ics", calendar_files.public_feed, name="public_feed"),
    path("events/<id:event_id>.ics", calendar_files.meeting_file, name="meeting_file"),
    path("feeds/<str:secret>.ics", calendar_files.private_feed, name="private_feed"),
    path("me/calendar/", calendar_files.own_feed, name="own_feed"),
    path("me/calendar/lift/", calendar_files.own_feed_stopped, name="own_feed_stopped"),
    path("events/", calendar, name="events"),
    path("events/print/", printing.month_sheet, name="month_sheet"),
    path("events/<id:event_id>/", meeting, name="event"),
    path("events/<id:event_id>/sign-up/", sign_up, name="sign_up"),
    path("events/<id:event_id>/print/", printing.meeting_sheet, name="meeting_sheet"),
    path("sign-ups/", sign_ups.ask_code, name="sign_ups"),
    path("sign-ups/mine/", sign_ups.mine, name="sign_ups_mine"),
    path("sign-ups/mine/forgetting/", sign_ups.forgetting, name="sign_ups_forgetting"),
    path("sign-ups/mail/<str:token>/", telling.stop, name="stop_mail"),
    path(f"{_CODE}/", sign_ups.by_address, name="sign_up_by_code"),
    path(f"{_CODE}/withdrawal/", sign_ups.withdrawal, name="sign_up_withdrawal"),
    path(f"{_CODE}/withdrawal/lift/", sign_ups.withdrawal_lift, name="sign_up_withdrawal_lift"),
    path(f"{_CODE}/offer/", sign_ups.offer, name="sign_up_offer"),
    path(f"{_CODE}/rest/lift/", sign_ups.rest_lift, name="sign_up_rest_lift"),
    path(f"{_CODE}/other-day/", sign_ups.other_day, name="sign_up_other_day"),
    path(f"{_CODE}/other-day/lift/", sign_ups.other_day_lift, name="sign_up_other_day_lift"),
    path(f"{_CODE}/auto-accept/", sign_ups.auto_accept, name="sign_up_auto_accept"),
    path(f"{_CODE}/auto-accept/lift/", sign_ups.auto_accept_lift, name="sign_up_auto_accept_lift"),
    path(f"{_CODE}/mail/", telling.mail, name="sign_up_mail"),
    path(f"{_CODE}/mail/lift/", telling.mail_lift, name="sign_up_mail_lift"),
    path(f"{_CODE}/contact/lift/", telling.contact_lift, name="sign_up_contact_lift"),
    path(f"{_CODE}/calendar/", telling.feed, name="sign_up_feed"),
    path(f"{_CODE}/calendar/lift/", telling.feed_lift, name="sign_up_feed_lift"),
    path(f"{_CODE}/room/", own_rooms.own_room, name="sign_up_room"),
    path(f"{_CODE}/card/", sign_ups.card, name="sign_up_card"),
    path(f"{_CODE}/next/", next_dates.next_date, name="sign_up_next"),
    path(f"{_CODE}/tying/", sign_ups.tying, name="sign_up_tying"),
    path(f"{_CODE}/tying/lift/", sign_ups.tying_lift, name="sign_up_tying_lift"),
]
