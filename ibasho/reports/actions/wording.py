"""What a coordinator says beside the numbers."""

from __future__ import annotations

from django.db import transaction

from ibasho.lib.errors import Refusal
from ibasho.lib.stamps import must_have_seen
from ibasho.moderation.actions import append_log
from ibasho.people.queries import KeeperFacts
from ibasho.reports.models import Report
from ibasho.reports.periods import Period


def write_words(keeper: KeeperFacts, period: Period, words: str, *, seen: str) -> Report:
    """Stand on the sheet that is handed on, never on the public page. The numbers stay as they are.

    Refuses `not_found` for a period that is not closed, and as `Overtaken`.
    """
    with transaction.atomic():
        rows = Report.objects.select_for_update(of=("self",))
        report = rows.filter(begins=period.begins, ends=period.ends).first()
        if report is None:
            raise Refusal("not_found")
        must_have_seen(seen, report.words)
        if report.words != words:
            report.words = words
            report.save(update_fields=["words"])
            append_log(keeper.keeper_id, "write_report", detail={"period": str(period)})
    return report
