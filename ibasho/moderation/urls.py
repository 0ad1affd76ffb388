"""Paths of moderation that are not the desk's: telling the keepers, receipts, reviews, both boxes."""

from __future__ import annotations

from django.urls import path

from ibasho.moderation import (
    concern_views,
    opinion_box_views,
    quiet_box_views,
    receipt_views,
    talk_views,
    views,
)

_ROOM = "rooms/<slug:slug>/"

urlpatterns = [
    path("reviews/", views.reviews, name="reviews"),
    path("receipts/", receipt_views.show_receipt, name="receipts"),
    path("about/opinions/", opinion_box_views.opinions, name="about_opinions"),
    path("about/opinions/box/", opinion_box_views.opinion_box, name="opinion_box"),
    path("quiet-box/", quiet_box_views.quiet_box, name="quiet_box"),
    path(f"{_ROOM}concern/", concern_views.about_room, name="room_concern"),
    path(f"{_ROOM}quiet-room/", talk_views.wish, name="wish_quiet_room"),
    path(f"{_ROOM}messages/<uuid:message_id>/concern/", concern_views.about_message, name="message_concern"),
]
