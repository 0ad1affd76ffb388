"""What the support card says: the page and the wire read it here.

Nothing speaks as if somebody had read the words already, and nothing is promised for staff.
"""

from __future__ import annotations

OWN_TITLE = "書いてくれて、ありがとうございます"
OWN = (
    "とてもつらい中で、書いてくれたのだと思います。",
    "書いたことで、おこられたり追い出されたりはしません。",
)
OTHER_TITLE = "知らせてくれて、ありがとうございます"
OTHER = (
    "大切な人のことが、とても心配なのだと思います。ひとりで、かかえなくて大丈夫です。",
    "その人の名前や住所は、書かなくて大丈夫です。書いたことで、おこられることもありません。",
)
DANGER = "命があぶないとき"
OWN_DANGER = (
    "119（救急車）か110（警察）に電話してください。声が出ないときは、近くの人にこの画面を見せてください。"
)
OTHER_DANGER = (
    "119（救急車）か110（警察）に電話してください。あなた自身も、あぶないところからは、はなれてください。"
)
OTHER_LINES = "窓口には、家族やまわりの人の心配も話せます。"
UNSENT = "この言葉は、まだ送られていません。"
AUTOMATIC = "この案内は、自動で出ています。"
NOT_WAITING = "スタッフを待たなくても、窓口を使えます。つながりにくいときは、ほかの窓口も見てください。"
MAY_BE_CALLED = "はなれているスタッフに、知らせがいくことがあります。すぐに読めるとは、かぎりません。この画面を読んだだけでは、救急や警察には、つながりません。"
NOBODY_TOLD = "この画面を読んだだけでは、だれにも連絡はいきません。"
