"""What was erased on purpose leaves a mark, so that no copy of the database brings it back."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from ibasho.lib.kept import kept

MARK_DAYS = 15  # a day longer than any copy of the database is kept
_MARK = f"{MARK_DAYS}日。"


class Erased(models.Model):
    """One erasure, or its undoing. `digest` is made with the house secret: nobody reads from it what it was."""

    id = kept(
        models.UUIDField(primary_key=True, default=uuid4),
        purpose="おなじ しるしを 2度 つけないためです。",
        until=_MARK,
    )
    kind = kept(
        models.CharField(max_length=12), purpose="何の しるしかです（書き込み、申し込みなど）。", until=_MARK
    )
    digest = kept(
        models.CharField(max_length=32),
        purpose="消したものが、控えから もどらないようにするためです。だれのものか、何だったかは、わかりません。",
        until=_MARK,
    )
    is_back = kept(models.BooleanField(default=False), purpose="あとで もどしたかどうかです。", until=_MARK)
    at = kept(models.DateTimeField(db_index=True), purpose="しるしを 消す日を 決めるためです。", until=_MARK)

    def __str__(self) -> str:
        return self.kind
