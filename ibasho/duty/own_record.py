"""What duty holds about one keeper, for わたし and the download."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from ibasho.duty import becoming
from ibasho.duty.models import (
    DUTY_DAYS,
    HANDOVER_DAYS,
    Duty,
    HandoverNote,
    HandoverRead,
    LateHandover,
    Shift,
    StandIn,
)
from ibasho.duty.queries import late_handover_of
from ibasho.lib import clock
from ibasho.people.models import Kind, Person
from ibasho.people.my_record import Section

TABLES = {
    "duty.Duty": "スタッフの当番",
    "duty.Shift": "スタッフの当番の予定",
    "duty.StandIn": "当番の代わりをさがすこと",
    "duty.Volunteer": "手伝いたいという申しこみ",
    "duty.Training": "スタッフの研修",
    "duty.Pledge": "スタッフの誓約",
    "duty.HandoverNote": "申し送り",
    "duty.HandoverRead": "申し送りを読んだしるし",
    "duty.LateHandover": "書きかけの申し送り",
}


def sections(person: Person) -> Sequence[Section]:
    """Nothing for anybody but keepers."""
    if person.kind != Kind.KEEPER:
        return []
    return [
        Section("当番", _duties(person), f"当番が終わってから{DUTY_DAYS}日。"),
        Section("当番の予定", _shifts(person), f"当番の時間が終わってから{DUTY_DAYS}日。"),
        Section("当番の代わり", _stand_ins(person), f"当番の時間が終わってから{DUTY_DAYS}日。"),
        Section("研修と誓約", becoming.rows(person), "スタッフをやめてから30日。"),
        Section("申し送り", _handovers(person), f"書いてから{HANDOVER_DAYS}日。"),
        Section("書きかけの申し送り", _late(person), "のこすまで。長くても30分あまり。"),
    ]


def _duties(person: Person) -> list[tuple[str, str]]:
    duties = Duty.objects.filter(keeper__person=person).order_by("-taken_at")
    return [(f"{clock.when_text(duty.taken_at)} から", _end(duty)) for duty in duties]


def _end(duty: Duty) -> str:
    if duty.ended_at is not None:
        return f"{clock.when_text(duty.ended_at)} まで"
    rows = [f"{clock.when_text(duty.until)} までの予定"]
    if duty.there_at is not None:
        rows.append(f"さいごにいたのは {clock.clock_text(duty.there_at)}")
    if duty.stepped_out_at is not None:
        rows.append(f"{clock.clock_text(duty.stepped_out_at)} から少しはなれています")
    return "。".join(rows)


def _shifts(person: Person) -> list[tuple[str, str]]:
    shifts = Shift.objects.filter(keeper__person=person).order_by("-starts")
    return [
        (
            f"{clock.when_text(shift.starts)} から",
            f"{clock.when_text(shift.ends)} まで{'。なくなりました' if shift.called_off_at else ''}",
        )
        for shift in shifts
    ]


def _stand_ins(person: Person) -> list[tuple[str, str]]:
    rows = StandIn.objects.filter(Q(asked_by__person=person) | Q(taken_by__person=person))
    return [
        (
            f"{clock.when_text(row.asked_at)} にさがしはじめたもの",
            _stand_in_words(row, is_mine=row.asked_by.person_id == person.pk),
        )
        for row in rows.select_related("asked_by").order_by("-asked_at")
    ]


def _stand_in_words(row: StandIn, *, is_mine: bool) -> str:
    who = "あなたがさがしました" if is_mine else "あなたがかわりました"
    if row.taken_at is not None:
        return f"{who}。{clock.when_text(row.taken_at)} にきまりました"
    return f"{who}。{'やめました' if row.withdrawn_at else 'まだきまっていません'}"


def _handovers(person: Person) -> list[tuple[str, str]]:
    written = HandoverNote.objects.filter(author__person=person)
    read = HandoverRead.objects.filter(keeper__person=person).select_related("note")
    return [
        *((f"{clock.when_text(note.written_at)} に書いたもの", _words(note)) for note in written),
        *(
            (
                f"{clock.when_text(mark.note.written_at)} のメモ",
                f"{clock.day_text(mark.read_on)} に読みました",
            )
            for mark in read.order_by("-note__written_at")
        ),
    ]


def _late(person: Person) -> list[tuple[str, str]]:
    rows = LateHandover.objects.filter(keeper__person=person)
    return [
        (f"{clock.when_text(row.at)} に送ったもの", _as_said(*late_handover_of(row.keeper_id)))
        for row in rows
    ]


def _words(note: HandoverNote) -> str:
    return _as_said(note.facts, note.plan)


def _as_said(facts: str, plan: str) -> str:
    parts = (("事実", facts), ("方針", plan))
    return "\n".join(f"{word}：{text}" for word, text in parts if text)
