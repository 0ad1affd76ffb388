"""Words about dying in a sign-up, for as long as nobody of the staff has read them."""

from __future__ import annotations

from django.db import models

from ibasho.events.models.sign_ups import SignUp
from ibasho.lib.kept import kept


class Worry(models.Model):
    """The desk and the escalation list hear of it until it is put away."""

    sign_up = kept(
        models.OneToOneField(SignUp, on_delete=models.CASCADE, related_name="worry"),
        purpose="命が心配な言葉を、スタッフが すぐに読むためです。",
        until="スタッフが読むまで。とりけしたときは、そのとき。",
    )

    def __str__(self) -> str:
        return f"worry {self.pk}"
