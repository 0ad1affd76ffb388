"""What can be counted without counting anybody: no room, no seat, no address."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

LINES = Gauge("ibasho_lines", "Lines open in this process.")
CLOSED = Counter("ibasho_lines_closed", "Lines closed by the house.", ["code"])
CHANGES = Counter("ibasho_changes", "Changes released in their order.")
DELIVERIES = Counter("ibasho_deliveries", "Changes written to a line.")
REPAIRS = Counter("ibasho_repairs", "Times a room was read because a change was missing.")
WAITING = Gauge("ibasho_polls_waiting", "Long polls that wait.")
RECOVERED = Counter("ibasho_recovered", "Readers that came back with a number.", ["recovered"])
FRAMES = Counter("ibasho_frames", "Frames read from lines.", ["type"])
ANSWER_SECONDS = Histogram("ibasho_answer_seconds", "From a frame to its answer.", ["type"])
