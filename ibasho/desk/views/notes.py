"""ひとことメモ as the keepers read them. Nobody knows who wrote one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from ibasho.desk import actions
from ibasho.desk.doors import desk_page, is_opened
from ibasho.desk.queries import desk_now
from ibasho.desk.queries.waiting import read_notes
from ibasho.desk.views.answers import fill_desk
from ibasho.moderation.actions import look_at_life_words
from ibasho.people.answers import done
from ibasho.people.doors import safe_next
from ibasho.people.queries import KeeperFacts


@desk_page()
@require_safe
def notes(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    now = desk_now()
    if is_opened(request):
        look_at_life_words(keeper, "note", [note.pk for note in now.notes])
    context = {"notes": now.notes, "read_notes": read_notes()}
    return fill_desk(request, keeper, "desk/notes.html", context, now=now)


@desk_page()
@require_POST
def read(request: HttpRequest, keeper: KeeperFacts, note_id: int) -> HttpResponse:
    actions.read_note(keeper, note_id)
    return done(request, {}, to=safe_next(request.POST.get("next"), "/desk/notes/"))


@desk_page()
@require_POST
def unread(request: HttpRequest, keeper: KeeperFacts, note_id: int) -> HttpResponse:
    actions.unread_note(keeper, note_id)
    return done(request, {}, to=safe_next(request.POST.get("next"), "/desk/notes/"))
