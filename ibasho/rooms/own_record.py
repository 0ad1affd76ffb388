"""What the rooms hold about one person, for わたし and the download."""

from __future__ import annotations

from collections.abc import Sequence

from ibasho.lib import clock
from ibasho.people.models import Person
from ibasho.people.my_record import Section
from ibasho.rooms.models import Message, Seat


def sections(person: Person) -> Sequence[Section]:
    """One section a room: the seat, and the own words that are still kept."""
    seats = Seat.objects.filter(person=person).select_related("room").order_by("room__position")
    return [_section(seat) for seat in seats]


def _section(seat: Seat) -> Section:
    rows = [("すごし方", seat.get_mode_display()), ("さいごに いた日", clock.day_text(seat.active_at))]
    if seat.call_name:
        rows.insert(0, ("呼び名", seat.call_name))
    if seat.left_at is not None:
        rows.append(("席", "立ちました"))
    for label, until in (
        ("書くことの お休み", seat.resting_until),
        ("この部屋に 入れない時", seat.removed_until),
    ):
        if until is not None and until > clock.now():
            rows.append((label, f"{clock.when_text(until)} まで"))
    kept = Message.objects.filter(seat=seat, text__isnull=False).order_by("position")
    rows += [(f"{clock.when_text(message.at)} の書き込み", _words(message)) for message in kept]
    return Section(
        f"部屋「{seat.room.title}」", rows, f"書き込みは、{seat.room.retention_days}日で消えます。"
    )


def _words(message: Message) -> str:
    cover = f"（おおい：{message.cover}）" if message.cover else ""
    return f"{cover}{message.text}"
