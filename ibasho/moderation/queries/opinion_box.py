"""意見箱: for the coordinator, for everybody, and for whoever has the code."""

from __future__ import annotations

from django.db.models import QuerySet

from ibasho.moderation.models import OpinionPost
from ibasho.moderation.receipts import Answer

_WAITS = "意見を受けとりました。調整役が読みます。読むまでに、何日かかかることがあります。"
_READ = "調整役が読みました。返事は のせませんが、これからの場所づくりに使います。ありがとうございました。"
_ANSWERED = "返事をのせました。「この場所への意見」のページで、だれでも読めます。"
_JUST_YOU = "返事です。この番号を持っている方だけが読めます。"
_TAKEN_BACK = "とりさげました。書いたことも、のせた返事も、消えました。"
_MAY_TAKE_BACK = "いつでも、とりさげられます。書いたことも、のせた返事も、すぐに消えます。"


def opinions_waiting() -> QuerySet[OpinionPost]:
    """Those about dying first, then the oldest."""
    return OpinionPost.objects.filter(decided_on__isnull=True).order_by("-about_dying", "written_on", "pk")


def opinions_about_dying() -> QuerySet[OpinionPost]:
    """Those of them that nobody has read."""
    return opinions_waiting().filter(about_dying=True)


def opinions_decided() -> QuerySet[OpinionPost]:
    """Answered or put away, the newest first; what was taken back is gone."""
    return OpinionPost.objects.filter(decided_on__isnull=False, is_taken_back=False).order_by(
        "-decided_on", "-pk"
    )


def opinions_shown() -> QuerySet[OpinionPost]:
    """What everybody reads, the newest first."""
    return opinions_decided().filter(is_shown=True)


def opinion_facts(post: OpinionPost) -> list[object]:
    """What a page of it has shown."""
    return [post.question, post.answer, post.is_shown, post.decided_on is not None]


def opinion_answer(code_hash: str) -> Answer | None:
    """What became of it, for whoever has its code."""
    post = OpinionPost.objects.filter(code_hash=code_hash).first()
    if post is None:
        return None
    state, text = _told(post)
    words = "" if post.is_taken_back else _MAY_TAKE_BACK
    return Answer("opinion", state, text, title="この場所への意見", take_back_words=words)


def _told(post: OpinionPost) -> tuple[str, str]:
    if post.is_taken_back:
        return "taken_back", _TAKEN_BACK
    if post.decided_on is None:
        return "waiting", _WAITS
    if not post.answer:
        return "read", _READ
    return "answered", f"{_ANSWERED if post.is_shown else _JUST_YOU}\n{post.answer}"
