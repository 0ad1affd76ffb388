"""わたし: the screen, the standpoint, the phrase, letters, and everything that is held."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.lib import clock, once, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people import actions, forms, my_record, own_lists
from ibasho.people.answers import SeeOther, as_json, done, form_again
from ibasho.people.doors import came_from, safe_next
from ibasho.people.models import Kind, Person, SendDelay, Standpoint, TextSize
from ibasho.people.requests import is_inside, person_of, prefix_of, session_of

_DONE = {
    "look": "見え方を変えました。",
    "standpoint": "立場のことを受けとりました。",
    "no-phrase": "合言葉をやめました。",
}


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if wants_json(request):
        return as_json(_settings_of(request, person) | _record_of(person))
    return render(request, "people/me.html", _me_context(request, person))


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if request.method == "POST":
        try:
            what = _save(request, person)
        except Refusal as refusal:
            return form_again(request, "people/settings.html", _look_context(request, person), refusal)
        target = safe_next(request.POST.get("next"), "/me/")
        return done(request, _settings_of(request, person), to=target, said=what)
    return render(request, "people/settings.html", _look_context(request, person))


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """見え方 before coming in, and while away. Who is in has it among the settings."""
    session = session_of(request)
    if is_inside(request):
        return SeeOther("/me/settings/")
    if request.method != "POST":
        return render(request, "people/look.html", _look_here(request))
    try:
        rate_limit.take("look", prefix_of(request))
        actions.keep_look(session, **forms.wishes(request.POST))
    except Refusal as refusal:
        return form_again(request, "people/look.html", _look_here(request), refusal)
    return done(request, actions.look_of(session), to=safe_next(request.POST.get("next"), "/about/look/"))


@require_http_methods(["GET", "HEAD", "POST"])
def phrase(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if person.kind == Kind.KEEPER:
        raise Refusal("not_found")
    if request.method != "POST":
        return render(request, "people/phrase.html", {"person": person})
    if forms.is_ticked(request.POST, "forget"):
        actions.forget_phrase(person)
        return done(request, {"has_phrase": False}, to="/me/", said="no-phrase")
    try:
        rate_limit.take("phrase", str(person.pk))
    except Refusal as refusal:
        return form_again(request, "people/phrase.html", {"person": person}, refusal)
    new = actions.give_phrase(person)
    if wants_json(request):
        return as_json({"phrase": new})
    return render(request, "people/phrase.html", {"person": person, "phrase": new})


@require_POST
def notice_seen(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    my_record.notice_seen(person_of(request), session_of(request).hash or "", notice_id)
    return done(request, {"id": str(notice_id)}, to=safe_next(request.POST.get("next"), "/me/"))


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    response = as_json({"made_on": str(clock.today())} | _record_of(person_of(request)), indent=2)
    # A name that says nothing to whoever looks into the folder of downloads.
    response["Content-Disposition"] = 'attachment; filename="memo.json"'
    return response


def _save(request: HttpRequest, person: Person) -> str:
    if forms.is_about_standpoint_only(request.POST):
        actions.choose_standpoint(person, standpoint=request.POST["standpoint"])
        return "standpoint"
    actions.save_settings(person, **forms.wishes(request.POST))
    actions.keep_device(session_of(request), keep=forms.is_ticked(request.POST, "keep"))
    if request.POST.get("standpoint"):
        actions.choose_standpoint(person, standpoint=request.POST["standpoint"])
    return "look"


def _settings_of(request: HttpRequest, person: Person) -> dict[str, Any]:
    """What is set now, in the words of the form's fields."""
    wishes = {name: getattr(person, name) for name in actions.SETTINGS}
    return wishes | {
        "keep": session_of(request).keep,
        "standpoint": person.standpoint,
        "next_standpoint": person.next_standpoint or None,
        "next_standpoint_on": str(person.next_standpoint_on) if person.next_standpoint_on else None,
        "has_phrase": person.has_phrase,
    }


def _record_of(person: Person) -> dict[str, Any]:
    """All that is held. A support card is not among it: it is never stored with a person."""
    sections = [
        {
            "title": section.title,
            "until": section.until,
            "rows": [{"what": what, "words": words} for what, words in section.everything],
        }
        for section in my_record.sections_of(person)
    ]
    return {"notices": my_record.notices_for(person), "record": sections}


def _me_context(request: HttpRequest, person: Person) -> dict[str, Any]:
    return _look_context(request, person) | {
        "person": person,
        "standpoints": Standpoint.choices,
        "notices": my_record.notices_for(person),
        "own_lists": own_lists.lists_of(person),
        "record": my_record.sections_of(person),
        "next_standpoint": Standpoint(person.next_standpoint).label if person.next_standpoint else "",
    }


def _look_here(request: HttpRequest) -> dict[str, Any]:
    """The form, and the page one comes from: its address stands in no other."""
    wishes = {name: getattr(Person(**actions.look_of(session_of(request))), name) for name in actions.LOOK}
    if request.method == "POST":
        wishes |= forms.wishes(request.POST)
    return {
        "look": wishes | {"text_size": str(wishes["text_size"])},
        "text_sizes": _sizes(),
        "next": safe_next(request.POST.get("next") or came_from(request), "/"),
    }


def _sizes() -> list[tuple[str, str]]:
    return [(str(value), label) for value, label in TextSize.choices]


def _look_context(request: HttpRequest, person: Person) -> dict[str, Any]:
    """The form as it was just filled in, or else as it stands."""
    look = _settings_of(request, person)
    if request.method == "POST":
        look |= forms.wishes(request.POST) | {"keep": forms.is_ticked(request.POST, "keep")}
    look |= {name: str(look[name]) for name in ("text_size", "send_delay")}
    return {
        "look": look,
        "text_sizes": _sizes(),
        "send_delays": [(str(value), label) for value, label in SendDelay.choices],
        "done": _DONE.get(once.said(request), ""),
    }
