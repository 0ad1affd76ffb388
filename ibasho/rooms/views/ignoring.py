"""この人の書き込みを見ない, and the way back: a form like any other, and the same for a script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ibasho.people.answers import done
from ibasho.people.requests import visitor_from
from ibasho.rooms import actions, queries
from ibasho.rooms.shapes import Line


@require_POST
def ignore(request: HttpRequest, slug: str) -> HttpResponse:
    line = queries.line_facts(visitor_from(request), slug)
    actions.ignore(line, seat_id=request.POST.get("seat", ""))
    return _done(request, line)


@require_POST
def stop_ignoring(request: HttpRequest, slug: str) -> HttpResponse:
    line = queries.line_facts(visitor_from(request), slug)
    actions.stop_ignoring(line, seat_id=request.POST.get("seat", ""))
    return _done(request, line)


def _done(request: HttpRequest, line: Line) -> HttpResponse:
    seats = [one.seat for one in queries.ignored_by(line.seat_id)]
    return done(request, {"ignoring": seats}, to=f"/rooms/{line.slug}/#latest")
