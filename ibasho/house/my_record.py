"""The house's part of わたしの記録: promises said yes to, and letters."""

from __future__ import annotations

from collections.abc import Sequence

from ibasho.house import actions, queries, written
from ibasho.house.models import Notice, RulesAcknowledgement
from ibasho.lib import clock
from ibasho.people import declarations, my_record
from ibasho.people.models import Person

_WISH = "返事がとどくまで。長くても、書いてから30日。"
_WAITS = "返事を待っています。"
_NO_ANSWER = ("/note/", "返事はいらないことにする")


def sections(person: Person) -> Sequence[my_record.Section]:
    return [
        my_record.Section("約束", _acknowledgements(person), "あなたの記録を消すまで。"),
        my_record.Section("お知らせ", _notices(person), "読んでから14日。"),
        _wishes(person),
    ]


def _acknowledgements(person: Person) -> list[tuple[str, str]]:
    rows = (
        RulesAcknowledgement.objects.filter(person=person)
        .select_related("version")
        .order_by("version__number")
    )
    return [
        (
            str(row.version),
            f"{clock.day_text(row.acknowledged_on)}に読みました。言葉を確かめるための番号 {row.hash}",
        )
        for row in rows
    ]


def _notices(person: Person) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(person=person).order_by("at", "id")
    return [(clock.when_text(row.at), written.plain(row.text)) for row in rows]


def _wishes(person: Person) -> my_record.Section:
    """The page shows the day alone: it may be read over a shoulder, and the note was written for keepers alone."""
    notes = [
        (f"{clock.day_text(row.note.written_on)}のメモ", row.note.text)
        for row in queries.wishes_of(person.pk)
    ]
    shown = [(day, _WAITS) for day, _ in notes]
    return my_record.Section("返事を待っている、ひとことメモ", shown, _WISH, link=_NO_ANSWER, apart=notes)


declarations.name_tables(
    {
        "house.RulesAcknowledgement": "約束を読んだこと",
        "house.Notice": "お知らせ",
        "house.Note": "ひとことメモ",
        "house.AnswerWish": "メモに返事がほしいこと",
        "house.NoteAnswer": "メモへの返事",
    }
)
my_record.register("house", sections)
my_record.register_notices(queries.letters_for, actions.letter_seen)
