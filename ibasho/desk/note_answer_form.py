"""The form by which a keeper on duty answers a note."""

from __future__ import annotations

from ibasho.desk.house_fields import Tick, Words
from ibasho.desk.house_forms import HouseForm
from ibasho.house.actions import ANSWER_GRAPHEMES


class NoteAnswerForm(HouseForm):
    text = Words(
        "返事",
        ANSWER_GRAPHEMES,
        lines=5,
        help_text="一度だけの返事です。聞きかえしたり、会う約束をしたりは、しません。あなたの名前は出ません。",
    )
    as_is = Tick("電話番号や住所のように見えるところを、そのままわたす")
