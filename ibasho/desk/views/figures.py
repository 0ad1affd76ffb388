"""数字: what a coordinator hands on, as a page, on paper and as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from ibasho.desk.doors import desk_page
from ibasho.desk.figures_forms import ReportForm
from ibasho.desk.house_pages import CARERS, edit
from ibasho.desk.views.answers import fill_desk
from ibasho.house.context import house
from ibasho.people.answers import SeeOther
from ibasho.people.queries import KeeperFacts
from ibasho.reports.actions import write_words
from ibasho.reports.files import csv_of
from ibasho.reports.queries.reading import sheets_for
from ibasho.reports.sheets import Sheets

FIGURES = "/desk/figures/"


@desk_page(*CARERS)
@require_safe
def figures(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return fill_desk(request, keeper, "desk/figures.html", {"shown": _shown(request)})


@desk_page(*CARERS)
@require_safe
def paper(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return fill_desk(request, keeper, "desk/figures_print.html", {"shown": _shown(request)})


@desk_page(*CARERS)
@require_safe
def file(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    sheet = _shown(request).sheet
    name = sheet.code if sheet is not None else "empty"
    answer = HttpResponse(csv_of(sheet, str(house(request)["house"])), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="figures-{name}.csv"'
    return answer


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    shown = _shown(request)
    if shown.sheet is None or shown.period is None:
        return SeeOther(FIGURES)
    sheet, period = shown.sheet, shown.period
    return edit(
        request,
        keeper,
        "report",
        lambda data: ReportForm(data, initial={"words": sheet.words}),
        save=lambda form, seen: write_words(keeper, period, form.cleaned_data["words"], seen=seen),
        seen=sheet.words,
        context={"sheet": sheet},
        to=f"{FIGURES}?period={sheet.code}",
    )


def _shown(request: HttpRequest) -> Sheets:
    return sheets_for(request.GET.get("period", ""), with_keepers=True)
