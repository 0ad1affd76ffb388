"""What reports keep that began with somebody."""

from __future__ import annotations

from collections import Counter

from ibasho.events.actions.visiting import mark_of
from ibasho.events.models import CountingKey, Visit
from ibasho.lib import clock
from ibasho.people.models import Person, Standpoint
from ibasho.people.my_record import Section
from ibasho.reports.models import RoomVisit

TABLES = {"reports.RoomVisit": "部屋に来た人の数"}
_UNTIL = "年度の数を しめるまで（つぎの4月8日ごろ）。あとに残るのは、人数だけです。"


def sections(person: Person) -> list[Section]:
    """What the house could find by the person's marks, as long as it has the key of the year."""
    marks = [
        mark_of(person, standpoint, key)
        for key in CountingKey.objects.values_list("key", flat=True)
        for standpoint in Standpoint.values
    ]
    times: Counter[tuple[int, int, str]] = Counter()
    for starts in Visit.objects.filter(who__in=marks).values_list("event__starts", flat=True):
        day = clock.tokyo(starts).date()
        times[day.year, day.month, "集まり"] += 1
    for day in RoomVisit.objects.filter(who__in=marks).values_list("day", flat=True):
        times[day.year, day.month, "部屋"] += 1
    rows = [
        (f"{year}年{month}月の{where}", f"{many}回") for (year, month, where), many in sorted(times.items())
    ]
    return [Section("来た回数（数えるためのしるし）", rows, _UNTIL)] if rows else []
