"""An answer to ひとことメモ: written by one keeper on duty, read and handed over by another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods, require_POST

from ibasho.desk import actions
from ibasho.desk.doors import desk_page, is_opened
from ibasho.desk.house_pages import CARERS, edit, show
from ibasho.desk.note_answer_form import NoteAnswerForm
from ibasho.house.actions import SIGNED
from ibasho.house.models import NoteAnswer
from ibasho.house.queries import answer_facts, kept_note
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.lib.stamps import stamp_of
from ibasho.moderation.actions import look_at_life_words
from ibasho.people.answers import done
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.queries import DUTY_ROLES


@desk_page(*DUTY_ROLES, *CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, keeper: KeeperFacts, note_id: int) -> HttpResponse:
    context = _context(keeper, note_id)
    if request.method == "POST" or not _may_look_back(keeper, context["written"]):
        actions.must_be_on_duty(keeper)
    if is_opened(request):
        look_at_life_words(keeper, "note", [note_id])
    return edit(
        request,
        keeper,
        "notes/answer",
        lambda data: _form(context["written"], data),
        save=lambda form, seen: actions.answer_note(keeper, note_id, **form.cleaned_data, seen=seen),
        seen=answer_facts(note_id),
        context=context,
        to=_path(note_id),
    )


@desk_page(*DUTY_ROLES)
@require_POST
def send(request: HttpRequest, keeper: KeeperFacts, note_id: int) -> HttpResponse:
    seen = request.POST.get("seen", "")
    return _do(request, keeper, note_id, lambda: actions.send_note_answer(keeper, note_id, seen=seen))


@desk_page(*DUTY_ROLES)
@require_POST
def remove(request: HttpRequest, keeper: KeeperFacts, note_id: int) -> HttpResponse:
    return _do(request, keeper, note_id, lambda: actions.remove_note_answer(keeper, note_id))


def _do(request: HttpRequest, keeper: KeeperFacts, note_id: int, act: Callable[[], None]) -> HttpResponse:
    """The same page afterwards; after a refusal with its sentence and what is written now."""
    try:
        act()
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        context = _context(keeper, note_id)
        form = {"form": _form(context["written"]), "seen": stamp_of(answer_facts(note_id))}
        return show(
            request, keeper, "notes/answer", context | form | {"refused": refusal.text}, refusal.status
        )
    return done(request, {}, to=_path(note_id))


def _may_look_back(keeper: KeeperFacts, written: NoteAnswer | None) -> bool:
    """What was handed over stays, so that whoever answers for the house can look at it."""
    return written is not None and written.sent_on is not None and keeper.has(*CARERS)


def _context(keeper: KeeperFacts, note_id: int) -> dict[str, Any]:
    note = kept_note(note_id)
    written = getattr(note, "answer", None)
    if written is None and not hasattr(note, "wish"):
        raise Refusal("not_found")
    return {
        "desk_page": "/desk/notes/",  # what reaches the desk is asked for where every keeper may look
        "note": note,
        "written": written,
        "is_own": written is not None and written.author_id == keeper.keeper_id,
        "may_take_back": written is not None and written.may_be_taken_back_by(keeper.keeper_id),
        "can_arrive": hasattr(note, "wish"),
        "signed": SIGNED,
    }


def _form(written: NoteAnswer | None, data: QueryDict | None = None) -> NoteAnswerForm:
    return NoteAnswerForm(data, initial={"text": written.text if written else ""})


def _path(note_id: int) -> str:
    return f"/desk/notes/{note_id}/answer/"
