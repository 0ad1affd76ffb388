"""The one family of refusals: what the house says when it will not do a thing.

Codes and statuses are those of docs/protocol.md; the sentences are the house's
own, said to a person who may be having a bad night: what is so, what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Kind:
    status: int
    text: str


_KINDS = {
    "malformed": _Kind(400, "うまく読み取れませんでした。ページを開きなおすと、なおることがあります。"),
    "not_entered": _Kind(401, "先に、約束のページから入ってください。"),
    "not_found": _Kind(404, "そのページは、見つかりませんでした。"),
    "too_long": _Kind(422, "少し長いようです。1,000文字までに分けて送ってください。"),
    "empty": _Kind(422, "言葉が入っていないようです。書いてから、送ってください。"),
    "id_reused": _Kind(409, "同じ番号で、ちがう言葉が届きました。もう一度送ってください。"),
    "pace": _Kind(429, "この部屋は、ゆっくり書く部屋です。少し待つと、送れます。"),
    "too_fast": _Kind(429, "少し待つと、送れます。書いた言葉は、残っています。"),
    "too_many_tries": _Kind(429, "何度か試されたので、少しお休みします。しばらくしてから、お試しください。"),
    "resting": _Kind(403, "いまは、書くことをお休みしています。読むことはできます。"),
    "removed": _Kind(403, "いまは、この部屋には入れません。ほかの部屋は使えます。"),
    "suspended": _Kind(403, "いまは、この場所の利用を止めています。あなたの記録は見られます。"),
    "observing": _Kind(403, "いまは「見ているだけ」です。書くときは、書く席にうつってください。"),
    "room_closed": _Kind(403, "この部屋は、いまはしまっています。書いた言葉は、下書きに残ります。"),
    "room_paused": _Kind(403, "この部屋は、いまお休み中です。書いた言葉は、下書きに残ります。"),
    "phase": _Kind(403, "いまは、進行役が話す時間です。書いた言葉は、下書きに残ります。"),
    "rules_changed": _Kind(409, "約束が新しくなりました。読んでから、送ってください。言葉は残っています。"),
    "edit_late": _Kind(409, "なおせるのは、書いてから5分までです。とりけすことはできます。"),
    "edit_held": _Kind(409, "このなおし方では送れません。もとの言葉は、そのままです。"),
    "name_taken": _Kind(409, "その名前は、いま使われています。ほかの名前か、おまかせをえらんでください。"),
    "name_reserved": _Kind(
        403, "その名前は、スタッフとまちがえやすいので使えません。ほかの名前にしてください。"
    ),
    "full": _Kind(403, "いまは、席がいっぱいです。見ているだけなら入れます。"),
    "not_shown": _Kind(403, "その書き込みは、もう出ていません。"),
    "asked": _Kind(409, "送る前に、確かめさせてください。"),
    "busy": _Kind(503, "いま、こみあっています。言葉は残っています。少しすると、送れます。"),
}

CODES = frozenset(_KINDS)


class Refusal(Exception):
    """A kind no. `code` is stable, `text` is for the person, `status` for HTTP.

    `retry_after` is in whole seconds, rounded up by whoever raises it.
    """

    def __init__(self, code: str, text: str | None = None, *, retry_after: int | None = None) -> None:
        kind = _KINDS[code]
        super().__init__(code)
        self.code = code
        self.status = kind.status
        self.text = text or kind.text
        self.retry_after = retry_after

    def as_dict(self, request_id: str | None = None) -> dict[str, object]:
        """The fields of the frame `refused`."""
        frame: dict[str, object] = {"type": "refused", "code": self.code, "text": self.text}
        if request_id is not None:
            frame["id"] = request_id
        if self.retry_after is not None:
            frame["retry_after"] = self.retry_after
        return frame


class RefusedField(Refusal):
    """A refusal about one field of the form, by its name."""

    def __init__(self, code: str, text: str, field: str) -> None:
        super().__init__(code, text)
        self.field = field
