"""Which danger an alert is about, and the way from it to the words."""

from __future__ import annotations

import pytest

from ibasho.moderation.actions import close_incident, take_incident, tell_keepers
from ibasho.moderation.models import Incident
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room, Seat
from tests.conftest import KeeperClient, OpenRoom, SeatFor
from tests.moderation.conftest import Say, on_duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(room: Room, seat: Seat, regular: Person, say: Say) -> Incident:
    """In the room of both keepers, as urgent as can be."""
    say(regular, room, "いま橋の上にいます。")
    return Incident.objects.get()


def test_an_alert_in_a_room_says_in_which_room_when_and_who(
    room: Room, incident: Incident, keeper: KeeperFacts, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    shown = keeper_client(keeper).get(f"/desk/rooms/{room.slug}/").content.decode()
    alert = shown[shown.index('<div class="desk-alert') :].partition("</form>")[0]
    for words in ("ひだまり<span", "20:02", "「なのはな」", "（ひだまり、"):
        assert words in alert
    elsewhere = keeper_client(steward).get("/desk/roster/").content.decode()
    assert "ひだまり<span" in elsewhere
    assert "なのはな" not in elsewhere  # no duty there, no name


def test_a_concern_says_from_which_room_it_is(
    room: Room, keeper: KeeperFacts, other_regular: Person, keeper_client: KeeperClient
) -> None:
    tell_keepers(other_regular, room, None, reason="unsure")
    shown = keeper_client(keeper).get(f"/desk/rooms/{room.slug}/").content.decode()
    assert '知らせが、届いています。<span class="lines__when">ひだまり</span>' in shown.replace("\n", "")


def test_what_can_be_read_stands_before_what_is_as_urgent_elsewhere(
    incident: Incident,
    other_regular: Person,
    open_room: OpenRoom,
    seat_for: SeatFor,
    say: Say,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    yoru = open_room(slug="yoru", title="よるの部屋")
    on_duty(yoru, steward)
    seat_for(other_regular, yoru, name="すみれ")
    say(other_regular, yoru, "いま橋の上にいます。")
    other = Incident.objects.exclude(pk=incident.pk).get()

    def order(who: KeeperFacts, *, page: str) -> list[int]:
        shown = keeper_client(who).get(page).content.decode()
        places = {it.pk: shown.index(f'action="/desk/incidents/{it.pk}/taking/"') for it in (incident, other)}
        return sorted(places, key=places.__getitem__)

    for page in ("/desk/", "/desk/roster/"):
        assert order(keeper, page=page) == [incident.pk, other.pk]
        assert order(steward, page=page) == [other.pk, incident.pk]


def test_from_words_that_cannot_be_read_a_link_leads_to_a_duty_in_their_room(
    room: Room,
    incident: Incident,
    open_room: OpenRoom,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    page = f"/desk/incidents/{incident.pk}/"
    assert "この部屋の当番に入る" not in keeper_client(keeper).get(page).content.decode()
    on_duty(open_room(slug="yoru", title="よるの部屋"), steward)
    browser = keeper_client(steward)
    link = f"/desk/?join={room.slug}#taking"
    assert f'<a href="{link}">この部屋の当番に入る</a>' in browser.get(page).content.decode()
    desk = browser.get(link.removesuffix("#taking")).content.decode()
    form = desk.partition('id="taking"')[2].partition("</form>")[0]
    assert " open data-open" in form
    for slug in (room.slug, "yoru"):
        assert f'name="slugs" value="{slug}" checked' in form


def test_on_its_page_the_own_danger_stands_before_the_others(
    room: Room,
    incident: Incident,
    other_regular: Person,
    seat_for: SeatFor,
    say: Say,
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    seat_for(other_regular, room, name="すみれ")
    say(other_regular, room, "いま橋の上にいます。")
    take_incident(keeper, incident.pk)
    shown = keeper_client(keeper).get(f"/desk/incidents/{incident.pk}/").content.decode()
    assert shown.index("2人で静かな部屋をひらく") < shown.index("ほかに、見てほしいことが1つあります")


def test_the_list_of_dangers_shows_each_once(
    room: Room, incident: Incident, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    shown = keeper_client(keeper).get("/desk/incidents/").content.decode()
    assert shown.count(f'action="/desk/incidents/{incident.pk}/taking/"') == 1
    assert shown.count(f'data-alert="incident-{incident.pk}-') == 1  # to be heard


def test_above_a_danger_stands_whether_one_is_on_duty(
    room: Room, incident: Incident, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    browser = keeper_client(keeper)

    def top() -> str:
        return browser.get("/desk/").content.decode().partition('id="dangers-title"')[0]

    assert "当番中です。" in top()
    assert "もどりました" not in top()
    browser.post("/desk/duty/out/")
    assert "ひと休み中です。" in top()
    assert "もどりました</button>" in top()
    close_incident(keeper, incident.pk, outcome="no_danger")
    assert "ひと休み中です。" not in browser.get("/desk/").content.decode()


def test_who_takes_duty_because_of_a_danger_is_offered_its_room(
    room: Room, incident: Incident, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(steward)
    link = f"/desk/?join={room.slug}"
    assert f'href="{link}#taking"' in client.get("/desk/").content.decode()
    chosen = f'<input type="checkbox" name="slugs" value="{room.slug}" checked>'
    assert chosen in client.get(link).content.decode()


def test_beside_a_danger_that_has_a_keeper_another_can_only_help(
    incident: Incident, keeper: KeeperFacts, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(steward)
    mine, together = "「わたしが見ます」と言えます。", "いっしょに見られます。"
    page = client.get("/desk/").content.decode()
    assert (mine in page, together in page) == (True, False)
    take_incident(keeper, incident.pk)
    page = client.get("/desk/").content.decode()
    assert (mine in page, together in page) == (False, True)
