"""What calendars outside may read of meetings: entries without participants, by the walls of every page."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from ibasho.events.calendar_files import Entry
from ibasho.events.models import Event, EventAudience, Feed, Revision, SignUp
from ibasho.events.queries.events import CALLED_OFF, hours_of, look_at
from ibasho.events.visibility import Look, look_of
from ibasho.lib import clock, links
from ibasho.lib.errors import Refusal
from ibasho.lib.spoken_time import moment

PAST_DAYS = 31
NEUTRAL = "よてい"
_GONE_STATES = (SignUp.State.WITHDRAWN, SignUp.State.REFERRED)
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_LONGEST_SECRET = 100
_ENTER = "時間や場所は、入ってから見られます。"


def public_entries() -> list[Entry]:
    """Meetings of the last month and all that come, as somebody sees them who has not come in."""
    events = _shown().filter(ends__gte=told_since()).order_by("starts", "pk")
    audiences = _audiences(events)
    looks = ((event, look_of(audiences[event.pk], None, is_published=True)) for event in events)
    return [_entry(event, audiences[event.pk], look) for event, look in looks if look != Look.NOTHING]


def entry_of(event_id: int, standpoint: str | None, *, is_named: bool) -> Entry:
    """One meeting as its page shows it to this standpoint, or else only when it is: others may look at a
    telephone. Refuses `not_found` where it is not to be seen.
    """
    event = _shown().filter(pk=event_id).first()
    look = look_at(event, standpoint) if event is not None else Look.NOTHING
    if event is None or look == Look.NOTHING:
        raise Refusal("not_found")
    entry = _entry(event, event.standpoints, look)
    if is_named:
        return entry
    return replace(entry, summary=f"{_off(event)}{NEUTRAL}", description="", location="", url="")


def private_entries(secret: str) -> list[Entry]:
    """What stands under this address: the sign-ups tied to a person, or the one. Refuses `not_found`."""
    feed = Feed.objects.filter(key_hash=feed_key(secret)).first()
    if feed is None:
        raise Refusal("not_found")
    mine = Q(person=feed.person_id) if feed.person_id is not None else Q(pk=feed.sign_up_id)
    rows = SignUp.objects.filter(mine).select_related("event__revision")
    rows = rows.prefetch_related("event__audiences").order_by("event__starts", "turn")
    return [_own_entry(row) for row in rows]


def feed_key(secret: str) -> str:
    """Found by equality; nothing leads back from it."""
    return hashlib.sha256(secret[:_LONGEST_SECRET].encode()).hexdigest()


def told_since() -> datetime:
    """Meetings that ended before then are in no feed any more, and nothing new is told of them."""
    return clock.now() - timedelta(days=PAST_DAYS)


def shows_of(event: Event, standpoints: Collection[str] | None = None) -> str:
    """Stands for all that calendars show of a meeting; the address of the house is not part of it."""
    for_whom = sorted(event.standpoints if standpoints is None else standpoints)
    is_off = event.called_off_at is not None
    shown = (event.starts, event.ends, event.title, _where(event), is_off, *_about(event), *for_whom)
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def revision_of(event: Event, standpoints: Collection[str] | None = None) -> tuple[int, datetime]:
    """Its number and since when. A change that is not noted yet counts already; long past, none does."""
    noted: Revision | None = getattr(event, "revision", None)
    if noted is None:
        return 0, moment(event.published_on, 0) if event.published_on else _NEVER
    if noted.shows == shows_of(event, standpoints) or event.ends < told_since():
        return noted.number, noted.changed_at
    return noted.number + 1, clock.now()


def _shown() -> QuerySet[Event]:
    rows = Event.objects.filter(published_on__isnull=False)
    return rows.select_related("revision")


def _audiences(events: QuerySet[Event]) -> Mapping[int, set[str]]:
    """For whom each is, in one query without a row's weight: a feed has hundreds."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = EventAudience.objects.filter(event__in=events.order_by())
    for event_id, standpoint in rows.values_list("event", "standpoint"):
        found[event_id].add(standpoint)
    return found


def _entry(event: Event, standpoints: Collection[str], look: Look) -> Entry:
    number, since = revision_of(event, standpoints)
    return _whole(event, number, since) if look == Look.WHOLE else _kind_and_day(event, number, since)


def _whole(event: Event, number: int, since: datetime) -> Entry:
    return Entry(
        uid=f"event-{event.pk}@{links.host()}",
        starts=event.starts,
        ends=event.ends,
        summary=f"{_off(event)}{event.title}",
        description=_lines([*_about(event), _page(event)]),
        url=_page(event),
        sequence=number,
        changed_at=since,
        location=_where(event),
        is_called_off=event.called_off_at is not None,
    )


def _kind_and_day(event: Event, number: int, since: datetime) -> Entry:
    return Entry(
        uid=f"event-{event.pk}@{links.host()}",
        starts=clock.tokyo(event.starts).date(),
        ends=None,
        summary=f"{_off(event)}{event.get_kind_display()}",
        description=_lines([_ENTER, _page(event)]),
        url=_page(event),
        sequence=number,
        changed_at=since,
        is_called_off=event.called_off_at is not None,
    )


def _own_entry(row: SignUp) -> Entry:
    """A telephone shows the summary to whoever looks at it: what it is stands inside."""
    event, is_gone = row.event, row.state in _GONE_STATES
    number, since = revision_of(event)
    lines = [event.title, hours_of(event), _where(event), event.meeting_point]
    lines.append(f"{CALLED_OFF}{event.call_off_words}" if event.called_off_at else row.state_text)
    return Entry(
        uid=f"mine-{hashlib.sha256(row.pk.bytes).hexdigest()[:24]}@{links.host()}",
        starts=event.starts,
        ends=event.ends,
        summary=NEUTRAL,
        description=_lines(lines),
        url=links.origin() + "/events/",
        sequence=number + row.revision,
        changed_at=max(since, row.revised_at or since),
        is_called_off=is_gone or event.called_off_at is not None,
        is_settled=row.state == SignUp.State.JOINED,
    )


def _about(event: Event) -> list[str]:
    named = [("会うところ", event.meeting_point), ("お金", event.cost), ("もちもの", event.bring)]
    news = f"{CALLED_OFF}{event.call_off_words}" if event.called_off_at else ""
    return [
        news,
        event.get_kind_display(),
        *(f"{what}：{words}" for what, words in named if words),
    ]


def _where(event: Event) -> str:
    return event.place or event.get_way_display()


def _off(event: Event) -> str:
    return "（なくなりました）" if event.called_off_at else ""


def _page(event: Event) -> str:
    return f"{links.origin()}/events/{event.pk}/"


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)
