"""Meetings as files for calendars: one, all that everybody may see, and one's own under a secret address."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.http import parse_etags
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.events import actions
from ibasho.events.calendar_files import CONTENT_TYPE, Entry, calendar_file, etag_of
from ibasho.events.models import Feed
from ibasho.events.queries.feeds import NEUTRAL, entry_of, private_entries, public_entries
from ibasho.events.views.visitors import standpoint_of
from ibasho.house.queries import profile
from ibasho.lib import code_tries, links
from ibasho.lib.errors import Refusal
from ibasho.people.models import Kind, Person
from ibasho.people.requests import person_of, prefix_of

_TEMPLATE = "events/own_feed.html"


@require_safe
def public_feed(request: HttpRequest) -> HttpResponse:
    return _file(request, f"{profile().name}の予定", public_entries(), is_public=True)


@require_safe
def meeting_file(request: HttpRequest, event_id: int) -> HttpResponse:
    """Neutral, unless its name is asked for."""
    is_named = request.GET.get("show") == "name"
    entry = entry_of(event_id, standpoint_of(request), is_named=is_named)
    return _file(request, f"{profile().name}の予定" if is_named else NEUTRAL, [entry])


@require_http_methods(["GET", "HEAD", "POST"])
def own_feed(request: HttpRequest) -> HttpResponse:
    """The address stands in the answer itself: behind a redirect it would stand in the browser's history."""
    person = _guest(request)
    secret = actions.give_feed(person) if request.method == "POST" else ""
    return render(request, _TEMPLATE, feed_context(secret, Feed.objects.filter(person=person).first()))


@require_POST
def own_feed_stopped(request: HttpRequest) -> HttpResponse:
    actions.stop_feed(_guest(request))
    return redirect("/me/calendar/")


def feed_context(secret: str, feed: Feed | None) -> dict[str, object]:
    return {"feed_address": f"{links.origin()}/feeds/{secret}.ics" if secret else "", "feed": feed}


def _guest(request: HttpRequest) -> Person:
    person = person_of(request)
    if person.kind == Kind.KEEPER:
        raise Refusal("not_found")
    return person


@require_safe
def private_feed(request: HttpRequest, secret: str) -> HttpResponse:
    with code_tries.counted("feeds", prefix_of(request)):
        entries = private_entries(secret)
    return _file(request, NEUTRAL, entries)


def _file(
    request: HttpRequest, name: str, entries: Sequence[Entry], *, is_public: bool = False
) -> HttpResponse:
    file = calendar_file(name, entries, is_public=is_public)
    etag = etag_of(file)
    known = [known.removeprefix("W/") for known in parse_etags(request.headers.get("If-None-Match", ""))]
    response = HttpResponseNotModified() if etag in known else HttpResponse(file, content_type=CONTENT_TYPE)
    response["ETag"] = etag
    return response
