"""公開の数字: what everybody may see of what the house did."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ibasho.reports.queries.reading import sheets_for


@require_safe
def about_figures(request: HttpRequest) -> HttpResponse:
    shown = sheets_for(request.GET.get("period", ""), with_keepers=False)
    return render(request, "reports/about_figures.html", {"shown": shown})
