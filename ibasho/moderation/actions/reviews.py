"""もう一度 見てほしい."""

from __future__ import annotations

from django.db import transaction

from ibasho.house.heeding import heed_or_ask
from ibasho.lib import clock, codes, unicode_text
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions import acting, letters
from ibasho.moderation.models import ReviewRequest
from ibasho.moderation.queries.acts import act_by

REVIEW_GRAPHEMES = 1000
REVIEW_BYTES = 4000
_UNKNOWN = "その番号は、見つかりませんでした。お知らせにある番号を、もう一度たしかめてください。"


def ask_review(code: str, words: str = "", *, as_is: bool = False) -> ReviewRequest:
    """Ask that another keeper looks again; the first asking counts, a second adds nothing.

    Refuses `not_found` for a code of no act, `malformed`, `too_long`, and `asked` unless `as_is`.
    """
    kept = review_words(words)
    act = act_by(codes.fingerprint(code))
    if act is None:
        raise Refusal("not_found", _UNKNOWN)
    found = heed_or_ask(kept, as_is=as_is)
    with transaction.atomic():
        request, is_new = ReviewRequest.objects.get_or_create(
            code_hash=act.code_hash,
            defaults={
                "asked_at": clock.now(),
                "words": kept,
                "about_dying": found.about_dying,
                "marks": found.marks_kept,
            },
        )
        if is_new:
            acting.end_question(act, letters.ASKED)
            hurry_desk()
    return request


def review_words(words: str) -> str:
    """The words as they will be kept; empty is fine. Refuses `malformed`, `too_long`."""
    kept = unicode_text.clean(words)
    if unicode_text.is_empty(kept):
        return ""
    unicode_text.measure(kept, REVIEW_GRAPHEMES, REVIEW_BYTES)
    return kept
