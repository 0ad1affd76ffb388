"""The one door of every desk page: who may come in, and that coming in shows that somebody is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from ibasho.duty import actions as duty
from ibasho.lib.errors import Refusal
from ibasho.people.accounts.guard import step_missed
from ibasho.people.answers import SeeOther
from ibasho.people.queries import KeeperFacts
from ibasho.people.requests import keeper_from
from ibasho.rooms.queries import keeper_room

P = ParamSpec("P")
Behind = Callable[Concatenate[HttpRequest, KeeperFacts, P], HttpResponse]
Door = Callable[Concatenate[HttpRequest, P], HttpResponse]


def desk_page(*roles: str) -> Callable[[Behind[P]], Door[P]]:
    """Opens a view to keepers who have one of `roles`, or any role if none is named; else 404, but for
    a keeper who is half-way in and opens it by hand: that one is led to the step that is missed.

    The view is given the keeper after its request. Stands above `require_POST`, so that not even a wrong
    method is answered to anybody else. Whoever asks for a page, by hand or by the desk's
    own refreshing, is there. That, and looking at a case one opened, are the writes that follow a GET
    under /desk/; never one of a guest.
    """

    def door_to(view: Behind[P]) -> Door[P]:
        @wraps(view)
        def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                keeper = keeper_from(request, *roles)
            except Refusal:
                if step := step_missed(request):
                    return SeeOther(step)
                raise
            duty.note_there(keeper.keeper_id)
            return view(request, keeper, *args, **kwargs)

        return door

    return door_to


def is_opened(request: HttpRequest) -> bool:
    """Whether somebody opened this page, and not the page itself asked what changed."""
    return request.method == "GET" and "X-Again" not in request.headers


def room_page(view: Behind[P]) -> Door[P]:
    """Opens a view of one room to keepers whose open duty covers it; else 404, before anything is read."""

    @desk_page()
    @wraps(view)
    def door(request: HttpRequest, keeper: KeeperFacts, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        keeper_room(keeper, str(kwargs["slug"]))
        return view(request, keeper, *args, **kwargs)

    return door
