"""Words that stand and were told to keepers alone: the desk says so until one of them has looked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.house.actions import add_word, leave_note
from ibasho.lib import clock as house_clock
from ibasho.lib import rate_limit
from ibasho.moderation.actions import hide, see_noticed, unname
from ibasho.moderation.models import LogEntry
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import purge_words
from ibasho.rooms.models import Finding, Message, Room, RoomSession
from tests.conftest import EnterAs, KeeperClient, SeatFor
from tests.desk.conftest import page_of

pytestmark = pytest.mark.django_db(transaction=True)
Hurt = Callable[..., Message]
HARD = "おまえなんか死ねばいいのに、きもい"
LIST = "/desk/rooms/engawa/held/"
SEEN = "/desk/rooms/engawa/noticed/seen/"


@pytest.fixture
def hurt(watched: Room, regular: Person, seat_for: SeatFor, enter_as: EnterAs) -> Hurt:
    """Words that hurt, as their writer sends them."""
    browser = enter_as(Client(), regular)
    seat_for(regular, watched, name="なのはな")

    def send(text: str = HARD) -> Message:
        rate_limit.reset()  # twenty seconds later
        form = {"id": str(uuid4()), "text": text}
        assert browser.post("/rooms/engawa/messages/", form).status_code == 303
        return Message.objects.latest("position")

    return send


def _alerts(keeper: KeeperFacts) -> list[tuple[str, str]]:
    return [(alert.id, alert.level) for alert in alerts_for(keeper, desk_now())]


def _until(page: str) -> str:
    return page.partition('name="until" value="')[2].partition('"')[0]


def test_a_keeper_on_duty_there_is_told_once_for_the_room(
    hurt: Hurt, keeper: KeeperFacts, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    before = desk_now().version
    hurt()
    first = Finding.objects.get()
    assert desk_now().version != before
    assert _alerts(keeper) == [(f"noticed-{first.pk}", "soon")]
    assert _alerts(steward) == [], "not on duty there"
    with_one = desk_now().version
    hurt(f"{HARD}。また来るな")
    assert _alerts(keeper) == [(f"noticed-{first.pk}", "soon")], "no second ring"
    assert desk_now().version != with_one, "but the list is longer"
    home = page_of(keeper_client(keeper), "/desk/")
    assert "「縁側の部屋」に、見てほしい言葉が出ています。" in home
    assert f'href="{LIST}"' in home
    assert HARD not in home


def test_a_name_that_was_taken_does_not_stand_over_it(
    hurt: Hurt, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    message = hurt()
    client = keeper_client(keeper)
    assert "なのはなの書き込み" in page_of(client, LIST)
    unname(keeper, "engawa", message.pk, rule="listen")
    assert "（名前は見せていません）の書き込み" in page_of(client, LIST)
    assert "なのはな" not in page_of(client, LIST)


def test_a_danger_to_a_life_stands_before_it(hurt: Hurt, keeper: KeeperFacts) -> None:
    hurt()
    leave_note("もう、死にたいです。")
    assert [level for _, level in _alerts(keeper)] == ["life", "soon"]


def test_one_tap_after_looking_ends_it(hurt: Hurt, keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    message = hurt()
    desk = keeper_client(keeper)
    page = page_of(desk, LIST)
    assert "出ている、気になる言葉" in page
    assert f"/desk/rooms/engawa/messages/{message.pk}/" in page
    later = hurt(f"{HARD}。また来るな")
    answer = desk.post(SEEN, {"until": _until(page)})
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    first, last = Finding.objects.order_by("pk")
    assert (first.seen_by_id, first.seen_at is not None) == (keeper.keeper_id, True)
    assert (last.message_id, last.seen_at) == (later.pk, None), "it came after the page"
    assert _alerts(keeper) == [(f"noticed-{last.pk}", "soon")]
    desk.post(SEEN, {"until": _until(page_of(desk, LIST))})
    assert _alerts(keeper) == []
    assert "見ました" not in page_of(desk, LIST)
    entries = LogEntry.objects.filter(verb="see_noticed")
    assert [entry.detail.facts["count"] for entry in entries] == [1, 1]


def test_a_second_tap_changes_nothing(
    hurt: Hurt, watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    hurt()
    until = Finding.objects.get().pk
    assert see_noticed(keeper, watched.slug, until=until) == 1
    assert see_noticed(second_keeper, watched.slug, until=until) == 0
    assert Finding.objects.get().seen_by_id == keeper.keeper_id
    assert LogEntry.objects.filter(verb="see_noticed").count() == 1


def test_words_that_are_shown_no_more_are_told_no_more(
    hurt: Hurt, watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    hide(keeper, watched.slug, hurt().pk, rule="listen")
    assert _alerts(keeper) == []
    assert "気になる言葉" not in page_of(keeper_client(keeper), LIST)


def test_they_are_told_also_when_the_session_is_over_until_somebody_looks_or_they_are_gone(
    hurt: Hurt, watched: Room, keeper: KeeperFacts
) -> None:
    hurt()
    hurt(f"{HARD}。また来るな")
    with transaction.atomic():
        RoomSession.objects.update(state="closed")
    first, last = Finding.objects.order_by("pk")
    assert _alerts(keeper) == [(f"noticed-{first.pk}", "soon")]
    see_noticed(keeper, watched.slug, until=first.pk)
    assert [(it.oldest, it.count) for it in desk_now().noticed] == [(last.pk, 1)]
    purge_words(house_clock.now() + dt.timedelta(days=15))
    assert desk_now().noticed == []


def test_a_word_of_the_house_is_told_too(hurt: Hurt, keeper: KeeperFacts) -> None:
    add_word("あやしい水", action="show")
    hurt("あやしい水の話です。")
    assert [level for _, level in _alerts(keeper)] == ["soon"]


def test_what_is_no_number_is_refused(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    desk = keeper_client(keeper)
    assert desk.post(SEEN, {"until": "９"}).status_code == 400
    assert desk.post(SEEN).status_code == 303
