"""The figures of a year: on every screen, for every eye, and on paper."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser
from tests.browser.looks import barriers, small_targets, what_sticks_out
from tests.browser.paper import sheets_of

_LOOKS: dict[str, tuple[int, dict[str, Any]]] = {
    "paper": (390, {"theme": "paper", "text_size": "100"}),
    "night": (1280, {"theme": "night", "text_size": "150"}),
    "clear": (320, {"theme": "clear", "text_size": "200"}),
}
# A year that is over: numbers as the house keeps them, large and small.
_YEAR = """
import random
from datetime import date
from django.db import transaction
from ibasho.reports.actions import closing, tally_days
from ibasho.reports.counted import HIDDEN, KEEPERS, MEETINGS, PEOPLE
from ibasho.reports.models import Deed, Opening, RoomVisit
from ibasho.reports.periods import Period

random.seed(7)
most = dict(person=14, parent=30, sibling=5, partner_kin=3, supporter=4)
with transaction.atomic():
    for month in Period.year(2025).months():
        for standpoint, many in most.items():
            for number in range(random.randint(many // 2, many)):
                who = f"{standpoint}{random.randint(0, many * 2)}"
                RoomVisit.objects.create(day=month.begins, standpoint=standpoint, is_first=number < 2, who=who)
        for week in range(4):
            Opening.objects.create(day=month.begins, minutes=180)
        for number in range(random.randint(0, 9)):
            Deed.objects.create(day=month.begins, what="told", of=random.choice(["unsure", "harm"]))
            Deed.objects.create(day=month.begins, what="decided", of="spoken", minutes=25 * (number + 1))
tally_days()
closing.close_due()
closing.close_due()
"""


@pytest.fixture
def year(place: Place) -> None:
    place.tell(_YEAR)


@pytest.mark.parametrize("look", _LOOKS)
def test_the_desks_figures_can_be_shown_to_anybody(
    year: None, keeper_browser: KeeperBrowser, look: str
) -> None:
    width, settings = _LOOKS[look]
    steward = keeper_browser("かもめ", "steward", viewport={"width": width, "height": 800})
    steward.send("/me/settings/", send_delay="0", **settings)
    for path in (
        "/desk/figures/?period=2025",
        "/desk/figures/?period=2025-11",
        "/desk/figures/print/?period=2025",
        "/desk/figures/words/?period=2025",
    ):
        _is_for_everybody(steward, path)


def test_the_public_figures_and_the_promises_on_paper_are_for_everybody_without_a_script(
    year: None, come: Come
) -> None:
    guest = come(viewport={"width": 320, "height": 640})
    for path in ("/about/figures/", "/rules/print/", "/rules/print/?furigana=on"):
        _is_for_everybody(guest, path)
    plain = come(java_script_enabled=False)
    page = plain.open("/about/figures/")
    page.get_by_label("いつの数字").select_option("2025-11")
    page.get_by_role("button", name="見る").click()
    assert page.get_by_role("heading", name="2025年11月（令和7年）").is_visible()


@pytest.mark.parametrize(
    ("path", "pages"), [("/desk/figures/print/?period=2025", 5), ("/desk/figures/print/?period=2025-11", 3)]
)
def test_figures_come_out_on_a4_in_letters_one_can_read(
    year: None, keeper_browser: KeeperBrowser, path: str, pages: int
) -> None:
    steward = keeper_browser("かもめ", "steward")
    assert sheets_of(steward.open(path)) <= pages


@pytest.mark.parametrize("path", ["/rules/print/", "/rules/print/?furigana=on"])
def test_the_promises_come_out_on_a4_in_letters_one_can_read(come: Come, path: str) -> None:
    assert sheets_of(come().open(path)) <= 2


def _is_for_everybody(guest: Guest, path: str) -> None:
    page = guest.open(path)
    assert not [*barriers(page), *small_targets(page), *what_sticks_out(page)], path
