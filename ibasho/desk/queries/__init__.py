"""What the desk gathers. Nothing here writes."""

from __future__ import annotations

from ibasho.desk.queries.alert import Alert
from ibasho.desk.queries.alerts import alerts_for
from ibasho.desk.queries.now import DeskNow, desk_now

__all__ = ["Alert", "DeskNow", "alerts_for", "desk_now"]
