"""Questions to the house."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet, Subquery

from ibasho.house.helplines import Helplines, Hours, sort_by_hour
from ibasho.house.models import (
    AnswerWish,
    Helpline,
    HelplineHours,
    HouseProfile,
    HouseRule,
    HouseRulesVersion,
    Note,
    NoteAnswer,
    Notice,
    RulesAcknowledgement,
    ScreeningWord,
)
from ibasho.house.written import plain
from ibasho.lib import clock
from ibasho.lib.errors import Refusal

NOTE_DAYS = 30
NOTE_ANSWER = "note_answer"
_IS_THERE = "メモへの返事が、「わたし」にとどいています。"
_UNNAMED = HouseProfile(
    name="居場所",
    welcome="ようこそ。",
    lead="この家は、まだ準備をしています。",
    run_by="運営の人",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """What version `number` of the promises says otherwise, clause by clause."""

    number: int | None = None
    added: list[HouseRule] = field(default_factory=list)
    changed: list[tuple[HouseRule, HouseRule]] = field(default_factory=list)
    removed: list[HouseRule] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def profile() -> HouseProfile:
    """The name plate; an unsaved, neutral one while the house is empty."""
    return HouseProfile.objects.first() or _UNNAMED


def versions_in_force() -> QuerySet[HouseRulesVersion]:
    """Newest first; the first is the one that counts."""
    return HouseRulesVersion.objects.filter(effective_from__lte=clock.now()).order_by("-number")


def rules_in_force() -> HouseRulesVersion | None:
    return versions_in_force().first()


def next_rules() -> HouseRulesVersion | None:
    """The version that is not in force yet: a draft, or one with a date to come. There is one at most."""
    not_yet = Q(effective_from__isnull=True) | Q(effective_from__gt=clock.now())
    return HouseRulesVersion.objects.filter(not_yet).order_by("-number").first()


def current_rules() -> HouseRulesVersion:
    """The promises as they are now. Refuses `not_found` while the house has none."""
    version = rules_in_force()
    if version is None:
        raise Refusal("not_found", "約束は、いま準備しています。できたら、入れるようになります。")
    return version


def acknowledged(person_id: int) -> HouseRulesVersion | None:
    """The newest version this person said yes to."""
    return (
        HouseRulesVersion.objects.filter(rulesacknowledgement__person_id=person_id)
        .order_by("-number")
        .first()
    )


def have_ever_acknowledged(person_ids: Collection[int]) -> frozenset[int]:
    """Who of these said yes to any version."""
    yes = RulesAcknowledgement.objects.filter(person_id__in=person_ids)
    return frozenset(yes.values_list("person_id", flat=True))


def must_acknowledge(person_id: int) -> bool:
    """Whether the promises changed since this person's last yes. One query."""
    return bool(who_must_acknowledge([person_id]))


def who_must_acknowledge(person_ids: Collection[int]) -> frozenset[int]:
    """The same for many, in one query too: nobody while no promises are in force."""
    theirs = FilteredRelation(
        "rulesacknowledgement", condition=Q(rulesacknowledgement__person_id__in=person_ids)
    )
    newest = HouseRulesVersion.objects.filter(pk=Subquery(versions_in_force().values("pk")[:1]))
    said_yes = set(newest.annotate(yes=theirs).values_list("yes__person_id", flat=True))
    return frozenset(set(person_ids) - said_yes if said_yes else ())


def difference(old: HouseRulesVersion | None, new: HouseRulesVersion) -> Difference:
    """By the key of a clause; a clause that only moved is the same. Without `old` all is new."""
    before = {rule.key: rule for rule in old.clauses.all()} if old else {}
    after = {rule.key: rule for rule in new.clauses.all()}
    return Difference(
        number=new.number,
        added=[rule for key, rule in after.items() if key not in before],
        changed=[
            (before[key], rule)
            for key, rule in after.items()
            if key in before and before[key].text != rule.text
        ],
        removed=[rule for key, rule in before.items() if key not in after],
    )


def difference_for(person_id: int) -> Difference:
    """From this person's last yes to the promises of now; empty when there is nothing to say yes to."""
    new, old = rules_in_force(), acknowledged(person_id)
    return difference(old, new) if new and new != old else Difference()


