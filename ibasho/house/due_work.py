"""What the house tidies up by itself."""

from __future__ import annotations

from ibasho.house import actions
from ibasho.lib import due

due.every(3600, "papers")(actions.forget_old_papers)
