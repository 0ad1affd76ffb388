"""Keepers among themselves: somebody to talk to, and a break that is offered and may be declined."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ibasho.desk import forms
from ibasho.desk.doors import desk_page
from ibasho.moderation import actions
from ibasho.people.answers import done
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.queries import DUTY_ROLES


@desk_page(*DUTY_ROLES)
@require_POST
def ask(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    actions.ask_to_talk(keeper)
    return done(request, {}, to="/desk/")


@desk_page(*DUTY_ROLES)
@require_POST
def end(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    actions.end_talk(keeper)
    return done(request, {}, to="/desk/")


@desk_page(*DUTY_ROLES)
@require_POST
def answer(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    actions.answer_talk(keeper, forms.row_from(request.POST, "duty") or 0)
    return done(request, {}, to="/desk/")


@desk_page(*DUTY_ROLES)
@require_POST
def decline(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    actions.decline_break(keeper)
    return done(request, {}, to="/desk/")
