"""Two keepers at one case: the desk says who looks at it, and who decided first."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from ibasho.desk.queries import desk_now
from ibasho.house.actions import leave_note
from ibasho.moderation.actions import decide_concern, tell_keepers
from ibasho.moderation.models import Claim, Concern
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room
from tests.conftest import KeeperClient, SeatFor
from tests.desk.conftest import Says, page_of

WORDS = "そんなことも分からないのですか。"


@pytest.fixture
def message(watched: Room, regular: Person, says: Says) -> Message:
    return says(regular, watched, WORDS, name="なのはな")


@pytest.fixture
def concern(watched: Room, message: Message, other_regular: Person, seat_for: SeatFor) -> Concern:
    seat_for(other_regular, watched, name="とりのす")
    return tell_keepers(other_regular, watched, message.pk, reason="harm")[0]


@pytest.fixture
def path(concern: Concern) -> str:
    return f"/desk/concerns/{concern.pk}/"


def test_opening_a_case_shows_it_on_the_desk_of_others_at_once(
    path: str, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    before = desk_now().version
    assert "あなたが見ています。" in page_of(keeper_client(keeper), path)
    assert desk_now().version != before
    theirs = keeper_client(second_keeper)
    for page in (page_of(theirs, "/desk/"), page_of(theirs, "/desk/concerns/"), page_of(theirs, path)):
        assert f"{keeper.duty_name}さん</span>が見ています。" in page
        assert "かわりに見ます" in page
    assert Claim.objects.get().keeper_id == keeper.keeper_id


def test_a_page_that_only_asks_what_changed_renews_nothing(
    path: str,
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
    clock: time_machine.Traveller,
) -> None:
    client = keeper_client(keeper)
    client.get(path)
    clock.shift(dt.timedelta(minutes=9))
    client.get(path, headers={"x-again": "1"})
    clock.shift(dt.timedelta(minutes=1))
    assert desk_now().claims == []
    assert "わたしが見ています" in client.get(path, headers={"x-again": "1"}).content.decode()


def test_one_tap_takes_it_over_and_leads_back(
    path: str, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    keeper_client(keeper).get(path)
    ref = str(Claim.objects.get())
    theirs = keeper_client(second_keeper)
    answer = theirs.post("/desk/claims/", {"ref": ref, "over": keeper.keeper_id, "next": path})
    assert (answer.status_code, answer["Location"]) == (303, path)
    assert Claim.objects.get().keeper_id == second_keeper.keeper_id
    late = keeper_client(keeper).post("/desk/claims/", {"ref": ref}, headers={"accept": "application/json"})
    assert late.json() == {"ref": ref, "keeper": second_keeper.duty_name}
    theirs.post("/desk/claims/lift/", {"ref": ref})
    assert not Claim.objects.exists()


def test_deciding_what_another_looks_at_comes_back_with_one_tap_to_take_it_over(
    path: str,
    concern: Concern,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    keeper_client(keeper).get(path)
    answer = keeper_client(second_keeper).post(f"{path}decision/", {"outcome": "kept", "seen": concern.pk})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert f"いま、{keeper.duty_name}さんが見ています。" in page
    assert f'name="next" value="{path}"' in page


def test_who_comes_second_is_told_kindly_that_it_is_decided(
    path: str,
    concern: Concern,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    decide_concern(keeper, concern.pk, outcome="kept", seen=concern.pk)
    theirs = keeper_client(second_keeper)
    answer = theirs.post(f"{path}decision/", {"outcome": "acted", "seen": concern.pk})
    assert answer["Location"] == path
    page = page_of(theirs, answer["Location"])
    assert f"{keeper.duty_name}さんが、先に決めました。" in page
    assert "あなたがえらんだ結果は、届いていません。" in page
    concern.refresh_from_db()
    assert concern.outcome == "kept"


def test_a_note_is_claimed_by_one_tap_and_free_when_read(
    watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    note = leave_note("お茶がおいしかったです。")
    client = keeper_client(keeper)
    assert client.post("/desk/claims/", {"ref": f"note:{note.pk}"})["Location"] == "/desk/"
    assert f"{keeper.duty_name}さん</span>が見ています。" in page_of(keeper_client(second_keeper), "/desk/")
    client.post(f"/desk/notes/{note.pk}/read/")
    assert not Claim.objects.exists()