def helplines_now(now: datetime | None = None) -> Helplines:
    """The places to turn to, grouped for this minute."""
    hours: dict[int, list[Hours]] = {}
    rows = HelplineHours.objects.values_list("helpline_id", "weekday", "opens", "closes")
    for pk, weekday, opens, closes in rows:
        hours.setdefault(pk, []).append((weekday, opens, closes))
    return sort_by_hour(Helpline.objects.all(), hours, now or clock.now())


def acts_in_letters(person_id: int) -> list[str]:
    """The codes of acts this person may still ask about, from letters put away or not."""
    return list(Notice.objects.filter(person_id=person_id).exclude(act="").values_list("act", flat=True))


def letters_for(person_id: int) -> list[dict[str, Any]]:
    """Letters this person has not put away, oldest first, with all their words: for わたし alone."""
    return [_letter_shape(notice) for notice in _unseen([person_id])]


def notices_for(person_id: int) -> list[dict[str, Any]]:
    """The same as any other page may show them."""
    return notices_for_all([person_id])[person_id]


def notices_for_all(person_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The same for each of many, in one query."""
    found: dict[int, list[dict[str, Any]]] = {person_id: [] for person_id in person_ids}
    for notice in _unseen(person_ids):
        found[notice.person_id].append(_notice_shape(notice))
    return found


def _unseen(person_ids: Collection[int]) -> QuerySet[Notice]:
    return Notice.objects.filter(person_id__in=person_ids, seen_on__isnull=True).order_by("at", "id")


def _notice_shape(notice: Notice) -> dict[str, Any]:
    shape = _letter_shape(notice)
    if notice.code == NOTE_ANSWER:  # a room lies open where others look on, and nobody opens it to read this
        shape |= {"text": _IS_THERE, "actions": ["me"]}
    return shape


def _letter_shape(notice: Notice) -> dict[str, Any]:
    """The frame `notice` without its type. Its text is plain, so that page and frame say the same."""
    shape: dict[str, Any] = {
        "id": str(notice.id),
        "code": notice.code,
        "text": plain(notice.text),
        "at": clock.rfc3339(notice.at),
    }
    if notice.act:
        shape |= {"actions": ["review"], "act": notice.act}
    if notice.room:
        shape |= {"actions": ["room"], "room": notice.room}
    return shape


def kept_notes() -> QuerySet[Note]:
    """Those whose days are not over, each with what was answered and whether an answer is wished for."""
    return Note.objects.exclude(_is_old()).select_related("wish", "answer__author", "answer__sent_by")


def kept_note(note_id: int) -> Note:
    """One of them. Refuses `not_found`."""
    note = kept_notes().filter(pk=note_id).first()
    if note is None:
        raise Refusal("not_found")
    return note


def old_notes() -> QuerySet[Note]:
    """Those whose days are over."""
    return Note.objects.filter(_is_old())


def answers_to_read() -> QuerySet[NoteAnswer]:
    """Those that wait for a second keeper and can still reach somebody."""
    return NoteAnswer.objects.filter(sent_on__isnull=True, note__wish__isnull=False)


def answer_facts(note_id: int) -> tuple[str, int | None] | None:
    """What is written so far and by whom, as `stamp_of` takes them."""
    return NoteAnswer.objects.filter(note=note_id).values_list("text", "author").first()


def wishes_of(person_id: int) -> QuerySet[AnswerWish]:
    """This person's notes that have no answer yet, the oldest first."""
    return AnswerWish.objects.filter(person=person_id).select_related("note").order_by("note_id")


def own_word_rows() -> list[ScreeningWord]:
    """The house's own words, in the order of their letters."""
    return list(ScreeningWord.objects.all())


def own_word(word_id: int) -> ScreeningWord:
    """Refuses `not_found`."""
    row = ScreeningWord.objects.filter(pk=word_id).first()
    if row is None:
        raise Refusal("not_found")
    return row


def word_facts(word_id: int) -> tuple[str, str]:
    """Word and action, as `stamp_of` takes them. Refuses `not_found`."""
    row = own_word(word_id)
    return row.word, row.action


def _is_old() -> Q:
    limit = clock.today() - timedelta(days=NOTE_DAYS)
    never_answered = Q(answer__sent_on__isnull=True) | Q(answer__sent_on__lt=limit)
    return Q(written_on__lt=limit) & never_answered
