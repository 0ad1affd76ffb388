"""来た方のしるし: who was at a meeting, ticked by its coordinator or by who facilitates it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ibasho.desk import meetings_actions as acts
from ibasho.desk.doors import desk_page
from ibasho.desk.forms import row_from, uuid_from
from ibasho.desk.queries.meetings import meeting_to_tick
from ibasho.desk.views.meetings import tap
from ibasho.lib.errors import Refusal
from ibasho.people.queries import KeeperFacts


@desk_page()
@require_POST
def tick(request: HttpRequest, keeper: KeeperFacts, meeting_id: int) -> HttpResponse:
    meeting_to_tick(keeper, meeting_id)
    sign_up_id, people = _id(request, "sign_up"), row_from(request.POST, "people")
    return tap(
        request,
        keeper,
        meeting_id,
        lambda: acts.tick_visit(keeper, meeting_id, sign_up_id, people=people),
        f"sign-up-{sign_up_id}",
    )


@desk_page()
@require_POST
def unannounced(request: HttpRequest, keeper: KeeperFacts, meeting_id: int) -> HttpResponse:
    meeting_to_tick(keeper, meeting_id)
    visit_id, standpoint = _id(request, "id"), request.POST.get("standpoint", "")
    is_first = bool(request.POST.get("is_first"))
    return tap(
        request,
        keeper,
        meeting_id,
        lambda: acts.tick_unannounced(keeper, meeting_id, visit_id, standpoint=standpoint, is_first=is_first),
        "unannounced",
    )


@desk_page()
@require_POST
def untick(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, visit_id: UUID) -> HttpResponse:
    meeting_to_tick(keeper, meeting_id)
    return tap(request, keeper, meeting_id, lambda: acts.untick_visit(keeper, meeting_id, visit_id), "people")


def _id(request: HttpRequest, name: str) -> UUID:
    found = uuid_from(request.POST, name)
    if found is None:
        raise Refusal("malformed")
    return found
