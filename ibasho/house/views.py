"""The pages outside the rooms: front door, promises, coming in, help, notes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from ibasho.house import actions, forms, queries, support_card
from ibasho.house.coming import coming
from ibasho.house.heeding import asked_context, heed
from ibasho.house.models import HouseRule, HouseRulesVersion
from ibasho.house.paper import on_paper
from ibasho.house.today import today
from ibasho.lib import clock, once, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.actions import look_of
from ibasho.people.answers import as_json, done, form_again
from ibasho.people.declarations import declarations
from ibasho.people.doors import safe_next
from ibasho.people.models import Kind, Person, Standpoint
from ibasho.people.queries import standpoint_on
from ibasho.people.requests import maybe_person, person_of, prefix_of, session_of, sign_in

_NO_WAY_BACK = (
    "いまは、返事をとどける「わたし」のページがありません。返事のしるしをはずすと、メモだけをわたせます。"
)
_FORM_OLD = "このページは、開いてから時間がたったようです。前のページにもどって、開きなおしてから、もう一度送ってください。"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    person = maybe_person(request)
    now = clock.now()
    standpoint = standpoint_on(person, clock.today()) if person else None
    return render(
        request,
        "house/home.html",
        {
            "now": now,
            "today": today(standpoint),
            "coming": coming(None if person is None or person.kind == Kind.KEEPER else standpoint),
            "helplines": queries.helplines_now(now),
        },
    )


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    version = queries.rules_in_force()
    if wants_json(request):
        return as_json(_rules_as_dict(version))
    return render(request, "house/rules.html", {"version": version})


@require_safe
def rules_paper(request: HttpRequest) -> HttpResponse:
    context = {"version": queries.rules_in_force()} | on_paper(request, "/rules/")
    return render(request, "house/rules_print.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            return _say_yes(request)
        except Refusal as refusal:
            return form_again(request, "house/enter.html", _enter_context(request), refusal)
    context = _enter_context(request)
    if wants_json(request):
        get_token(request)
        return as_json(_rules_as_dict(context["version"]) | {"must_acknowledge": context["must_acknowledge"]})
    return render(request, "house/enter.html", context)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    return render(request, "house/help.html", {"now": now, "helplines": queries.helplines_now(now)})


@require_safe
def about_data(request: HttpRequest) -> HttpResponse:
    return render(request, "house/about_data.html", {"tables": declarations()})


@require_safe
def about_first(request: HttpRequest) -> HttpResponse:
    return render(request, "house/about_first.html")


@require_safe
def about_families(request: HttpRequest) -> HttpResponse:
    return render(request, "house/about_families.html")


@require_safe
def about_younger(request: HttpRequest) -> HttpResponse:
    return render(request, "house/about_younger.html", {"helplines": queries.helplines_now()})


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and request.POST.get("close") == "card":
        support_card.put_away(session_of(request), request.path)
        return done(request, {"notices": []}, to=request.path)
    if request.method == "POST" and request.POST.get("wish") == "off":
        actions.wish_no_answer(person_of(request))
        return done(request, {}, to=request.path, said="no_wish")
    if request.method == "POST":
        try:
            return _give_note(request)
        except Refusal as refusal:
            text, answer = request.POST.get("text", ""), request.POST.get("answer", "")
            typed = {"text": text, "answer": answer}
            context = _note_context(request) | typed | asked_context(refusal, **typed)
            return form_again(request, "house/note.html", context, refusal)
    said = once.said(request)
    given = {"given": said in ("given", "given_alone"), "given_alone": said == "given_alone"}
    context = _note_context(request) | given | {"wishes_none": said == "no_wish"}
    if wants_json(request):
        get_token(request)
        return as_json(_note_as_dict(context))
    return render(request, "house/note.html", context)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if wants_json(request):
        return JsonResponse(
            Refusal("malformed", _FORM_OLD).as_dict(), status=403, json_dumps_params={"ensure_ascii": False}
        )
    return render(request, "house/form_old.html", {"say": _FORM_OLD}, status=403)


def _say_yes(request: HttpRequest) -> HttpResponse:
    person = maybe_person(request)
    yes = forms.read_yes(request.POST, asks_standpoint=person is None)
    if person is None:
        _take_turn(request)
        person = actions.enter(yes.standpoint, yes.version, look_of(session_of(request)))
        sign_in(request, person)
    else:
        actions.acknowledge(person, yes.version)
    onward = _onward(person, safe_next(request.POST.get("next"), ""))
    return done(request, {"next": onward}, to=onward)


def _take_turn(request: HttpRequest) -> None:
    try:
        rate_limit.take("enter", prefix_of(request))
    except Refusal as refusal:
        seconds = refusal.retry_after or 60
        again = clock.tokyo(clock.now() + timedelta(seconds=seconds + 59))
        text = (
            f"いま、同じ回線から入る人がかさなっています。{again.hour}時{again.minute}分ごろ、また入れます。"
        )
        raise Refusal(refusal.code, text, retry_after=seconds) from None


def _onward(person: Person, target: str) -> str:
    """`target`, unless it is a door on the front of the house that this standpoint does not open."""
    inside, outside = today(person.standpoint), today()
    doors = {line.url for line in inside.lines}
    if target in {line.url for line in outside.lines} - doors:
        return "/rooms/"
    return target or inside.only_door or "/rooms/"


def _enter_context(request: HttpRequest) -> dict[str, Any]:
    person, sent = maybe_person(request), request.POST if request.method == "POST" else request.GET
    return {
        "version": queries.rules_in_force(),
        "known": queries.acknowledged(person.pk) if person else None,
        "must_acknowledge": person is None or queries.must_acknowledge(person.pk),
        "difference": queries.difference_for(person.pk) if person else None,
        "standpoints": Standpoint.choices,
        "standpoint": request.POST.get("standpoint", ""),
        "next": safe_next(sent.get("next"), ""),
    }


def _rules_as_dict(version: HouseRulesVersion | None) -> dict[str, Any]:
    clauses: list[HouseRule] = list(version.clauses.all()) if version else []
    return {
        "rules_version": version.number if version else None,
        "hash": version.hash if version else None,
        "rules": [{"key": rule.key, "group": rule.group, "text": rule.text} for rule in clauses],
    }


def _give_note(request: HttpRequest) -> HttpResponse:
    session, person = session_of(request), maybe_person(request)
    words = actions.note_words(request.POST.get("text", ""))
    asker = _asker(request)
    if person is not None:
        rate_limit.take("note_person", person.pk)
    rate_limit.take("note_prefix", prefix_of(request))
    wisher = asker if asker is not None and actions.take_wish(asker) else None
    try:
        actions.leave_note(words, as_is=request.POST.get("as_is") == "on", wisher=wisher)
    except Refusal:  # who is asked first has given nothing yet
        if person is not None:
            rate_limit.give_back("note_person", person.pk)
        rate_limit.give_back("note_prefix", prefix_of(request))
        if wisher is not None:
            actions.give_wish_back(wisher)
        raise
    card = support_card.offer(session, request.path, heed(words))
    if card and session.away and not wants_json(request):
        return render(request, "house/note.html", _note_context(request) | {"given": True, "card": card})
    data = _note_as_dict(_note_context(request) | {"card": card})
    if asker is not None:
        data["answer"] = wisher is not None
    return done(request, data, to=request.path, said="given" if wisher == asker else "given_alone")


def _asker(request: HttpRequest) -> Person | None:
    """Who would like an answer. Refuses `malformed` where none could arrive, rather than let somebody wait for it."""
    if request.POST.get("answer") != "on":
        return None
    person = _guest(request)
    if person is None:
        raise Refusal("malformed", _NO_WAY_BACK)
    return person


def _guest(request: HttpRequest) -> Person | None:
    person = maybe_person(request)
    return None if person is None or person.kind == Kind.KEEPER else person


def _note_context(request: HttpRequest) -> dict[str, Any]:
    person = _guest(request)
    # The same answer for everybody: notes are read when staff come, whichever room they come for.
    return {
        "guest": person,
        "keep": session_of(request).keep,
        "wishes": queries.wishes_of(person.pk).count() if person else 0,
        "card": support_card.find(session_of(request), request.path),
        "today": today(),
    }


def _note_as_dict(context: dict[str, Any]) -> dict[str, Any]:
    card, opening = context["card"], context["today"].next_opening
    return {
        "next_opening": clock.rfc3339(opening) if opening else None,
        "notices": support_card.as_notices(card),
    }
