"""How fast a seat may write. A newcomer is met slowly, and a newcomer's links wait for a keeper."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings

from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.look_alike import fold
from ibasho.rooms.shapes import Words
from ibasho.screening.support import is_about_dying

# Where people here meet addresses. Not every ending there is: Mr.Children and Node.js are no links.
_ENDINGS = (
    "com|net|org|info|biz|jp|co|io|me|gg|app|dev|link|site|xyz|to|ly|be|tv|page|shop|store|online|club|top|live|blog|"
    "work|space|fun|icu|vip|pw|cc|ws|ai|gl|gd|im|is|st|sh|so|fm|am|in|us|uk|eu|de|fr|ch|nl|ru|cn|tw|kr|hk|ph|vn|th|asia|"
    "tokyo|osaka|kyoto|nagoya|okinawa|chat|social|cloud|group|team|today|world|life|news|tech|art|love|cafe|game|games|"
    "fans|bio|cam|click|website|pro|mobi|name|moe|ninja|monster|buzz|wiki|zone|email|media|video|stream|party|sexy|"
    "dating|hosting|host|press|agency|company|center|solutions|services|support|finance|money|market|bet|casino"
)
_USUAL = "com|net|org|jp|co|io|gg|app|dev|shop|site|info|xyz|link|page|club|online|tokyo|live|blog"
_IN_BRACKETS = r"\s*[\[({<]\s*(?:\.|dot|どっと)\s*[\])}>]\s*"
_SPELLED = r"\s*(?:どっと|\bdot\b)\s*"
_LINK = re.compile(
    r"https?:|www\."
    rf"|\w(?:\.|{_IN_BRACKETS})(?:{_ENDINGS}|xn--[a-z0-9-]+)(?![a-z0-9-])"
    rf"|\w{_SPELLED}(?:{_USUAL})(?![a-z0-9-])"
    # a full stop of Japanese between letters of an address
    rf"|[a-z0-9-]。(?:{_ENDINGS})(?![a-z0-9-])"
    r"|\w\.[a-z]{2,24}(?::\d+)?/"
    r"|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])",
    re.I,
)
_MOST_SETTLED = 20_000
_settled: set[str] = set()


def is_settled(seat_id: str) -> bool:
    """Whether this seat is known to be past its slow start; it never goes back."""
    return seat_id in _settled or not settings.RATE_LIMITS


def settle(seat_id: str) -> None:
    if len(_settled) >= _MOST_SETTLED:
        _settled.clear()
    _settled.add(seat_id)


def take_for_post(words: Words, newcomer_until: datetime | None) -> None:
    """One post of this seat. Refuses `too_fast`; nobody is met slowly who writes of dying."""
    rate_limit.take("post", words.seat_id)
    if newcomer_until is None:
        return
    try:
        rate_limit.take("post_newcomer", words.seat_id)
    except Refusal as refusal:
        if is_about_dying(words.text):
            return
        raise Refusal(refusal.code, _SLOW_AT_FIRST, retry_after=refusal.retry_after) from None


def give_back(words: Words) -> None:
    """The words were refused for another reason: a newcomer need not wait 20 seconds for nothing."""
    rate_limit.give_back("post_newcomer", words.seat_id)


def take_for_change(words: Words) -> None:
    """One edit or withdrawal of this seat. Refuses `too_fast`."""
    rate_limit.take("change", words.seat_id)


def has_link(text: str) -> bool:
    return _LINK.search(fold(text)) is not None


_SLOW_AT_FIRST = "はじめの5つの書き込みは、20秒に1つずつ送れます。書いた言葉は残っています。"


def forget() -> None:
    """As a fresh process knows nobody."""
    _settled.clear()
