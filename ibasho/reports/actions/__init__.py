"""What is written down before it ends, and the closing of months and years."""

from __future__ import annotations

from ibasho.reports.actions.closing import close_due
from ibasho.reports.actions.tallying import count_before_erasing, tally_days, tally_openings
from ibasho.reports.actions.wording import write_words

__all__ = ["close_due", "count_before_erasing", "tally_days", "tally_openings", "write_words"]
