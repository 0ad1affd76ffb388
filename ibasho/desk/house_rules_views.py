"""約束: the version in force, the draft of the next one, and the day from which it counts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.desk import house_actions
from ibasho.desk.doors import desk_page
from ibasho.desk.house_forms import ClauseForm, PublicationForm
from ibasho.desk.house_pages import SAVED, STEWARD, edit, show, step_from
from ibasho.house import clauses as clause_lists
from ibasho.house import queries
from ibasho.house.clauses import Clause, clauses_of
from ibasho.house.models import HouseRulesVersion
from ibasho.lib.errors import Refusal
from ibasho.lib.stamps import Overtaken, stamp_of
from ibasho.people.answers import SeeOther
from ibasho.people.queries import KeeperFacts

_RULES = "/desk/house/rules/"
_DRAFT = "/desk/house/rules/draft/"


@desk_page(*STEWARD)
@require_safe
def rules(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    present, coming = queries.rules_in_force(), queries.next_rules()
    context = {"version": present, "coming": coming, "difference": _difference(present, coming)}
    return show(request, keeper, "rules", context)


@desk_page(*STEWARD)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    if request.method == "POST":
        house_actions.draft_rules(keeper)
        return SeeOther(_DRAFT)
    version = _draft()
    return SeeOther(_RULES) if version is None else _show_draft(request, keeper, version)


@desk_page(*STEWARD)
@require_POST
def discard(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return _step(request, keeper, lambda seen: house_actions.discard_draft(keeper, seen=seen), to=_RULES)


@desk_page(*STEWARD)
@require_http_methods(["GET", "HEAD", "POST"])
def new_clause(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return _clause_page(request, keeper, Clause(clause_lists.new_key(), "", ""), is_new=True)


@desk_page(*STEWARD)
@require_http_methods(["GET", "HEAD", "POST"])
def clause(request: HttpRequest, keeper: KeeperFacts, key: str) -> HttpResponse:
    version = _draft()
    found = [one for one in clauses_of(version) if one.key == key] if version else []
    if not found:
        raise Refusal("not_found")
    return _clause_page(request, keeper, found[0])


@desk_page(*STEWARD)
@require_POST
def clause_place(request: HttpRequest, keeper: KeeperFacts, key: str) -> HttpResponse:
    step = step_from(request)
    return _revise(request, keeper, lambda rows: clause_lists.moved(rows, key, step))


@desk_page(*STEWARD)
@require_POST
def clause_removal(request: HttpRequest, keeper: KeeperFacts, key: str) -> HttpResponse:
    return _revise(request, keeper, lambda rows: clause_lists.without(rows, key))


@desk_page(*STEWARD)
@require_POST
def group_place(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    step, group = step_from(request), request.POST.get("group", "")
    return _revise(request, keeper, lambda rows: clause_lists.group_moved(rows, group, step))


@desk_page(*STEWARD)
@require_POST
def publication(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    version = _draft()
    if version is None:
        return SeeOther(_RULES)

    def save(form: PublicationForm, seen: str) -> None:
        house_actions.publish_rules(keeper, effective_from=form.effective_from(), seen=seen)

    return edit(
        request,
        keeper,
        "rules_draft",
        PublicationForm,
        save=save,
        seen=house_actions.draft_facts(version),
        context=_draft_context(version),
        to=_RULES,
        said=SAVED,
    )


@desk_page(*STEWARD)
@require_POST
def withdrawal(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    number = request.POST.get("number", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Refusal("malformed")
    return _step(request, keeper, lambda _: house_actions.withdraw_rules(keeper, int(number)), to=_DRAFT)


def _clause_page(
    request: HttpRequest, keeper: KeeperFacts, old: Clause, *, is_new: bool = False
) -> HttpResponse:
    version = _draft()
    if version is None:
        return SeeOther(_RULES)

    def save(form: ClauseForm, seen: str) -> None:
        new = form.clause(old.key)
        house_actions.revise_rules(keeper, lambda rows: clause_lists.put(rows, new), seen=seen)

    context: dict[str, Any] = {
        "clause": old,
        "is_new": is_new,
        "groups": list(dict.fromkeys(one.group for one in clauses_of(version))),
        "look": None,
        "action": f"{_DRAFT}clauses/{'new' if is_new else old.key}/",
    }
    initial = {} if is_new else {"group": old.group, "text": old.text}
    if request.method == "POST" and "look" in request.POST:
        form = ClauseForm(request.POST, initial=initial)
        context |= {"form": form, "seen": request.POST.get("seen", "")}
        is_good = form.is_valid()
        looked = {"look": form.cleaned_data["text"]} if is_good else {}
        return show(request, keeper, "rules_clause", context | looked, 200 if is_good else 422)
    return edit(
        request,
        keeper,
        "rules_clause",
        lambda data: ClauseForm(data, initial=initial),
        save=save,
        seen=house_actions.draft_facts(version),
        context=context,
        to=_DRAFT,
    )


def _revise(
    request: HttpRequest, keeper: KeeperFacts, change: Callable[[list[Clause]], list[Clause]]
) -> HttpResponse:
    return _step(
        request, keeper, lambda seen: house_actions.revise_rules(keeper, change, seen=seen), to=_DRAFT
    )


def _step(
    request: HttpRequest, keeper: KeeperFacts, act: Callable[[str], object], *, to: str
) -> HttpResponse:
    """One tap on the draft; if somebody else was quicker, the draft as it now is, with a word about that."""
    try:
        act(request.POST.get("seen", ""))
    except Overtaken as refusal:
        version = _draft()
        if version is None:
            return SeeOther(_RULES)
        return _show_draft(request, keeper, version, status=refusal.status)
    return SeeOther(to)


def _show_draft(
    request: HttpRequest, keeper: KeeperFacts, version: HouseRulesVersion, status: int = 200
) -> HttpResponse:
    context = _draft_context(version) | {
        "form": PublicationForm(initial={"when": "now"}),
        "seen": stamp_of(house_actions.draft_facts(version)),
        "overtaken": status != 200,
    }
    return show(request, keeper, "rules_draft", context, status)


def _draft_context(version: HouseRulesVersion) -> dict[str, Any]:
    groups = groupby(clauses_of(version), key=lambda one: one.group)
    present = queries.rules_in_force()
    return {
        "version": version,
        "present": present,
        "groups": [(name, list(rows)) for name, rows in groups],
        "difference": _difference(present, version),
    }


def _difference(
    present: HouseRulesVersion | None, coming: HouseRulesVersion | None
) -> queries.Difference | None:
    return queries.difference(present, coming) if coming is not None else None


def _draft() -> HouseRulesVersion | None:
    version = queries.next_rules()
    return version if version is not None and version.effective_from is None else None
