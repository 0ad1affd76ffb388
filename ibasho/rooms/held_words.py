"""What is said to a writer who is asked first, or whose words wait."""

from __future__ import annotations

from ibasho.lib.errors import Refusal
from ibasho.rooms.shapes import Held, Spans

CHOICES = ("without", "to_keepers")
_KIND_FIRST = "書いてくれて、ありがとうございます。おこられることはありません。"
_NOBODY_HERE = "いまは、ここにスタッフがいません。スタッフが見るまで、時間がかかります。"
_ASKING = {
    "personal_info": "電話番号や住所のようなものが入っているようです。あなたを守るために、少し待っています。",
    "contact_exchange": "連絡先のやりとりのような言葉が入っているようです。あなたを守るために、少し待っています。",
    "house_word": "この家で、送る前にたしかめると決めた言葉が入っているようです。少し待っています。",
}
_STILL = "消したあとの言葉にも、まだ、しるしをつけたところがありました。そこも消すか、スタッフに見てもらうか、えらんでください。"
_WAITS = "スタッフが見てから出ます。ほかの人には、まだ見えていません。"
_WAITING = {
    "care": "書いてくれて、ありがとうございます。いまは、あなたとスタッフだけに見えています。スタッフが、ていねいに読みます。",
    "link": f"はじめのうちのリンクは、{_WAITS}",
    "covered": f"スタッフがかくしたところと、同じ言葉が入っているようです。{_WAITS}",
    "newcomers_first": f"はじめの書き込みは、{_WAITS}",
    "checked_first": f"この部屋の書き込みは、{_WAITS}",
}


class Asked(Refusal):
    """Code `asked`: nothing is stored; the writer sends the same id with a choice, or drops it.

    `label` is what was found, `spans` where in the text, `cover_spans` where in the cover. `rest`: text and cover
    without what was taken out at the writer's wish. Then the spans are of these, and so is the choice. `left`: text
    and cover as `without` would send them; None where nothing would be left, and then it is no choice.
    """

    def __init__(
        self,
        request_id: str,
        label: str,
        text: str,
        spans: Spans,
        cover_spans: Spans,
        *,
        rest: tuple[str, str] | None = None,
        left: tuple[str, str] | None = None,
    ) -> None:
        super().__init__("asked", text)
        self.rest, self.left = rest, left
        self.request_id = request_id
        self.label = label
        self.spans = spans
        self.cover_spans = cover_spans

    def as_dict(self, request_id: str | None = None) -> dict[str, object]:
        """The fields of the frame `asked`."""
        frame: dict[str, object] = {
            "type": "asked",
            "id": self.request_id,
            "code": self.label,
            "text": self.text,
            "spans": self.spans,
            "choices": [choice for choice in CHOICES if choice != "without" or self.left is not None],
        }
        if self.cover_spans:
            frame["cover_spans"] = self.cover_spans
        if self.rest is not None:
            frame["rest"] = {"text": self.rest[0], "cover": self.rest[1]}
        if self.left is not None:
            frame["left"] = {"text": self.left[0], "cover": self.left[1]}
        return frame


def held_frame(held: Held) -> dict[str, object]:
    """The fields of the frame `held`, for both doors."""
    return {
        "type": "held",
        "id": held.request_id,
        "code": held.code,
        "text": waiting(held.code),
        "message": held.message_id,
    }


def asking(label: str, *, is_crisis: bool = False, nobody_here: bool = False, is_rest: bool = False) -> str:
    """Why the writer is asked; somebody in need hears first that it is well that they wrote.

    `nobody_here`: no keeper could look at the words now. `is_rest`: something was taken out, and this is left.
    """
    why = _STILL if is_rest else _ASKING.get(label, _ASKING["personal_info"])
    text = why + (_NOBODY_HERE if nobody_here else "")
    return _KIND_FIRST + text if is_crisis else text


def waiting(code: str) -> str:
    """Why words wait, to their writer."""
    return _WAITING.get(code, _WAITS)
