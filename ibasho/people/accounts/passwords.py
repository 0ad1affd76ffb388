"""Keepers' passwords: long rather than odd, the same in whatever width they are typed."""

from __future__ import annotations

import functools
import secrets
import unicodedata
from collections.abc import Iterable

from django.contrib.auth.hashers import check_password, is_password_usable, make_password

from ibasho.lib.errors import Refusal
from ibasho.lib.unicode_text import graphemes
from ibasho.people.accounts.hashing import one_of_few

SHORTEST = 12
_LONGEST = 200
_LONGEST_TYPED = _LONGEST * 4  # of what is looked at at all, before widths are made one
_DIFFERENT = 5
_SHORT = (
    f"パスワードは、{SHORTEST}文字より 長いと安心です。好きな言葉を 三つか四つ つなげると、おぼえやすいです。"
)
_LONG = f"パスワードは、{_LONGEST}文字までです。"
_PLAIN = "同じ文字が つづいています。好きな言葉を 三つか四つ つなげると、安心です。"
_LIKE_NAME = "名前と ちがう言葉を 入れると、安心です。"


def hash_chosen(password: str, names: Iterable[str]) -> str:
    """Argon2 of a password that will do. Raises Refusal `malformed` that says how to find a better one,
    and `busy`.
    """
    if len(password) > _LONGEST_TYPED:
        raise Refusal("malformed", _LONG)
    password = _one_width(password)
    if graphemes(password) < SHORTEST:
        raise Refusal("malformed", _SHORT)
    if graphemes(password) > _LONGEST:
        raise Refusal("malformed", _LONG)
    rest = password.casefold()
    for name in filter(None, names):
        rest = rest.replace(_one_width(name).casefold(), "")
    if graphemes(rest) < SHORTEST // 2:
        raise Refusal("malformed", _LIKE_NAME)
    if len(set(rest)) < _DIFFERENT:
        raise Refusal("malformed", _PLAIN)
    with one_of_few():
        return make_password(password)


def is_right(password: str, encoded: str | None) -> bool:
    """Whether it is this password. Without a hash to compare with, the same work, and no.

    Raises Refusal `busy` while too many ask.
    """
    known = encoded if encoded and is_password_usable(encoded) else None
    typed = _one_width(password[:_LONGEST_TYPED])
    with one_of_few():
        return check_password(typed, known or _nobodys()) and known is not None


@functools.cache
def _nobodys() -> str:
    return make_password(secrets.token_hex(16))


def _one_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
