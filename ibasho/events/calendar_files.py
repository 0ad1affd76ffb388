"""A calendar as a file that every calendar understands (RFC 5545): plain single entries, hours in UTC."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

CONTENT_TYPE = "text/calendar; charset=utf-8"
_MAKER = "-//ibasho//ibasho//JA"
_ASK_AGAIN = "PT1H"
_KEPT_READY = 4096


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting on one day. With a `starts` that is only a date it stands for the whole day, without hours.

    `sequence` grows with every change, and `changed_at` is when it last did; a `uid` never changes.
    """

    uid: str
    starts: datetime | date
    ends: datetime | None
    summary: str
    description: str
    url: str
    sequence: int
    changed_at: datetime
    location: str = ""
    is_called_off: bool = False
    is_settled: bool = True


def calendar_file(name: str, entries: Iterable[Entry], *, is_public: bool = False) -> bytes:
    """The same entries give the same bytes. Of what is not public nothing is left in memory."""
    # here and below, not at the top: a house where nobody reads a calendar is a megabyte lighter at rest
    from icalendar import Calendar, vText

    file = Calendar()
    file.add("prodid", _MAKER)
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file["x-wr-calname"] = vText(name)
    file["x-wr-timezone"] = vText("Asia/Tokyo")
    file["x-published-ttl"] = vText(_ASK_AGAIN)
    begin, end = bytes(file.to_ical(sorted=False)).rsplit(b"END:", 1)
    lines = map(_public_lines if is_public else _event_lines, entries)
    return b"".join([begin, *lines, b"END:", end])


def etag_of(file: bytes) -> str:
    return f'"{hashlib.sha256(file).hexdigest()[:32]}"'


# Made once as long as a meeting stays as it is: a feed is read by many, and most of it never changes. Never of one's
# own entries: they would outlive in memory who withdrew or was erased.
@lru_cache(_KEPT_READY)
def _public_lines(entry: Entry) -> bytes:
    return _event_lines(entry)


def _event_lines(entry: Entry) -> bytes:
    from icalendar import Event, vText

    event = Event()
    event["uid"] = vText(entry.uid)
    event.add("dtstamp", _utc(entry.changed_at))
    event.add("last-modified", _utc(entry.changed_at))
    event.add("sequence", entry.sequence)
    if isinstance(entry.starts, datetime):
        event.add("dtstart", _utc(entry.starts))
        event.add("dtend", _utc(entry.ends or entry.starts))
    else:
        event.add("dtstart", entry.starts)
        event.add("dtend", entry.starts + timedelta(days=1))
    event["summary"] = vText(entry.summary)
    if entry.description:
        event["description"] = vText(entry.description)
    if entry.location:
        event["location"] = vText(entry.location)
    if entry.url:
        event.add("url", entry.url)
    event["status"] = vText(_status(entry))
    # whoever looks at this calendar learns nothing of being busy from it
    event["transp"] = vText("TRANSPARENT")
    event["class"] = vText("PRIVATE")
    return bytes(event.to_ical(sorted=False))


def _status(entry: Entry) -> str:
    if entry.is_called_off:
        return "CANCELLED"
    return "CONFIRMED" if entry.is_settled else "TENTATIVE"


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
