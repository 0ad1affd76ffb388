"""会のあとのカードに答える: once from a sign-up, and tied to it by nothing."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F

from ibasho.events.models import AfterCard, SignUp
from ibasho.events.queries.cards import may_answer_card
from ibasho.lib import clock
from ibasho.lib.errors import Refusal

_OVER = "この答えは、もう受けつけていません。何も書かなくて、大丈夫です。"


def answer_card(sign_up_id: UUID, answer: str) -> None:
    """One more said so in that month. A second answer changes nothing: nobody knows any more which was the first.

    Refuses `malformed` for another answer, and `asked` where nothing is asked.
    """
    if answer not in AfterCard.Answer.values:
        raise Refusal("malformed")
    with transaction.atomic():
        row = SignUp.objects.select_for_update(of=("self",)).select_related("event").get(pk=sign_up_id)
        if row.has_answered_card:
            return
        if not may_answer_card(row):
            raise Refusal("asked", _OVER)
        SignUp.objects.filter(pk=row.pk).update(has_answered_card=True)
        month = clock.tokyo(row.event.starts).date().replace(day=1)
        numbers, _ = AfterCard.objects.get_or_create(month=month, answer=answer)
        AfterCard.objects.filter(pk=numbers.pk).update(number=F("number") + 1)
