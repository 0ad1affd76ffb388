"""Numbers and addresses that lead to a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ibasho.screening.findings import Finding, Label
from ibasho.screening.folding import Folded

_PUBLIC = frozenset(
    [
        "0120279338",
        "0120279226",
        "05036550279",
        "0120061338",
        "0120783556",
        "0570783556",
        "0570064556",
        "0120997777",
        "0120529528",
        "0120279889",
    ]
)
_PHONE = re.compile(r"(?<!\d)0\d{1,4}[-‐−ー()\s]{0,2}\d{2,4}[-‐−ー()\s]{0,2}\d{3,4}(?!\d)")
_MAIL = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")


def find(folded: Folded) -> Iterator[Finding]:
    for found in _PHONE.finditer(folded.text):
        digits = re.sub(r"\D", "", found[0])
        if len(digits) in (10, 11) and digits not in _PUBLIC:
            yield Finding(Label.PERSONAL_INFO, folded.span(*found.span()), "電話番号のようです。")
    for found in _MAIL.finditer(folded.text):
        yield Finding(Label.PERSONAL_INFO, folded.span(*found.span()), "メールアドレスのようです。")
