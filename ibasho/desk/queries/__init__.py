"""What the desk gathers. Nothing here writes."""

from __future__ import annotations

from ibasho.desk.queries.alerts import Alert, alerts_for
from ibasho.desk.queries.version import desk_version

__all__ = ["Alert", "alerts_for", "desk_version"]
