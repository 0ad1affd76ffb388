"""手伝いたい人, from the public form to the first shift, as browsers see it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.duty.actions import add_unit, apply_to_help, arrange_talk, record_training
from ibasho.duty.models import Pledge, TrainingUnit, Volunteer
from ibasho.house.models import HouseProfile
from ibasho.lib import clock as house_clock
from ibasho.moderation.models import LogDetail, LogEntry
from ibasho.people.actions.keepers import begin_keeper
from ibasho.people.models import Keeper, KeeperLink, Role
from ibasho.people.queries import KeeperFacts, facts_of
from ibasho.rooms.models import Room
from tests.conftest import KeeperClient
from tests.desk.conftest import OnDuty, page_of

CONTACT = "kusa@mail.example"
FORM = {"call_name": "くさ", "contact": CONTACT, "why": "前に、助けてもらいました。", "could": "火曜の夜"}


@pytest.fixture
def unit(clock: object, house: HouseProfile) -> TrainingUnit:
    return add_unit("はじめの研修", "")


@pytest.fixture
def asked(unit: TrainingUnit) -> Volunteer:
    return apply_to_help(call_name="くさ", contact=CONTACT, why="前に、助けてもらいました。")[0]


@pytest.fixture
def desk(steward: KeeperFacts, keeper_client: KeeperClient) -> Client:
    return keeper_client(steward)


def receipt(answer: Any) -> str:
    (code,) = re.findall(r"data-receipt>([^<]+)<", answer.content.decode())
    return str(code)


def test_a_stranger_asks_and_reads_by_code_where_it_stands(
    outsider: Client, unit: TrainingUnit, desk: Client
) -> None:
    page = page_of(outsider, "/about/helping/")
    assert "はじめの研修" in page
    assert 'action="/about/helping/"' in page
    answer = outsider.post("/about/helping/", FORM)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    code = receipt(answer)
    assert "申しこみを受けとりました" in outsider.post("/receipts/", {"code": code}).content.decode()
    row = Volunteer.objects.get()
    desk.post(f"/desk/volunteers/{row.pk}/talk/", {"day": "12月1日", "time": "19時半"})
    said = outsider.post("/receipts/", {"code": code}).content.decode()
    assert "12月1日（火）の19:30に、お話しします。" in said
    taken = outsider.post("/receipts/", {"code": code, "take_back": "on"}).content.decode()
    assert "とりさげました" in taken
    assert CONTACT not in page_of(desk, f"/desk/volunteers/{row.pk}/")


def test_what_is_missing_comes_back_with_the_words(outsider: Client, house: HouseProfile) -> None:
    answer = outsider.post("/about/helping/", FORM | {"contact": " "})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "連絡先が入っていないようです。" in page
    assert "前に、助けてもらいました。" in page
    as_json = outsider.post("/about/helping/", FORM, headers={"accept": "application/json"})
    assert set(as_json.json()) == {"receipt", "notices"}


def test_a_number_among_the_words_is_asked_about_first(outsider: Client, house: HouseProfile) -> None:
    words = FORM | {"why": "電話は090-1234-5678です。"}
    answer = outsider.post("/about/helping/", words)
    assert answer.status_code == 409
    assert 'name="as_is"' in answer.content.decode()
    assert outsider.post("/about/helping/", words | {"as_is": "on"}).status_code == 200


def test_who_writes_of_dying_is_offered_help_and_the_carers_are_called(
    outsider: Client, house: HouseProfile, steward: KeeperFacts, keeper: KeeperFacts, desk: Client
) -> None:
    answer = outsider.post("/about/helping/", FORM | {"why": "もう死にたいです。"})
    assert 'data-code="support"' in answer.content.decode()
    now = desk_now()
    assert [alert.id.split("-")[0] for alert in alerts_for(steward, now)] == ["volunteer"]
    assert alerts_for(keeper, now) == []
    page = page_of(desk, f"/desk/volunteers/{Volunteer.objects.get().pk}/")
    assert re.search(r'<details class="veil">.*もう死にたいです。', page, re.S)


def test_no_more_than_three_in_an_hour_from_one_place(outsider: Client, house: HouseProfile) -> None:
    answers = [outsider.post("/about/helping/", FORM).status_code for _ in range(20)]
    assert answers.count(429) > 0
    assert Volunteer.objects.count() == answers.count(200) < 20


def test_only_carers_hear_that_somebody_asked(
    asked: Volunteer, desk: Client, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    assert "手伝いたいという申しこみが、届いています" in page_of(desk, "/desk/")
    assert "申しこみ" not in page_of(keeper_client(keeper), "/desk/")
    page = page_of(desk, f"/desk/volunteers/{asked.pk}/")
    assert CONTACT in page
    assert CONTACT not in "".join(LogDetail.objects.values_list("body", flat=True))


def test_forms_that_are_not_whole_are_said_on_the_page(
    asked: Volunteer, steward: KeeperFacts, desk: Client, unit: TrainingUnit
) -> None:
    path = f"/desk/volunteers/{asked.pk}/"
    answer = desk.post(f"{path}talk/", {"day": "きのう", "time": "19時半"})
    assert answer.status_code == 422
    assert "日にちを、「12月1日」「2026-12-01」" in answer.content.decode()
    answer = desk.post(
        f"{path}training/", {"unit": unit.pk, "done_on": "11月22日", "led_by": steward.keeper_id}
    )
    assert answer.status_code == 409
    assert "先に、お話の日を書いてください。" in answer.content.decode()
    assert desk.post(f"{path}declining/", {"letter": ""}).status_code == 422
    assert desk.post("/desk/volunteers/999/talk/", {"day": "", "time": ""}).status_code == 404


def test_training_is_recorded_of_a_day_just_gone(
    asked: Volunteer, steward: KeeperFacts, desk: Client, unit: TrainingUnit
) -> None:
    path = f"/desk/volunteers/{asked.pk}/"
    desk.post(f"{path}talk/", {"day": "12月1日", "time": "19:30"})
    fields = {"unit": unit.pk, "done_on": "11月21日", "led_by": steward.keeper_id}
    assert desk.post(f"{path}training/", fields).status_code == 303
    assert asked.trainings.get().done_on == dt.date(2026, 11, 21)
    assert f'action="{path}link/"' in page_of(desk, path)
    desk.post(f"{path}training/lift/", {"unit": unit.pk})
    assert f'action="{path}link/"' not in page_of(desk, path)


def trained(steward: KeeperFacts, row: Volunteer, unit: TrainingUnit) -> None:
    arrange_talk(steward, row.pk, at=house_clock.now())
    today = house_clock.today()
    record_training(steward, row.pk, unit_id=unit.pk, done_on=today, led_by=steward.keeper_id)


def link_of(answer: Any) -> str:
    (token,) = re.findall(r"http://testserver/keepers/link/([^/<]+)/", answer.content.decode())
    return str(token)


def test_a_link_is_the_stewards_asked_once_more_and_the_last_one_counts(
    asked: Volunteer, steward: KeeperFacts, desk: Client, unit: TrainingUnit, clock: Any
) -> None:
    path = f"/desk/volunteers/{asked.pk}/link/"
    assert desk.post(path).status_code == 409
    trained(steward, asked, unit)
    first, second = link_of(desk.post(path)), link_of(desk.post(path))
    assert first != second
    assert KeeperLink.objects.count() == 1
    desk.post(f"/desk/volunteers/{asked.pk}/training/lift/", {"unit": unit.pk})
    assert KeeperLink.objects.count() == 0
    clock.shift(dt.timedelta(minutes=6))
    assert desk.post(path)["Location"].startswith("/keepers/again/")


def test_from_the_link_to_a_keeper_who_counts(
    asked: Volunteer,
    steward: KeeperFacts,
    desk: Client,
    unit: TrainingUnit,
    engawa: Room,
    on_duty: OnDuty,
    keeper_client: KeeperClient,
) -> None:
    trained(steward, asked, unit)
    token = link_of(desk.post(f"/desk/volunteers/{asked.pk}/link/"))
    begun = begin_keeper(token, login_name="kusa", duty_name="くさ", password="あおい みずうみの ほとり")
    asked.refresh_from_db()
    assert (asked.keeper_id, asked.state, asked.link_hash) == (begun.pk, "pledge", "")
    new = keeper_client(_with_factor(begun))
    assert "誓約</a>を読んでください" in page_of(new, "/desk/")
    refused = new.post("/desk/duty/", _duty_form())
    assert refused.status_code == 409
    assert "当番に入る前に、誓約を読んでください。" in refused.content.decode()
    assert new.post("/desk/pledge/", {"number": "1", "accept": "on"})["Location"] == "/desk/"
    assert Pledge.objects.get().keeper_id == begun.pk
    assert new.post("/desk/duty/", _duty_form()).status_code == 409
    on_duty(steward, engawa)
    assert new.post("/desk/duty/", _duty_form()).status_code == 303
    assert new.post("/desk/duty/end/").status_code == 303
    path = f"/desk/volunteers/{asked.pk}/"
    assert f'action="{path}first-shift/"' in page_of(desk, path)
    assert desk.post(f"{path}first-shift/").status_code == 303
    asked.refresh_from_db()
    assert asked.state == "keeper"
    verbs = set(LogEntry.objects.values_list("verb", flat=True))
    assert {"invite_keeper", "begin_keeper", "finish_first_shift"} <= verbs


def _with_factor(keeper: Keeper) -> KeeperFacts:
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(keeper.person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    return facts_of(keeper)


def _duty_form() -> dict[str, Any]:
    return {"slugs": ["engawa"], "until": "2026-11-22T12:30:00Z"}


def test_units_and_the_pledge_are_set_by_those_who_may(
    unit: TrainingUnit, steward: KeeperFacts, desk: Client
) -> None:
    assert desk.post("/desk/house/training/", {"title": "言葉のかけ方", "about": ""}).status_code == 303
    assert "言葉のかけ方" in page_of(desk, "/desk/house/training/")
    desk.post(f"/desk/house/training/{unit.pk}/removal/")
    assert "いまは、使っていません" in page_of(desk, "/desk/house/training/")
    page = page_of(desk, "/desk/house/pledge/")
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
    words = {"text": "外で話しません。\nひとりで決めません。", "seen": seen}
    assert desk.post("/desk/house/pledge/", words).status_code == 303
    assert "ひとりで決めません。" in page_of(desk, "/about/helping/")
    overtaken = desk.post("/desk/house/pledge/", words | {"text": "べつの言葉。"})
    assert overtaken.status_code == 409
    assert "べつの言葉。" in overtaken.content.decode()


def test_a_keeper_called_by_a_plain_link_is_nobodys_learner(steward: KeeperFacts, desk: Client) -> None:
    answer = desk.post("/desk/house/keepers/links/", {"roles": [Role.MODERATOR.value]})
    begin_keeper(link_of(answer), login_name="nami", duty_name="なみ", password="あおい みずうみの ほとり")
    assert not Volunteer.objects.exists()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_far_away_is_asked_for_again_and_the_page_stays(
    asked: Volunteer, desk: Client, day: str
) -> None:
    path = f"/desk/volunteers/{asked.pk}/"
    assert desk.post(f"{path}talk/", {"day": day, "time": "25時"}).status_code == 422
    assert desk.get(path).status_code == 200


def test_a_training_on_a_29th_of_february_to_come_is_asked_for_again(
    asked: Volunteer, desk: Client, steward: KeeperFacts, unit: TrainingUnit
) -> None:
    arrange_talk(steward, asked.pk, at=house_clock.now() + dt.timedelta(days=1))
    sent = {"unit": unit.pk, "done_on": "2028-02-29", "led_by": steward.keeper_id}
    assert desk.post(f"/desk/volunteers/{asked.pk}/training/", sent).status_code == 303
    assert asked.trainings.get().done_on == dt.date(2024, 2, 29)


def test_words_about_dying_among_the_hours_get_the_card_too(outsider: Client) -> None:
    answer = outsider.post("/about/helping/", FORM | {"could": "もう死にたいです。"})
    assert 'data-code="support"' in answer.content.decode()
    assert Volunteer.objects.get().about_dying
