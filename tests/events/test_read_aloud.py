"""Whoever wants readings has them over every word of the house on the form of a sign-up: choices and buttons too."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from ibasho.events.models import ConsentText
from tests.events.conftest import Meeting, new_sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
_RUBY = re.compile(r"<ruby>.*?</ruby>", re.DOTALL)
_KANJI = re.compile(r"[一-鿿]+")
_QUESTIONS: tuple[dict[str, object], ...] = (
    {"text": "おちゃは", "purpose": "よういのためです。", "is_required": True},
    {"text": "おちゃは", "purpose": "よういのためです。", "kind": "choice", "choices": "はい\nいいえ"},
)


def bare(page: str) -> list[str]:
    """The words of the form that stand without a reading."""
    form = page[page.index('<form class="stack stack--wide"') :].partition("</form>")[0]
    return _KANJI.findall(re.sub(r"<[^>]*>", "", _RUBY.sub("", form)))


@pytest.fixture
def consent() -> ConsentText:
    parts = dict.fromkeys(("aim", "outline", "cost", "accident", "ending", "data"), "みじかく、かきます。")
    return ConsentText.objects.create(number=1, effective_on=dt.date(2026, 11, 1), **parts)


@pytest.mark.parametrize("is_full", [False, True])
def test_a_sign_up_can_be_read_from_the_first_choice_to_the_button(
    outsider: Client, meeting: Meeting, consent: ConsentText, is_full: bool
) -> None:
    sheet = new_sheet(*_QUESTIONS)
    plan = {"capacity": 0 if is_full else 4, "most_party": 4, "asks_consent": True, "has_intake": True}
    path = f"/events/{meeting(sheet=sheet, **plan).pk}/sign-up/"
    assert "<ruby>" not in outsider.get(path).content.decode()
    outsider.post("/about/look/", {"furigana": "on", "theme": "paper", "text_size": "100"})
    page = outsider.get(path).content.decode()
    assert page.count('type="radio"') > 10
    assert bare(page) == []
