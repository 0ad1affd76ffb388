"""The desk itself: a danger to life first, then the handover, rooms and duty, and what waits."""

from __future__ import annotations

import datetime as dt

import time_machine
from django.db import transaction

from ibasho.house.actions import leave_note
from ibasho.house.queries import notices_for
from ibasho.lib import clock as house_clock
from ibasho.moderation.actions import ask_review, hide
from ibasho.people.models import KeeperRole, Person, Role
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room
from tests.conftest import KeeperClient, new_keeper
from tests.desk.conftest import OnDuty, Says, page_of
from tests.duty.conftest import handed_over
from tests.events.conftest import new_meeting, signed


def test_a_note_about_dying_stands_before_everything_and_is_covered(
    engawa: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    leave_note("お茶がおいしかったです。")
    leave_note("もう、死にたいです。")
    page = page_of(keeper_client(keeper), "/desk/")
    places = [
        page.index(part)
        for part in ("いますぐ見てください", "申し送り</h2>", "待っていること", "いまの部屋</h2>")
    ]
    assert places == sorted(places)
    assert '<details class="veil">' in page[: page.index("もう、死にたいです。")]
    assert page.index("もう、死にたいです。") < places[1] < page.index("お茶がおいしかったです。")


def test_without_duty_the_handover_comes_first_and_then_the_form(
    engawa: Room, hondana: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    handed_over(second_keeper, facts="茶の間で声かけが続きました。", plan="閉める10分前に知らせます。")
    page = page_of(keeper_client(keeper), "/desk/")
    assert page.index("茶の間で声かけが続きました。") < page.index("当番に入る</h2>")
    assert 'value="engawa" checked' in page
    assert 'value="hondana">' in page
    assert "きょう 13:00〜22:00" in page
    assert '<option value="2026-11-22T13:00:00Z" selected>22:00まで</option>' in page


def test_with_duty_the_head_says_until_when_and_the_form_is_folded(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    page = page_of(keeper_client(keeper), "/desk/")
    assert "当番は21:02までです" in page
    assert "data-on-duty" in page
    assert "見る部屋と時間をかえる" in page
    assert "当番に入る</h2>" not in page


def test_a_room_says_how_it_is_and_what_one_tap_does(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    page = page_of(keeper_client(keeper), "/desk/")
    assert 'href="/desk/rooms/engawa/#latest">縁側の部屋</a>' in page
    assert "22:00まで" in page
    assert 'action="/desk/rooms/engawa/pause/"' in page


def test_a_room_of_others_is_told_but_not_opened(
    engawa: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
    on_duty: OnDuty,
) -> None:
    on_duty(second_keeper, engawa)
    page = page_of(keeper_client(keeper), "/desk/")
    assert "すすき" in page
    assert "あと1人いると、あけられます。" in page
    assert "/desk/rooms/engawa/" not in page


def test_a_steward_without_a_role_for_duty_is_offered_none(
    engawa: Room, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(steward)
    assert 'action="/desk/duty/"' in page_of(client, "/desk/")
    with transaction.atomic():
        KeeperRole.objects.filter(keeper_id=steward.keeper_id).exclude(role=Role.STEWARD).delete()
    page = page_of(client, "/desk/")
    assert 'action="/desk/duty/"' not in page
    assert "/desk/house/" in page


def test_a_duty_is_offered_until_the_room_closes_and_no_longer_than_three_hours_or_so(
    engawa: Room, keeper: KeeperFacts, keeper_client: KeeperClient, clock: time_machine.Traveller
) -> None:
    clock.shift(-dt.timedelta(hours=5))  # 15:02
    page = page_of(keeper_client(keeper), "/desk/")
    assert '<option value="2026-11-22T09:30:00Z" selected>18:30まで</option>' in page


def test_a_review_names_the_room_and_the_act_and_no_person(
    watched: Room,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
    regular: Person,
    says: Says,
) -> None:
    hide(keeper, watched.slug, says(regular, watched, "帽子は あおいつばめがら です。").pk, rule="listen")
    ask_review(notices_for(regular.pk)[0]["act"])
    page = page_of(keeper_client(steward), "/desk/")
    where = page.partition("見直しのお願い")[2].partition("</article>")[0]
    assert "部屋「縁側の部屋」。書き込みをかくしました。" in where
    assert "みどり" not in where


def test_a_coordinator_without_duty_sees_sign_ups_and_todays_meetings_before_rooms(
    engawa: Room, steward: KeeperFacts, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    now = house_clock.now()
    new_meeting(starts=now + dt.timedelta(minutes=30), title="きょうの会")
    signed(new_meeting(starts=now + dt.timedelta(days=7), has_intake=True))
    roles = (Role.COORDINATOR, Role.MODERATOR)
    page = page_of(keeper_client(new_keeper("つきみ", "tsukimi", *roles)), "/desk/")
    parts = (
        "集まりの申し込みで、することがあります（1件）",
        "きょうの集まり</h2>",
        "当番に入る</h2>",
        "いまの部屋</h2>",
    )
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert all(page.count(part) == 1 for part in parts)
    other = page_of(keeper_client(keeper), "/desk/")
    assert other.index("当番に入る</h2>") < other.index("待っていること</h2>")
