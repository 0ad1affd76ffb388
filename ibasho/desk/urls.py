"""Paths of the desk, as docs/protocol.md lists them."""

from __future__ import annotations

from django.urls import include, path

from ibasho.desk.views import (
    acts,
    candidates,
    claims,
    concerns,
    duty,
    handover,
    history,
    home,
    log,
    notes,
    quiet_box,
    reviews,
    rooms,
)

_ROOM = "desk/rooms/<slug:slug>/"
_MESSAGE = f"{_ROOM}messages/<uuid:message_id>/"
_SEAT = f"{_ROOM}seats/<uuid:seat_id>/"

urlpatterns = [
    path("desk/", home.home, name="desk"),
    path("desk/claims/", claims.take, name="desk_claim"),
    path("desk/claims/lift/", claims.lift, name="desk_claim_lift"),
    path("desk/concerns/", concerns.concerns, name="desk_concerns"),
    path("desk/concerns/<int:concern_id>/", concerns.concern, name="desk_concern"),
    path("desk/concerns/<int:concern_id>/decision/", concerns.decide, name="desk_decision"),
    path("desk/concerns/<int:concern_id>/decision/lift/", concerns.reopen, name="desk_decision_lift"),
    path("desk/duty/", duty.take, name="desk_duty"),
    path("desk/duty/end/", duty.end, name="desk_duty_end"),
    path("desk/duty/extend/", duty.extend, name="desk_duty_extend"),
    path("desk/duty/out/", duty.step_out, name="desk_duty_out"),
    path("desk/duty/in/", duty.step_in, name="desk_duty_in"),
    path("desk/handover/", handover.handover, name="desk_handover"),
    path("desk/handover/<int:note_id>/read/", handover.read, name="desk_handover_read"),
    path("desk/history/", history.ask, name="desk_history_ask"),
    path("desk/history/<slug:slug>/", history.history, name="desk_history"),
    path("desk/house/", include("ibasho.desk.house_urls")),
    path("desk/log/", log.log, name="desk_log"),
    path("desk/notes/", notes.notes, name="desk_notes"),
    path("desk/notes/<int:note_id>/read/", notes.read, name="desk_note_read"),
    path("desk/notes/<int:note_id>/read/lift/", notes.unread, name="desk_note_unread"),
    path("desk/quiet-box/", quiet_box.quiet_box, name="desk_quiet_box"),
    path("desk/quiet-box/<int:post_id>/read/", quiet_box.read, name="desk_quiet_read"),
    path("desk/quiet-box/<int:post_id>/read/lift/", quiet_box.unread, name="desk_quiet_unread"),
    path("desk/reviews/", reviews.reviews, name="desk_reviews"),
    path("desk/reviews/<int:review_id>/", reviews.review, name="desk_review"),
    path("desk/reviews/<int:review_id>/decision/", reviews.decision, name="desk_review_decision"),
    path("desk/reviews/lines/", candidates.lines, name="desk_lines"),
    path("desk/reviews/lines/file/", candidates.file, name="desk_lines_file"),
    path("desk/reviews/lines/<int:line_id>/removal/", candidates.removal, name="desk_line_removal"),
    path(_ROOM, rooms.room, name="desk_room"),
    path(f"{_ROOM}messages/", rooms.post, name="desk_messages"),
    path(f"{_ROOM}opening/", rooms.opening, name="desk_opening"),
    path(f"{_ROOM}pause/", rooms.pause, name="desk_pause"),
    path(f"{_ROOM}pause/lift/", rooms.resume, name="desk_pause_lift"),
    path(f"{_ROOM}closing/", rooms.closing, name="desk_closing"),
    path(f"{_ROOM}pace/", rooms.pace, name="desk_pace"),
    path(f"{_ROOM}topic/", rooms.topic, name="desk_topic"),
    path(_MESSAGE, acts.about_message, name="desk_message"),
    path(f"{_MESSAGE}edit/", rooms.edit, name="desk_message_edit"),
    path(f"{_MESSAGE}hiding/", acts.hide, name="desk_hiding"),
    path(f"{_MESSAGE}hiding/lift/", acts.restore, name="desk_hiding_lift"),
    path(f"{_MESSAGE}redaction/", acts.redact, name="desk_redaction"),
    path(f"{_MESSAGE}redaction/lift/", acts.lift_redaction, name="desk_redaction_lift"),
    path(f"{_SEAT}rest/", acts.rest, name="desk_rest"),
    path(f"{_SEAT}rest/lift/", acts.lift_rest, name="desk_rest_lift"),
    path(f"{_SEAT}removal/", acts.remove, name="desk_removal"),
    path(f"{_SEAT}removal/lift/", acts.let_back, name="desk_removal_lift"),
]
