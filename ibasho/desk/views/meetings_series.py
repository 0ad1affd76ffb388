"""くりかえす集まり: which there are, one of them with its days, its plan, and a day left out."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.desk import series_actions as acts
from ibasho.desk.doors import desk_page
from ibasho.desk.house_pages import CARERS, Mistyped, edit, show
from ibasho.desk.queries import series as queries
from ibasho.desk.series_form import NEW_SERIES, DayOffForm, SeriesForm, series_initial
from ibasho.events.flows import is_usual_flow
from ibasho.events.models import EventSeries
from ibasho.events.queries.events import consent_now
from ibasho.events.recurrence import rule_text
from ibasho.events.series_plans import plan_of_series
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.answers import done
from ibasho.people.models import Standpoint
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.plans import in_order

SERIES = "/desk/meetings/series/"


@desk_page(*CARERS)
@require_safe
def all_series(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return show(request, keeper, "meetings/series_list", {"lines": queries.all_series()})


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    def save(form: SeriesForm, seen: str) -> EventSeries:
        over = form.cleaned_data["over_the_wall"]
        return acts.create_series(keeper, form.series_plan(), over_the_wall=over)

    return edit(
        request,
        keeper,
        "meetings/series_plan",
        lambda data: SeriesForm(data, initial=NEW_SERIES),
        save=save,
        context={"action": f"{SERIES}new/", "back": SERIES},
        to=lambda series: _page_of(series.pk),
    )


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, keeper: KeeperFacts, series_id: int) -> HttpResponse:
    series = queries.series_of(series_id)
    present = plan_of_series(series)

    def save(form: SeriesForm, seen: str) -> None:
        over = form.cleaned_data["over_the_wall"]
        acts.change_series(keeper, series_id, form.series_plan(), over_the_wall=over, seen=seen)

    return edit(
        request,
        keeper,
        "meetings/series_plan",
        lambda data: SeriesForm(data, initial=series_initial(present)),
        save=save,
        seen=present.facts,
        context={"series": series, "action": f"{_page_of(series_id)}plan/", "back": _page_of(series_id)},
        to=_page_of(series_id),
    )


@desk_page(*CARERS)
@require_safe
def one(request: HttpRequest, keeper: KeeperFacts, series_id: int) -> HttpResponse:
    return _page(request, keeper, series_id, DayOffForm())


@desk_page(*CARERS)
@require_POST
def publish(request: HttpRequest, keeper: KeeperFacts, series_id: int) -> HttpResponse:
    return _tap(request, series_id, lambda: acts.publish_series(keeper, series_id))


@desk_page(*CARERS)
@require_POST
def take_back(request: HttpRequest, keeper: KeeperFacts, series_id: int) -> HttpResponse:
    return _tap(request, series_id, lambda: acts.take_back_series(keeper, series_id))


@desk_page(*CARERS)
@require_POST
def day_off(request: HttpRequest, keeper: KeeperFacts, series_id: int) -> HttpResponse:
    queries.series_of(series_id)
    form = DayOffForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            acts.leave_out(keeper, series_id, form.cleaned_data["day"])
            return done(request, {}, to=_page_of(series_id))
        except Refusal as refusal:
            form.add_error("day", refusal.text)
            status = refusal.status
    if wants_json(request):
        raise Mistyped(form)
    return _page(request, keeper, series_id, form, status)


@desk_page(*CARERS)
@require_POST
def day_off_lift(request: HttpRequest, keeper: KeeperFacts, series_id: int) -> HttpResponse:
    form = DayOffForm(request.POST)
    if not form.is_valid():
        raise Refusal("malformed")
    return _tap(request, series_id, lambda: acts.put_back(keeper, series_id, form.cleaned_data["day"]))


def _tap(request: HttpRequest, series_id: int, act: Callable[[], object]) -> HttpResponse:
    queries.series_of(series_id)
    act()
    return done(request, {}, to=_page_of(series_id))


def _page(
    request: HttpRequest, keeper: KeeperFacts, series_id: int, form: DayOffForm, status: int = 200
) -> HttpResponse:
    series = queries.series_of(series_id)
    rule = plan_of_series(series).rule
    who = "・".join(Standpoint(one).label for one in in_order(series.standpoints))
    context = {
        "series": series,
        "rule": rule_text(rule),
        "who": who,
        "consent": consent_now(clock.today(), series.kind, series_id=series.pk),
        "is_usual_flow": is_usual_flow(series),
        "days": queries.days_ahead(series),
        "days_off": list(series.days_off.all()),
        "form": form,
        "page": _page_of(series_id),
    }
    return show(request, keeper, "meetings/series", context, status)


def _page_of(series_id: int) -> str:
    return f"{SERIES}{series_id}/"
