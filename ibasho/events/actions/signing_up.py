"""申し込む: one form, one effect, one code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from ibasho.events.actions.locking import lock_event, settle_event
from ibasho.events.actions.mails import keep_mail
from ibasho.events.actions.tying import hold_person
from ibasho.events.contacts import keep_contact
from ibasho.events.models import (
    MOST_SIGN_UPS,
    SIGN_UP_DAYS,
    Answer,
    Consent,
    ConsentText,
    Event,
    SignUp,
    Worry,
)
from ibasho.events.queries.events import consent_asked, questions_of, why_closed
from ibasho.events.seats import Place
from ibasho.events.visibility import Look, look_of
from ibasho.events.wishes import Wish
from ibasho.house.heeding import NOTHING, Heed, heed_or_ask
from ibasho.lib import clock, codes, plain_rows
from ibasho.lib.errors import Refusal
from ibasho.lib.ready import ready
from ibasho.live.publish import hurry_desk
from ibasho.people.models import Kind, Person
from ibasho.people.queries import standpoint_on
from ibasho.rooms import call_names

_CONSENT_CHANGED = "同意の文が新しくなりました。読んでから、もう一度送ってください。"
_FULL = "いまは、席がいっぱいです。ほかの日の集まりも、見てみてください。"


@dataclass(frozen=True, slots=True)
class Signed:
    """`code` is told again to whoever sends the same form again; then `is_new` is False. `line`: as it stood when
    this one came into it. `heed`: what the words of this form call for.
    """

    sign_up: SignUp
    code: str
    is_new: bool
    line: Sequence[Place] | None = field(default=None, compare=False)
    heed: Heed = field(default=NOTHING, compare=False)


def sign_up(
    event_id: int, wish: Wish, *, person: Person | None = None, by_keeper: bool = False, contact: str = ""
) -> Signed:
    """Take a place in the line, and a seat if one is free; `person` is who has come in here, if anybody.

    `by_keeper`: staff write it down for somebody who telephoned, wrote or came by, with the rights that standpoint
    has; `contact` is then kept sealed until the day after.

    The same form again gets the first answer, whatever became of the meeting since. Refuses `id_reused` for
    other words under that id, `not_found` to whom it is not shown, `asked` with a sentence once it is closed,
    over or called off (and `AskedFirst` as `heed_or_ask`), `rules_changed` for another consent than the one in
    force, `malformed`, and `full` without a seat where no line is kept.
    """
    found = heed_or_ask(wish.words, as_is=wish.as_is)
    # looked at before the lock: the same form sent on and on keeps nobody waiting
    if (before := _known(event_id, wish, found)) is not None:
        return before
    try:
        with transaction.atomic():
            # who ties it: their erasing and their crossing of the wall are behind us, or wait for us
            ties = hold_person(person) if wish.ties_person and person is not None else None
            event = lock_event(event_id)
            _refuse_the_closed(
                event, wish, clock.now(), wish.standpoint if by_keeper else _viewer(ties or person)
            )
            signed = _sign_up(event, wish, found, clock.now(), ties=ties)
            if contact:
                keep_contact(signed.sign_up, event, contact)
            return signed
    except (IntegrityError, Refusal):
        # the same id in this moment, here or at another meeting: whoever came first has the answer
        if (first := _known(event_id, wish, found)) is not None:
            return first
        raise


def _known(event_id: int, wish: Wish, found: Heed) -> Signed | None:
    row = _sent_as.first(wish.request_id)
    if row is None:
        return None
    if row.words_key != wish.key_at(event_id):
        raise Refusal("id_reused")
    return Signed(row, codes.code_from(str(wish.request_id)), is_new=False, heed=found)


@ready
def _sent_as(request_id: UUID) -> QuerySet[SignUp]:
    return SignUp.objects.order_by().filter(request_id=request_id)


def _sign_up(event: Event, wish: Wish, found: Heed, now: datetime, *, ties: Person | None) -> Signed:
    consent = _consent_of(event, wish)
    code = codes.code_from(str(wish.request_id))
    row = SignUp(
        event=event,
        request_id=wish.request_id,
        words_key=wish.key_at(event.pk),
        code_hash=codes.fingerprint(code),
        person=ties,
        call_name=wish.call_name or any_name(event),
        standpoint=wish.standpoint,
        participation=wish.participation,
        party=wish.party,
        all_or_none=wish.all_or_none,
        auto_accept=wish.auto_accept,
        is_first=wish.is_first,
        state=SignUp.State.APPLIED if event.has_intake else SignUp.State.WAITING,
        turn=_next_turn(event),
        about_dying=found.about_dying,
        marks=found.marks_kept,
    )
    plain_rows.insert(row)
    if found.about_dying:
        Worry.objects.create(sign_up=row)
        hurry_desk()
    _answer(row, event, wish)
    if wish.mail:
        keep_mail(row, event, wish.mail)
    if consent is not None:
        Consent.objects.create(sign_up=row, text=consent, given_on=clock.today())
    line = settle_event(event, now, fresh=row)
    if row.state == SignUp.State.WAITING and not event.keeps_line:
        raise Refusal("full", _FULL)
    return Signed(row, code, is_new=True, line=line, heed=found)


def _viewer(person: Person | None) -> str | None:
    if person is None or person.kind == Kind.KEEPER:
        return None
    return standpoint_on(person, clock.today())


def _refuse_the_closed(event: Event, wish: Wish, now: datetime, viewer: str | None) -> None:
    standpoints = event.standpoints
    look = look_of(standpoints, viewer, is_published=event.published_on is not None)
    if look != Look.WHOLE or wish.standpoint not in standpoints:
        raise Refusal("not_found")
    why = why_closed(event, now)
    if why is not None:
        raise Refusal("asked", why)
    if wish.party > event.most_party:
        raise Refusal("malformed")


def _consent_of(event: Event, wish: Wish) -> ConsentText | None:
    if not event.asks_consent:
        return None
    text = consent_asked(event)
    if text is None or text.number != wish.consent_version:
        raise Refusal("rules_changed", _CONSENT_CHANGED)
    return text


def _next_turn(event: Event) -> int:
    """Those who withdrew keep theirs, so that nobody stands where somebody stood."""
    last = _last_turn.first(event.pk) or 0
    if last >= MOST_SIGN_UPS:
        raise Refusal("full", _FULL)
    return last + 1


@ready
def _last_turn(event_id: int) -> QuerySet[SignUp, int]:
    return SignUp.objects.filter(event=event_id).order_by("-turn").values_list("turn", flat=True)[:1]


def any_name(event: Event) -> str:
    """おまかせ: one that nobody has at this meeting."""
    used = set(event.sign_ups.values_list("call_name", flat=True))
    return call_names.any_name(used.__contains__)


def _answer(row: SignUp, event: Event, wish: Wish) -> None:
    """Each answer with its own end, at the latest when the sign-up ends."""
    asked = {question.pk: question for question in questions_of(event)}
    ended_on = clock.tokyo(event.ends).date()
    for question_id, text in wish.answers:
        if question_id not in asked:
            raise Refusal("malformed")
        ends_on = ended_on + timedelta(days=min(asked[question_id].days, SIGN_UP_DAYS))
        Answer.objects.create(sign_up=row, question=asked[question_id], text=text, ends_on=ends_on)
