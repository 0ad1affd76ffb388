"""Which promise an act rests on, in a sentence that can be said to a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ibasho.house.models import HouseRule
from ibasho.house.queries import rules_in_force
from ibasho.house.templatetags.house import kanji_number
from ibasho.house.written import plain

# By the key of a promise: what was seen, never what somebody is.
RULE_REASONS = {
    "nickname": "本当の名前が、入っていました。",
    "watching": "見ているだけの方に、書くようにすすめる言葉がありました。",
    "come_and_go": "来ることや帰ることの理由を、たずねる言葉がありました。",
    "no_identifiers": "連絡先や、だれのことか分かる言葉が、入っていました。",
    "stays_here": "ここで読んだことを、ほかの場所に出す話がありました。",
    "hear_out": "ほかの方の話を、とちゅうで決めてしまう言葉がありました。",
    "advice": "聞かれる前の、アドバイスになっていました。",
    "no_comparing": "くらべたり、聞き出したり、家族を責めたりする言葉がありました。",
    "no_harm": "だれかを傷つける言葉や、つづけての声かけになっていました。",
    "no_solicitation": "さそいや、連絡先の交換の話がありました。",
    "about_dying": "方法のくわしい話や、だれかをさそう言葉がありました。",
    "tell_us": "みんなが安心していられるように、少しととのえました。",
}

# No room is told of this one: it would tell everybody there that somebody wrote so.
NEVER_FOR_A_ROOM = "about_dying"

# The same for a whole room, which reads it: what it is for, and nothing of what anybody wrote.
ROOM_REASONS = {
    "nickname": "名前を出さずに、いられるように",
    "watching": "見ているだけの方も、楽にいられるように",
    "come_and_go": "来るのも帰るのも、自由でいられるように",
    "no_identifiers": "だれのことか、分からないままでいられるように",
    "stays_here": "ここでの話が、ここにとどまるように",
    "hear_out": "人の話を、さいごまで読めるように",
    "advice": "話を、そのまま聞けるように",
    "no_comparing": "くらべられずに、いられるように",
    "no_harm": "だれも、傷つかずにいられるように",
    "no_solicitation": "さそいを気にせずに、いられるように",
    "tell_us": "みんなが、安心していられるように",
}
_USUAL = "tell_us"


@dataclass(frozen=True, slots=True)
class RuleReason:
    """One promise in force: its key, 約束四, the sentence for the person, the promise in plain words."""

    key: str
    name: str
    sentence: str
    text: str

    @property
    def words(self) -> str:
        """連絡先が、入っていました（約束四）。"""
        return f"{self.sentence.removesuffix('。')}（{self.name}）。"

    @property
    def cited(self) -> str:
        """みんなが、安心していられるようにするためです（約束十二）。"""
        words = ROOM_REASONS.get(self.key)
        if words is None:
            first = self.text.partition("。")[0].replace("「", "『").replace("」", "』")
            return f"「{first}」を、大切にするためです（{self.name}）。"
        return f"{words}するためです（{self.name}）。"


def usual_reason(found: Sequence[RuleReason]) -> RuleReason | None:
    """For what is done to a whole room, if a keeper chose none: that staff tidy up so that all are at ease."""
    return next((reason for reason in found if reason.key == _USUAL), found[-1] if found else None)


def room_reasons() -> list[RuleReason]:
    """Those that something may be done for to a whole room, in their order."""
    return [reason for reason in reasons() if reason.key != NEVER_FOR_A_ROOM]


def reasons() -> list[RuleReason]:
    """One for every promise in force, in their order."""
    version = rules_in_force()
    return [_reason(rule) for rule in version.clauses.all()] if version else []


def reason_of(key: str) -> RuleReason | None:
    """The promise in force with this key, which may be anything that somebody sent: the table is not asked for it."""
    version = rules_in_force()
    rules = version.clauses.all() if version else ()
    return next((_reason(rule) for rule in rules if rule.key == key), None)


def reason_texts(keys: Iterable[str]) -> dict[str, str]:
    """The sentence for each key, also of a promise that is no longer in force. Two queries if there are any."""
    wanted = set(keys)
    in_force = {reason.key: reason.words for reason in reasons()} if wanted else {}
    return {key: in_force.get(key) or RULE_REASONS.get(key, "前の約束によるものです。") for key in wanted}


def _reason(rule: HouseRule) -> RuleReason:
    text = plain(rule.text)
    sentence = RULE_REASONS.get(rule.key, f"「{text}」という約束のためです。")
    return RuleReason(rule.key, f"約束{kanji_number(rule.position)}", sentence, text)
