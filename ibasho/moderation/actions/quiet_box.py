"""言いにくいことポスト: words to the coordinator alone."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from ibasho.house.heeding import heed_or_ask
from ibasho.lib import clock, unicode_text
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.models import QuietPost
from ibasho.people.queries import KeeperFacts

QUIET_BOX_GRAPHEMES = 1000
QUIET_BOX_BYTES = 4000


def leave_quiet_post(text: str, *, as_is: bool = False) -> QuietPost:
    """Words to the coordinator, tied to nobody. Refuses as `quiet_words` does, and `asked` unless `as_is`."""
    words = quiet_words(text)
    found = heed_or_ask(words, as_is=as_is)
    with transaction.atomic():
        post = QuietPost.objects.create(
            text=words,
            written_on=clock.today(),
            about_dying=found.about_dying,
            marks=found.marks_kept,
        )
        hurry_desk()
    return post


def quiet_words(text: str) -> str:
    """The words as they will be kept. Refuses `malformed`, `empty`, `too_long`."""
    words = unicode_text.clean(text)
    unicode_text.measure(words, QUIET_BOX_GRAPHEMES, QUIET_BOX_BYTES)
    return words


def read_quiet_post(keeper: KeeperFacts, post_id: int) -> None:
    """Put it away as read; who did it stands in the log. A second tap changes nothing. Refuses `not_found`."""
    _mark(keeper, "read_quiet_post", post_id, clock.today())


def unread_quiet_post(keeper: KeeperFacts, post_id: int) -> None:
    """Let it wait again. A second tap changes nothing. Refuses `not_found`."""
    _mark(keeper, "unread_quiet_post", post_id, None)


def _mark(keeper: KeeperFacts, verb: str, post_id: int, read_on: date | None) -> None:
    with transaction.atomic():
        post = QuietPost.objects.filter(pk=post_id)
        if not post.exists():
            raise Refusal("not_found")
        if post.filter(read_on__isnull=read_on is not None).update(read_on=read_on):
            append_log(keeper.keeper_id, verb, detail={"post": post_id})
            hurry_desk()
