"""申し送り: what happened, what was agreed, and who has read it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from ibasho.desk import actions
from ibasho.desk.doors import desk_page
from ibasho.desk.queries import desk_now
from ibasho.desk.queries.ending import would_rest
from ibasho.desk.queries.rooms import room_lines
from ibasho.desk.queries.roster import today_for
from ibasho.desk.views.answers import fill_desk
from ibasho.duty import actions as duties
from ibasho.duty import holding
from ibasho.duty.queries import duty_words_are_of, handovers_for, late_handover_of
from ibasho.lib import once
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import wants_json
from ibasho.people.answers import done
from ibasho.people.doors import safe_next
from ibasho.people.queries import KeeperFacts


@desk_page()
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    if request.method != "POST":
        return handover_page(request, keeper, is_ending=request.GET.get("end") == "on")
    is_ending = request.POST.get("end") == "on"
    write = actions.hand_over_and_leave if is_ending else duties.write_handover
    try:
        wrote = write(keeper, facts=request.POST.get("facts", ""), plan=request.POST.get("plan", ""))
    except Refusal as refusal:
        if wants_json(request):
            raise
        return handover_page(request, keeper, is_ending=is_ending, refusal=refusal)
    if is_ending:
        to, said = ("/desk/", "handover") if wrote else ("/desk/handover/?end=on", "kept")
        return done(request, {}, to=to, said=said)
    return done(request, {}, to="/desk/handover/", said="kept")


@desk_page()
@require_POST
def read(request: HttpRequest, keeper: KeeperFacts, note_id: int) -> HttpResponse:
    duties.read_handover(keeper, note_id)
    return done(request, {}, to=safe_next(request.POST.get("next"), "/desk/"))


def handover_page(
    request: HttpRequest, keeper: KeeperFacts, *, is_ending: bool, refusal: Refusal | None = None
) -> HttpResponse:
    """Writing, reading and ending; after a refused form with its sentence, and why the duty goes on."""
    now = desk_now()
    duty = now.duty_of(keeper.keeper_id)
    is_ending = is_ending and duty is not None
    why_held = holding.reasons_for([duty.pk]).get(duty.pk, []) if duty and is_ending else []
    late = late_handover_of(keeper.keeper_id) if request.method == "GET" else ("", "")
    context = {
        "is_ending": is_ending,
        "may_end": is_ending and not why_held,
        "is_kept": once.said(request) == "kept",
        "why_held": why_held,
        "today": today_for(keeper, now) if is_ending else None,
        "may_write": duty_words_are_of(keeper.keeper_id, now.at) is not None,
        "handovers": handovers_for(keeper.keeper_id),
        "would_rest": would_rest(room_lines(now, keeper.keeper_id), keeper.duty_name) if is_ending else [],
        "facts": request.POST.get("facts", late[0]),
        "plan": request.POST.get("plan", late[1]),
        "is_late": any(late),
    }
    if why_held and refusal and refusal.code == "asked":
        context["say"] = ""  # the same as `why_held`
    return fill_desk(request, keeper, "desk/handover.html", context, refusal, page="/desk/handover/", now=now)
