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
UNREAD = Gauge("ibasho_unread_bytes", "Bytes that lie here for readers who are slow to take them.")
LET_GO = Counter("ibasho_readers_let_go", "Readers cut because too much lay unread.")
FLOODS = Counter("ibasho_floods", "Lines ended because they sent too much.")
LAG_SECONDS = Histogram(
    "ibasho_loop_lag_seconds",
    "How late the event loop came.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
