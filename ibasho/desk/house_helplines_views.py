"""相談窓口: where else one can turn, from where that is known, and when somebody looked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.desk import house_actions, house_queries
from ibasho.desk.doors import desk_page
from ibasho.desk.house_forms import HelplineForm, helpline_initial
from ibasho.desk.house_pages import CARERS, SAVED, edit, show, step_from
from ibasho.house.helplines import facts_of, is_stale
from ibasho.lib import clock
from ibasho.lib.stamps import Overtaken
from ibasho.people.answers import SeeOther
from ibasho.people.queries import KeeperFacts

_LINES = "/desk/house/helplines/"


@desk_page(*CARERS)
@require_safe
def helplines(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return show(request, keeper, "helplines", {"lines": house_queries.listed_helplines()})


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_helpline(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return edit(
        request,
        keeper,
        "helpline",
        lambda data: HelplineForm(data, is_new=True, initial={"way": "call"}),
        save=lambda form, seen: house_actions.add_helpline(keeper, form.facts()),
        context={"action": f"{_LINES}new/"},
        to=_LINES,
        said=SAVED,
    )


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def helpline(request: HttpRequest, keeper: KeeperFacts, helpline_id: int) -> HttpResponse:
    line = house_queries.helpline(helpline_id)
    facts = facts_of(line)

    def save(form: HelplineForm, seen: str) -> None:
        checked = form.cleaned_data["checked"]
        house_actions.change_helpline(keeper, helpline_id, form.facts(), checked=checked, seen=seen)

    return edit(
        request,
        keeper,
        "helpline",
        lambda data: HelplineForm(data, hours=facts.hours, initial=helpline_initial(facts)),
        save=save,
        seen=facts,
        context={
            "line": line,
            "is_stale": is_stale(line, clock.now()),
            "action": f"{_LINES}{line.pk}/",
            "asks": "sure" in request.GET,
        },
        to=_LINES,
        said=SAVED,
    )


@desk_page(*CARERS)
@require_POST
def check(request: HttpRequest, keeper: KeeperFacts, helpline_id: int) -> HttpResponse:
    try:
        house_actions.check_helpline(keeper, helpline_id, seen=request.POST.get("seen", ""))
    except Overtaken as refusal:
        context = {"lines": house_queries.listed_helplines(), "overtaken": True}
        return show(request, keeper, "helplines", context, refusal.status)
    return SeeOther(f"{_LINES}#line-{helpline_id}", SAVED)


@desk_page(*CARERS)
@require_POST
def place(request: HttpRequest, keeper: KeeperFacts, helpline_id: int) -> HttpResponse:
    house_actions.move_helpline(keeper, helpline_id, by=step_from(request))
    return SeeOther(f"{_LINES}#line-{helpline_id}")


@desk_page(*CARERS)
@require_POST
def removal(request: HttpRequest, keeper: KeeperFacts, helpline_id: int) -> HttpResponse:
    if request.POST.get("sure") != "on":
        return SeeOther(f"{_LINES}{helpline_id}/?sure=1#remove")
    house_actions.remove_helpline(keeper, helpline_id)
    return SeeOther(_LINES, SAVED)
