"""What the rooms hold about one person, for わたし and the download."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count

from ibasho.duty.models import DUTY_DAYS
from ibasho.lib import clock
from ibasho.people.models import Kind, Person
from ibasho.people.my_record import OwnWords, Section
from ibasho.rooms.call_names import NAMELESS
from ibasho.rooms.models import HeldPost, Ignoring, Message, Room, RoomDuty, RoomShift, Seat

TABLES = {
    "rooms.RoomDuty": "スタッフの当番の部屋",
    "rooms.RoomShift": "スタッフの当番の予定の部屋",
    "rooms.Seat": "部屋の席",
    "rooms.Attendance": "いた回",
    "rooms.Message": "書き込み",
    "rooms.Amendment": "なおした記録",
    "rooms.HeldPost": "スタッフが見てから出る言葉",
    "rooms.Finding": "書き込みの中の、しるし",
    "rooms.Ignoring": "見ないことにした人",
}


def sections(person: Person) -> Sequence[Section]:
    """One section a room: the seat, and the own words that are still kept; for keepers their rooms on duty."""
    seats = Seat.objects.filter(person=person).select_related("room").order_by("room__position", "room_id")
    words: dict[UUID, list[Message]] = defaultdict(list)
    for message in Message.objects.filter(seat__person=person, text__isnull=False).order_by("position"):
        words[message.seat_id].append(message)
    held: dict[UUID, list[HeldPost]] = defaultdict(list)
    for row in HeldPost.objects.filter(seat__person=person, text__isnull=False):
        held[row.seat_id].append(row)
    ignored: dict[UUID, list[str]] = defaultdict(list)
    for ignoring in Ignoring.objects.filter(seat__person=person).order_by("pk"):
        ignored[ignoring.seat_id].append(ignoring.call_name or NAMELESS)
    rooms = [
        _section(seat, words[seat.pk], held[seat.pk], ignored[seat.pk])
        for seat in seats.annotate(sessions=Count("attendances"))
    ]
    if person.kind != Kind.KEEPER:
        return rooms
    until = f"当番が終わってから{DUTY_DAYS}日。"
    return [
        *rooms,
        Section("当番の部屋", _on_duty(person), until),
        Section("当番の予定の部屋", _planned(person), until),
    ]


def _planned(person: Person) -> list[tuple[str, str]]:
    rows = RoomShift.objects.filter(shift__keeper__person=person).select_related("shift", "room")
    return [
        (f"{clock.when_text(row.shift.starts)} から", row.room.title)
        for row in rows.order_by("shift__starts", "room__position")
    ]


def _on_duty(person: Person) -> list[tuple[str, str]]:
    rows = RoomDuty.objects.filter(duty__keeper__person=person).select_related("duty", "room")
    return [
        (f"{clock.when_text(row.duty.taken_at)} から", row.room.title)
        for row in rows.order_by("duty__taken_at", "room__position")
    ]


def _section(seat: Seat, words: list[Message], held: list[HeldPost], ignored: list[str]) -> Section:
    written = [_own_held(seat.room, post) for post in reversed(held)]
    written += [_own(seat.room, message) for message in reversed(words)]
    until = f"書き込みは、{seat.room.retention_days}日で消えます。"
    about = [*_about(seat), *(("見ないことにした人", name) for name in ignored)]
    return Section(f"部屋「{seat.room.title}」", about, until, written)


def _own(room: Room, message: Message) -> OwnWords:
    take_back = f"/rooms/{room.slug}/messages/{message.pk}/withdrawal/"
    return OwnWords(f"{clock.when_text(message.at)} の書き込み", _words(message), take_back)


def _own_held(room: Room, post: HeldPost) -> OwnWords:
    """Why they wait is not said here: this page may be read by others at home."""
    is_waiting = post.outcome == HeldPost.Outcome.WAITING
    take_back = f"/rooms/{room.slug}/messages/{post.pk}/withdrawal/" if is_waiting else ""
    state = "スタッフを待っている言葉" if is_waiting else "出なかった言葉"
    return OwnWords(f"{clock.when_text(post.at)} の{state}", _words(post), take_back)


def _about(seat: Seat) -> list[tuple[str, str]]:
    rows = [
        ("すごし方", seat.get_mode_display()),
        ("はじめて入った時", clock.when_text(seat.first_entered_at)),
        ("さいごにいた時", clock.when_text(seat.active_at)),
        ("いた回の数", f"{seat.sessions}回"),  # type: ignore[attr-defined]
        ("書いた数", f"{seat.post_count}回"),
    ]
    if seat.call_name:
        rows.insert(0, ("名前", seat.call_name))
    for label, moment in (("さいごに書いた時", seat.last_posted_at), ("席を立った時", seat.left_at)):
        if moment is not None:
            rows.append((label, clock.when_text(moment)))
    for label, until in (
        ("書くことのお休み", seat.resting_until),
        ("この部屋に入れない時", seat.removed_until),
    ):
        if until is not None and until > clock.now():
            rows.append((label, f"{clock.when_text(until)} まで"))
    return rows


def _words(message: Message | HeldPost) -> str:
    cover = f"（おおい：{message.cover}）" if message.cover else ""
    return f"{cover}{message.text}"
