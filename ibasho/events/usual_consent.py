"""The six parts that are shown until a house has written its own: they say only what is so at any meeting here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ibasho.events.models import SIGN_UP_DAYS

USUAL_CONSENT: Mapping[str, str] = MappingProxyType(
    {
        "aim": "来る方が、少し楽になることをめざします。だれかを変えるための集まりでは、ありません。",
        "outline": "することは、集まりのページの「どうなるの？」に書いてあります。"
        "話さずに、聞いているだけでも、読んでいるだけでも大丈夫です。",
        "cost": "お金のことは、集まりのページに書いてあります。",
        "accident": "けがや、具合がわるいときは、スタッフが手つだいます。"
        "命が心配なときは、救急車をよんだり、相談の窓口をお伝えしたりすることがあります。",
        "ending": "いつでも、理由なしでやめられます。集まりがなくなったときは、申し込みのページでお知らせします。"
        "ほかの方を傷つけることがつづいたときは、スタッフがお話しして、ほかの窓口をお伝えすることがあります。",
        "data": "申し込みに書いたことは、この集まりのスタッフだけが読みます。"
        f"おそくても、会の{SIGN_UP_DAYS}日あとに消えます。命が心配なときのほかは、だれにも わたしません。",
    }
)
