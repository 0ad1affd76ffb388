"""What came of a second look, in the words in which it is told: by letter, and to whoever has the code."""

from __future__ import annotations

from collections.abc import Iterator

from ibasho.house.models import Helpline
from ibasho.house.queries import helplines_now
from ibasho.lib import clock
from ibasho.moderation.models import ReviewRequest
from ibasho.moderation.queries.reasons import reason_texts
from ibasho.moderation.receipts import Answer

KIND = "review"
OVERTURNED = "もう一度別のスタッフが見ました。前の判断をとりけしました。いやな思いをさせて、ごめんなさい。"
USABLE = "いまから使えます。"
_UPHELD = "もう一度別のスタッフが見ました。今回は前の判断のままにします。"
_THANKS = "話してくださってありがとうございました。"
_HELPLINES = 3


def review_answer(code_hash: str) -> Answer | None:
    """What can be said about the review of the act with this code; None where nobody asked for one."""
    request = ReviewRequest.objects.filter(code_hash=code_hash).first() if code_hash else None
    if request is None:
        return None
    lines = list(_lines(request))
    return Answer(KIND, request.outcome or "waiting", "\n".join(lines))


def upheld(rule_words: str, reply: str) -> list[str]:
    """Why it stays, thanks, and where else to turn."""
    return [_UPHELD, f"理由：{rule_words}", *from_staff(reply), _THANKS, other_places()]


def from_staff(words: str) -> list[str]:
    return [f"スタッフから：{words}"] if words else []


def other_places() -> str:
    """A few helplines whose hours are sure, those of now first; and where all of them are."""
    found = helplines_now()
    lines = [_place(line) for line in (*found.open_now, *found.later)[:_HELPLINES]]
    return "ほかの窓口：" + "、".join([*lines, "「困ったとき」のページ"])


def _lines(request: ReviewRequest) -> Iterator[str]:
    if request.outcome == ReviewRequest.Outcome.OVERTURNED:
        yield OVERTURNED
        yield from from_staff(request.reply)
        yield USABLE
    elif request.outcome == ReviewRequest.Outcome.UPHELD:
        yield from upheld(reason_texts([request.rule_key])[request.rule_key], request.reply)
    elif request.due_at > clock.now():
        yield f"見直しを待っています。{clock.day_text(request.due_at)}までに、声をかけた人とは別のスタッフが見ます。"
    else:
        yield "お待たせしています。見直しは、まだ終わっていません。スタッフの机では、いちばん先に出ています。"


def _place(line: Helpline) -> str:
    return f"{line.name}（{'、'.join(filter(None, (line.number or line.url, line.hours_text)))}）"
