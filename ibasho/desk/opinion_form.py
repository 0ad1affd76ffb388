"""The form by which a coordinator answers an opinion."""

from __future__ import annotations

from ibasho.desk.house_fields import Tick, Words
from ibasho.desk.house_forms import HouseForm
from ibasho.moderation.models import ANSWER_GRAPHEMES, QUESTION_GRAPHEMES


class OpinionForm(HouseForm):
    question = Words(
        "みじかく書きなおした意見",
        QUESTION_GRAPHEMES,
        lines=3,
        required=False,
        help_text="みんなに見せるときだけ、いります。だれのことかわからないように、書きなおしてください。",
    )
    answer = Words("返事", ANSWER_GRAPHEMES, lines=5, help_text="ひかえの番号を持っている方も、読みます。")
    is_shown = Tick(
        "「この場所への意見」にのせる", help_text="しるしがなければ、番号を持っている方だけが読めます。"
    )
