"""What a colleague thinks, before a keeper acts on somebody."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ibasho.desk.doors import room_page
from ibasho.moderation import actions
from ibasho.people.answers import done
from ibasho.people.queries import KeeperFacts


@room_page
@require_POST
def ask(request: HttpRequest, keeper: KeeperFacts, slug: str, message_id: UUID) -> HttpResponse:
    actions.ask_colleague(keeper, slug, message_id)
    return _back(request, slug, message_id)


@room_page
@require_POST
def answer(request: HttpRequest, keeper: KeeperFacts, slug: str, message_id: UUID) -> HttpResponse:
    actions.answer_colleague(keeper, slug, message_id, answer=request.POST.get("answer", ""))
    return _back(request, slug, message_id)


@room_page
@require_POST
def end(request: HttpRequest, keeper: KeeperFacts, slug: str, message_id: UUID) -> HttpResponse:
    actions.end_question_to_colleagues(keeper, slug, message_id)
    return _back(request, slug, message_id)


def _back(request: HttpRequest, slug: str, message_id: UUID) -> HttpResponse:
    return done(request, {}, to=f"/desk/rooms/{slug}/messages/{message_id}/")
