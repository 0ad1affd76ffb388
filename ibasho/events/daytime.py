"""Hours of the day: from nine to nine somebody may be asked something, and only those hours count."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from ibasho.lib import clock

OPENS, CLOSES = time(9), time(21)
OFFER_HOURS = 24
LAST_OFFER_HOURS = 3
_DAY = timedelta(days=1)


def is_daytime(moment: datetime) -> bool:
    """From 9:00 to before 21:00 in Tokyo."""
    return OPENS <= clock.tokyo(moment).time() < CLOSES


def next_daytime(moment: datetime) -> datetime:
    """The moment itself by day; otherwise the next nine o'clock."""
    if is_daytime(moment):
        return moment
    local = clock.tokyo(moment)
    day = local if local.time() < OPENS else local + _DAY
    return _at(day, OPENS)


def add_daytime(moment: datetime, hours: int) -> datetime:
    """So many hours of the day later: 24 from Monday ten o'clock end on Wednesday at ten."""
    left = timedelta(hours=hours)
    begins = next_daytime(moment)
    while (evening := _at(clock.tokyo(begins), CLOSES)) - begins < left:
        left -= evening - begins
        begins = next_daytime(evening)
    return begins + left


def last_call(starts: datetime) -> datetime:
    """Three hours before the start: from then on nobody is asked, and newcomers' seats are everybody's."""
    return starts - timedelta(hours=LAST_OFFER_HOURS)


def offer_until(now: datetime, starts: datetime) -> datetime | None:
    """Until when a seat is held that is offered now; None when there is no time left to ask.

    It may end at night: only asking is bound to the day.
    """
    until = min(add_daytime(now, OFFER_HOURS), last_call(starts))
    return until if until > now else None


def _at(day: datetime, hour: time) -> datetime:
    return datetime.combine(day.date(), hour, clock.TOKYO)
