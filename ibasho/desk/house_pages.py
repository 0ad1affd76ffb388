"""How the house's pages answer: shown, refused with everything one wrote, or done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, QueryDict

from ibasho.desk.house_forms import HouseForm
from ibasho.desk.views.answers import fill_desk
from ibasho.lib import once
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.lib.stamps import Overtaken, stamp_of
from ibasho.people.answers import done
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts

STEWARD = (Role.STEWARD,)
CARERS = (Role.STEWARD, Role.COORDINATOR)
INDEX = "/desk/house/"
SAVED = "saved"
_UP_AND_DOWN = {"up": -1, "down": 1}

FormT = TypeVar("FormT", bound=HouseForm)
SavedT = TypeVar("SavedT")


class Mistyped(Refusal):
    """A field that cannot be kept as it is, for who asked in JSON. 422, as the page says it."""

    def __init__(self, form: HouseForm) -> None:
        super().__init__("malformed", form.first_say())
        self.status = 422


def show(
    request: HttpRequest, keeper: KeeperFacts, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page under 家のこと, or under the folder its name begins with. `saved`: the form before was kept."""
    # what reaches the desk meanwhile is asked for at the index: not every page here can be asked for again
    ours = {"desk_page": INDEX, "is_steward": keeper.has(Role.STEWARD), "saved": once.said(request) == SAVED}
    path = template if "/" in template else f"house/{template}"
    page = fill_desk(request, keeper, f"desk/{path}.html", ours | context)
    page.status_code = status
    return page


def edit(
    request: HttpRequest,
    keeper: KeeperFacts,
    template: str,
    make: Callable[[QueryDict | None], FormT],
    *,
    save: Callable[[FormT, str], SavedT],
    to: str | Callable[[SavedT], str],
    said: str = "",
    seen: object = None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One form on a page: GET shows it, POST saves it and goes on to `to`, which may hang on what was saved and says `said`.

    `seen` is what the page shows now: whoever saves sends its stamp back. What somebody else saved
    meanwhile is laid beside one's own words, which stay.
    """
    form = make(request.POST if request.method == "POST" else None)
    stamp, status, overtaken = stamp_of(seen), 200, False
    if request.method == "POST":
        sent = request.POST.get("seen", "")
        try:
            if form.is_valid():
                saved = save(form, sent)
                return done(request, {}, to=to(saved) if callable(to) else to, said=said)
            status, stamp = 422, sent
        except Overtaken as refusal:
            _only_page(request, refusal)
            form.show_theirs()
            status, overtaken = refusal.status, True
        except Refusal as refusal:
            _only_page(request, refusal)
            form.add_error(getattr(refusal, "field", None), refusal.text)
            status, stamp = refusal.status, sent
        if wants_json(request):
            raise Mistyped(form)
    page = {"form": form, "seen": stamp, "overtaken": overtaken}
    return show(request, keeper, template, page | (context or {}), status)


def step_from(request: HttpRequest) -> int:
    """-1 for up, 1 for down. Raises Refusal `malformed`."""
    step = _UP_AND_DOWN.get(request.POST.get("to", ""))
    if step is None:
        raise Refusal("malformed")
    return step


def _only_page(request: HttpRequest, refusal: Refusal) -> None:
    if wants_json(request) or (refusal.code == "not_found"):
        raise refusal
