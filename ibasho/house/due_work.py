"""What the house tidies up by itself."""

from __future__ import annotations

from ibasho.house import actions, support_card
from ibasho.lib import due

due.every(3600, "papers", forgets=True)(actions.forget_old_papers)
due.every(3600, "support cards", forgets=True)(support_card.forget_old)
