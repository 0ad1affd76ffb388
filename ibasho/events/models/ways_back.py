"""とりけしを、もとにもどす: for half an hour after やめておく the same page leads back."""

from __future__ import annotations

from django.db import models

from ibasho.events.models.asking import ConsentText
from ibasho.events.models.sign_ups import SignUp
from ibasho.lib.kept import kept

BACK_MINUTES = 30
_SOON = "とりけしてから30分。"


class WayBack(models.Model):
    """What one who withdrew was before, and nothing of what they had written: that is gone at once."""

    sign_up = kept(
        models.OneToOneField(SignUp, on_delete=models.CASCADE, related_name="way_back"),
        purpose="まちがえて とりけしたときに、もどれるようにするためです。",
        until=_SOON,
    )
    was = kept(
        models.CharField(max_length=12, choices=SignUp.State.choices),
        purpose="どこへ もどるかです。",
        until=_SOON,
    )
    seats = kept(
        models.PositiveSmallIntegerField(default=1), purpose="いくつの席に もどるかです。", until=_SOON
    )
    consent = kept(
        models.ForeignKey(ConsentText, on_delete=models.CASCADE, null=True, related_name="+"),
        purpose="読んだ同意の文を、もう一度 読まなくてよいようにするためです。",
        until=_SOON,
    )
    until = kept(models.DateTimeField(db_index=True), purpose="いつまで もどれるかです。", until=_SOON)

    def __str__(self) -> str:
        return str(self.until)
