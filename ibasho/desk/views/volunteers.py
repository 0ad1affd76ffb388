"""手伝いたい人: the list, and one page on which each step is one tap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from ibasho.desk import volunteer_actions as acts
from ibasho.desk.doors import desk_page, is_opened
from ibasho.desk.forms import number_from
from ibasho.desk.house_forms import HouseForm
from ibasho.desk.views.answers import fill_desk
from ibasho.desk.volunteer_forms import DeclineForm, NoteForm, TalkForm, TrainingForm, decline_initial
from ibasho.duty.contacts import CARERS, contact_for
from ibasho.duty.models import Volunteer
from ibasho.duty.queries.volunteers import first_shifts_of, steps_of, volunteer, volunteers
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.moderation.actions import look_at_life_words
from ibasho.people.accounts.links import link_url
from ibasho.people.answers import done
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts
from ibasho.people.recently import ask_again, showed_recently

VOLUNTEERS = "/desk/volunteers/"


@desk_page(*CARERS)
@require_safe
def all_volunteers(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return fill_desk(request, keeper, "desk/volunteers.html", {"volunteers": volunteers()})


@desk_page(*CARERS)
@require_safe
def one(request: HttpRequest, keeper: KeeperFacts, volunteer_id: int) -> HttpResponse:
    if is_opened(request):
        look_at_life_words(keeper, "volunteer", [volunteer_id])
    return _page(request, keeper, volunteer_id)


@desk_page(*CARERS)
@require_POST
def talk(request: HttpRequest, keeper: KeeperFacts, volunteer_id: int) -> HttpResponse:
    form = TalkForm(request.POST)
    return _save(
        request, keeper, volunteer_id, form, lambda: acts.arrange_talk(keeper, volunteer_id, at=form.at())
    )


@desk_page(*CARERS)
@require_POST
def talk_lift(request: HttpRequest, keeper: KeeperFacts, volunteer_id: int) -> HttpResponse:
    return _tap(request, keeper, volunteer_id, lambda: acts.drop_talk(keeper, volunteer_id))


@desk_page(*CARERS)
@require_POST
def note(request: HttpRequest, keeper: KeeperFacts, volunteer_id: int) -> HttpResponse:
    form = NoteForm(request.POST)
    return _save(
        request,
        keeper,
        volunteer_id,
        form,
        lambda: acts.note_about(keeper, volunteer_id, text=form.cleaned_data["note"]),
    )


@desk_page(*CARERS)
@require_POST
def training(request: HttpRequest, keeper: KeeperFacts, volunteer_id: int) -> HttpResponse:
    form, unit_id = TrainingForm(request.POST), number_from(request.POST, "unit")
    return _save(
        request,
        keeper,
        volunteer_id,
        form,
        lambda: acts.record_training(
            keeper,
            volunteer_id,
            unit_id=unit_id,
            done_on=form.cleaned_data["done_on"],
            led_by=int(form.cleaned_data["led_by"]),
        ),
    )


@desk_page(*CARERS)
@require_POST
def training_lift(request: HttpRequest, keeper: KeeperFacts, volunteer_id: int) -> HttpResponse:
    unit_id = number_from(request.POST, "unit")
    return _tap(
        request, keeper, volunteer_id, lambda: acts.drop_training(keeper, volunteer_id, unit_id=unit_id)
    )


@desk_page(Role.STEWARD)
@require_POST
def link(request: HttpRequest, keeper: KeeperFacts, volunteer_id: int) -> HttpResponse:
    """Whoever finds a desk left open cannot make themselves a keeper."""
    if not showed_recently(request):
        return ask_again(f"{VOLUNTEERS}{volunteer_id}/")
    try:
        token = acts.make_link(keeper, volunteer_id)
    except Refusal as refusal:
        return _refused(request, keeper, volunteer_id, refusal)
    url = link_url(token, f"{request.scheme}://{request.get_host()}")
    context = {"row": volunteer(volunteer_id), "link": url}
    return fill_desk(request, keeper, "desk/volunteer_link.html", context, page=VOLUNTEERS)


@desk_page(*CARERS)
@require_POST
def first_shift(request: HttpRequest, keeper: KeeperFacts, volunteer_id: int) -> HttpResponse:
    return _tap(request, keeper, volunteer_id, lambda: acts.finish_first_shift(keeper, volunteer_id))


@desk_page(*CARERS)
@require_POST
def first_shift_lift(request: HttpRequest, keeper: KeeperFacts, volunteer_id: int) -> HttpResponse:
    return _tap(request, keeper, volunteer_id, lambda: acts.another_first_shift(keeper, volunteer_id))


@desk_page(*CARERS)
@require_POST
def decline(request: HttpRequest, keeper: KeeperFacts, volunteer_id: int) -> HttpResponse:
    form = DeclineForm(request.POST)
    return _save(
        request,
        keeper,
        volunteer_id,
        form,
        lambda: acts.decline(keeper, volunteer_id, letter=form.cleaned_data["letter"]),
    )


@desk_page(*CARERS)
@require_POST
def decline_lift(request: HttpRequest, keeper: KeeperFacts, volunteer_id: int) -> HttpResponse:
    return _tap(request, keeper, volunteer_id, lambda: acts.reopen(keeper, volunteer_id))


def _save(
    request: HttpRequest, keeper: KeeperFacts, volunteer_id: int, form: HouseForm, save: Callable[[], object]
) -> HttpResponse:
    volunteer(volunteer_id)
    if form.is_valid():
        return _tap(request, keeper, volunteer_id, save, form)
    refusal = Refusal("malformed", form.first_say())
    refusal.status = 422
    return _refused(request, keeper, volunteer_id, refusal, form)


def _tap(
    request: HttpRequest,
    keeper: KeeperFacts,
    volunteer_id: int,
    act: Callable[[], object],
    form: HouseForm | None = None,
) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        return _refused(request, keeper, volunteer_id, refusal, form)
    return done(request, {}, to=f"{VOLUNTEERS}{volunteer_id}/")


def _refused(
    request: HttpRequest,
    keeper: KeeperFacts,
    volunteer_id: int,
    refusal: Refusal,
    form: HouseForm | None = None,
) -> HttpResponse:
    if wants_json(request) or refusal.code == "not_found":
        raise refusal
    return _page(request, keeper, volunteer_id, refusal, form)


def _page(
    request: HttpRequest,
    keeper: KeeperFacts,
    volunteer_id: int,
    refusal: Refusal | None = None,
    form: HouseForm | None = None,
) -> HttpResponse:
    row = volunteer(volunteer_id)
    states = Volunteer.State
    forms: dict[str, HouseForm] = {
        "talk_form": TalkForm(initial=_talk_initial(row)),
        "note_form": NoteForm(initial={"note": row.note}),
        "training_form": TrainingForm(initial={"done_on": clock.day_text(clock.today())}),
        "decline_form": DeclineForm(initial=decline_initial()),
    }
    if form is not None:
        forms = {name: form if type(form) is type(fresh) else fresh for name, fresh in forms.items()}
    context: dict[str, Any] = {
        "row": row,
        "contact": contact_for(keeper, row),
        "steps": steps_of(row),
        "first_shifts": first_shifts_of(row),
        "is_open": row.state in Volunteer.OPEN,
        "is_before_account": row.state in Volunteer.OPEN and row.keeper_id is None,
        "may_talk": row.state in (states.APPLIED, states.TALK),
        "may_train": row.talk_at is not None and row.keeper_id is None and row.state in Volunteer.OPEN,
        "may_link": row.state == states.PLEDGE and row.keeper_id is None and keeper.has(Role.STEWARD),
        "unit_tried": request.POST.get("unit", ""),
    }
    page = f"{VOLUNTEERS}{volunteer_id}/"
    return fill_desk(request, keeper, "desk/volunteer.html", context | forms, refusal, page=page)


def _talk_initial(row: Volunteer) -> dict[str, str]:
    if row.talk_at is None:
        return {}
    return {"day": clock.day_text(row.talk_at), "time": clock.clock_text(row.talk_at)}
