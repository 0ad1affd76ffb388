"""How rows and states read on a page: the words around the words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ibasho.lib import clock
from ibasho.rooms.call_names import NAMELESS
from ibasho.rooms.models import EDIT_MINUTES
from ibasho.rooms.queries.cards import CROWD_WORDS
from ibasho.rooms.shapes import TALK_OVER, MessageShape, RoomShape, YouShape

WISHES = {"listen_only": "聞いてほしいだけ", "advice_welcome": "意見もほしい"}
QUIET_WORDS = {
    "hidden": "スタッフが、この書き込みをかくしました。",
    "withdrawn": "この書き込みは、とりけされました。",
    "erased": "この書き込みは、消えました。",
    "shown": "この書き込みは、あなたの席ができる前のものです。",
}
STATE_WORDS = {"paused": "休けい", "preparing": "準備中", "closed": "おわりました"}
OPEN_STATES = ("open", "closing")
CHECKED_LINE = "いまは、スタッフが見てから、書き込みが出ます。少し時間がかかります。"
# The same sentences as in js/models/post_state.js: a page says what the line will say.
TALK_IS_OVER = "静かな部屋を、おわりました。来てくれて、ありがとうございました。つらいときは、「困ったとき」に窓口があります。"
TALK_WENT_BY = (
    "静かな部屋は、おわりました。つらいときは、「困ったとき」に窓口があります。"  # for who did not come
)
_PERSON_LINES = {
    "resting": "いまは、書くことをお休みしています。読むことはできます。",
    "removed": "いまは、この部屋では書けません。",
    "suspended": "いまは、この場所の利用を止めています。",
    "phase": "いまは、進行役が話す時間です。書きかけの言葉は、そのまま残ります。",
    "rules_changed": "約束が新しくなりました。読むと、また書けます。",
}


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """One row as elements/message.html wants it."""

    id: str
    position: int
    seq: int
    seat: str
    call_name: str
    keeper: bool
    is_own: bool
    at_iso: str
    time: str
    edited: bool
    redacted: bool
    may_edit: bool
    wish: str
    cover: str
    text: str
    quiet_words: str
    is_ignored: bool = False
    is_nameless: bool = False

    @property
    def is_quiet(self) -> bool:
        return bool(self.quiet_words)

    @property
    def may_change(self) -> bool:
        return self.is_own


@dataclass(frozen=True, slots=True)
class ShownState:
    """A room's state in words: `word` beside the little window, `line` as a sentence."""

    look: str
    word: str
    until: str
    line: str


def show_message(
    message: MessageShape, own_seat: str, seq: int, ignored: Collection[str] = ()
) -> ShownMessage:
    """`seq`: the number up to which the page is the table's. Words of the seats in `ignored` are left out."""
    at = moment(message["at"])
    is_own = message["seat"] == own_seat
    is_readable = message["state"] == "shown" and "text" in message
    if is_readable and message["seat"] in ignored and not message["keeper"]:
        return _left_out(message, seq)
    return ShownMessage(
        id=message["id"],
        position=message["position"],
        seq=seq,
        seat=message["seat"],
        call_name=message.get("call_name") or ("" if message["state"] == "erased" else NAMELESS),
        keeper=message["keeper"],
        is_own=is_own,
        at_iso=message["at"],
        time=time_words(at),
        edited=message["edited"],
        redacted=is_readable and message.get("redacted", False),
        may_edit=is_own and is_readable and clock.now() <= at + timedelta(minutes=EDIT_MINUTES),
        wish=WISHES.get(message.get("tone", ""), ""),
        cover=message.get("cover", ""),
        text=message.get("text", ""),
        quiet_words="" if is_readable else QUIET_WORDS[message["state"]],
        is_nameless="call_name" not in message,
    )


def _left_out(message: MessageShape, seq: int) -> ShownMessage:
    """Its place in the order, and whose it is for the way back: nothing of it reaches the page."""
    return ShownMessage(
        id=message["id"],
        position=message["position"],
        seq=seq,
        seat=message["seat"],
        call_name="",
        keeper=False,
        is_own=False,
        at_iso="",
        time="",
        edited=False,
        redacted=False,
        may_edit=False,
        wish="",
        cover="",
        text="",
        quiet_words="",
        is_ignored=True,
    )


def show_standing(room: RoomShape, you: YouShape) -> ShownState:
    """The room as its header says it, and why this person may not write now, if they may not."""
    shown = _show_state(room)
    if shown.line.startswith(CHECKED_LINE) and you.get("waiting"):
        shown = replace(shown, line="")  # it stands with the words that wait
    reason = _PERSON_LINES.get(you.get("why_not", ""))
    if reason is None or room["state"] not in OPEN_STATES:
        return shown
    until = you.get("until")
    again = f"{time_words(moment(until))}から、また書けます。" if until else ""
    return replace(shown, line=reason + again)


def _show_state(room: RoomShape) -> ShownState:
    state, closes_at = room["state"], room.get("closes_at")
    if state not in OPEN_STATES:
        look = "paused" if state == "paused" else "preparing"
        return ShownState(look, STATE_WORDS[state], "", _room_line(room))
    until = f"{time_words(moment(closes_at))}まで" if closes_at else ""
    return ShownState("open", CROWD_WORDS[room["crowd"]], until, _room_line(room))


def time_words(at: datetime) -> str:
    """Only the clock for today, the day too for any other; as js/lib/text.js, which knows no holidays."""
    return clock.soon_text(at).replace("・祝", "")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _closing_line(closes_at: datetime) -> str:
    left, minute = closes_at - clock.now(), timedelta(minutes=1)
    if left > 5 * minute:
        return f"{time_words(closes_at)}に、部屋をしめます。"
    if left > minute:
        return f"5分以内に、部屋をしめます。{time_words(closes_at)}までです。"
    if left > timedelta():
        return "1分以内に、部屋をしめます。書いた言葉は、いま送れます。"
    if left > -minute:
        return "部屋をしめる時間です。書きかけの言葉は、あと1分送れます。"
    return "部屋をしめています。書きかけの言葉は、そのまま残ります。"


def _pause_line(room: RoomShape) -> str:
    if room.get("why") == "no_keepers":
        return "いま、スタッフがそろっていません。少しお休みします。読むことはできます。"
    opens_at = room.get("opens_at")
    if opens_at:
        return f"{time_words(moment(opens_at))}まで、お休みします。お茶でもどうぞ。読むことはできます。"
    return "少しお休みします。書きかけの言葉は、そのまま残ります。"


def _room_line(room: RoomShape) -> str:
    state, closes_at, opens_at = room["state"], room.get("closes_at"), room.get("opens_at")
    again = f"次は、{time_words(moment(opens_at))}からです。" if opens_at else ""
    if state == "closing":
        return _closing_line(moment(closes_at)) if closes_at else ""
    if state == "paused":
        return _pause_line(room) + room.get("because", "")
    if state == "closed" and room.get("why") == TALK_OVER:
        return TALK_IS_OVER
    if state == "closed":
        return f"今日の部屋は、おわりました。読むことはできます。{again}"
    if state == "preparing":
        return f"いまは、準備中です。{again}"
    because = room.get("because", "")
    if room.get("checked"):
        return CHECKED_LINE + because
    return f"いまは、{room['pace']}秒に1回、ゆっくり書く時間です。{because}" if because else ""
