"""What is counted, by name: the one list that closing, sheets and definitions share. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ibasho.events.models import AfterCard, Event
from ibasho.moderation.models import Concern, ReviewRequest
from ibasho.people.models import Standpoint

ROOM = "room"


@dataclass(frozen=True, slots=True)
class Group:
    """Measures that are told in one table: `of` are its columns, with their words."""

    measures: dict[str, str]
    of: dict[str, str]
    title: str = ""
    distinct: frozenset[str] = frozenset()


_ACTS = {
    "hide": "書き込みをかくした",
    "redact": "一部をかくした",
    "unname": "名前をはずした",
    "keep_back": "出さなかった",
    "rest": "少し休んでもらった",
    "remove": "部屋から出てもらった",
    "suspend": "利用を止めた",
}
_OUTCOMES = {
    "acted": "必要なことをした",
    "spoken": "声をかけた",
    "watched": "見ていく",
    "kept": "そのまま",
}
_REASONS = {
    "unsure": "わからないけど、気になる",
    "harm": "人を傷つける言葉",
    "identifiers": "だれのことか分かる言葉",
    "solicitation": "さそい",
    "life": "命や体の心配",
}
_LOOKS = {"overturned": "とりけした", "upheld": "そのまま"}

PEOPLE = Group(
    {"total": "延人数", "unique": "実人数", "new": "新規"},
    {value: str(label) for value, label in Standpoint.choices},
    "来た方",
    frozenset({"unique"}),
)
TOLD = Group({"told": "件"}, _REASONS, "スタッフに知らせる")
DECIDED = Group({"decided": "件"}, _OUTCOMES, "知らせを確かめた結果")
ACTS = Group({"acts": "回"}, _ACTS, "スタッフがしたこと")
REVIEWED = Group({"reviewed": "件"}, _LOOKS, "見直し")
CARDS = Group(
    {"cards": "人"},
    {value: str(label) for value, label in AfterCard.Answer.choices},
    "集まりのあとのカード（いて、だいじょうぶでしたか）",
)
CONDUCT = (TOLD, DECIDED, ACTS, REVIEWED)
HIDDEN = (PEOPLE, CARDS, *CONDUCT)
"""Everything whose small numbers are hidden."""

MEETINGS = Group(
    {"sessions": "回", "minutes": "分"},
    {value: str(label) for value, label in Event.Kind.choices} | {ROOM: "部屋の開室"},
    "回数と時間",
)
KEEPERS = {"keepers": "人数", "duties": "当番と進行の回数", "duty_minutes": "その時間"}
TIMES = {"decided": "decided_minutes", "reviewed": "reviewed_minutes"}
"""What was done, and under which name the middle of the times it took is kept."""
RETURNED = "returned_percent"
BY_TEXT = "by_text_tenths"
MOST_WORDS = "most_words_percent"

assert set(_REASONS) == set(Concern.Reason.values), "every reason has its words"
assert set(_OUTCOMES) == set(Concern.Outcome.values), "every outcome has its words"
assert set(_LOOKS) == set(ReviewRequest.Outcome.values) - {""}, "every outcome has its words"
