"""What the code of a sign-up tells at ひかえ: the page of codes lies beside meetings, and knows nothing of them."""

from __future__ import annotations

from ibasho.events.actions import withdraw
from ibasho.events.queries.sign_ups import by_fingerprint, sign_up_page
from ibasho.moderation.receipts import Answer


def sign_up_answer(code_hash: str) -> Answer | None:
    """How far it has come, and the way to its page."""
    row = by_fingerprint(code_hash)
    if row is None:
        return None
    page = sign_up_page(row.pk)
    place = f"いまの順番は、{page.place}番めです。" if page.place else ""
    lines = [f"{page.title} {page.when}", f"{page.state_text}。{place}", page.news]
    text = "\n".join(line for line in lines if line)
    return Answer("sign_up", page.state, text, title="集まりの申し込み", opens="/sign-ups/")


def withdraw_sign_up(code_hash: str) -> None:
    """やめておく, by the code."""
    row = by_fingerprint(code_hash)
    if row is not None:
        withdraw(row.pk)
