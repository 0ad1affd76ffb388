"""What an act says to the person: what, why, until when, how to ask again. Never who did it, never blame."""

from __future__ import annotations

from datetime import datetime, timedelta

from ibasho.lib import clock
from ibasho.moderation.actions.acting import Reason
from ibasho.moderation.models import REVIEW_DAYS
from ibasho.rooms.models import Message, Room


def hidden(room: Room, message: Message, reason: Reason, code: str) -> str:
    return _letter(
        f"{_place(room)}に{moment(message.at)}に書いた言葉を、いまかくしています。",
        *_why(reason),
        "あなたを責めるためではありません。ほかの人には、あなたの名前は出していません。",
        _again(code),
    )


def restored(room: Room, message: Message) -> str:
    return _letter(
        f"{_place(room)}に{moment(message.at)}に書いた言葉を、もどしました。",
        "いまは、また部屋の人が読めます。",
    )


def resting(room: Room, until: datetime, reason: Reason, code: str) -> str:
    return _letter(
        f"今日はここで、少し休みましょう。{_place(room)}では、{moment(until)}まで、書くことをお休みします。"
        "読むことはできます。",
        *_why(reason),
        "時間が来たら、またいつものように書けます。",
        _again(code),
    )


def rest_lifted(room: Room) -> str:
    return _letter(f"{_place(room)}のお休みを、終わりにしました。", "いまから、またいつものように書けます。")


def removed(room: Room, until: datetime, reason: Reason, code: str) -> str:
    return _letter(
        f"今回は、{_place(room)}から出ていただきました。{moment(until)}から、また入れます。",
        *_why(reason),
        "ほかの部屋は、いままでどおり使えます。",
        "きもちがおさまらないときは、「困ったとき」の窓口でも話せます。",
        _again(code),
    )


def let_back(room: Room) -> str:
    return _letter(f"{_place(room)}に、いまから、また入れます。", "前の判断を、もどしました。")


def moment(at: datetime) -> str:
    """21:30 today, 11月25日（水） 21:30 on another day."""
    is_today = clock.tokyo(at).date() == clock.today()
    return clock.clock_text(at) if is_today else clock.when_text(at)


def _place(room: Room) -> str:
    return f"部屋「{room.title}」"


def _why(reason: Reason) -> list[str]:
    words = [f"スタッフから：{reason.words}"] if reason.words else []
    return [f"理由：{reason.rule.words}", *words]


def _again(code: str) -> str:
    last = clock.day_text(clock.now() + timedelta(days=REVIEW_DAYS))
    return (
        "考えがちがうときは、「もう一度見てほしい」を押してください。"
        f"ほかの端末からは、見直しの番号「{code}」でお願いできます（{last}まで）。"
    )


def _letter(*lines: str) -> str:
    return "\n".join(lines)
