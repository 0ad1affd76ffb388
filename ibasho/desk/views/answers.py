"""How a page of the desk is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ibasho.desk.queries import alerts_for, desk_version
from ibasho.duty.queries import duty_of
from ibasho.lib.errors import Refusal
from ibasho.people.queries import KeeperFacts


def fill_desk(
    request: HttpRequest,
    keeper: KeeperFacts,
    template: str,
    context: Mapping[str, Any],
    refusal: Refusal | None = None,
    *,
    page: str = "",
) -> HttpResponse:
    """A page that extends desk/base.html; after a refused form with its sentence as `say`, and its status.

    `page`: where to ask for it again, if that is not where it was asked for.
    """
    # the version is read before what it stands for: a change in between is asked for once more
    around = {
        "desk_version": desk_version(),
        "desk_page": page if request.method == "POST" else "",
        "keeper": keeper,
        "duty": duty_of(keeper.keeper_id),
        "alerts": alerts_for(keeper),
        "say": refusal.text if refusal else "",
    }
    return render(request, template, around | dict(context), status=refusal.status if refusal else 200)
