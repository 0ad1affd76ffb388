"""What stands beside the fields of public pages carries readings, for who wants them."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from ibasho.house import written

TEMPLATES = settings.ROOT / "frontend" / "templates"
_FIELD = re.compile(r'{% include "elements/field.html"[^%]*%}')
_WORDS = re.compile(r'(?:label|hint|need)="([^"]*)"')
_READING = re.compile("｜[^｜《》]+《[ぁ-ん]+》")


def test_every_label_and_hint_of_a_public_page_can_be_read_aloud() -> None:
    fields = [
        (page.name, field)
        for page in TEMPLATES.rglob("*.html")
        if page.parent.name not in ("desk", "house", "keepers", "meetings", "opinion_box")
        for field in _FIELD.findall(page.read_text())
    ]
    assert len(fields) > 15
    for page, field in fields:
        assert "wishes=visitor_settings only" in field, page
        for words in _WORDS.findall(field):
            assert not re.search("[一-龠]", _READING.sub("", words)), f"{page}: {words}"


@pytest.mark.django_db
def test_readings_are_for_eyes_only_and_for_who_wants_them(outsider: Client, house: object) -> None:
    plain = outsider.get("/return/").content.decode()
    assert '<label class="field__label" for="phrase">合言葉</label>' in plain
    assert "<rt" not in plain
    outsider.post("/about/look/", {"furigana": "on", "theme": "paper", "text_size": "100"})
    page = outsider.get("/return/").content.decode()
    marked = written.shown("｜合言葉《あいことば》", furigana=True, spacing=False)
    assert f'<label class="field__label" for="phrase">{marked}</label>' in page
    assert 'aria-hidden="true">だいじょうぶ</rt>' in page
