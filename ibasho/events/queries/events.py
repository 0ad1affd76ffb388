"""The page of one meeting: as much of it as somebody may see."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from ibasho.events.flows import flow_of
from ibasho.events.models import SIGN_UP_DAYS, ConsentText, Event, Question
from ibasho.events.queries.seats import WAIT, seats_word
from ibasho.events.shapes import EventPage, Fact
from ibasho.events.visibility import Look, look_of, sides_of
from ibasho.house.labels import marked
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.ready import ready
from ibasho.people.models import Standpoint

PAST = "この集まりは、もう終わりました。"
CALLED_OFF = "この集まりは、なくなりました。"
CLOSED = "申し込みは、しめきりました。"
_FOR_WHOM = {
    Event.Kind.FAMILY_MEETING: ("family", "ご家族の立場の方の集まりです。"),
    Event.Kind.FAMILY_CLASS: ("family", "ご家族の立場の方の集まりです。"),
    Event.Kind.SIBLING_MEETING: ("family", "きょうだいの立場の方の集まりです。"),
    Event.Kind.PEER_MEETING: ("person", "本人の立場の方の集まりです。"),
}
_WAYS = "｜文字《もじ》だけ、｜聞《き》くだけ、｜話《はな》す。どれでも｜大丈夫《だいじょうぶ》です。"
_KEPT = f"｜申《もう》し｜込《こ》みの｜内容《ないよう》は、｜会《かい》の{SIGN_UP_DAYS}｜日《にち》あとに｜消《き》えます。"
_HOW_TO_ENTER = "時間や場所は、入ってから見られます。"


def event_page(event_id: int, standpoint: str | None) -> EventPage:
    """The meeting for a viewer of this standpoint; None is somebody who has not come in, or a keeper.

    Who passes by a meeting of one side gets its kind and its day, and nothing else is in what is returned.
    Refuses `not_found` where it is not to be seen.
    """
    event = _with_sheet.first(event_id)
    look = look_at(event, standpoint) if event is not None else Look.NOTHING
    if event is None or look == Look.NOTHING:
        raise Refusal("not_found")
    year, day = f"{clock.tokyo(event.starts).year}年", clock.day_text(event.starts)
    kind = event.get_kind_display()
    if look == Look.KIND_AND_DAY:
        for_whom = _for_whom(event)
        return EventPage(
            event.pk, look, kind, year, day, title=kind, why_not=_HOW_TO_ENTER, for_whom=for_whom
        )
    now = clock.now()
    closed = why_closed(event, now)
    seats = "" if closed else seats_word(event, now)
    return EventPage(
        event.pk,
        look,
        kind,
        year,
        day,
        title=event.title,
        hours=hours_of(event),
        about=event.about,
        flow=flow_of(event),
        tags=event.tags,
        facts=_facts(event, seats, is_over=closed is not None),
        standpoints=[(value, label) for value, label in Standpoint.choices if value in event.standpoints],
        most_party=event.most_party,
        may_be_full=event.capacity is not None and event.keeps_line,
        questions=questions_of(event),
        consent=consent_asked(event),
        has_intake=event.has_intake,
        must_wait=seats == WAIT and not event.has_intake,
        why_not=closed or "",
        call_off_words=event.call_off_words,
    )


def _for_whom(event: Event) -> str:
    """The side, where the kind tells it anyway: nothing more is told to who passes by."""
    side, said = _FOR_WHOM.get(Event.Kind(event.kind), ("", ""))
    return said if sides_of(event.standpoints) == {side} else ""


def event_shown(event_id: int, standpoint: str | None) -> Event:
    """The meeting with its questions, for a viewer of this standpoint. Refuses `not_found` to whom it is not whole."""
    event = _with_sheet.first(event_id)
    if event is None or look_at(event, standpoint) != Look.WHOLE:
        raise Refusal("not_found")
    return event


@ready
def _with_sheet(event_id: int) -> QuerySet[Event]:
    return Event.objects.select_related("sheet").filter(pk=event_id).order_by()


def standpoints_of(event_id: int) -> frozenset[str]:
    """For whom it is; nobody for what is not there."""
    event = Event.objects.prefetch_related("audiences").filter(pk=event_id).first()
    return frozenset() if event is None else event.standpoints


def look_at(event: Event, standpoint: str | None) -> Look:
    return look_of(event.standpoints, standpoint, is_published=event.published_on is not None)


def why_closed(event: Event, now: datetime) -> str | None:
    """Why nobody may sign up any more, as a sentence; None while one may."""
    if event.called_off_at is not None:
        return CALLED_OFF
    if now >= event.ends:
        return PAST
    if event.closes_before and now >= closes_at(event):
        return CLOSED
    return None


def closes_at(event: Event) -> datetime:
    """Until when one may sign up: to the end, unless it was planned otherwise."""
    return event.starts - timedelta(minutes=event.closes_before) if event.closes_before else event.ends


def hours_of(event: Event) -> str:
    """13:30〜15:00 in Tokyo, 23:30〜翌0:30 over midnight."""
    return f"{clock.clock_text(event.starts)}〜{clock.end_text(event.ends, event.starts)}"


def questions_of(event: Event) -> list[Question]:
    return list(event.sheet.questions.all()) if event.sheet is not None else []


def consent_asked(event: Event) -> ConsentText | None:
    """What is in force for who signs up to it today; None where nothing is asked, and where there is no text."""
    if not event.asks_consent:
        return None
    return consent_now(clock.today(), event.kind, series_id=event.series_id, event_id=event.pk)


def consent_now(
    today: date, kind: str, *, series_id: int | None = None, event_id: int | None = None
) -> ConsentText | None:
    """The version in force: the meeting's own, or else its series', or else its kind's, or else the one for all."""
    whose = Q(kind__in=["", kind], series__isnull=True, event__isnull=True)
    whose |= Q(series=series_id) if series_id is not None else Q()
    whose |= Q(event=event_id) if event_id is not None else Q()
    own_first = F("event").desc(nulls_last=True), F("series").desc(nulls_last=True), "-kind", "-number"
    return (
        ConsentText.objects.filter(whose, effective_on__lte=today, retired_on__isnull=True)
        .order_by(*own_first)
        .first()
    )


def consent_behind(text: ConsentText) -> ConsentText | None:
    """What would be in force for its meetings if its owner had none; None for the one for all."""
    today = clock.today()
    if text.event is not None:
        return consent_now(today, text.event.kind, series_id=text.event.series_id)
    if text.series is not None:
        return consent_now(today, text.series.kind)
    return consent_now(today, "") if text.kind else None


def _facts(event: Event, seats: str, *, is_over: bool) -> list[Fact]:
    """In the order in which people ask; what is not said is left out."""
    way = marked(event.get_way_display())
    where = way if not event.place else f"{way}（{event.place}）"
    who = "・".join(marked(label) for value, label in Standpoint.choices if value in event.standpoints)
    facts = [
        Fact("すごし方", _WAYS),
        Fact("どこで", where),
        Fact("会うところ", event.meeting_point),
        Fact("だれが", who),
        Fact("席", seats),
        Fact("しめきり", clock.when_text(closes_at(event)) if event.closes_before and not is_over else ""),
        Fact("お金", event.cost),
        Fact("もちもの", event.bring),
        Fact("記録", _KEPT),
    ]
    return [fact for fact in facts if fact.words]
