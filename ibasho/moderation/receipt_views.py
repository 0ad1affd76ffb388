"""ひかえ: what became of something, by its code, without an account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ibasho.lib import clock, code_tries, codes
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation import receipts
from ibasho.moderation.receipts import Answer
from ibasho.people.answers import as_json, form_again
from ibasho.people.requests import prefix_of

_TEMPLATE = "moderation/receipts.html"
_UNKNOWN = "その番号は、見つかりませんでした。ひかえた番号を、もう一度たしかめてください。"
_STAYS = "これは、ここからは、とりさげられません。"


@require_http_methods(["GET", "HEAD", "POST"])
def show_receipt(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        if wants_json(request):
            get_token(request)
            return as_json({})
        return render(request, _TEMPLATE)
    code = request.POST.get("code", "")
    try:
        with code_tries.counted("receipts", prefix_of(request)):
            answer = _look_up(code, is_taken_back=request.POST.get("take_back") == "on")
    except Refusal as refusal:
        return form_again(request, _TEMPLATE, {"code": code}, refusal)
    if wants_json(request):
        return as_json(_as_dict(answer))
    # not by a redirect: the code would stand in the address, and the address in the browser's history
    return render(request, _TEMPLATE, {"answer": answer, "code": code})


def _look_up(code: str, *, is_taken_back: bool) -> Answer:
    """Refuses `not_found`, and as the kind does that is to be taken back."""
    code_hash = codes.fingerprint(code)
    answer = receipts.answer_to(code_hash)
    if answer is None:
        raise Refusal("not_found", _UNKNOWN)
    if not is_taken_back:
        return answer
    if not receipts.take_back(answer.kind, code_hash):
        raise Refusal("malformed", _STAYS)
    return receipts.answer_to(code_hash) or answer


def _as_dict(answer: Answer) -> dict[str, Any]:
    until = answer.take_back_until
    return {
        "kind": answer.kind,
        "state": answer.state,
        "text": answer.text,
        "take_back_until": clock.rfc3339(until) if until else None,
    } | ({"take_back_on": answer.take_back_on.isoformat()} if answer.take_back_on else {})
