"""ためしの言葉: lines like those hidden by mistake, for whoever cares for the screening."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from ibasho.desk.doors import desk_page
from ibasho.desk.queries import desk_now
from ibasho.desk.views.answers import fill_desk
from ibasho.moderation import actions
from ibasho.moderation.queries import candidates, candidates_as_text
from ibasho.people.answers import done
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts


@desk_page(Role.STEWARD)
@require_safe
def lines(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    now = desk_now()
    return fill_desk(request, keeper, "desk/lines.html", {"lines": candidates()}, now=now)


@desk_page(Role.STEWARD)
@require_safe
def file(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    answer = HttpResponse(candidates_as_text(), content_type="text/tab-separated-values; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="lines.tsv"'
    return answer


@desk_page(Role.STEWARD)
@require_POST
def removal(request: HttpRequest, keeper: KeeperFacts, line_id: int) -> HttpResponse:
    actions.remove_candidate(keeper, line_id)
    return done(request, {}, to="/desk/reviews/lines/")
