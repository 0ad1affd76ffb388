"""いま: what is dangerous first, then what was handed over, then rooms and duty, then what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ibasho.desk.doors import desk_page
from ibasho.desk.queries import DeskNow, desk_now, meetings
from ibasho.desk.queries.care import care_for
from ibasho.desk.queries.dangers import danger_cards
from ibasho.desk.queries.ending import would_rest
from ibasho.desk.queries.rooms import room_lines
from ibasho.desk.queries.roster import today_for
from ibasho.desk.queries.taking import duty_form
from ibasho.desk.queries.told import MOST_ON_DESK, told_to
from ibasho.desk.queries.waiting import reviews_for
from ibasho.desk.views.answers import fill_desk
from ibasho.duty import holding, readiness
from ibasho.duty.contacts import CARERS
from ibasho.duty.models import Volunteer
from ibasho.duty.queries import handovers_for
from ibasho.house.queries import answers_to_read
from ibasho.lib import once
from ibasho.lib.errors import Refusal
from ibasho.moderation.queries import had_a_hard_duty, may_reach_somebody, proposals_for
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room
from ibasho.rooms.queries import DUTY_ROLES

NOTES_ON_DESK = 3
LIFE_ON_DESK = REVIEWS_ON_DESK = HANDOVERS_ON_DESK = 5
_LOOKED_THROUGH = 20
_ENDED = {"end": "当番は、おわりました。", "handover": "申し送りをのこしました。当番は、おわりました。"}


@desk_page()
@require_safe
def home(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    return home_page(request, keeper)


def home_page(request: HttpRequest, keeper: KeeperFacts, refusal: Refusal | None = None) -> HttpResponse:
    """The desk; after a refused form with its sentence and what was chosen. `?join=` marks one room more."""
    now = desk_now()
    duty = now.duty_of(keeper.keeper_id)
    lines = room_lines(now, keeper.keeper_id)
    joins, until = request.GET.get("join", ""), request.POST.get("until", "")
    mine = [line.slug for line in lines if line.is_mine]
    chosen = [joins, *mine] if joins else request.POST.getlist("slugs")
    context = {
        "now": now.at,
        "dangers": danger_cards(keeper, now),
        "handovers": _to_read(keeper),
        "my_rooms": [line for line in lines if line.is_mine],
        "other_rooms": [line for line in lines if not line.is_mine],
        "form": duty_form(lines, duty, chosen, until) if keeper.has(*DUTY_ROLES) else None,
        "is_changing": bool(refusal or joins),
        "ended": _ENDED.get(once.said(request), ""),
        "today": today_for(keeper, now),
        "meetings": meetings.today(),
        "sign_ups": meetings.to_look_after() if keeper.has(Role.COORDINATOR) else 0,
        "why_held": holding.reasons_for([duty.pk]).get(duty.pk, []) if duty else [],
        "held": _in_my_rooms(keeper, now, (post.room_id for post in now.held)),
        "first_timers": _in_my_rooms(keeper, now, now.first_timers),
        "must_pledge": readiness.learning(keeper.keeper_id) == Volunteer.State.PLEDGE,
        "new_volunteers": now.helping if keeper.has(*CARERS) else [],
        "reviews": reviews_for(keeper, REVIEWS_ON_DESK),
        "proposals": proposals_for(keeper) if now.proposals else [],
        "told": told_to(keeper, now, MOST_ON_DESK),
        "note_answers": _answers_to_read(keeper, now),
        "opinion_posts": now.opinion_posts if keeper.has(Role.COORDINATOR) else [],
        "quiet_posts": now.quiet_posts if keeper.has(Role.COORDINATOR) else [],
        "care": care_for(keeper, now),
        "would_rest": would_rest(lines, keeper.duty_name) if duty and not duty.stepped_out_at else [],
        "had_a_hard_duty": not duty and had_a_hard_duty(keeper.keeper_id),
        **_notes(now),
    }
    return fill_desk(request, keeper, "desk/home.html", context, refusal, page="/desk/", now=now)


def _in_my_rooms(keeper: KeeperFacts, now: DeskNow, room_ids: Iterable[int]) -> list[tuple[Room, int]]:
    """The rooms of this keeper's duty in which some of these are, with how many."""
    mine = now.rooms_of(keeper.keeper_id)
    counts = Counter(room_id for room_id in room_ids if room_id in mine)
    return [(line.room, counts[line.room.pk]) for line in now.rooms if counts[line.room.pk]]


def _answers_to_read(keeper: KeeperFacts, now: DeskNow) -> int:
    """How many answers of colleagues wait for this keeper, who is on duty."""
    if not now.note_answers or not now.is_on_duty(keeper.keeper_id):
        return 0
    return answers_to_read().exclude(author=keeper.keeper_id).count()


def _to_read(keeper: KeeperFacts) -> list[Any]:
    """The newest that this keeper has not read, and always the very newest."""
    notes = handovers_for(keeper.keeper_id, _LOOKED_THROUGH)
    unread = [note for place, note in enumerate(notes) if place == 0 or not note.is_read]
    return unread[:HANDOVERS_ON_DESK]


def _notes(now: DeskNow) -> dict[str, Any]:
    life = [note for note in now.notes if note.about_dying]
    others = [note for note in now.notes if not note.about_dying]
    return {
        "life_notes": life[:LIFE_ON_DESK],
        "is_heard_outside": bool(life) and may_reach_somebody(),
        "more_life_notes": len(life[LIFE_ON_DESK:]),
        "notes": others[:NOTES_ON_DESK],
        "has_more_notes": len(others) > NOTES_ON_DESK,
        "note_count": len(now.notes),
        "review_count": now.review_count,
    }
