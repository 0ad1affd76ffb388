"""Sign-ups as those see them who made them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from ibasho.events.materials import materials_of
from ibasho.events.models import Event, Offer, SignUp, WayBack
from ibasho.events.next_steps import interview_facts, next_steps
from ibasho.events.queries.cards import may_answer_card
from ibasho.events.queries.events import CALLED_OFF, PAST, hours_of
from ibasho.events.queries.facilitating import is_preparing
from ibasho.events.queries.own_rooms import own_room_of
from ibasho.events.queries.seats import hall_of, place_of, places_of
from ibasho.events.seats import Place, line_text, place_in_line, seats_open_to
from ibasho.events.shapes import Fact, OfferShown, SignUpLine, SignUpPage, Standing
from ibasho.lib import clock, codes
from ibasho.lib.ready import ready
from ibasho.people.models import Person

State = SignUp.State
_NOBODY = 0  # no person has this number
MOVED = "日時か場所が、{day}にかわりました。いまの予定は、上のとおりです。"
BACK = "また、あります。席も順番も、前のままです。"
PREPARING = "いま、準備中です。かわることがあれば、このページでお知らせします。"


def by_code(code: str) -> SignUp | None:
    """The sign-up a code belongs to, however it was typed."""
    return by_fingerprint(codes.fingerprint(code))


def by_fingerprint(code_hash: str) -> SignUp | None:
    """The same of a code that is known by its fingerprint alone."""
    rows = SignUp.objects.order_by().select_related("event")
    return rows.filter(code_hash=code_hash).first() if code_hash else None


def own(ids: Collection[UUID], person: Person | None) -> list[SignUpLine]:
    """Those of this browser and those tied to the person; what waits for an answer first, then by the day."""
    rows = _own(ids, person).select_related("event").order_by("-event__starts", "-turn")
    rows = rows.prefetch_related(Prefetch("offers", Offer.objects.filter(answer="")))
    lines = [_line(row) for row in rows]
    return sorted(lines, key=lambda line: not line.asks)


def own_ids(ids: Collection[UUID], person: Person | None) -> list[UUID]:
    """Which of these there are still, and those tied to the person."""
    return _own_ids(_number_of(person), *ids) if ids or person is not None else []


@ready
def _own_ids(person_id: int, *ids: UUID) -> QuerySet[SignUp, UUID]:
    return SignUp.objects.filter(Q(pk__in=ids) | Q(person=person_id)).order_by().values_list("pk", flat=True)


def under_way(ids: Collection[UUID], person: Person | None, event_id: int) -> SignUp | None:
    """One of the same at this meeting that still means to come."""
    if not ids and person is None:
        return None
    return _under_way.first(event_id, _number_of(person), *ids)


@ready
def _under_way(event_id: int, person_id: int, *ids: UUID) -> QuerySet[SignUp]:
    rows = SignUp.objects.filter(Q(pk__in=ids) | Q(person=person_id), event=event_id)
    return rows.exclude(state__in=(State.WITHDRAWN, State.REFERRED)).order_by("-turn")


def _number_of(person: Person | None) -> int:
    return person.pk if person is not None else _NOBODY


def _own(ids: Collection[UUID], person: Person | None) -> QuerySet[SignUp]:
    mine = Q(pk__in=ids)
    return SignUp.objects.filter(mine if person is None else mine | Q(person=person))


def standing(sign_up_id: UUID) -> Standing:
    """How it stands now; whoever asks has shown that it is theirs."""
    return standing_of(SignUp.objects.select_related("event", "interview").get(pk=sign_up_id))


def sign_up_page(sign_up_id: UUID) -> SignUpPage:
    """All about it; whoever asks has shown that it is theirs."""
    rows = SignUp.objects.select_related("event", "consent__text", "interview")
    row = rows.prefetch_related("answers__question").get(pk=sign_up_id)
    event, now, interview = row.event, clock.now(), getattr(row, "interview", None)
    stands = standing_of(row)
    return SignUpPage(
        **{name: getattr(stands, name) for name in Standing.__slots__},
        sign_up_id=row.pk,
        event_id=event.pk,
        title=event.title,
        when=_when(event),
        state_text=row.state_text_at(now),
        call_name=row.call_name,
        participation=row.get_participation_display(),
        party=row.party,
        answers=[Fact(answer.question.text, answer.text) for answer in row.answers.all()],
        lines=line_text(place_of(row)) if row.state == State.WAITING else [],
        referral=row.referral,
        to_know=_to_know(event, now) if row.state != State.WITHDRAWN else [],
        materials=materials_of(event.materials) if row.state == State.JOINED else [],
        consent=row.consent.text if hasattr(row, "consent") else None,
        interview=interview_facts(interview) if row.state == State.INTERVIEW and interview else [],
        may_keep_that_day=row.state == State.APPLIED and interview is not None and interview.at > now,
        next_steps=next_steps(row.state, interview),
        is_off=event.called_off_at is not None,
        may_answer_card=may_answer_card(row),
        was_first=_was_first(row, event, now),
    )


def standing_of(row: SignUp, line: Sequence[Place] | None = None) -> Standing:
    """The same of a row in hand; with the `line` into which it has just come, it has no talk yet."""
    event, place, now = row.event, place_of(row), clock.now()
    way = way_back_of(row, event, now)
    talk = getattr(row, "interview", None) if line is None else None
    places = line or (places_of(event) if row.state == State.WAITING else [])
    return Standing(
        code=codes.code_from(str(row.request_id)),
        state=row.state,
        auto_accept=row.auto_accept,
        is_tied=row.person_id is not None,
        place=place_in_line(places, place),
        free=seats_open_to(hall_of(event), places, place, now) if row.state == State.WAITING else 0,
        offer=_offer(row),
        seats=row.seats,
        rest=row.lacks,
        own_room=own_room_of(row, event, now),
        news=_news(event, now),
        way_back_until=way.until if way else None,
        talk=str(talk.number) if talk else "",
    )


def way_back_of(row: SignUp, event: Event, now: datetime) -> WayBack | None:
    """The one that is open now; none to a meeting that is called off, over, or for others by now."""
    if row.state != State.WITHDRAWN or not event.is_on or now >= event.ends:
        return None
    if row.standpoint not in event.standpoints:
        return None
    return WayBack.objects.filter(sign_up=row, until__gt=now).first()


def _line(row: SignUp) -> SignUpLine:
    return SignUpLine(row.pk, row.event.title, _when(row.event), row.state_text_at(clock.now()), _asks(row))


def _asks(row: SignUp) -> str:
    until = next((clock.when_text(offer.until) for offer in row.offers.all()), "")
    return f"席があきました。{until} まで、とっておきます。" if until else ""


def _when(event: Event) -> str:
    return f"{clock.day_text(event.starts)} {hours_of(event)}"


def _offer(row: SignUp) -> OfferShown | None:
    offer = row.offers.filter(answer="").first() if row.state == State.OFFERED else None
    return OfferShown(offer.seats, clock.when_text(offer.until), offer.until) if offer is not None else None


def _news(event: Event, now: datetime) -> str:
    if event.called_off_at is not None:
        return f"{CALLED_OFF}{event.call_off_words}"
    return PAST if now >= event.ends else ""


def _was_first(row: SignUp, event: Event, now: datetime) -> bool:
    """Also of who did not come: nobody writes that down, and nobody is asked."""
    is_over = event.called_off_at is None and now >= event.ends
    return is_over and row.is_first is True and row.state == State.JOINED


def _to_know(event: Event, now: datetime) -> list[str]:
    if _news(event, now):
        return []
    back = [BACK] if event.brought_back_on else []
    moved = [MOVED.format(day=clock.day_text(event.moved_on))] if event.moved_on else []
    return [*back, *moved, PREPARING] if is_preparing(event) else [*back, *moved]
