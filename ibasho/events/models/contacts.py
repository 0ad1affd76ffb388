"""How somebody who signed up by telephone or at the counter, or is rung for a talk, is reached about this one meeting."""

from __future__ import annotations

from django.db import models

from ibasho.events.models.sign_ups import SignUp
from ibasho.lib.kept import kept

CONTACT_LETTERS = 40
_NEXT_DAY = "会のつぎの日。とりけしたときは、そのとき。"


class SignUpContact(models.Model):
    """Sealed with the house secret. Opened for the coordinator alone."""

    sign_up = kept(
        models.OneToOneField(SignUp, on_delete=models.CASCADE, related_name="contact"),
        purpose="どの申し込みの 連絡先かです。",
        until=_NEXT_DAY,
    )
    sealed = kept(
        models.TextField(),
        purpose="席があいたときや、面談の電話などで、スタッフから 知らせるためです。暗号にして、調整役だけが 読みます。",
        until=_NEXT_DAY,
    )
    ends_on = kept(models.DateField(db_index=True), purpose="この連絡先を 消す日です。", until=_NEXT_DAY)

    def __str__(self) -> str:
        return str(self.ends_on)
