"""Which danger an alert is about, and the way from it to the words."""

from __future__ import annotations

import pytest

from ibasho.moderation.actions import tell_keepers
from ibasho.moderation.models import Incident
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room, Seat
from tests.conftest import KeeperClient
from tests.moderation.conftest import Say

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
    for words in ("ひだまり　<time", "20:02", "「なのはな」", "（ひだまり　"):
        assert words in alert
    elsewhere = keeper_client(steward).get("/desk/roster/").content.decode()
    assert "ひだまり　<time" in elsewhere
    assert "なのはな" not in elsewhere  # no duty there, no name


def test_a_concern_says_from_which_room_it_is(
    room: Room, keeper: KeeperFacts, other_regular: Person, keeper_client: KeeperClient
) -> None:
    tell_keepers(other_regular, room, None, reason="unsure")
    shown = keeper_client(keeper).get(f"/desk/rooms/{room.slug}/").content.decode()
    assert '知らせが、とどいています。<span class="lines__when">ひだまり</span>' in shown.replace("\n", "")
