"""言いにくいことポスト."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import (
    forget_old_concerns,
    leave_quiet_post,
    read_quiet_post,
    unread_quiet_post,
)
from ibasho.moderation.models import LogEntry, QuietPost
from ibasho.moderation.queries import unread_quiet_posts
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from tests.conftest import EnterAs

pytestmark = pytest.mark.django_db
CARD = 'data-code="support"'
PATH = "/quiet-box/"


@pytest.fixture
def browser(newcomer: Person, client: Client, enter_as: EnterAs) -> Client:
    return enter_as(client, newcomer)


def test_it_is_tied_to_nobody(browser: Client) -> None:
    assert "調整役のスタッフだけ" in browser.get(PATH).content.decode()
    answer = browser.post(PATH, {"text": "見守り役の言い方が、つらいです。"})
    assert (answer.status_code, answer["Location"]) == (303, "/quiet-box/")
    assert "受けとりました" in browser.get(answer["Location"]).content.decode()
    assert QuietPost.objects.get().text == "見守り役の言い方が、つらいです。"
    assert [field.name for field in QuietPost._meta.concrete_fields if field.is_relation] == []


def test_who_is_not_inside_is_led_to_the_rules(outsider: Client, house: object) -> None:
    for ask in (outsider.get, outsider.post):
        assert ask(PATH, {"text": "こんにちは"})["Location"].startswith("/enter/")
    assert not QuietPost.objects.exists()


@pytest.mark.parametrize(("text", "status"), [("", 422), ("　", 422), ("あ" * 1001, 422)])
def test_a_refused_form_comes_back_with_its_words(browser: Client, text: str, status: int) -> None:
    answer = browser.post(PATH, {"text": text})
    assert answer.status_code == status
    assert text in answer.content.decode()
    assert not QuietPost.objects.exists()


def test_words_about_dying_get_help_and_come_first(browser: Client) -> None:
    leave_quiet_post("お茶のこと。")
    assert CARD in browser.post(PATH, {"text": "もう死にたい"}, follow=True).content.decode()
    assert [post.about_dying for post in unread_quiet_posts()] == [True, False]
    browser.post(PATH, {"close": "card"})
    assert CARD not in browser.get(PATH).content.decode()


def test_it_is_slowed_down(browser: Client) -> None:
    answers = [browser.post(PATH, {"text": "ひとこと"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [303] * 3 + [429]


def test_reading_is_written_down_and_undone(keeper: KeeperFacts) -> None:
    post = leave_quiet_post("お茶のこと。")
    for _ in range(2):
        read_quiet_post(keeper, post.pk)
    assert list(unread_quiet_posts()) == []
    for _ in range(2):
        unread_quiet_post(keeper, post.pk)
    assert list(unread_quiet_posts()) == [post]
    assert [entry.verb for entry in LogEntry.objects.all()] == ["read_quiet_post", "unread_quiet_post"]
    with pytest.raises(Refusal):
        read_quiet_post(keeper, post.pk + 1)


def test_it_ends_after_thirty_days(house: object, clock: time_machine.Traveller) -> None:
    leave_quiet_post("お茶のこと。")
    clock.shift(dt.timedelta(days=30))
    forget_old_concerns()
    assert QuietPost.objects.count() == 1
    clock.shift(dt.timedelta(days=1))
    assert list(unread_quiet_posts()) == []
    forget_old_concerns()
    assert not QuietPost.objects.exists()
