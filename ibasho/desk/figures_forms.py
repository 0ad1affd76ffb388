"""The form beside the figures."""

from __future__ import annotations

from ibasho.desk.house_fields import Words
from ibasho.desk.house_forms import HouseForm
from ibasho.reports.models import WORDS_GRAPHEMES


class ReportForm(HouseForm):
    words = Words(
        "ひとこと",
        WORDS_GRAPHEMES,
        lines=8,
        required=False,
        help_text="この期間にあったこと、次に考えていること。だれのことかがわかることは、書かないでください。",
    )
