"""言いにくいことポスト, as the coordinator reads it. Nobody knows who wrote one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from ibasho.desk.doors import desk_page, is_opened
from ibasho.desk.queries import desk_now
from ibasho.desk.views.answers import fill_desk
from ibasho.moderation import actions
from ibasho.moderation.queries import read_quiet_posts
from ibasho.people.answers import done
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts

_PATH = "/desk/quiet-box/"


@desk_page(Role.COORDINATOR)
@require_safe
def quiet_box(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    now = desk_now()
    if is_opened(request):
        actions.look_at_life_words(keeper, "quiet", [post.pk for post in now.quiet_posts])
    context = {"posts": now.quiet_posts, "read_posts": read_quiet_posts()}
    return fill_desk(request, keeper, "desk/quiet_box.html", context, now=now)


@desk_page(Role.COORDINATOR)
@require_POST
def read(request: HttpRequest, keeper: KeeperFacts, post_id: int) -> HttpResponse:
    actions.read_quiet_post(keeper, post_id)
    return done(request, {}, to=_PATH)


@desk_page(Role.COORDINATOR)
@require_POST
def unread(request: HttpRequest, keeper: KeeperFacts, post_id: int) -> HttpResponse:
    actions.unread_quiet_post(keeper, post_id)
    return done(request, {}, to=_PATH)
