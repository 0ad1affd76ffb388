"""How a page of the desk is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ibasho.desk.queries import DeskNow, alerts_for, desk_now
from ibasho.desk.queries.alert import besides
from ibasho.desk.queries.care import has_seen_enough
from ibasho.lib import once
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
    now: DeskNow | None = None,
) -> HttpResponse:
    """A page that extends desk/base.html; after a refused form with its sentence as `say`, and its status.

    `page`: where to ask for it again, if that is not where it was asked for. `now`: what the context was
    made of or after; needed where a panel shows what the version stands for.
    """
    now = now or desk_now()
    alerts = alerts_for(keeper, now)
    shown = _shown(page or request.path, context)
    around = {
        "desk_version": now.version,
        "desk_page": page if request.method == "POST" else once.page_again(request),
        "keeper": keeper,
        "duty": now.duty_of(keeper.keeper_id),
        "claims": {claim.ref: claim for claim in now.claims},
        "has_seen_enough": has_seen_enough(keeper, now),
        "alerts": alerts,
        "alerts_elsewhere": [alert for alert in alerts if alert.page not in shown],
        "besides": besides(alerts, shown),
        "say": refusal.text if refusal else "",
    }
    return render(request, template, around | dict(context), status=refusal.status if refusal else 200)


def _shown(page: str, context: Mapping[str, Any]) -> set[str]:
    """What this page tells of by itself."""
    worry, dangers = context.get("worry"), context.get("incidents", ())
    cases = [*dangers, worry] if worry else dangers
    return {page.partition("?")[0], *(f"/desk/incidents/{case.id}/" for case in cases)}
