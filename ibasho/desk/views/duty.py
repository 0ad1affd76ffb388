"""The keeper's own duty: taking it, going out for a moment, staying longer, ending it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ibasho.desk import forms
from ibasho.desk.doors import desk_page
from ibasho.desk.views.handover import handover_page
from ibasho.desk.views.home import home_page
from ibasho.duty import actions as duties
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.answers import done
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms
from ibasho.rooms.queries import DUTY_ROLES

LONGER_MINUTES = 30
STATE = "/desk/#state"


@desk_page(*DUTY_ROLES)
@require_POST
def take(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    try:
        until = forms.moment_from(request.POST, "until")
        rooms.take_duty(keeper, slugs=request.POST.getlist("slugs"), until=until)
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        return home_page(request, keeper, refusal)
    return done(request, {}, to=STATE)


@desk_page(*DUTY_ROLES)
@require_POST
def end(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    try:
        rooms.leave_duty(keeper)
    except Refusal as refusal:
        if wants_json(request):
            raise
        return handover_page(request, keeper, is_ending=True, refusal=refusal)
    return done(request, {}, to="/desk/", said="end")


@desk_page(*DUTY_ROLES)
@require_POST
def extend(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    duties.extend(keeper, minutes=LONGER_MINUTES)
    return done(request, {}, to="/desk/")


@desk_page(*DUTY_ROLES)
@require_POST
def step_out(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    rooms.step_out(keeper)
    return done(request, {}, to=STATE)


@desk_page(*DUTY_ROLES)
@require_POST
def step_in(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    rooms.step_in(keeper)
    return done(request, {}, to=STATE)
