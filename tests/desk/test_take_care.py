"""The desk says when it was enough, when a colleague takes a break, and who would like to talk."""

from __future__ import annotations

import pytest
from django.db import transaction

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.duty.queries import duty_of
from ibasho.moderation.actions import ask_another, ask_to_talk, note_hard_case, tell_keepers
from ibasho.moderation.models import MANY_HARD_TEXTS, Concern, Strain
from ibasho.people.models import Keeper, Person, Role
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import leave_duty, step_out
from ibasho.rooms.models import Room
from tests.conftest import KeeperClient, SeatFor
from tests.desk.conftest import Says, page_of


@pytest.fixture
def concern(watched: Room, regular: Person, other_regular: Person, says: Says, seat_for: SeatFor) -> Concern:
    message = says(regular, watched, "重い言葉です。", name="なのはな")
    seat_for(other_regular, watched, name="とりのす")
    return tell_keepers(other_regular, watched, message.pk, reason="harm")[0]


def _has_seen(keeper: KeeperFacts, opened: int) -> None:
    duty = duty_of(keeper.keeper_id)
    assert duty is not None
    with transaction.atomic():
        Strain.objects.create(duty=duty, opened=opened)


def test_the_number_is_ones_own(
    watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    _has_seen(keeper, 3)
    assert "重い言葉を3つ見ました" in page_of(keeper_client(keeper), "/desk/")
    assert "つ見ました" not in page_of(keeper_client(second_keeper), "/desk/")


def test_the_sixth_is_offered_on_its_page_and_seen_by_the_other(
    concern: Concern, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    _has_seen(keeper, MANY_HARD_TEXTS)
    path, mine = f"/desk/concerns/{concern.pk}/", keeper_client(keeper)
    page = page_of(mine, path)
    assert "ほかの人に見てもらう" in page
    assert "あなたが見ています。" not in page
    ref = f"concern:{concern.message_key}"
    assert mine.post("/desk/claims/offer/", {"ref": ref, "next": path})["Location"] == path
    assert "ほかの人に、お願いしています。" in page_of(mine, path)
    theirs = keeper_client(second_keeper)
    home = page_of(theirs, "/desk/")
    assert f"{keeper.duty_name}さん</span>が、ほかの人に見てほしいそうです。" in home
    assert f"{keeper.duty_name}さんが、見てほしいことがあります。" in home
    assert "あなたが見ています。" in page_of(theirs, path)


def test_without_another_there_it_is_ones_own_as_ever(
    concern: Concern, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    _has_seen(keeper, MANY_HARD_TEXTS)
    step_out(second_keeper)
    page = page_of(keeper_client(keeper), f"/desk/concerns/{concern.pk}/")
    assert "あなたが見ています。" in page
    assert "ほかの人に見てもらう" not in page


def test_a_break_says_what_would_rest_and_is_told_to_who_shares_the_room(
    watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    page = page_of(keeper_client(keeper), "/desk/")
    assert "いま休むと、<strong>縁側の部屋</strong>が休けいになります。" in page
    keeper_client(keeper).post("/desk/duty/out/")
    texts = [alert.text for alert in alerts_for(second_keeper, desk_now())]
    assert f"{keeper.duty_name}さんは、ひと休みしています。" in texts
    assert "いま休むと" not in page_of(keeper_client(keeper), "/desk/")


def test_after_something_hard_one_tap_asks_for_company_and_another_gives_it(
    watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    with transaction.atomic():
        note_hard_case(keeper)
    mine, theirs = keeper_client(keeper), keeper_client(second_keeper)
    assert "重いことのあとです。" in page_of(mine, "/desk/")
    before = desk_now().version
    mine.post("/desk/care/talk/")
    assert desk_now().version != before
    assert f"{keeper.duty_name}さん</span>が、だれかと話したいそうです。" in page_of(theirs, "/desk/")
    duty = duty_of(keeper.keeper_id)
    assert duty is not None
    theirs.post("/desk/care/talk/answer/", {"duty": duty.pk})
    assert f"{second_keeper.duty_name}さん</span>が、います。" in page_of(mine, "/desk/")
    assert "だれかと話したいそうです" not in page_of(theirs, "/desk/")
    mine.post("/desk/care/talk/lift/")
    assert "が、います。" not in page_of(mine, "/desk/")


def test_who_keeps_nothing_now_is_not_asked_but_a_coordinator_is(
    watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    ask_to_talk(keeper)
    leave_duty(second_keeper)
    assert "だれかと話したいそうです" not in page_of(keeper_client(second_keeper), "/desk/")
    with transaction.atomic():
        their = Keeper.objects.get(pk=second_keeper.keeper_id)
        their.roles.create(role=Role.COORDINATOR, given_on=their.began_on)
    assert "だれかと話したいそうです" in page_of(keeper_client(second_keeper), "/desk/")


def test_taking_duty_soon_after_a_hard_one_shows_a_hint(
    watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    with transaction.atomic():
        note_hard_case(keeper)
    leave_duty(keeper)
    leave_duty(second_keeper)
    assert "まだ12時間たっていません。" in page_of(keeper_client(keeper), "/desk/")
    assert "まだ12時間たっていません。" not in page_of(keeper_client(second_keeper), "/desk/")


def test_who_asks_another_is_not_told_of_it_oneself(
    concern: Concern, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    ask_another(keeper, f"concern:{concern.message_key}")
    now = desk_now()
    assert [alert.id for alert in alerts_for(keeper, now) if alert.id.startswith("asked-")] == []
    assert len([alert for alert in alerts_for(second_keeper, now) if alert.id.startswith("asked-")]) == 1
