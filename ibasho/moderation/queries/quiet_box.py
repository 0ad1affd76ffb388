"""Posts of the quiet box, for the coordinator."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from ibasho.lib import clock
from ibasho.moderation.models import QUIET_BOX_DAYS, QuietPost


def unread_quiet_posts() -> QuerySet[QuietPost]:
    """Those about dying first, then the oldest."""
    return _kept().filter(read_on__isnull=True).order_by("-about_dying", "written_on", "pk")


def quiet_posts_about_dying() -> QuerySet[QuietPost]:
    """Those of them that nobody has read."""
    return unread_quiet_posts().filter(about_dying=True)


def read_quiet_posts() -> QuerySet[QuietPost]:
    return _kept().filter(read_on__isnull=False).order_by("-written_on", "-pk")


def _kept() -> QuerySet[QuietPost]:
    return QuietPost.objects.filter(written_on__gte=clock.today() - timedelta(days=QUIET_BOX_DAYS))
