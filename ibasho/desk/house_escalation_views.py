"""緊急の連絡先: whom the house reaches when nobody looks at a danger to a life."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.desk.doors import desk_page
from ibasho.desk.house_contact_form import ContactForm, contact_initial
from ibasho.desk.house_pages import CARERS, SAVED, edit, show, step_from
from ibasho.moderation import actions
from ibasho.moderation.gateway import has_gateway
from ibasho.moderation.queries import contact_facts, contacts_listed
from ibasho.people.answers import SeeOther
from ibasho.people.queries import KeeperFacts

_LIST = "/desk/house/escalation/"


@desk_page(*CARERS)
@require_safe
def contacts(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    context = {"contacts": contacts_listed(), "has_gateway": has_gateway()}
    return show(request, keeper, "escalation", context)


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_contact(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return edit(
        request,
        keeper,
        "escalation_contact",
        ContactForm,
        save=lambda form, seen: actions.add_contact(keeper, form.facts()),
        context={"action": f"{_LIST}new/"},
        to=_LIST,
        said=SAVED,
    )


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, keeper: KeeperFacts, contact_id: int) -> HttpResponse:
    facts = contact_facts(contact_id)
    return edit(
        request,
        keeper,
        "escalation_contact",
        lambda data: ContactForm(data, initial=contact_initial(facts)),
        save=lambda form, seen: actions.change_contact(keeper, contact_id, form.facts(), seen=seen),
        seen=facts,
        context={"action": f"{_LIST}{contact_id}/", "facts": facts},
        to=_LIST,
        said=SAVED,
    )


@desk_page(*CARERS)
@require_POST
def place(request: HttpRequest, keeper: KeeperFacts, contact_id: int) -> HttpResponse:
    actions.move_contact(keeper, contact_id, by=step_from(request))
    return SeeOther(f"{_LIST}#contact-{contact_id}")


@desk_page(*CARERS)
@require_POST
def removal(request: HttpRequest, keeper: KeeperFacts, contact_id: int) -> HttpResponse:
    actions.remove_contact(keeper, contact_id)
    return SeeOther(_LIST, SAVED)
