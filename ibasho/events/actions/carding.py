"""会のあとのカードに答える: once from a sign-up, and tied to it by nothing."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from ibasho.events.card_pot import POT, Batch, mark_of, month_of
from ibasho.events.counting_days import DAYS_AFTER_A_MONTH
from ibasho.events.models import FEWEST_CARDS, AfterCard, CardMark, SignUp
from ibasho.events.queries.cards import has_answered_card, may_answer_card
from ibasho.lib import clock
from ibasho.lib.errors import Refusal

_OVER = "この答えは、もう受けつけていません。何も書かなくて、大丈夫です。"
_TRIES = 2


def answer_card(sign_up_id: UUID, answer: str) -> None:
    """One more said so in that month. A second answer changes nothing: nobody knows any more which was the first.

    Written down with four others, or never. Refuses `malformed` for another answer, and `asked` where nothing is asked.
    """
    if answer not in AfterCard.Answer.values:
        raise Refusal("malformed")
    row = SignUp.objects.select_related("event").get(pk=sign_up_id)
    if has_answered_card(row):
        return
    if not may_answer_card(row):
        raise Refusal("asked", _OVER)
    month = month_of(row)
    _write_down(month, POT.put(month, mark_of(row), answer))


def forget_cards() -> None:
    """Once the numbers of a month are taken nobody can answer any more, and no mark is needed."""
    last = (clock.today() - timedelta(days=DAYS_AFTER_A_MONTH)).replace(day=1) - timedelta(days=1)
    POT.forget(last)
    over = CardMark.objects.filter(month__lte=last)
    if over.exists():
        with transaction.atomic():
            over.delete()


def _write_down(month: date, batch: Batch) -> None:
    """All in one breath; what could not be written waits for the next."""
    rest = batch
    try:
        for _ in range(_TRIES):
            # another process may write some of these marks in this moment: then they are known
            with suppress(IntegrityError):
                rest = _counted(month, batch)
                break
    finally:
        POT.put_back(month, rest)


@transaction.atomic
def _counted(month: date, batch: Batch) -> Batch:
    """Returns what waits on. Who has answered in another process as well is counted there."""
    known = set(CardMark.objects.filter(mark__in=batch).values_list("mark", flat=True))
    new = {mark: batch[mark] for mark in sorted(batch) if mark not in known}
    if len(new) < FEWEST_CARDS:
        return new
    CardMark.objects.bulk_create(CardMark(mark=mark, month=month) for mark in new)
    for answer, more in sorted(Counter(new.values()).items()):
        numbers, _ = AfterCard.objects.get_or_create(month=month, answer=answer)
        AfterCard.objects.filter(pk=numbers.pk).update(number=F("number") + more)
    return {}
