"""意見箱, as the coordinator reads and answers it. Nobody knows who wrote an opinion."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.desk.doors import desk_page, is_opened
from ibasho.desk.house_pages import edit
from ibasho.desk.opinion_form import OpinionForm
from ibasho.desk.queries import desk_now
from ibasho.desk.views.answers import fill_desk
from ibasho.lib.errors import Refusal
from ibasho.lib.paging import leaf_of
from ibasho.moderation import actions
from ibasho.moderation.models import OpinionPost
from ibasho.moderation.queries import opinion_facts, opinions_decided, opinions_waiting
from ibasho.people.answers import done
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts

_PATH = "/desk/opinions/"


@desk_page(Role.COORDINATOR)
@require_safe
def opinions(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    now = desk_now()
    waiting = leaf_of(opinions_waiting(), request.GET.get("waiting", ""))
    decided = leaf_of(opinions_decided(), request.GET.get("decided", ""))
    if is_opened(request):
        actions.look_at_life_words(keeper, "opinion", [post.pk for post in waiting.rows])
    beside = {"beside_waiting": decided.said("decided"), "beside_decided": waiting.said("waiting")}
    context = {"waiting": waiting, "decided": decided} | beside
    return fill_desk(request, keeper, "desk/opinion_box/list.html", context, now=now)


@desk_page(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest, keeper: KeeperFacts, opinion_id: int) -> HttpResponse:
    post = OpinionPost.objects.filter(pk=opinion_id, is_taken_back=False).first()
    if post is None:
        raise Refusal("not_found")
    # the question begins empty: the words themselves are never a draft of what everybody reads
    initial = {"question": post.question, "answer": post.answer, "is_shown": post.is_shown}
    return edit(
        request,
        keeper,
        "opinion_box/answer",
        lambda data: OpinionForm(data, initial=initial),
        save=lambda form, seen: actions.answer_opinion(keeper, opinion_id, **form.cleaned_data, seen=seen),
        seen=opinion_facts(post),
        context={"post": post},
        to=_PATH,
    )


@desk_page(Role.COORDINATOR)
@require_POST
def read(request: HttpRequest, keeper: KeeperFacts, opinion_id: int) -> HttpResponse:
    actions.put_opinion_away(keeper, opinion_id)
    return done(request, {}, to=_PATH)


@desk_page(Role.COORDINATOR)
@require_POST
def unread(request: HttpRequest, keeper: KeeperFacts, opinion_id: int) -> HttpResponse:
    actions.bring_opinion_back(keeper, opinion_id)
    return done(request, {}, to=_PATH)
