"""質問の紙: what a meeting asks. What somebody has answered never changes under the answer; a copy may."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from secrets import token_hex

from django.db import transaction
from django.db.models import Max

from ibasho.events.models import Answer, Question, QuestionSheet
from ibasho.lib import clock
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.lib.stamps import must_have_seen

MOST_QUESTIONS = 20
MOST_CHOICES = 12
_FULL = f"ひとつの紙の質問は、{MOST_QUESTIONS}までです。べつの紙にわけてください。"
_ANSWERED = "この紙には、もう答えがあります。「写しをつくる」から、なおしてください。"
_NO_CHOICES = "えらぶ言葉を、1行に1つ、2つ以上書いてください。"
_MANY_CHOICES = f"えらぶ言葉は、{MOST_CHOICES}までにしてください。"
_TWICE = "同じ言葉が、2回あるようです。"


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """What a question says. `choices` only where one chooses, one a line."""

    text: str
    kind: str
    choices: str
    is_required: bool
    purpose: str
    days: int


def facts_of_question(question: Question) -> QuestionFacts:
    return QuestionFacts(*(getattr(question, name) for name in QuestionFacts.__slots__))


def add_sheet(title: str) -> QuestionSheet:
    """A sheet that asks nothing yet."""
    with transaction.atomic():
        return QuestionSheet.objects.create(title=title)


def name_sheet(sheet_id: int, title: str) -> bool:
    """Whether that was another name. Refuses `not_found`."""
    with transaction.atomic():
        sheet = _locked(sheet_id)
        if sheet.title == title:
            return False
        sheet.title = title
        sheet.save(update_fields=["title"])
    return True


def copy_sheet(sheet_id: int) -> QuestionSheet:
    """The same questions on a new sheet, which nobody has answered. Refuses `not_found`."""
    with transaction.atomic():
        sheet = _locked(sheet_id)
        copy = QuestionSheet.objects.create(title=f"{sheet.title[:36]}（写し）")
        for question in sheet.questions.all():
            question.pk, question.sheet, question._state.adding = None, copy, True
            question.save()
    return copy


def retire_sheet(sheet_id: int) -> bool:
    """It is not offered to new meetings; those that ask by it go on. False if it is so already. Refuses `not_found`."""
    return _retire(sheet_id, is_off=True)


def bring_back_sheet(sheet_id: int) -> bool:
    """Undo `retire_sheet`."""
    return _retire(sheet_id, is_off=False)


def add_question(sheet_id: int, facts: QuestionFacts) -> Question:
    """At the end of the sheet. Refuses `not_found`, `asked` for an answered sheet and one that is full, `malformed`."""
    with transaction.atomic():
        sheet = _locked(sheet_id)
        _must_be_unanswered(sheet)
        if sheet.questions.count() >= MOST_QUESTIONS:
            raise Refusal("asked", _FULL)
        last: int | None = sheet.questions.aggregate(last=Max("position"))["last"]
        fields = asdict(_tidy(facts))
        # `q_<key>` is a field's name: it tells nothing of the question and is never used again on the sheet
        return Question.objects.create(sheet=sheet, position=(last or 0) + 1, key=token_hex(4), **fields)


def change_question(sheet_id: int, question_id: int, facts: QuestionFacts, *, seen: str) -> bool:
    """Whether it says something else now. Refuses as `add_question`, raises `Overtaken`."""
    with transaction.atomic():
        question = _question(_locked(sheet_id), question_id)
        before = facts_of_question(question)
        must_have_seen(seen, before)
        after = _tidy(facts)
        if before == after:
            return False
        _must_be_unanswered(question.sheet)
        for name, value in asdict(after).items():
            setattr(question, name, value)
        question.save()
    return True


def move_question(sheet_id: int, question_id: int, *, by: int) -> None:
    """One place up or down; at the end it stays. The order may change under answers. Refuses `not_found`."""
    with transaction.atomic():
        sheet = _locked(sheet_id)
        rows = list(sheet.questions.all())
        place = rows.index(_question(sheet, question_id))
        other = place + by
        if not 0 <= other < len(rows):
            return
        rows[place], rows[other] = rows[other], rows[place]
        for position, row in enumerate(rows, start=1):
            row.position = position
        Question.objects.bulk_update(rows, ["position"])


def remove_question(sheet_id: int, question_id: int) -> None:
    """Off the sheet. Refuses `not_found`, `asked` for an answered sheet."""
    with transaction.atomic():
        sheet = _locked(sheet_id)
        question = _question(sheet, question_id)
        _must_be_unanswered(sheet)
        question.delete()


def is_answered(sheet: QuestionSheet) -> bool:
    return Answer.objects.filter(question__sheet=sheet).exists()


def _locked(sheet_id: int) -> QuestionSheet:
    sheet = QuestionSheet.objects.select_for_update(of=("self",)).filter(pk=sheet_id).first()
    if sheet is None:
        raise Refusal("not_found")
    return sheet


def _question(sheet: QuestionSheet, question_id: int) -> Question:
    question = sheet.questions.filter(pk=question_id).first()
    if question is None:
        raise Refusal("not_found")
    return question


def _must_be_unanswered(sheet: QuestionSheet) -> None:
    if is_answered(sheet):
        raise Refusal("asked", _ANSWERED)


def _retire(sheet_id: int, *, is_off: bool) -> bool:
    with transaction.atomic():
        sheet = _locked(sheet_id)
        if is_off == (sheet.retired_on is not None):
            return False
        sheet.retired_on = clock.today() if is_off else None
        sheet.save(update_fields=["retired_on"])
    return True


def _tidy(facts: QuestionFacts) -> QuestionFacts:
    choices = [line.strip() for line in facts.choices.splitlines() if line.strip()]
    if facts.kind != Question.Kind.CHOICE:
        choices = []
    elif len(choices) < 2:
        raise RefusedField("malformed", _NO_CHOICES, "choices")
    elif len(choices) > MOST_CHOICES:
        raise RefusedField("malformed", _MANY_CHOICES, "choices")
    elif len(choices) != len(set(choices)):
        raise RefusedField("malformed", _TWICE, "choices")
    return replace(facts, choices="\n".join(choices))
