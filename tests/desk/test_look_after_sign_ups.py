"""Who signs up: read by who needs to, let in after a talk, written down for those who telephone."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from ibasho.duty.models import Volunteer
from ibasho.events.actions import forget_sign_ups, plan_facilitator, sign_up, wish_other_day, withdraw
from ibasho.events.models import BACK_MINUTES, Event, Question, SignUp, SignUpContact, WayBack
from ibasho.events.queries.sign_ups import by_code
from ibasho.lib import clock as house_clock
from ibasho.moderation.models import LogDetail, LogEntry
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts
from tests.conftest import KeeperClient, new_keeper
from tests.desk.conftest import page_of
from tests.events.conftest import SATURDAY, new_meeting, new_sheet, seen, signed, state_of, wished

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MEETINGS = "/desk/meetings/"
TALK = {
    "way": "phone",
    "number": "０００ー0000ー0000",
    "where": "「つばめ坂の家」の番号から、かけます。",
    "with_whom": "つきみ",
    "minutes": "30",
}


@pytest.fixture
def coordinator(steward: KeeperFacts, keeper_client: KeeperClient) -> Client:
    return keeper_client(new_keeper("つきみ", "tsukimi", Role.COORDINATOR))


def form(**more: str) -> dict[str, str]:
    return {"id": str(uuid4()), "standpoint": "parent", "call_name": "くさ"} | more


def path_of(row: SignUp) -> str:
    return f"{MEETINGS}{row.event_id}/sign-ups/{row.pk}/"


def test_groups_stand_on_the_page_of_the_meeting(coordinator: Client) -> None:
    event = new_meeting(capacity=2)
    first = signed(event, call_name="くさ", is_first=True, participation="text").sign_up
    signed(event, call_name="はな")
    signed(event, call_name="つる")
    signed(event, call_name="みの")
    page = page_of(coordinator, f"{MEETINGS}{event.pk}/")
    assert re.search(r"あいさつを、おねがいします：.*くささん", page)
    assert "文字だけ 1" in page
    assert "1番め" in page
    assert "2番め" in page
    withdraw(first.pk)
    page = page_of(coordinator, f"{MEETINGS}{event.pk}/")
    assert "席があいて、聞いている方" in page
    assert "くささん" not in page


def test_only_who_needs_them_reads_names_and_answers(
    coordinator: Client,
    steward: KeeperFacts,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
    clock: Any,
) -> None:
    sheet = new_sheet({})
    event = new_meeting(sheet=sheet)
    signed(event, call_name="くさ", is_first=True, answers=((Question.objects.get().pk, "階段が苦手です。"),))
    plan_facilitator(steward, event.pk, keeper.keeper_id)
    here, only_steward = f"{MEETINGS}{event.pk}/", keeper_client(new_keeper("うみ", "umi", Role.STEWARD))
    readers = (coordinator, keeper_client(keeper))
    others = (keeper_client(second_keeper), only_steward)
    for client in readers:
        page = page_of(client, here)
        assert "くささん" in page
        assert re.search(r"<details class=\"veil\">.*階段が苦手です。", page, re.S)
    for client in others:
        page = page_of(client, here)
        assert "土曜の会" in page
        assert "くさ" not in page
        assert "階段" not in page
    for moment in (SATURDAY + dt.timedelta(days=2), SATURDAY - dt.timedelta(days=8)):
        clock.move_to(moment)
        assert "くさ" not in page_of(keeper_client(keeper), here)
    assert "くささん" in page_of(keeper_client(new_keeper("ゆき", "yuki", Role.COORDINATOR)), here)


def test_who_learns_beside_a_facilitator_reads_no_name(
    steward: KeeperFacts, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    event = new_meeting()
    signed(event, call_name="くさ")
    plan_facilitator(steward, event.pk, keeper.keeper_id)
    here = f"{MEETINGS}{event.pk}/"
    assert "くささん" in page_of(keeper_client(keeper), here)
    today = house_clock.today()
    Volunteer.objects.create(
        code_hash="x" * 64,
        call_name="みどり",
        keeper_id=keeper.keeper_id,
        state=Volunteer.State.FIRST_SHIFT,
        applied_on=today,
        state_on=today,
    )
    assert "くさ" not in page_of(keeper_client(keeper), here)


def test_hard_words_stay_covered_and_a_calm_name_beside_them_does_not(coordinator: Client) -> None:
    sheet = new_sheet({})
    event = new_meeting(sheet=sheet)
    row = signed(
        event, call_name="くさ", answers=((Question.objects.get().pk, "もう死にたいです。"),)
    ).sign_up
    assert row.about_dying
    page = page_of(coordinator, f"{MEETINGS}inbox/?show=all")
    assert "命が心配" in page
    before_the_fold = page.split("もう死にたいです。")[0].split('<details class="veil">')[-2]
    assert "くささん" in before_the_fold
    here = page_of(coordinator, f"{MEETINGS}{event.pk}/")
    assert "くささん" in here
    assert here.index('<details class="veil">') < here.index("もう死にたいです。")


def test_a_name_that_is_hard_itself_stays_covered(coordinator: Client) -> None:
    row = signed(new_meeting(), call_name="もう死にたい").sign_up
    assert row.about_dying
    page = page_of(coordinator, f"{MEETINGS}{row.event_id}/")
    assert "もう死にたいさん" not in page
    assert "呼び名は、下をひらくと読めます" in page


def test_nobody_is_called_san_twice(coordinator: Client) -> None:
    event = new_meeting(has_intake=True)
    answer = coordinator.post(f"{MEETINGS}{event.pk}/sign-ups/new/", form(call_name="くささん"))
    page = answer.content.decode() + page_of(coordinator, f"{MEETINGS}{event.pk}/")
    assert "くささん" in page
    assert "さんさん" not in page
    assert "スタッフと短いお話をします" in answer.content.decode()


def test_a_talk_after_the_meeting_began_is_asked_for_earlier(coordinator: Client) -> None:
    row = signed(new_meeting(has_intake=True)).sign_up
    late = coordinator.post(f"{path_of(row)}interview/", {"day": "11月28日", "time": "14時", **TALK})
    assert late.status_code == 400
    assert "集まりがはじまる前の時にしてください。" in late.content.decode()


def test_after_another_place_was_named_the_number_is_taken_back_by_ones_own_hand(
    coordinator: Client, outsider: Client
) -> None:
    event = new_meeting(has_intake=True)
    page = coordinator.post(f"{MEETINGS}{event.pk}/sign-ups/new/", form(contact="000-0000-0000"))
    (code,) = re.findall(r"<strong>([0-9A-Z]{5}-[0-9A-Z]{5})</strong>", page.content.decode())
    row = by_code(code)
    assert row is not None
    coordinator.post(f"{path_of(row)}referral/", {"words": "となり町の家族会です。"})
    mine = outsider.get(f"/sign-ups/{code}/", follow=True).content.decode()
    assert "連絡先を消す" in mine
    assert "カレンダーのあて&#8288;先をつくる" not in mine
    assert outsider.post("/sign-ups/mine/contact/lift/", {"of": str(row.pk)}).status_code == 303
    assert not SignUpContact.objects.exists()
    assert "連絡先を消す" not in outsider.get("/sign-ups/mine/").content.decode()


def test_the_inbox_gathers_what_something_is_to_be_done_about(coordinator: Client) -> None:
    calm, talks = new_meeting(title="ふつうの会"), new_meeting(title="面談の会", has_intake=True)
    signed(calm, call_name="はな")
    applied = signed(talks, call_name="くさ").sign_up
    page = page_of(coordinator, f"{MEETINGS}inbox/")
    assert "くささん" in page
    assert "はなさん" not in page
    assert path_of(applied) in page
    assert "はなさん" in page_of(coordinator, f"{MEETINGS}inbox/?show=all")


def test_a_talk_is_arranged_held_and_leads_to_a_seat_each_with_its_way_back(coordinator: Client) -> None:
    row = signed(new_meeting(has_intake=True)).sign_up
    here = path_of(row)
    steps = [
        ("interview/", {"day": "１１月２６日", "time": "19時半", **TALK}, "interview"),
        ("interview/lift/", {}, "applied"),
        ("interview/", {"day": "11月26日", "time": "19:30", **TALK}, "interview"),
        ("interviewed/", {}, "interviewed"),
        ("interviewed/lift/", {}, "interview"),
        ("interviewed/", {}, "interviewed"),
        ("referral/", {"words": "となり町の家族会です。"}, "referred"),
        ("referral/lift/", {}, "interviewed"),
        ("entry/", {}, "joined"),
        ("entry/lift/", {}, "interviewed"),
        ("entry/", {}, "joined"),
    ]
    for path, data, state in steps:
        assert coordinator.post(f"{here}{path}", data).status_code == 303, path
        assert state_of(row) == state
        assert page_of(coordinator, here)


def test_how_one_talks_is_filled_in_and_only_a_call_needs_no_place(coordinator: Client) -> None:
    row = signed(new_meeting(has_intake=True)).sign_up
    here, at = path_of(row), {"day": "11月26日", "time": "19時半"}
    blank = page_of(coordinator, here)
    assert re.search(r'value="phone" checked', blank)
    assert re.search(r'name="with_whom"[^>]* value="つきみ"', blank)
    for way, says in (
        ("visit", "来る場所を書いてください。"),
        ("online", "どこで、どうつながるかを書いてください。"),
        ("text", "どこで、どうつながるかを書いてください。"),
    ):
        nowhere = coordinator.post(f"{here}interview/", at | TALK | {"way": way, "where": ""})
        assert nowhere.status_code == 400
        assert says in nowhere.content.decode()
    coordinator.post(f"{here}interview/", at | TALK)
    page = page_of(coordinator, here)
    assert (
        "11月26日（木） 19:30\u00a0 電話です。声だけで話します。時間になったら、スタッフからかけます。"
        in page
    )
    assert "「つばめ坂の家」の番号から、かけます。" in page
    assert re.search(r'name="minutes"[^>]* value="30"', page)


def test_a_call_is_to_a_number_that_staff_know_or_from_somebody_who_knows_ours(
    coordinator: Client, outsider: Client
) -> None:
    answer = signed(new_meeting(has_intake=True))
    row = answer.sign_up
    here, at = path_of(row), {"day": "11月26日", "time": "19時半"}
    for fields, says in (
        ({"number": ""}, "かける電話番号がありません。"),
        ({"number": "でんわ"}, "電話番号は、数字と「-」で書いてください。"),
        ({"way": "ring_us", "where": "この家の2階"}, "かけてもらう電話番号を、「どこで」に書いてください。"),
    ):
        refused = coordinator.post(f"{here}interview/", at | TALK | fields)
        assert refused.status_code in (400, 422)
        assert says in refused.content.decode()
        assert (state_of(row), SignUpContact.objects.exists()) == ("applied", False)
    ring_us = at | TALK | {"way": "ring_us", "where": "００－００００－７７７７", "number": ""}
    assert coordinator.post(f"{here}interview/", ring_us).status_code == 303
    mine = outsider.get(f"/sign-ups/{answer.code}/", follow=True).content.decode()
    assert "この番号にかけてください。" in mine
    assert "かける番号" in mine
    assert "００－００００－７７７７" in mine
    assert coordinator.post(f"{here}interview/", at | TALK).status_code == 303
    mine = outsider.get("/sign-ups/mine/").content.decode()
    assert "スタッフからかけます。" in mine
    assert "000-0000-0000" not in mine
    assert "000-0000-0000" in page_of(coordinator, here)
    assert "いま消すと、面談の電話はかかりません。" in mine
    outsider.post("/sign-ups/mine/contact/lift/", {"of": str(row.pk)})
    assert "面談のしかたを、もう一度えらんでください。" in page_of(coordinator, here)
    assert coordinator.post(f"{here}interview/", at | TALK | {"number": ""}).status_code == 400


def test_that_another_day_is_wished_stands_in_the_inbox(coordinator: Client) -> None:
    row = signed(new_meeting(has_intake=True), call_name="くさ").sign_up
    coordinator.post(f"{path_of(row)}interview/", {"day": "11月26日", "time": "19時半", **TALK})
    wish_other_day(row.pk, seen=seen(row))
    assert "面談は、別の日がいい" in page_of(coordinator, f"{MEETINGS}inbox/")
    assert "別の日がいい、とのことです" in page_of(coordinator, path_of(row))
    coordinator.post(f"{path_of(row)}interview/", {"day": "11月27日", "time": "19時半", **TALK})
    assert "別の日がいい" not in page_of(coordinator, path_of(row))


def test_a_referral_without_words_is_not_sent_and_the_form_comes_back(coordinator: Client) -> None:
    row = signed(new_meeting(has_intake=True)).sign_up
    answer = coordinator.post(f"{path_of(row)}referral/", {"words": "　"})
    assert answer.status_code == 422
    assert state_of(row) == "applied"
    late = coordinator.post(f"{path_of(row)}interview/", {"day": "11月26日", "time": "よる", **TALK})
    assert late.status_code == 422
    assert "11月26日" in late.content.decode()


def test_somebody_elses_meeting_does_not_lead_to_a_sign_up(coordinator: Client) -> None:
    row, other = signed(new_meeting(has_intake=True)).sign_up, new_meeting()
    here = f"{MEETINGS}{other.pk}/sign-ups/{row.pk}/"
    assert coordinator.get(here).status_code == 404
    for path in ("interviewed/", "entry/", "referral/lift/", "withdrawal/"):
        assert coordinator.post(f"{here}{path}", {"sure": "on"}).status_code == 404
    assert state_of(row) == "applied"


def test_who_telephones_has_the_same_rights_and_takes_a_slip_home(coordinator: Client) -> None:
    event = new_meeting(standpoints=["parent"], capacity=1)
    answer = coordinator.post(f"{MEETINGS}{event.pk}/sign-ups/new/", form(contact="000-0000-0000"))
    page = answer.content.decode()
    assert answer.status_code == 201
    (code,) = re.findall(r"<strong>([0-9A-Z]{5}-[0-9A-Z]{5})</strong>", page)
    row = by_code(code)
    assert row is not None
    assert (row.call_name, row.state, row.person_id) == ("くさ", "joined", None)
    assert f"/sign-ups/{code}/" in page
    assert 'class="qr' in page
    second = coordinator.post(f"{MEETINGS}{event.pk}/sign-ups/new/", form(call_name="はな"))
    assert "順番を待っています" in second.content.decode()


def test_the_same_form_twice_is_one_sign_up_and_one_code(coordinator: Client) -> None:
    event, data = new_meeting(), form()
    pages = [coordinator.post(f"{MEETINGS}{event.pk}/sign-ups/new/", data).content.decode() for _ in range(2)]
    codes = [re.findall(r"<strong>([0-9A-Z]{5}-[0-9A-Z]{5})</strong>", page) for page in pages]
    assert codes[0] == codes[1]
    assert SignUp.objects.count() == 1


def test_who_telephones_may_let_the_rest_go_and_come_back_as_on_their_own_page(
    coordinator: Client, clock: Any
) -> None:
    event = new_meeting(capacity=2, most_party=2)
    signed(event)
    row = signed(event, party=2).sign_up
    coordinator.post(f"{path_of(row)}offer/", {"answer": "yes"})
    assert "のこりの席は待たない、と聞いた" in page_of(coordinator, path_of(row))
    coordinator.post(f"{path_of(row)}rest/lift/")
    row.refresh_from_db()
    assert (row.state, row.seats, row.party) == ("joined", 1, 1)
    assert "のこりの席は待たない" not in page_of(coordinator, path_of(row))
    coordinator.post(f"{path_of(row)}withdrawal/", {"sure": "on"})
    assert f'action="{path_of(row)}withdrawal/lift/"' in page_of(coordinator, path_of(row))
    coordinator.post(f"{path_of(row)}withdrawal/lift/")
    row.refresh_from_db()
    assert (row.state, row.seats, bool(row.call_name)) == ("joined", 1, True)
    verbs = [entry.verb for entry in LogEntry.objects.order_by("-pk")[:3]]
    assert verbs == ["bring_back_sign_up", "withdraw_sign_up", "let_rest_go"]
    coordinator.post(f"{path_of(row)}withdrawal/", {"sure": "on"})
    clock.shift(dt.timedelta(minutes=30))
    assert "withdrawal/lift/" not in page_of(coordinator, path_of(row))
    late = coordinator.post(f"{path_of(row)}withdrawal/lift/")
    assert (late.status_code, "もどれる時間が、すぎました" in late.content.decode()) == (409, True)
    elsewhere = f"{MEETINGS}{new_meeting().pk}/sign-ups/{row.pk}/"
    for door in ("rest/lift/", "withdrawal/lift/"):
        assert coordinator.post(f"{elsewhere}{door}").status_code == 404


def test_staff_read_that_somebody_may_come_back_and_not_when_they_withdrew(coordinator: Client) -> None:
    row = signed(new_meeting()).sign_up
    withdraw(row.pk)
    page = page_of(coordinator, path_of(row))
    assert "いまは もどせます" in page
    until = WayBack.objects.get(sign_up=row).until
    minutes = [house_clock.clock_text(at) for at in (until, until - dt.timedelta(minutes=BACK_MINUTES))]
    assert [minute in page for minute in minutes] == [False, False]


def test_what_looks_like_a_number_is_asked_about_and_taken_as_it_is(coordinator: Client) -> None:
    sheet = new_sheet({})
    event, key = new_meeting(sheet=sheet), Question.objects.get().key
    data = form(**{f"q_{key}": "夜は 090-1234-5678 に かけてください。"})
    path = f"{MEETINGS}{event.pk}/sign-ups/new/"
    asked = coordinator.post(path, data)
    assert asked.status_code == 409
    assert "まだ、わたしていません" in asked.content.decode()
    assert "くさ" in asked.content.decode()
    assert not SignUp.objects.exists()
    assert coordinator.post(path, data | {"as_is": "on"}).status_code == 201


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"standpoint": ""}, 400), ({"contact": "0" * 41}, 400), ({"id": "x"}, 400), ({"party": "3"}, 400)],
)
def test_a_form_that_cannot_be_read_comes_back_with_its_words(
    coordinator: Client, fields: dict[str, str], status: int
) -> None:
    event = new_meeting(most_party=2)
    answer = coordinator.post(f"{MEETINGS}{event.pk}/sign-ups/new/", form(**fields))
    assert answer.status_code == status
    assert "くさ" in answer.content.decode()
    assert not SignUp.objects.exists()


def test_what_is_said_of_one_field_stands_beside_that_field_alone(coordinator: Client) -> None:
    event = new_meeting(sheet=new_sheet({"is_required": True}, {}))
    path = f"{MEETINGS}{event.pk}/sign-ups/new/"
    beside = [
        (form(), ["q_no1-say"]),
        (form(q_no1="はい", contact="0" * 300), ["contact-say"]),
        (form(q_no1="はい", call_name="見守り役"), ["call_name-say"]),
    ]
    for fields, says in beside:
        answer = coordinator.post(path, fields).content.decode()
        assert re.findall(r'<p class="field__say" id="([^"]+)"', answer) == says


def test_a_meeting_that_takes_nobody_says_why(coordinator: Client) -> None:
    draft, off = new_meeting(is_published=False), new_meeting(called_off_at=SATURDAY)
    for event, why in ((draft, "まだ、予定に出ていません"), (off, "なくなりました")):
        path = f"{MEETINGS}{event.pk}/sign-ups/new/"
        assert why in page_of(coordinator, path)
        assert coordinator.post(path, form()).status_code in (404, 409)
    assert not SignUp.objects.exists()


def test_a_telephone_is_sealed_read_by_the_coordinator_alone_and_gone_the_day_after(
    coordinator: Client, steward: KeeperFacts, keeper: KeeperFacts, keeper_client: KeeperClient, clock: Any
) -> None:
    event = new_meeting(capacity=1)
    plan_facilitator(steward, event.pk, keeper.keeper_id)
    first = signed(event).sign_up
    coordinator.post(f"{MEETINGS}{event.pk}/sign-ups/new/", form(contact="000-0000-0000"))
    assert "000-0000" not in SignUpContact.objects.get().sealed
    withdraw(first.pk)
    here = f"{MEETINGS}{event.pk}/"
    assert "000-0000-0000" in page_of(coordinator, here)
    assert "000-0000-0000" not in page_of(keeper_client(keeper), here)
    clock.move_to(SATURDAY + dt.timedelta(days=1))
    forget_sign_ups()
    assert SignUpContact.objects.exists()
    clock.shift(dt.timedelta(days=1))
    forget_sign_ups()
    assert not SignUpContact.objects.exists()


def test_withdrawing_takes_the_telephone_too(coordinator: Client) -> None:
    event = new_meeting()
    row = sign_up(event.pk, wished(), by_keeper=True, contact="000-0000-0000").sign_up
    assert coordinator.post(f"{path_of(row)}withdrawal/").status_code == 400
    assert state_of(row) == "joined"
    assert coordinator.post(f"{path_of(row)}withdrawal/", {"sure": "on"}).status_code == 303
    assert (state_of(row), SignUpContact.objects.count()) == ("withdrawn", 0)


def test_who_is_rung_says_yes_by_the_keeper(coordinator: Client) -> None:
    event = new_meeting(capacity=1)
    first, second = signed(event).sign_up, signed(event).sign_up
    withdraw(first.pk)
    assert state_of(second) == "offered"
    assert coordinator.post(f"{path_of(second)}offer/", {"answer": "yes"}).status_code == 303
    assert state_of(second) == "joined"
    assert coordinator.post(f"{path_of(second)}offer/", {"answer": "maybe"}).status_code == 400


def test_the_log_knows_no_name_and_no_answer(coordinator: Client) -> None:
    sheet = new_sheet({})
    event, key = new_meeting(sheet=sheet, has_intake=True), Question.objects.get().key
    coordinator.post(
        f"{MEETINGS}{event.pk}/sign-ups/new/",
        form(**{"contact": "000-0000-0000", f"q_{key}": "階段が苦手です。"}),
    )
    row = SignUp.objects.get()
    coordinator.post(f"{path_of(row)}referral/", {"words": "となり町の家族会です。"})
    kept = "".join(LogDetail.objects.values_list("body", flat=True))
    assert LogDetail.objects.count() == 2
    for words in ("くさ", "階段", "000-0000", "となり町"):
        assert words not in kept


def test_more_than_there_are_seats_is_said(coordinator: Client) -> None:
    event = new_meeting(capacity=2)
    for _ in range(2):
        signed(event)
    Event.objects.filter(pk=event.pk).update(capacity=1)
    assert "だれもことわりません" in page_of(coordinator, f"{MEETINGS}{event.pk}/")


def test_a_very_long_line_is_cut_until_all_of_it_is_asked_for(coordinator: Client) -> None:
    event = new_meeting(capacity=1)
    rows = [
        SignUp(
            event=event,
            request_id=uuid4(),
            words_key="x",
            code_hash=uuid4().hex,
            call_name=f"よぶな{turn}",
            standpoint="parent",
            state="waiting",
            turn=turn,
        )
        for turn in range(1, 131)
    ]
    with transaction.atomic():
        SignUp.objects.bulk_create(rows)
    here = f"{MEETINGS}{event.pk}/"
    short = page_of(coordinator, here)
    assert "ぜんぶ見る（あと30）" in short
    assert "よぶな130さん" not in short
    assert "よぶな130さん" in page_of(coordinator, f"{here}?show=all")
