"""Paths of the rooms, as docs/protocol.md lists them."""

from __future__ import annotations

from django.urls import path

from ibasho.rooms.views import door, ignoring, room, rooms, support, words

urlpatterns = [
    path("rooms/", rooms.rooms, name="rooms"),
    path("rooms/<slug:slug>/", room.room, name="room"),
    path("rooms/<slug:slug>/door/", door.enter_by_door, name="room_door"),
    path("rooms/<slug:slug>/leave/", door.leave, name="room_leave"),
    path("rooms/<slug:slug>/ignoring/", ignoring.ignore, name="room_ignoring"),
    path("rooms/<slug:slug>/ignoring/lift/", ignoring.stop_ignoring, name="room_ignoring_lift"),
    path("rooms/<slug:slug>/support-card/", support.bring_card_back, name="room_support_card"),
    path("rooms/<slug:slug>/messages/", words.messages, name="room_messages"),
    path("rooms/<slug:slug>/messages/<uuid:message_id>/edit/", words.edit, name="message_edit"),
    path(
        "rooms/<slug:slug>/messages/<uuid:message_id>/withdrawal/",
        words.withdraw,
        name="message_withdrawal",
    ),
]
