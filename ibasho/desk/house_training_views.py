"""研修と誓約: what whoever keeps this house has learnt, and what they promise."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from ibasho.desk import volunteer_actions
from ibasho.desk.doors import desk_page
from ibasho.desk.house_pages import CARERS, SAVED, STEWARD, edit
from ibasho.desk.volunteer_forms import PledgeForm, UnitForm
from ibasho.duty.queries.pledge import pledge_now, training_units
from ibasho.people.answers import SeeOther
from ibasho.people.queries import KeeperFacts

_TRAINING = "/desk/house/training/"


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def training(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return edit(
        request,
        keeper,
        "training",
        UnitForm,
        save=lambda form, seen: volunteer_actions.add_unit(keeper, **form.cleaned_data),
        context={"units": training_units()},
        to=_TRAINING,
        said=SAVED,
    )


@desk_page(*CARERS)
@require_POST
def removal(request: HttpRequest, keeper: KeeperFacts, unit_id: int) -> HttpResponse:
    volunteer_actions.retire_unit(keeper, unit_id)
    return SeeOther(_TRAINING, SAVED)


@desk_page(*CARERS)
@require_POST
def removal_lift(request: HttpRequest, keeper: KeeperFacts, unit_id: int) -> HttpResponse:
    volunteer_actions.bring_back_unit(keeper, unit_id)
    return SeeOther(_TRAINING, SAVED)


@desk_page(*STEWARD)
@require_http_methods(["GET", "HEAD", "POST"])
def pledge(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    words = pledge_now()
    return edit(
        request,
        keeper,
        "pledge",
        lambda data: PledgeForm(data, initial={"text": words.text}),
        save=lambda form, seen: volunteer_actions.write_pledge(keeper, form.cleaned_data["text"], seen=seen),
        seen=words,
        context={"words": words},
        to="/desk/house/pledge/",
        said=SAVED,
    )
