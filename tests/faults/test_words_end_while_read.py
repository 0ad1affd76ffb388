"""Words end by time and by wish while others look at them: nobody keeps what the house let go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from ibasho.house.models import HouseProfile
from ibasho.rooms.models import Message, RoomSession
from tests.faults import truth
from tests.faults.agreeing import AgreeingCompany
from tests.faults.guests import Tab

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]
NIGHT = 86_400


@pytest.fixture
def company(house: HouseProfile, settings: Any) -> Iterator[AgreeingCompany]:
    """なぎ has two tabs open, the others one each."""
    settings.RATE_LIMITS = False
    found = AgreeingCompany()
    try:
        yield found
    finally:
        found.go_home()


def test_rows_past_their_days_leave_every_open_page(company: AgreeingCompany) -> None:
    _, nagi, sora, umi, _ = company.tabs
    old = [_say(company, nagi, f"きのう{number}") for number in range(3)]
    company.be_there(sora)
    company.connect(umi, "page") if company.sit_down(umi.guest) else None
    umi.stale = umi.view.copy() if umi.view else None
    company.hang_up(umi)
    _let_a_night_pass_in_an_open_room(company)
    new = [_say(company, nagi, f"きょう{number}") for number in range(2)]
    assert sora.view is not None
    assert [row["text"] for row in sora.view.in_order()][:3] == old, (
        "the premise: they are still on the screen"
    )

    company.sweep_words()

    company.until(lambda: sora.view is not None and sora.view.oldest == 4, "no beat with the new oldest")
    assert [row["text"] for row in sora.view.in_order()] == new
    beats = [frame for frame in sora.heard if frame["type"] == "beat"]
    assert beats[-1]["oldest"] == 4
    page = company.ask("GET", sora.guest, "messages/").json()
    assert (page["oldest"], [row["text"] for row in page["messages"]]) == (4, new)
    assert not page["more"]
    company.come_to_rest()
    assert [row["text"] for row in umi.view.in_order()] == new if umi.view else False


def test_a_room_without_any_words_left_says_so_to_its_readers(company: AgreeingCompany) -> None:
    nagi, sora = company.tabs[1], company.tabs[2]
    _say(company, nagi, "きのう")
    company.be_there(sora)
    _let_a_night_pass_in_an_open_room(company)
    company.sweep_words()
    company.until(lambda: sora.view is not None and not sora.view.rows, "words that had ended stayed")
    assert sora.view is not None
    assert sora.view.oldest == 2
    assert _say(company, nagi, "つぎ") in json.dumps(_page(company, sora), ensure_ascii=False)
    company.come_to_rest()


def test_who_erases_themselves_is_gone_from_every_screen_at_once(company: AgreeingCompany) -> None:
    also_nagi, nagi, sora, umi, _ = company.tabs
    mine = [_say(company, nagi, "きょうは雨です"), _say(company, also_nagi, "雨がやみました")]
    kept = _say(company, sora, "のこる")
    name = nagi.view.in_order()[0]["call_name"] if nagi.view else ""
    assert name
    company.be_there(umi)
    company.hang_up(umi)
    assert all(text in json.dumps(_page(company, sora), ensure_ascii=False) for text in (*mine, name))
    sora.heard.clear()

    gone = nagi.guest
    company.erase_guest(gone)
    company.until(lambda: _states(sora) == ["erased", "erased", "shown"], "an erasure that did not arrive")

    changes = [frame for frame in sora.heard if frame["type"] == "message_changed"]
    assert [frame["message"]["state"] for frame in changes] == ["erased", "erased"]
    company.come_to_rest()
    assert _states(umi) == ["erased", "erased", "shown"]
    everything = [sora.heard, umi.heard, _page(company, sora), _page(company, umi)]
    everything += [umi.view.in_order() if umi.view else None, sora.view.in_order() if sora.view else None]
    told = json.dumps(everything, ensure_ascii=False)
    assert kept in told
    assert not [text for text in (*mine, name) if text in told]
    assert list(Message.objects.filter(seat_id=gone.seat).values_list("text", "call_name", "words_key")) == [
        (None, "", ""),
        (None, "", ""),
    ]


def test_words_on_their_way_when_their_writer_is_erased_are_never_shown(company: AgreeingCompany) -> None:
    nagi, sora = company.tabs[1], company.tabs[2]
    company.be_there(sora)
    company.be_there(nagi)
    for number in range(20):
        nagi.hand_in(company.words(f"おくれて{number}", "", ""))
    gone = nagi.guest
    company.erase_guest(gone)
    company.come_to_rest()
    truth.check_guest(gone, truth.rows_of(company.room), is_purged=False)
    assert "おくれて" not in json.dumps(_page(company, sora), ensure_ascii=False)


def test_taking_back_in_a_closed_room_leaves_the_same_for_who_was_there_and_who_was_not(
    company: AgreeingCompany,
) -> None:
    _, nagi, sora, umi, _ = company.tabs
    company.be_there(umi)  # in the first session only
    company.hang_up(umi)
    company.close_session()
    company.open_session()
    _say(company, nagi, "つぎの回")
    company.be_there(sora)
    company.close_session()
    company.be_there(umi)
    assert _page(company, umi)["messages"] == []
    row = truth.rows_of(company.room)[-1]
    sent = company.sent(
        "withdraw", {"id": "0b2d8a3e-7c53-4a5e-9d55-0f6e5c1d2a3b", "message": str(row.pk)}, ("", "", "")
    )
    sent.about = str(row.request_id)
    assert company.answered(nagi, sent) == "posted"
    company.come_to_rest()


def _say(company: AgreeingCompany, tab: Tab, text: str) -> str:
    """Words that everybody who is there has heard; returns them as they are kept."""
    assert company.be_there(tab)
    sent = company.words(text, "", "")
    assert company.answered(tab, sent) == "posted"
    company.until(company.is_quiet, "words that did not arrive")
    return sent.said[0]


def _let_a_night_pass_in_an_open_room(company: AgreeingCompany) -> None:
    session = company.sessions[-1]
    with transaction.atomic():
        RoomSession.objects.filter(pk=session.pk).update(closes_at=None)
    company.let_pass(NIGHT + 60)
    assert company.state() == "open"


def _page(company: AgreeingCompany, tab: Tab) -> Any:
    return company.ask("GET", tab.guest, "messages/").json()


def _states(tab: Tab) -> list[str]:
    return [row["state"] for row in tab.view.in_order()] if tab.view else []
