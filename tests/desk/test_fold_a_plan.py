"""The form of a plan: what every meeting needs stands first, and what was filled in or is wrong stays open."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from ibasho.events.models import Event, EventSeries
from tests.desk.conftest import page_of
from tests.desk.test_plan_meetings import PLAN, coordinator, seen_on
from tests.desk.test_plan_series import RULE

__all__ = ["coordinator"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NEW, SERIES = "/desk/meetings/new/", "/desk/meetings/series/new/"
USUAL = PLAN | {"most_party": "1"}
FOLD = re.compile(r'<details class="desk-change"( open)?>\s*<summary>([^<]+)</summary>')


def open_folds(page: str) -> list[str]:
    found = FOLD.findall(page)
    assert len(found) >= 3
    return [title.split("、")[0] for is_open, title in found if is_open]


def sent(client: Client, fields: dict[str, Any], path: str = NEW) -> list[str]:
    answer = client.post(path, fields)
    assert answer.status_code in (409, 422), "the form came back"
    return open_folds(answer.content.decode())


@pytest.mark.parametrize("path", [NEW, SERIES])
def test_a_new_plan_is_short(coordinator: Client, path: str) -> None:
    page = page_of(coordinator, path)
    assert open_folds(page) == []
    before = page[: page.index("<details")]
    for name in ("title", "kind", "standpoints", "hours"):
        assert f'name="{name}"' in before


def test_what_was_filled_in_stays_open_when_the_form_comes_back(coordinator: Client) -> None:
    wrong = USUAL | {"title": ""}
    assert sent(coordinator, wrong) == []
    assert sent(coordinator, wrong | {"most_party": "２"}) == ["はじめての方の席"]
    assert sent(coordinator, wrong | {"has_intake": "on"}) == ["しめきり"]
    assert sent(coordinator, wrong | {"bring": "うわばき", "is_short": "on"}) == ["案内の文"]
    assert sent(coordinator, RULE | {"title": "", "most_party": "1", "months_off": ["1"]}, SERIES) == [
        "休みの月"
    ]


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"newcomer_seats": "13"}, "はじめての方の席"),
        ({"closes_before": "いつでも"}, "しめきり"),
        ({"about": "あ" * 1001}, "案内の文"),
        ({"standpoints": ["person", "parent"]}, "はじめての方の席"),
    ],
)
def test_what_is_wrong_stays_open(coordinator: Client, fields: dict[str, Any], part: str) -> None:
    assert part in sent(coordinator, USUAL | fields)


def test_a_plan_that_is_changed_shows_what_is_other_than_usual(coordinator: Client) -> None:
    coordinator.post(NEW, USUAL | {"bring": "うわばき"})
    here = f"/desk/meetings/{Event.objects.get().pk}/plan/"
    assert open_folds(page_of(coordinator, here)) == ["案内の文"]
    coordinator.post(SERIES, RULE | {"most_party": "1", "holidays_off": "on"})
    series = f"/desk/meetings/series/{EventSeries.objects.get().pk}/plan/"
    assert open_folds(page_of(coordinator, series)) == ["休みの月"]


def test_what_somebody_else_changed_is_not_hidden_in_a_fold(coordinator: Client) -> None:
    coordinator.post(NEW, USUAL)
    here = f"/desk/meetings/{Event.objects.get().pk}/plan/"
    mine = USUAL | {"day": "2026-12-12", "seen": seen_on(page_of(coordinator, here))}
    coordinator.post(here, mine | {"closes_before": "24"})
    late = coordinator.post(here, mine | {"title": "月曜の会"})
    assert late.status_code == 409
    assert "しめきり" in open_folds(late.content.decode())
