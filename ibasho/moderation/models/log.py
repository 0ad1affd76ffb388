"""The log of what keepers did: rows that chain, and what of them can be erased."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from ibasho.lib.kept import kept
from ibasho.moderation.models.acts import ERASED

_LOG = "ずっと。参加した方のことは、書いていません。"
_DETAIL = "参加した方のことは、30日。スタッフのことは、ずっと。" + ERASED


class LogHead(models.Model):
    """One row: the end of the chain. Whoever appends locks it first."""

    about_no_person = "スタッフの記録の さいごの番号です。"

    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.number)


class LogEntry(models.Model):
    """What a keeper did, never changed: each row holds the hash of the row before."""

    number = kept(models.BigIntegerField(primary_key=True), purpose="記録の ならび順です。", until=_LOG)
    at = kept(models.DateTimeField(), purpose="スタッフが いつ したかです。", until=_LOG)
    actor = kept(
        models.BigIntegerField(null=True), purpose="どのスタッフが したかを、番号で 残します。", until=_LOG
    )
    verb = kept(models.CharField(max_length=40), purpose="スタッフが 何を したかです。", until=_LOG)
    room = kept(models.CharField(max_length=40, blank=True), purpose="どの部屋の ことかです。", until=_LOG)
    rule = kept(models.CharField(max_length=40, blank=True), purpose="理由にした 約束です。", until=_LOG)
    detail_hash = kept(
        models.CharField(max_length=64),
        purpose="くわしいことが 書きかえられていないと、たしかめるためです。",
        until=_LOG,
    )
    prev = kept(models.CharField(max_length=64), purpose="前の記録と つなぐためです。", until=_LOG)
    hash = kept(
        models.CharField(max_length=64),
        purpose="記録が 書きかえられていないと、たしかめるためです。",
        until=_LOG,
    )

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["actor", "-number"], name="log_of_a_keeper"),
            models.Index(fields=["room", "-number"], name="log_of_a_room"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"


class LogDetail(models.Model):
    """The erasable twin of an entry. Emptied, it says nothing, and the chain still holds."""

    entry = kept(
        models.OneToOneField(LogEntry, on_delete=models.PROTECT, primary_key=True, related_name="detail"),
        purpose="どの記録の くわしいことかです。",
        until=_LOG,
    )
    seat = kept(models.UUIDField(null=True, db_index=True), purpose="どの席の ことかです。", until=_DETAIL)
    salt = kept(
        models.CharField(max_length=64, blank=True),
        purpose="消したあとに、中身を あてられないようにするためです。",
        until=_DETAIL,
    )
    # The text itself, not a JSON column: an engine that sorts keys would change what was hashed.
    body = kept(models.TextField(blank=True), purpose="くわしいことです。", until=_DETAIL)

    def __str__(self) -> str:
        return f"{self.entry_id}"

    @property
    def facts(self) -> dict[str, Any]:
        """What it says; nothing once it was emptied."""
        found: dict[str, Any] = json.loads(self.body) if self.body else {}
        return found
