"""The promises on paper: whole, with the way to them, and readings by choice."""

from __future__ import annotations

import pytest
from django.test import Client

from ibasho.house.actions import Clause, draft_rules, publish_rules
from ibasho.house.models import HouseProfile, HouseRulesVersion
from ibasho.house.written import plain
from ibasho.lib.qr import qr_of

pytestmark = pytest.mark.django_db
PAPER = "/rules/print/"


def sheet(client: Client, **query: str) -> str:
    text = client.get(PAPER, query).content.decode()
    return text[text.index("<article") : text.index("</article>")]


def test_every_promise_in_force_is_on_it_and_the_way_to_the_page(
    house: HouseProfile, outsider: Client
) -> None:
    draft_rules([Clause("later", "いるとき", "これは、まだ下書きです。")])
    text = sheet(outsider)
    version = HouseRulesVersion.objects.get(number=1)
    assert version.clauses.count() == 3
    assert all(f"<span>{plain(rule.text)}</span>" in text for rule in version.clauses.all())
    assert "まだ下書き" not in text
    assert qr_of("http://testserver/rules/").dots in text
    assert "testserver/rules/" in text


def test_readings_are_there_for_who_wants_them(house: HouseProfile, outsider: Client) -> None:
    publish_rules(draft_rules([Clause("listen", "いるとき", "｜話《はなし》を 聞きます。")]))
    assert "<ruby>" not in sheet(outsider)
    assert "話を聞きます。" in sheet(outsider)
    assert '<ruby>話<rp>（</rp><rt aria-hidden="true">はなし</rt>' in sheet(outsider, furigana="on")


def test_a_house_without_promises_says_so(db: None, outsider: Client) -> None:
    HouseRulesVersion.objects.all().delete()
    assert "いま準備しています" in sheet(outsider)
