"""緊急の連絡先, kept by stewards and coordinators, and shown to who is on duty while a danger is open."""

from __future__ import annotations

import pytest

from ibasho.moderation.actions import begin_by_hand, close_incident
from ibasho.moderation.models import EscalationContact
from ibasho.moderation.queries import contacts_listed
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room
from tests.conftest import KeeperClient
from tests.desk.conftest import Says, page_of

pytestmark = pytest.mark.django_db
LIST = "/desk/house/escalation/"
MOMIJI = {"name": "もみじ", "telephone": "０００-0000-0000", "mail": "", "hours": ""}


def test_a_contact_is_added_changed_and_taken_off(
    house: object, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(steward)
    assert "IBASHO_MAIL_URL" in page_of(client, LIST)
    assert client.post(f"{LIST}new/", MOMIJI).status_code == 303
    (listed,) = contacts_listed()
    assert (listed.facts.telephone, listed.hours) == ("000-0000-0000", "")
    page = page_of(client, f"{LIST}{listed.id}/")
    seen = page.split('name="seen" value="')[1].split('"')[0]
    later = MOMIJI | {"mail": "ｍ＠mail．example", "hours": "22時〜26時", "seen": seen}
    assert client.post(f"{LIST}{listed.id}/", later).status_code == 303
    (listed,) = contacts_listed()
    assert (listed.facts.mail, listed.hours) == ("m@mail.example", "22:00〜翌2:00")
    assert client.post(f"{LIST}{listed.id}/", later).status_code == 409  # somebody else was first
    client.post(f"{LIST}{listed.id}/removal/")
    assert not EscalationContact.objects.exists()


def test_an_hour_after_midnight_alone_is_that_hour_of_the_clock(
    house: object, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    assert keeper_client(steward).post(f"{LIST}new/", MOMIJI | {"hours": "25時〜26時"}).status_code == 303
    assert [listed.hours for listed in contacts_listed()] == ["1:00〜2:00"]


@pytest.mark.parametrize(
    ("fields", "say"),
    [
        ({"telephone": ""}, "電話番号かメールの、どちらかを書いてください。"),
        ({"mail": "momiji"}, "メールのあて先を、"),
        ({"mail": "a@[127.0.0.1]"}, "メールのあて先を、"),
        ({"mail": "a@[IPv6:::1]"}, "メールのあて先を、"),
        ({"hours": "9時〜12時、13時〜15時"}, "時間は、ひとつづきで書いてください。"),
    ],
)
def test_what_cannot_reach_anybody_comes_back(
    fields: dict[str, str],
    say: str,
    house: object,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    answer = keeper_client(steward).post(f"{LIST}new/", MOMIJI | fields)
    assert answer.status_code == 422
    assert say in answer.content.decode()
    assert not EscalationContact.objects.exists()


def test_the_numbers_are_at_hand_while_a_danger_is_open(
    watched: Room,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    regular: Person,
    says: Says,
    keeper_client: KeeperClient,
) -> None:
    keeper_client(steward).post(f"{LIST}new/", MOMIJI)
    incident = begin_by_hand(keeper, watched.slug, says(regular, watched, "かわ。").pk, about_other=True)
    path = f"/desk/incidents/{incident.pk}/"
    at_duty = keeper_client(keeper)
    page = page_of(at_duty, path)
    for words in ('href="tel:000-0000-0000"', 'href="tel:119"', "ご家族や身近な方かもしれません"):
        assert words in page
    assert "000-0000-0000" not in page_of(keeper_client(steward), path)  # not on duty
    close_incident(keeper, incident.pk, outcome="talked")
    assert "000-0000-0000" not in page_of(at_duty, path)
