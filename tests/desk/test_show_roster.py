"""当番表 on the desk: one's own first, today on the home page, one tap each, and kind words when too late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from ibasho.desk.queries import desk_now
from ibasho.desk.queries.roster import week_for
from ibasho.duty.models import Duty, Shift
from ibasho.lib import clock as house_clock
from ibasho.moderation.models import LogEntry
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import ask_for_relief, ask_for_stand_in, plan_shifts, take_stand_in
from ibasho.rooms.models import OpeningHours, Room
from tests.conftest import KeeperClient
from tests.desk.conftest import OnDuty, page_of


def planned(by: KeeperFacts, keeper: KeeperFacts, room: Room, *, hours: float = 0) -> Shift:
    starts = house_clock.now() + dt.timedelta(hours=hours)
    ends = starts + dt.timedelta(hours=2)
    return plan_shifts(by, keeper_id=keeper.keeper_id, slugs=[room.slug], starts=starts, ends=ends)[0]


def form(who: KeeperFacts, **more: Any) -> dict[str, Any]:
    fields = {"keeper": who.keeper_id, "slugs": ["engawa"], "day": "11月29日", "hours": "２２時〜25時"}
    return fields | {"weeks": "2"} | more


def test_a_shift_is_planned_as_people_say_hours(
    engawa: Room, keeper: KeeperFacts, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    answer = keeper_client(steward).post("/desk/roster/shifts/", form(keeper))
    assert (answer.status_code, answer["Location"]) == (303, "/desk/roster/?week=2026-11-29")
    first, second = Shift.objects.all()
    assert first.starts == dt.datetime(2026, 11, 29, 13, 0, tzinfo=dt.UTC)
    assert first.ends == dt.datetime(2026, 11, 29, 16, 0, tzinfo=dt.UTC)
    assert second.starts - first.starts == dt.timedelta(weeks=1)
    assert LogEntry.objects.get().verb == "plan_shift"


@pytest.mark.parametrize(
    ("more", "say"),
    [
        ({"hours": "22時"}, "時間を読み取れませんでした。"),
        ({"hours": "10時〜12時、13時〜15時"}, "時間をひとつ書いてください。"),
        ({"hours": ""}, "時間"),
        ({"day": "11月20日"}, "きょうから12週間までの日にしてください。"),
        ({"weeks": "13"}, "1から12までの数を書いてください。"),
        ({"slugs": []}, "ひとつはえらんでください。"),
        ({"keeper": "999"}, "どれかひとつをえらんでください。"),
    ],
)
def test_a_form_that_is_not_whole_comes_back_with_its_words(
    more: dict[str, Any],
    say: str,
    engawa: Room,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    answer = keeper_client(steward).post("/desk/roster/shifts/", form(keeper, **more))
    assert answer.status_code == 422
    assert say in answer.content.decode()
    assert not Shift.objects.exists()


def test_two_shifts_at_once_are_said_on_the_form(
    engawa: Room, keeper: KeeperFacts, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(steward)
    client.post("/desk/roster/shifts/", form(keeper, weeks="1"))
    answer = client.post("/desk/roster/shifts/", form(keeper))
    assert answer.status_code == 409
    assert "みどりさんは、11月29日（日） 22:00に、もう当番が入っています。" in answer.content.decode()


def test_ones_own_shifts_stand_first(
    engawa: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    planned(steward, keeper, engawa)
    planned(steward, second_keeper, engawa, hours=2)
    page = page_of(keeper_client(keeper), "/desk/roster/")
    mine, week = page.split('id="week"')
    assert "20:02〜22:02" in mine
    assert "すすき" not in mine
    assert "みどり" in week
    assert "すすき" in week
    assert "当番を決める" not in page


def test_today_stands_on_the_desk_with_who_is_missing_and_one_tap_begins_it(
    engawa: Room,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    shift = planned(steward, keeper, engawa)
    assert "まだ、当番に入っていません。" in page_of(keeper_client(second_keeper), "/desk/")
    client = keeper_client(keeper)
    assert f'action="/desk/roster/shifts/{shift.pk}/duty/"' in page_of(client, "/desk/")
    assert client.post(f"/desk/roster/shifts/{shift.pk}/duty/")["Location"] == "/desk/#state"
    assert Duty.objects.get().until == shift.ends
    page = page_of(client, "/desk/")
    assert "まだ、当番に入っていません。" not in page
    assert f'action="/desk/roster/shifts/{shift.pk}/duty/"' not in page


def test_a_stand_in_is_two_taps_for_one_and_one_for_the_other(
    engawa: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    shift = planned(steward, keeper, engawa, hours=1)
    mine, other = keeper_client(keeper), keeper_client(second_keeper)
    assert mine.post(f"/desk/roster/shifts/{shift.pk}/stand-in/").status_code == 303
    assert "代わりをさが&#8288;しています" in page_of(other, "/desk/")
    row = shift.stand_ins.get()
    assert f'action="/desk/roster/stand-ins/{row.pk}/"' not in page_of(mine, "/desk/")
    assert other.post(f"/desk/roster/stand-ins/{row.pk}/", {"next": "/desk/"})["Location"] == "/desk/"
    assert "すすきさんが、11月22日（日） 21:02からの当番を、かわってくれました。" in page_of(mine, "/desk/")
    mine.post(f"/desk/roster/stand-ins/{row.pk}/seen/")
    assert "かわってくれました" not in page_of(mine, "/desk/")


def test_who_taps_too_late_is_thanked(
    engawa: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    row = ask_for_stand_in(keeper, planned(steward, keeper, engawa, hours=1).pk)
    take_stand_in(second_keeper, row.pk)
    answer = keeper_client(steward).post(f"/desk/roster/stand-ins/{row.pk}/")
    assert answer.status_code == 409
    assert "もう、ほかの人にきまったか" in answer.content.decode()
    as_json = keeper_client(steward).post(
        f"/desk/roster/stand-ins/{row.pk}/", headers={"accept": "application/json"}
    )
    assert (as_json.status_code, as_json.json()["code"]) == (409, "asked")


def test_relief_is_asked_and_taken_back_from_the_desk(
    watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    client.post("/desk/duty/relief/")
    assert "うけとります" in page_of(keeper_client(second_keeper), "/desk/")
    row = ask_for_relief(keeper)
    page, says = page_of(client, "/desk/"), "いま、当番をわたす人をさが&#8288;しています。"
    assert f'action="/desk/roster/stand-ins/{row.pk}/withdrawal/"' in page
    assert says in page
    client.post(f"/desk/roster/stand-ins/{row.pk}/withdrawal/", {"next": "/desk/"})
    assert says not in page_of(client, "/desk/")
    assert "うけとります" not in page_of(keeper_client(second_keeper), "/desk/")


def test_calling_off_is_one_tap_and_so_is_its_undo(
    engawa: Room, keeper: KeeperFacts, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    shift = planned(steward, keeper, engawa, hours=1)
    client = keeper_client(steward)
    client.post(f"/desk/roster/shifts/{shift.pk}/ending/")
    assert "この予定は、なくなりました。" in page_of(keeper_client(keeper), "/desk/roster/")
    client.post(f"/desk/roster/shifts/{shift.pk}/ending/lift/")
    assert "この予定は、なくなりました。" not in page_of(keeper_client(keeper), "/desk/roster/")
    verbs = LogEntry.objects.order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["call_off_shift", "bring_back_shift"]


def test_weeks_go_from_this_one_to_twelve_ahead(
    engawa: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    assert "前の週" not in page_of(client, "/desk/roster/?week=2020-01-01")
    assert "次の週" not in page_of(client, "/desk/roster/?week=2030-01-01")
    assert client.get("/desk/roster/?week=x").status_code == 400
    assert "あと2人" in page_of(client, "/desk/roster/")


def test_who_is_lacking_stands_in_the_order_of_the_day(hondana: Room, keeper: KeeperFacts) -> None:
    with transaction.atomic():
        Room.objects.filter(pk=hondana.pk).update(keepers_needed=2)
        OpeningHours.objects.create(room=hondana, weekday=6, opens=9 * 60, closes=11 * 60)
    sunday = week_for(keeper, dt.date(2026, 11, 29)).days[-1]
    assert [gap.room for gap in sunday.gaps] == ["本棚の部屋", "縁側の部屋"]


def test_what_changes_the_roster_changes_the_version_of_the_desk(
    engawa: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts, clock: Any
) -> None:
    seen = [desk_now().version]
    shift = planned(steward, keeper, engawa, hours=1)
    seen.append(desk_now().version)
    row = ask_for_stand_in(keeper, shift.pk)
    seen.append(desk_now().version)
    take_stand_in(second_keeper, row.pk)
    seen.append(desk_now().version)
    clock.shift(dt.timedelta(hours=1))
    seen.append(desk_now().version)
    assert len(set(seen)) == len(seen)


def test_for_half_an_hour_after_the_end_the_note_can_be_written_and_nothing_else(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient, on_duty: OnDuty, clock: Any
) -> None:
    client = keeper_client(keeper)
    client.post("/desk/duty/end/")
    clock.shift(dt.timedelta(minutes=29))
    assert _room_doors(client) == {404}
    assert "申し送りだけは、おわってから30分の間、書けます。" in page_of(client, "/desk/handover/")
    assert client.post("/desk/handover/", {"facts": "静かでした。"}).status_code == 303
    clock.shift(dt.timedelta(minutes=2))
    answer = client.post("/desk/handover/", {"facts": "もうひとつ。"})
    assert answer.status_code == 409
    assert "もうひとつ。" in answer.content.decode()
    assert 'name="facts"' not in page_of(client, "/desk/handover/")


def _room_doors(client: Client) -> set[int]:
    acts = ("", "messages/", "opening/", "pause/", "pause/lift/", "closing/", "pace/", "topic/")
    return {client.post(f"/desk/rooms/engawa/{act}").status_code for act in acts}
