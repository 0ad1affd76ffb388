"""Before somebody is rested, removed or suspended, the page says that their life is feared for."""

from __future__ import annotations

import datetime as dt

import pytest

from ibasho.lib import clock as house_clock
from ibasho.moderation.actions import (
    ask_quiet_room,
    close_incident,
    propose_suspension,
    release_incident,
    rest,
    take_incident,
)
from ibasho.moderation.models import Incident
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room, Seat
from tests.conftest import KeeperClient, SeatFor
from tests.moderation.conftest import RULE, Say, on_duty

pytestmark = pytest.mark.django_db
WORRY, FIRST = "この方の命を心配しています", "先に、声をかけてください。"


@pytest.fixture
def words(room: Room, seat: Seat, regular: Person, say: Say) -> Message:
    return say(regular, room, "いま橋の上にいます。")


@pytest.fixture
def incident(words: Message) -> Incident:
    return Incident.objects.get()


def test_every_page_with_an_act_on_the_seat_says_so_until_it_is_closed(
    room: Room,
    seat: Seat,
    words: Message,
    incident: Incident,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    proposal = propose_suspension(
        keeper,
        room.slug,
        seat.pk,
        days=7,
        rule=RULE,
        words="相談です。",
        message_id=words.pk,
        shown_at=house_clock.now(),
    )
    pages = (
        f"/desk/rooms/{room.slug}/messages/{words.pk}/",
        f"/desk/rooms/{room.slug}/seats/{seat.pk}/",
        f"/desk/suspensions/{proposal.pk}/",
    )
    browser = keeper_client(second_keeper)
    for page in pages:
        shown = browser.get(page).content.decode()
        assert (WORRY in shown, FIRST in shown, "まだだれも見ていません" in shown) == (True, True, True)
        assert shown.index(f'href="/desk/incidents/{incident.pk}/"') > 0
    take_incident(keeper, incident.pk)
    assert "みどりさん</span>が見ています" in browser.get(pages[0]).content.decode()
    close_incident(keeper, incident.pk, outcome="no_danger")
    for page in pages:
        assert WORRY not in browser.get(page).content.decode()


def test_so_does_the_page_on_which_a_suspension_is_proposed(
    room: Room, seat: Seat, words: Message, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    page = f"/desk/rooms/{room.slug}/seats/{seat.pk}/suspension/?message={words.pk}"
    shown = keeper_client(keeper).get(page).content.decode()
    assert shown.index(WORRY) < shown.index('id="act"')


def test_the_page_of_the_danger_says_what_keeps_the_person_from_answering(
    room: Room,
    seat: Seat,
    words: Message,
    incident: Incident,
    regular: Person,
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    browser, page = keeper_client(keeper), f"/desk/incidents/{incident.pk}/"
    assert "この方は、" not in browser.get(page).content.decode()
    rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE, message_id=words.pk)
    assert "までは、この部屋で書けません。" in browser.get(page).content.decode()
    Person.objects.filter(pk=regular.pk).update(suspended_until=house_clock.now() + dt.timedelta(days=7))
    assert "までは、この場所を使えません。" in browser.get(page).content.decode()


def test_other_alerts_are_one_small_box_that_tells_them_apart(
    room: Room,
    seat: Seat,
    incident: Incident,
    other_regular: Person,
    seat_for: SeatFor,
    say: Say,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    browser, page = keeper_client(keeper), f"/desk/incidents/{incident.pk}/"
    assert "ほかに、見てほしいことが" not in browser.get(page).content.decode()
    seat_for(other_regular, room, name="すみれ")
    say(other_regular, room, "いま橋の上にいます。")
    other = Incident.objects.exclude(pk=incident.pk).get()
    shown = browser.get(page).content.decode()
    assert "ほかに、見てほしいことが1つあります" in shown
    assert (shown.count(f'<a href="/desk/incidents/{other.pk}/">'), shown.count("「すみれ」")) == (1, 1)
    on_duty(room, steward)
    ask_quiet_room(steward, other.pk)
    release_incident(steward, other.pk)
    again = browser.get(page).content.decode()  # two alerts about one seat, and one line
    assert "命が心配な書き込みがあります。静かな部屋に、もう一人お願いします。</a>" in again
    assert again.count(f'<a href="/desk/incidents/{other.pk}/">') == 1
