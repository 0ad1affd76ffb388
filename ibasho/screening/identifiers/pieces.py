"""An identifier given in pieces over several messages: only the last of them is at hand.

What repeats without a bound gives nothing back: だよ, read as one word or as two, would double the time each time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ibasho.screening.gates import Gate, any_of, compiled
from ibasho.screening.identifiers.accounts import APPS
from ibasho.screening.identifiers.digits import figures_of

_REST = 5
# A message that is little more than digits: 「090」「1122 です」「つぎは 0012」.
_DIGITS_ONLY = compiled(
    r"^(?:最初(?:は|が)?|はじめ(?:は|が)?|次(?:は|が)?|つぎ(?:は|が)?|あと(?:は|が)?|最後(?:は|が)?|それから|続きは?|つづきは?|下(?:は|が)?|番号は?|でんわは?|電話は?|まんなか(?:は|が)?|真ん中(?:は|が)?|で|、|\s|→|:)*+([0-9][0-9\s\-、のー・]*)(?:です|だよ|だ|ね|よ|でーす|かな|っす|になります|で|。|!|\s|、よろしく|、|ー|かけて|電話して|待ってる)*+$"
)
_WANTS_ACCOUNT = compiled(
    rf"(?:{APPS}|\bid\b|アイディー|アカウント|アカ(?:は|名)|垢|検索|フレンドコード|ユーザー名|さがして|追加して|友だち追加)"
)
_WANTS_MAIL = compiled(r"メール|メアド|アドレス|mail|アット|あっと|@|めーる")
_WANTS_PHONE = compiled(r"電話|でんわ|番号|tel|ケータイ|携帯|かけて")
_ACCOUNT_PIECE = Gate(
    r"(?:[a-z0-9]\s?){2,}[\s_.\-]*|アンダー?バー|ハイフン|ドット|どっと|dot|あっと|アット|(?:[a-z]\s){2,}[a-z]|の続き|つづきは|の次は"
)
# What leads to a piece, and the piece with what little follows it.
_LEADS = compiled(r"最初|はじめ|次|つぎ|あと|最後|続き|つづき|[ではが、\s→:ね]")
_LEADS_EVERY = 14
_THE_PIECE = compiled(
    r"(?:[a-z0-9_.\-@]{2,}|アンダー?バー|ハイフン|ドット|どっと|dot|あっと|アット|ぜろ|[a-z]\s|\s)++[^。]{0,16}$"
)
_MAIL_TAIL = Gate(
    r"(?:あっと|アット|@|\bat\b)|[a-z0-9\-]{2,}\s?(?:\.|ドット|どっと|dot)\s?(?:com|jp|co|ne|コム|こむ|ジェーピー|じぇーぴー)|どっと\s?こむ|ドット\s?コム"
)
# What stands last in an address, of whatever went before it.
_LAST = Gate(
    r"^[^。]{0,8}?(?:ドット|\.|、|に|が|は|^)\s?(?:jp|com|net|org|ne|コム|ネット|ジェ[イー]?ピー?|エヌイー?)(?:。|、|\s|ー|です|だよ|だ|つけて|って|ね|!|$)"
)
# Without one of these no text ends anything; most have none.
_ENDS = any_of((_ACCOUNT_PIECE, _MAIL_TAIL, _LAST), *"0123456789")
_AT = compiled(r"@|アット|アトマーク")
# A mobile number's head, and figures that count nothing.
_HEAD = re.compile(r"(?<![0-9])0\s?[5-9]\s?0(?![0-9]\s?円)")
_COUNTS = compiled(
    r"[0-9]\s?(?:円|年|月|日|時|分|歳|才|人|匹|冊|枚|個|%|度|キロ|話|巻|階|位|点|本|km|kg)|第[0-9]|[0-9]:[0-9]"
)
_TOPIC = compiled(
    r"(?:スタンプ|通知|バージョン|ver|怖|こわ|苦手|やめた|消した|ブロック|既読|親(?:から|と)|読んで|円|時(?:から|に|ごろ)|分(?:から|に)|歳|才|年|月|日|回|人|点|位|枚|冊|本|個|度|キロ|kg|km|ml|レベル|lv|パーセント|%|話(?:まで|目)|巻|階|番|https?)"
)


def find(text: str, earlier: Sequence[str]) -> tuple[str, bool] | None:
    """Why the present text ends what the earlier ones began, and whether it invites; None if it does not."""
    if len(text) > 60 or not _ENDS.search(text):
        return None
    recent = [one for one in earlier[-_REST:] if one]
    if not recent:
        return None
    if _ends_phone(text, recent) or _adds_up(text, recent):
        return "前の書きこみとあわせると、電話番号になります。", True
    # The text is asked first: it is shorter than what stands before it.
    before = "\n".join(recent)
    if _LAST.pattern.search(text) and _AT.search(before):
        return "前の書きこみとあわせると、メールアドレスになるようです。", True
    if _TOPIC.search(text):
        return None
    if _MAIL_TAIL.pattern.search(text) and _WANTS_MAIL.search(before):
        return "前の書きこみとあわせると、メールアドレスになるようです。", True
    if (
        _ACCOUNT_PIECE.pattern.search(text)
        and _is_just_a_piece(text)
        and not _TOPIC.search(before)
        and _WANTS_ACCOUNT.search(before)
    ):
        return "前の書きこみとあわせると、アカウントのIDになるようです。", True
    return None


def _is_just_a_piece(text: str) -> bool:
    done = 0
    for leads in _LEADS.finditer(text):
        if _THE_PIECE.match(text, done):
            return True
        if leads.start() > done + _LEADS_EVERY or "。" in text[done : leads.start()]:
            return False
        done = leads.end()
    return _THE_PIECE.match(text, done) is not None


def _ends_phone(text: str, recent: Sequence[str]) -> bool:
    last = _DIGITS_ONLY.search(text)
    if last is None:
        return False
    digits = figures_of(last[1])
    for one in reversed(recent):
        piece = _DIGITS_ONLY.search(one)
        if piece is None:
            # 「携帯は090」 may begin a number; words between two pieces are passed over.
            tail = re.search(r"(?<![0-9])(0[0-9\-\s]{1,11})[^0-9]{0,6}$", one)
            if tail is None:
                continue
            piece = tail
        digits = figures_of(piece[1]) + digits
        if len(digits) > 11:
            return False
        if re.fullmatch(r"0[5-9]0[0-9]{7,8}|0[1-9][0-9]{8}", digits) and len(digits) >= 10:
            return True
    return (
        re.fullmatch(r"0[5-9]0[0-9]{4,6}", digits) is not None
        and _WANTS_PHONE.search("\n".join(recent)) is not None
    )


def _adds_up(text: str, recent: Sequence[str]) -> bool:
    """Whether the figures since a mobile number's head are as many as one has, whatever words stand between."""
    last = figures_of(text)
    if not last or _COUNTS.search(text):
        return False
    digits = last
    for one in reversed(recent):
        head = _HEAD.search(one)
        digits = figures_of(one[head.start() :] if head else one) + digits
        if head or len(digits) > 11:
            return len(digits) == 11 and not _COUNTS.search(one)
    return False
