"""意見箱: opinions of anybody, and what the coordinator answers before everybody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from ibasho.house.heeding import heed, heed_or_ask
from ibasho.lib import clock, codes
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.lib.stamps import must_have_seen
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.actions.quiet_box import quiet_words
from ibasho.moderation.models import OPINION_DAYS, SHOWN_DAYS, UNDECIDED_DAYS, OpinionPost
from ibasho.moderation.queries import opinion_facts
from ibasho.people import erased
from ibasho.people.queries import KeeperFacts

_NUMBER = "電話番号や住所のように見えるところがあります。のせる前に、とってください。"
_NO_QUESTION = "のせるときは、みじかく書きなおした意見を書いてください。"
_SAME = "もとの言葉と同じです。だれのことかわからないように、書きなおしてください。"


def leave_opinion(text: str, *, request_id: UUID, as_is: bool = False) -> tuple[OpinionPost, str]:
    """The opinion, tied to nobody, and the code that leads back; the same form again gets the same code.

    Refuses as `quiet_words`, `id_reused` for other words, and `asked` unless `as_is`.
    """
    words = quiet_words(text)
    found = heed_or_ask(words, as_is=as_is)
    code = codes.code_from(f"opinion {request_id}")
    with transaction.atomic():
        fields = {"text": words, "about_dying": found.about_dying, "marks": found.marks_kept}
        post, is_new = OpinionPost.objects.get_or_create(
            code_hash=codes.fingerprint(code), defaults=fields | {"written_on": clock.today()}
        )
        if not is_new and post.text != words:
            raise Refusal("id_reused")
        if is_new:
            hurry_desk()
    return post, code


def answer_opinion(
    keeper: KeeperFacts, opinion_id: int, *, question: str, answer: str, is_shown: bool, seen: str
) -> OpinionPost:
    """What the house says to it: to whoever has the code, and where `is_shown` to everybody, beside `question`.

    The question is the coordinator's own wording. Refuses `not_found`, also for what was taken back, and by the field
    `question` `empty`, `malformed` for the very words of the writer, and `asked` where a number stands in it.
    Raises `Overtaken` if a colleague answered in between.
    """
    with transaction.atomic():
        post = _locked(opinion_id)
        must_have_seen(seen, opinion_facts(post))
        if is_shown:
            _must_be_reworded(post, question)
        if not post.answer:  # kept from its first day: changing a word of it does not prolong it
            post.decided_on = clock.today()
        post.question, post.answer, post.is_shown = question, answer, is_shown
        post.save(update_fields=["question", "answer", "is_shown", "decided_on"])
        append_log(keeper.keeper_id, "answer_opinion", detail={"opinion": opinion_id, "shown": str(is_shown)})
        hurry_desk()
    return post


def put_opinion_away(keeper: KeeperFacts, opinion_id: int) -> None:
    """読みました, without an answer. A second tap changes nothing. Refuses `not_found`."""
    _mark(keeper, "read_opinion", opinion_id, clock.today())


def bring_opinion_back(keeper: KeeperFacts, opinion_id: int) -> None:
    """It waits again. A second tap changes nothing. Refuses `not_found`, also for what was answered."""
    _mark(keeper, "unread_opinion", opinion_id, None)


def take_back_opinion(code_hash: str) -> None:
    """The words go at once, and what was shown of them. Refuses `not_found`."""
    with transaction.atomic():
        post = OpinionPost.objects.select_for_update().filter(code_hash=code_hash).first()
        if post is None:
            raise Refusal("not_found")
        _empty(post)
        erased.note("opinion", code_hash)


def take_opinions_back_again(opinion_ids: Collection[int]) -> None:
    """After a restore."""
    for post in OpinionPost.objects.filter(pk__in=opinion_ids):
        _empty(post)


def forget_opinion_posts() -> None:
    """Words thirty days after they were decided about, ninety without; what was shown after a year. Safe to run twice."""
    today = clock.today()
    decided, waiting = today - timedelta(days=OPINION_DAYS), today - timedelta(days=UNDECIDED_DAYS)
    is_over = (
        Q(is_shown=False, decided_on__lt=decided)
        | Q(decided_on__isnull=True, written_on__lt=waiting)
        | Q(decided_on__lt=today - timedelta(days=SHOWN_DAYS))
    )
    with transaction.atomic():
        OpinionPost.objects.filter(is_over).delete()
        shown = OpinionPost.objects.filter(is_shown=True, decided_on__lt=decided)
        shown.exclude(text="").update(text="", marks="", about_dying=False)


def _empty(post: OpinionPost) -> None:
    post.text = post.question = post.answer = post.marks = ""
    post.about_dying, post.is_shown, post.is_taken_back = False, False, True
    post.decided_on = clock.today()
    post.save()
    hurry_desk()


def _must_be_reworded(post: OpinionPost, question: str) -> None:
    if not question:
        raise RefusedField("empty", _NO_QUESTION, "question")
    if question.strip() == post.text.strip():
        raise RefusedField("malformed", _SAME, "question")
    if heed(question).spots:
        raise RefusedField("asked", _NUMBER, "question")


def _mark(keeper: KeeperFacts, verb: str, opinion_id: int, decided_on: date | None) -> None:
    with transaction.atomic():
        post = _locked(opinion_id)
        if post.answer:
            raise Refusal("not_found")
        if (post.decided_on is None) != (decided_on is None):
            OpinionPost.objects.filter(pk=post.pk).update(decided_on=decided_on)
            append_log(keeper.keeper_id, verb, detail={"opinion": opinion_id})
            hurry_desk()


def _locked(opinion_id: int) -> OpinionPost:
    post = OpinionPost.objects.select_for_update().filter(pk=opinion_id, is_taken_back=False).first()
    if post is None:
        raise Refusal("not_found")
    return post
