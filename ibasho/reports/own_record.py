"""What reports keep that began with somebody."""

from __future__ import annotations

TABLES = {"reports.RoomVisit": "部屋に来た人の数"}
