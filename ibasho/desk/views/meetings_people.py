"""Who signs up: the inbox of all meetings, intake, and sign-ups that staff write down, with their slip."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ibasho.desk import meetings_actions as acts
from ibasho.desk.doors import desk_page, is_opened
from ibasho.desk.house_forms import HouseForm
from ibasho.desk.meetings_forms import InterviewForm, ReferralForm, interview_initial, referral_initial
from ibasho.desk.queries import desk_now
from ibasho.desk.queries import meetings as queries
from ibasho.desk.views.answers import fill_desk
from ibasho.desk.views.meetings import MEETINGS
from ibasho.events.actions import Signed
from ibasho.events.models import CONTACT_LETTERS, Event, SignUp
from ibasho.events.queries.events import consent_asked, hours_of, questions_of, why_closed
from ibasho.events.queries.worries import worries
from ibasho.events.wishes import read_wish
from ibasho.house.heeding import asked_context
from ibasho.lib import clock
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.lib.middleware import wants_json
from ibasho.lib.qr import qr_of
from ibasho.lib.unicode_text import clean
from ibasho.moderation.actions import look_at_life_words
from ibasho.people.answers import as_json, done
from ibasho.people.models import Role, Standpoint
from ibasho.people.queries import KeeperFacts

_FIELDS = (
    *("id", "call_name", "standpoint", "participation", "is_first", "party", "all_or_none", "auto_accept"),
    *("contact", "consent_version"),
)
_TOO_LONG = f"連絡先は、{CONTACT_LETTERS}文字までにしてください。"


@desk_page(Role.COORDINATOR)
@require_safe
def inbox(request: HttpRequest, keeper: KeeperFacts) -> HttpResponse:
    now, is_all = desk_now(), request.GET.get("show") == "all"
    parties, has_more = queries.inbox(is_all=is_all)
    context = {"parties": parties, "has_more": has_more, "is_all": is_all}
    return fill_desk(request, keeper, "desk/meetings/inbox.html", context, now=now)


@desk_page(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def write_down(request: HttpRequest, keeper: KeeperFacts, meeting_id: int) -> HttpResponse:
    event = queries.meeting(meeting_id)
    if request.method != "POST":
        return _form(request, keeper, event)
    try:
        contact = _contact(request)
        wish = read_wish(request.POST.dict(), event, questions_of(event))
        signed = acts.write_down_sign_up(keeper, meeting_id, wish, contact=contact)
    except Refusal as refusal:
        if wants_json(request) or refusal.code == "not_found":
            raise
        return _form(request, keeper, event, refusal)
    return _slip(request, keeper, event, signed)


@desk_page(Role.COORDINATOR)
@require_safe
def sign_up(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID) -> HttpResponse:
    queries.sign_up_of(meeting_id, sign_up_id)
    if is_opened(request):
        waiting = worries().filter(sign_up=sign_up_id)
        look_at_life_words(keeper, "sign_up", list(waiting.values_list("pk", flat=True)))
    return _page(request, keeper, meeting_id, sign_up_id)


@desk_page(Role.COORDINATOR)
@require_POST
def read(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID) -> HttpResponse:
    return _tap(request, keeper, meeting_id, sign_up_id, acts.read_worry)


@desk_page(Role.COORDINATOR)
@require_POST
def unread(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID) -> HttpResponse:
    return _tap(request, keeper, meeting_id, sign_up_id, acts.unread_worry)


@desk_page(Role.COORDINATOR)
@require_POST
def interview(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID) -> HttpResponse:
    form = InterviewForm(request.POST)
    return _save(
        request,
        keeper,
        meeting_id,
        sign_up_id,
        form,
        lambda: acts.arrange_interview(keeper, meeting_id, sign_up_id, form.facts()),
    )


@desk_page(Role.COORDINATOR)
@require_POST
def interview_lift(
    request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID
) -> HttpResponse:
    return _tap(request, keeper, meeting_id, sign_up_id, acts.drop_interview)


@desk_page(Role.COORDINATOR)
@require_POST
def interviewed(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID) -> HttpResponse:
    return _tap(request, keeper, meeting_id, sign_up_id, acts.finish_interview)


@desk_page(Role.COORDINATOR)
@require_POST
def interviewed_lift(
    request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID
) -> HttpResponse:
    return _tap(request, keeper, meeting_id, sign_up_id, acts.reopen_interview)


@desk_page(Role.COORDINATOR)
@require_POST
def entry(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID) -> HttpResponse:
    return _tap(request, keeper, meeting_id, sign_up_id, acts.let_into_line)


@desk_page(Role.COORDINATOR)
@require_POST
def entry_lift(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID) -> HttpResponse:
    return _tap(request, keeper, meeting_id, sign_up_id, acts.take_back_entry)


@desk_page(Role.COORDINATOR)
@require_POST
def referral(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID) -> HttpResponse:
    form = ReferralForm(request.POST)
    return _save(
        request,
        keeper,
        meeting_id,
        sign_up_id,
        form,
        lambda: acts.refer(keeper, meeting_id, sign_up_id, words=form.cleaned_data["words"]),
    )


@desk_page(Role.COORDINATOR)
@require_POST
def referral_lift(
    request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID
) -> HttpResponse:
    return _tap(request, keeper, meeting_id, sign_up_id, acts.take_back_referral)


@desk_page(Role.COORDINATOR)
@require_POST
def offer(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID) -> HttpResponse:
    answer = request.POST.get("answer", "")

    def act(keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID) -> None:
        acts.answer_for(keeper, meeting_id, sign_up_id, answer)

    return _tap(request, keeper, meeting_id, sign_up_id, act)


@desk_page(Role.COORDINATOR)
@require_POST
def rest_lift(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID) -> HttpResponse:
    return _tap(request, keeper, meeting_id, sign_up_id, acts.let_rest_go_for)


@desk_page(Role.COORDINATOR)
@require_POST
def withdrawal(request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID) -> HttpResponse:
    """The name and the answers do not come back. So it is asked once more."""
    if request.POST.get("sure") != "on":
        say = Refusal("malformed", "とりけすときは、しるしをつけてください。")
        return _refused(request, keeper, meeting_id, sign_up_id, say)
    return _tap(request, keeper, meeting_id, sign_up_id, acts.withdraw_for)


@desk_page(Role.COORDINATOR)
@require_POST
def withdrawal_lift(
    request: HttpRequest, keeper: KeeperFacts, meeting_id: int, sign_up_id: UUID
) -> HttpResponse:
    return _tap(request, keeper, meeting_id, sign_up_id, acts.come_back_for)


def _contact(request: HttpRequest) -> str:
    contact = clean(request.POST.get("contact", "")).strip()
    if len(contact) > CONTACT_LETTERS:
        raise RefusedField("malformed", _TOO_LONG, "contact")
    return contact


def _form(
    request: HttpRequest, keeper: KeeperFacts, event: Event, refusal: Refusal | None = None
) -> HttpResponse:
    posted = request.POST
    says = {refusal.field: refusal.text} if isinstance(refusal, RefusedField) else {}
    names = {f"q_{question.key}": question for question in questions_of(event)}
    rows = [
        {"question": question, "name": name, "value": posted.get(name, ""), "say": says.get(name, "")}
        for name, question in names.items()
    ]
    page = f"{MEETINGS}{event.pk}/sign-ups/new/"
    context: dict[str, Any] = {
        "event": event,
        "action": page,
        "line": queries.line_of(event),
        "why_not": why_closed(event, clock.now())
        or ("" if event.published_on else "まだ、予定に出ていません。"),
        "rows": rows,
        "posted": posted,
        "form_id": uuid4(),
        "standpoints": [(key, label) for key, label in Standpoint.choices if key in event.standpoints],
        "participations": SignUp.Participation.choices,
        "parties": range(1, event.most_party + 1),
        "consent": consent_asked(event),
        "says": says,
        **(asked_context(refusal, **_typed(posted, rows)) if refusal is not None else {}),
    }
    return fill_desk(request, keeper, "desk/meetings/sign_up_new.html", context, refusal, page=page)


def _typed(posted: QueryDict, rows: list[dict[str, Any]]) -> dict[str, str]:
    """What was typed, under the names this form has."""
    names = [*_FIELDS, *(row["name"] for row in rows)]
    return {name: str(posted[name]) for name in names if posted.get(name)}


def _slip(request: HttpRequest, keeper: KeeperFacts, event: Event, signed: Signed) -> HttpResponse:
    """The only moment in which the code is shown: it is kept nowhere."""
    if wants_json(request):
        return as_json({"code": signed.code, "state": signed.sign_up.state}, status=201)
    link = f"{request.scheme}://{request.get_host()}/sign-ups/{signed.code}/"
    context = {
        "event": event,
        "row": signed.sign_up,
        "hours": hours_of(event),
        "code": signed.code,
        "link": link,
        "qr": qr_of(link),
    }
    page = fill_desk(request, keeper, "desk/meetings/slip.html", context, page=f"{MEETINGS}{event.pk}/")
    page.status_code = 201
    return page


def _save(
    request: HttpRequest,
    keeper: KeeperFacts,
    meeting_id: int,
    sign_up_id: UUID,
    form: HouseForm,
    act: Callable[[], object],
) -> HttpResponse:
    queries.sign_up_of(meeting_id, sign_up_id)
    if not form.is_valid():
        refusal = Refusal("malformed", form.first_say())
        refusal.status = 422
        return _refused(request, keeper, meeting_id, sign_up_id, refusal, form)
    return _tap(request, keeper, meeting_id, sign_up_id, lambda *_: act(), form)


def _tap(
    request: HttpRequest,
    keeper: KeeperFacts,
    meeting_id: int,
    sign_up_id: UUID,
    act: Callable[[KeeperFacts, int, UUID], object],
    form: HouseForm | None = None,
) -> HttpResponse:
    try:
        act(keeper, meeting_id, sign_up_id)
    except Refusal as refusal:
        return _refused(request, keeper, meeting_id, sign_up_id, refusal, form)
    return done(request, {}, to=f"{MEETINGS}{meeting_id}/sign-ups/{sign_up_id}/")


def _refused(
    request: HttpRequest,
    keeper: KeeperFacts,
    meeting_id: int,
    sign_up_id: UUID,
    refusal: Refusal,
    form: HouseForm | None = None,
) -> HttpResponse:
    if wants_json(request) or refusal.code == "not_found":
        raise refusal
    return _page(request, keeper, meeting_id, sign_up_id, refusal, form)


def _page(
    request: HttpRequest,
    keeper: KeeperFacts,
    meeting_id: int,
    sign_up_id: UUID,
    refusal: Refusal | None = None,
    form: HouseForm | None = None,
) -> HttpResponse:
    now = desk_now()
    party = queries.party_of(meeting_id, sign_up_id)
    arranged = interview_initial(party.interview, keeper.duty_name)
    context = {
        "party": party,
        "event": party.row.event,
        "is_unread": worries().filter(sign_up=sign_up_id).exists(),
        "hours": hours_of(party.row.event),
        "interview_form": form if isinstance(form, InterviewForm) else InterviewForm(initial=arranged),
        "referral_form": form if isinstance(form, ReferralForm) else ReferralForm(initial=referral_initial()),
    }
    page = f"{MEETINGS}{meeting_id}/sign-ups/{sign_up_id}/"
    return fill_desk(request, keeper, "desk/meetings/sign_up.html", context, refusal, page=page, now=now)
