"""What meetings ask: sheets of questions, and the consent in six parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.desk import meetings_actions as acts
from ibasho.desk.consent_owners import KINDS, Whose, whose_from
from ibasho.desk.doors import desk_page
from ibasho.desk.forms import number_from
from ibasho.desk.house_pages import CARERS, SAVED, edit, show, step_from
from ibasho.desk.meetings_forms import (
    NEW_QUESTION,
    ConsentForm,
    QuestionForm,
    SheetForm,
    consent_initial,
)
from ibasho.events.actions.consents import consent_facts, newest_consent, parts_of
from ibasho.events.actions.sheets import MOST_QUESTIONS, facts_of_question, is_answered
from ibasho.events.models import ConsentText, Question, QuestionSheet
from ibasho.events.queries.events import consent_now
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.answers import SeeOther
from ibasho.people.queries import KeeperFacts

SHEETS = "/desk/meetings/sheets/"
CONSENT = "/desk/meetings/consent/"


@desk_page(*CARERS)
@require_safe
def sheets(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    rows = list(QuestionSheet.objects.prefetch_related("questions"))
    context = {
        "sheets": [row for row in rows if row.retired_on is None],
        "retired": [row for row in rows if row.retired_on is not None],
    }
    return show(request, keeper, "meetings/sheets", context)


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_sheet(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    def save(form: SheetForm, seen: str) -> QuestionSheet:
        return acts.add_sheet(keeper, form.cleaned_data["title"])

    def page_of(sheet: QuestionSheet) -> str:
        return _sheet_page(sheet.pk)

    return edit(request, keeper, "meetings/sheet_new", SheetForm, save=save, to=page_of)


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, keeper: KeeperFacts, sheet_id: int) -> HttpResponse:
    row = _sheet(sheet_id)
    return edit(
        request,
        keeper,
        "meetings/sheet",
        lambda data: SheetForm(data, initial={"title": row.title}),
        save=lambda form, seen: acts.name_sheet(keeper, sheet_id, form.cleaned_data["title"]),
        context=_about(row),
        to=_sheet_page(sheet_id),
        said=SAVED,
    )


@desk_page(*CARERS)
@require_POST
def copy(request: HttpRequest, keeper: KeeperFacts, sheet_id: int) -> HttpResponse:
    return SeeOther(_sheet_page(acts.copy_sheet(keeper, sheet_id).pk))


@desk_page(*CARERS)
@require_POST
def retire(request: HttpRequest, keeper: KeeperFacts, sheet_id: int) -> HttpResponse:
    acts.retire_sheet(keeper, sheet_id)
    return SeeOther(_sheet_page(sheet_id))


@desk_page(*CARERS)
@require_POST
def retire_lift(request: HttpRequest, keeper: KeeperFacts, sheet_id: int) -> HttpResponse:
    acts.bring_back_sheet(keeper, sheet_id)
    return SeeOther(_sheet_page(sheet_id))


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_question(request: HttpRequest, keeper: KeeperFacts, sheet_id: int) -> HttpResponse:
    row = _sheet(sheet_id)
    return edit(
        request,
        keeper,
        "meetings/question",
        lambda data: QuestionForm(data, initial=NEW_QUESTION),
        save=lambda form, seen: acts.add_question(keeper, sheet_id, form.facts()),
        context={"sheet": row, "action": f"{_sheet_page(sheet_id)}questions/new/"},
        to=_sheet_page(sheet_id),
    )


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, keeper: KeeperFacts, sheet_id: int, question_id: int) -> HttpResponse:
    row = _question(sheet_id, question_id)
    facts = facts_of_question(row)
    return edit(
        request,
        keeper,
        "meetings/question",
        lambda data: QuestionForm(data, initial={name: getattr(facts, name) for name in facts.__slots__}),
        save=lambda form, seen: acts.change_question(keeper, sheet_id, question_id, form.facts(), seen=seen),
        seen=facts,
        context={
            "sheet": row.sheet,
            "question": row,
            "is_answered": is_answered(row.sheet),
            "action": f"{_sheet_page(sheet_id)}questions/{question_id}/",
        },
        to=_sheet_page(sheet_id),
    )


@desk_page(*CARERS)
@require_POST
def question_place(
    request: HttpRequest, keeper: KeeperFacts, sheet_id: int, question_id: int
) -> HttpResponse:
    step = step_from(request)
    return _tap(request, keeper, sheet_id, lambda: acts.move_question(keeper, sheet_id, question_id, by=step))


@desk_page(*CARERS)
@require_POST
def question_removal(
    request: HttpRequest, keeper: KeeperFacts, sheet_id: int, question_id: int
) -> HttpResponse:
    return _tap(request, keeper, sheet_id, lambda: acts.remove_question(keeper, sheet_id, question_id))


@desk_page(*CARERS)
@require_safe
def consent(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return _consent_page(request, keeper, whose_from(request.GET))


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_consent(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    whose = whose_from(request.POST if request.method == "POST" else request.GET)
    newest = newest_consent(whose.owner)
    model = newest or whose.present or newest_consent()

    def save(form: ConsentForm, seen: str) -> None:
        day = form.cleaned_data["day"]
        acts.write_consent(keeper, form.parts(), effective_on=day, seen=seen, owner=whose.owner)

    return edit(
        request,
        keeper,
        "meetings/consent_new",
        lambda data: ConsentForm(data, initial=_consent_initial(model)),
        save=save,
        seen=consent_facts(newest),
        context={"whose": whose},
        to=f"{CONSENT}?{whose.query}",
        said=SAVED,
    )


@desk_page(*CARERS)
@require_POST
def consent_withdrawal(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return _tap_consent(request, keeper, acts.withdraw_consent)


@desk_page(*CARERS)
@require_POST
def consent_retirement(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return _tap_consent(request, keeper, acts.retire_consent)


@desk_page(*CARERS)
@require_POST
def consent_retirement_lift(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return _tap_consent(request, keeper, acts.bring_back_consent)


def _tap_consent(
    request: HttpRequest, keeper: KeeperFacts, act: Callable[[KeeperFacts, int], object]
) -> HttpResponse:
    number, whose = number_from(request.POST, "number"), whose_from(request.POST)
    try:
        act(keeper, number)
    except Refusal as refusal:
        if wants_json(request):
            raise
        return _consent_page(request, keeper, whose, refusal)
    return SeeOther(f"{CONSENT}?{whose.query}")


def _consent_page(
    request: HttpRequest, keeper: KeeperFacts, whose: Whose, refusal: Refusal | None = None
) -> HttpResponse:
    today = clock.today()
    present, newest = whose.present, newest_consent(whose.owner)
    context = {
        "whose": whose,
        "kinds": [(value, label, consent_now(today, value)) for value, label in KINDS.items()],
        "present": present,
        "lender": whose.lender(present) if present is not None else "",
        "coming": newest if newest is not None and newest.effective_on > today else None,
        "versions": ConsentText.objects.filter(**whose.owner.columns).order_by("-number"),
        "refused": refusal.text if refusal else "",
    }
    return show(request, keeper, "meetings/consent", context, refusal.status if refusal else 200)


def _consent_initial(newest: ConsentText | None) -> dict[str, Any]:
    if newest is None:
        return {"day": clock.day_text(clock.today())}
    day = max(newest.effective_on, clock.today())
    return consent_initial(parts_of(newest)) | {"day": day.isoformat()}


def _tap(request: HttpRequest, keeper: KeeperFacts, sheet_id: int, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        row = _sheet(sheet_id)
        context = {"form": SheetForm(initial={"title": row.title}), "say": refusal.text}
        return show(request, keeper, "meetings/sheet", _about(row) | context, refusal.status)
    return SeeOther(_sheet_page(sheet_id))


def _about(row: QuestionSheet) -> dict[str, Any]:
    questions = list(row.questions.all())
    return {
        "sheet": row,
        "sheet_text": str(row.pk),
        "questions": questions,
        "is_answered": is_answered(row),
        "is_full": len(questions) >= MOST_QUESTIONS,
    }


def _sheet(sheet_id: int) -> QuestionSheet:
    row = QuestionSheet.objects.filter(pk=sheet_id).first()
    if row is None:
        raise Refusal("not_found")
    return row


def _question(sheet_id: int, question_id: int) -> Question:
    row = Question.objects.select_related("sheet").filter(pk=question_id, sheet=sheet_id).first()
    if row is None:
        raise Refusal("not_found")
    return row


def _sheet_page(sheet_id: int) -> str:
    return f"{SHEETS}{sheet_id}/"
