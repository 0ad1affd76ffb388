"""Telling the next keepers what happened and what was agreed."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from ibasho.duty.models import HANDOVER_GRAPHEMES, HandoverNote, HandoverRead, LateHandover
from ibasho.duty.queries import HANDOVER_MINUTES, duty_words_are_of
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.unicode_text import clean, is_empty, measure
from ibasho.live.publish import hurry_desk
from ibasho.people.models import Keeper
from ibasho.people.queries import KeeperFacts

_BYTES = 4 * HANDOVER_GRAPHEMES
_DOUBLE_TAP = timedelta(minutes=1)
_TOO_LATE = (
    f"申し送りは、当番の間と、終わってから{HANDOVER_MINUTES}分の間に書けます。"
    "伝えたいことがあるときは、いま当番の人に話してください。"
)


def write_handover(keeper: KeeperFacts, *, facts: str, plan: str) -> HandoverNote:
    """Leave a note of one's duty for whoever comes next; the same words within a minute are one note.

    It may be written, or have come as a late one, until 30 minutes after the end. Refuses `asked` later and without a duty, `malformed`,
    `too_long`, and `empty` if both parts are.
    """
    what, then = checked_words(facts, plan)
    with transaction.atomic():
        # the second of two taps at once waits here, and finds what the first has written
        Keeper.objects.select_for_update(no_key=True).filter(pk=keeper.keeper_id).first()
        words = {"author_id": keeper.keeper_id, "facts": what, "plan": then}
        now = clock.now()
        duty = duty_words_are_of(keeper.keeper_id, now)
        if duty is None:
            raise Refusal("asked", _TOO_LATE)
        just = HandoverNote.objects.filter(**words, written_at__gt=now - _DOUBLE_TAP, written_at__lte=now)
        note = just.first() or HandoverNote.objects.create(**words, duty=duty, written_at=now)
        LateHandover.objects.filter(keeper=keeper.keeper_id).delete()  # what waited here is written
        hurry_desk()
    return note


def read_handover(keeper: KeeperFacts, note_id: int) -> None:
    """Mark a note as read by this keeper, once. Refuses `not_found`."""
    with transaction.atomic():
        note = HandoverNote.objects.select_for_update().filter(pk=note_id).first()
        if note is None:
            raise Refusal("not_found")
        HandoverRead.objects.get_or_create(
            note=note, keeper_id=keeper.keeper_id, defaults={"read_on": clock.today()}
        )
        hurry_desk()


def checked_words(facts: str, plan: str) -> tuple[str, str]:
    """Both parts as they will be kept. Refuses `malformed`, `too_long`, and `empty` if both are."""
    what, then = _checked(facts, "事実"), _checked(plan, "方針")
    if not what and not then:
        raise Refusal("empty", "事実か方針の、どちらかを書いてください。")
    return what, then


def _checked(text: str, word: str) -> str:
    words = clean(text).strip()
    if is_empty(words):
        return ""
    measure(words, HANDOVER_GRAPHEMES, _BYTES, word)
    return words
