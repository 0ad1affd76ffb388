"""気をつける言葉: the house's own, and a page that tells what would be found in a text and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.desk import house_actions
from ibasho.desk.doors import desk_page
from ibasho.desk.house_forms import TrialForm, WordForm
from ibasho.desk.house_pages import CARERS, SAVED, edit, show
from ibasho.desk.house_trial import read_aloud
from ibasho.house import queries
from ibasho.people.answers import SeeOther
from ibasho.people.queries import KeeperFacts

_WORDS = "/desk/house/words/"


@desk_page(*CARERS)
@require_safe
def words(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return show(request, keeper, "words", {"words": queries.own_word_rows(), "trial": TrialForm()})


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_word(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return edit(
        request,
        keeper,
        "word",
        lambda data: WordForm(data, initial={"action": "show"}),
        save=lambda form, seen: house_actions.add_word(keeper, **form.cleaned_data),
        context={"action": f"{_WORDS}new/"},
        to=_WORDS,
        said=SAVED,
    )


@desk_page(*CARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def word(request: HttpRequest, keeper: KeeperFacts, word_id: int) -> HttpResponse:
    row = queries.own_word(word_id)
    return edit(
        request,
        keeper,
        "word",
        lambda data: WordForm(data, initial={"word": row.word, "action": row.action}),
        save=lambda form, seen: house_actions.change_word(keeper, word_id, **form.cleaned_data, seen=seen),
        seen=queries.word_facts(word_id),
        context={"row": row, "action": f"{_WORDS}{row.pk}/", "asks": "sure" in request.GET},
        to=_WORDS,
        said=SAVED,
    )


@desk_page(*CARERS)
@require_POST
def removal(request: HttpRequest, keeper: KeeperFacts, word_id: int) -> HttpResponse:
    if request.POST.get("sure") != "on":
        return SeeOther(f"{_WORDS}{word_id}/?sure=1#remove")
    house_actions.remove_word(keeper, word_id)
    return SeeOther(_WORDS, SAVED)


@desk_page(*CARERS)
@require_POST
def trial(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    form = TrialForm(request.POST)
    found = read_aloud(**form.cleaned_data) if form.is_valid() else None
    return show(
        request,
        keeper,
        "words_trial",
        {"trial": form, "form": form, "found": found},
        200 if found is not None else 422,
    )
