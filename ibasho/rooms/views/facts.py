"""What a door says before one goes in: the same questions in the same order."""

from __future__ import annotations

from ibasho.house.today import Today
from ibasho.lib import clock
from ibasho.people.models import Standpoint
from ibasho.rooms.models import Room, RoomSession
from ibasho.rooms.queries import Fact, RoomCard
from ibasho.rooms.views.shown import TALK_IS_OVER, TALK_WENT_BY

_FAMILY = {point.value for point in Standpoint if point.side == "family"}
_LEAVING = "「すぐ閉じる」を押します。画面を閉じるだけでもかまいません。ほかの人に、知らせは出ません。"
_CLOSED = (
    "いまは、お休みの時間です。この部屋には、いまスタッフもいません。来てくださって、ありがとうございます。"
)
_CLOSED_WITH_STAFF = "いまは、お休みの時間です。来てくださって、ありがとうございます。"
_BEFORE_IT = "この部屋は、集まりの時間にあきます。それまでは、だれもいません。"
_AFTER_IT = "この集まりの部屋は、しまっています。来てくださって、ありがとうございます。"
_WALL = (
    "部屋は、入るときに選んだ立場で分けています。ほんとうの立場かどうかは、確かめていません。"
    "だれかわかってしまうことは、書かないでください。"
)


def door_facts(card: RoomCard) -> list[Fact]:
    """Who may enter, who reads, who watches over it, how long, when, and how to leave."""
    room = card.room
    readers = "この部屋にいる人と、スタッフです。"
    if room.is_by_invitation:
        readers = "あなたと、ここに来たスタッフ2人だけです。"
    if room.is_of_a_meeting:
        readers = "この集まりに参加して、部屋に入った人と、スタッフです。"
    kept = f"書き込みは{room.retention_days}日で消えます。自分の書き込みは、いつでもとりけせます。"
    return [
        Fact("入れる人", _who_may_enter(room)),
        Fact("読む人", readers),
        Fact("スタッフ", _staff(room)),
        Fact("残る日数", kept),
        Fact("あく時間", _hours(card)),
        Fact("帰り方", _LEAVING),
    ]


def wall_words(room: Room) -> str:
    """The wall is one of honesty, and the door says so; a room for all has no wall, nor one for somebody alone."""
    return "" if room.is_by_invitation or _is_for_all(_audience(room)) else _WALL


def staff_words(room: Room, there: int = 0) -> str:
    """Of an open room. In one that needs no keepers they may practise: `there` is how many really are."""
    return "スタッフがいます" if room.keepers_needed or there else "スタッフが、ときどき来て読みます"


def rest_reason(card: RoomCard, there: int, *, has_come: bool) -> str:
    """During its own hours a room without its keepers may still open. `there`: how many really are; `has_come`:
    this reader was in it once.
    """
    if card.state == RoomSession.State.PREPARING:
        return f"いまは、準備をしています。{_when_they_come(card, there)}"
    if card.state != RoomSession.State.PAUSED:
        if card.room.is_by_invitation:
            return TALK_IS_OVER if has_come else TALK_WENT_BY
        if card.room.is_of_a_meeting:
            return _BEFORE_IT if card.next_opening else _AFTER_IT
        return _CLOSED if there == 0 else _CLOSED_WITH_STAFF
    if card.why == "no_keepers":
        return f"いまは、スタッフが{card.room.keepers_needed}人そろわないので、少しお休みしています。そろうと、またあきます。"
    if card.paused_until is not None:
        return f"いま、少しお休みしています。{clock.clock_text(card.paused_until)}から、またあきます。"
    return "いま、少しお休みしています。またあいたら、入れます。"


def _when_they_come(card: RoomCard, there: int) -> str:
    missing = card.room.keepers_needed - there
    if there and missing > 0:
        return f"スタッフが{there}人来ています。あと{missing}人そろうと、あきます。"
    by = f"きょうは{clock.end_text(card.closes_at)}までに、" if card.closes_at else ""
    return f"{by}スタッフがそろえばあきます。" if missing > 0 else "まもなく、あきます。"


def note_hint(today: Today) -> str:
    if today.staff_text:
        return f"{today.staff_text}{today.note_text}"
    when = "次にスタッフが来たとき"
    if today.next_opening is not None:
        when = f"次にスタッフが来る {clock.when_text(today.next_opening)} より後"
    return f"読むのは、{when}です。いま、だれかに連絡がいくことはありません。"


def _hours(card: RoomCard) -> str:
    if card.room.is_trial:
        return "いつでも"
    if card.room.is_by_invitation:
        return "スタッフが2人そろっている間です"
    if card.room.is_of_a_meeting:
        return _time_of_meeting(card.room)
    if not card.hours:
        return "まだ決まっていません"
    rests = card.room.holidays == Room.Holidays.CLOSED
    # Ordinary spaces would be taken out for most readers, as those between phrases are.
    hours = "、".join(card.hours).replace(" ", "\u00a0")
    return f"{hours}。祝日は、お休みです。" if rests else hours


def _time_of_meeting(room: Room) -> str:
    if room.opens_at is None or room.closes_at is None:
        return "集まりがなくなったので、もうあきません"
    return f"{clock.when_text(room.opens_at)}〜{clock.end_text(room.closes_at, room.opens_at)}。この1回だけです。"


def _staff(room: Room) -> str:
    if not room.keepers_needed:
        return "いつもは、いません。ためしに使うための部屋です。スタッフが、ときどき来て練習します。"
    return f"あいている間は、見守り役が{room.keepers_needed}人以上います。"


def _who_may_enter(room: Room) -> str:
    if room.is_by_invitation:
        return "あなただけです。ほかの人には、この部屋は見えません。"
    if room.is_of_a_meeting:
        return "この集まりに申し込んで、参加する人だけです。ほかの人には、この部屋は見えません。"
    who = _audience_words(_audience(room))
    if room.entry == Room.Entry.PASSPHRASE:
        who += "部屋の合言葉がいります。"
    return f"{who}{room.age_note}"


def _audience_words(audience: set[str]) -> str:
    if _is_for_all(audience):
        return "どの立場の方も入れます。"
    names = "".join(f"「{point.label}」" for point in Standpoint if point in audience)
    if audience == {Standpoint.PERSON.value}:
        return f"{names}の立場の方だけです。ご家族は入れません。"
    if audience <= _FAMILY:
        return f"{names}の立場の方だけです。ご本人は入れません。"
    return f"{names}の立場の方です。"


def _audience(room: Room) -> set[str]:
    return {row.standpoint for row in room.audiences.all()}


def _is_for_all(audience: set[str]) -> bool:
    return audience.issuperset(Standpoint.values)
