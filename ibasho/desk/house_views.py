"""家のこと: what is set and what is stale, and the name plate."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from ibasho.desk import house_actions, house_queries
from ibasho.desk.doors import desk_page
from ibasho.desk.house_forms import PlateForm, plate_initial
from ibasho.desk.house_pages import CARERS, SAVED, STEWARD, edit, show
from ibasho.house.plate import plate_of
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts


@desk_page(*CARERS)
@require_safe
def index(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    is_steward = keeper.has(Role.STEWARD)
    reminders = [one for one in house_queries.reminders() if is_steward or not one.is_stewards]
    return show(request, keeper, "index", {"reminders": reminders})


@desk_page(*STEWARD)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    plate = plate_of(house_queries.plate_row())
    return edit(
        request,
        keeper,
        "profile",
        lambda data: PlateForm(data, initial=plate_initial(plate)),
        save=lambda form, seen: house_actions.hang_plate(keeper, form.plate(), seen=seen),
        seen=plate,
        to="/desk/house/profile/",
        said=SAVED,
    )
