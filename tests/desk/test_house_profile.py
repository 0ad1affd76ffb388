"""家の言葉: the name plate, as stewards write it."""

from __future__ import annotations

from typing import Any, cast

import pytest
from django.db.models import Field
from django.test import Client

from ibasho.desk.house_fields import Words
from ibasho.desk.house_forms import PlateForm
from ibasho.house.models import HouseProfile
from ibasho.moderation.models import LogDetail, LogEntry
from ibasho.people.queries import KeeperFacts
from tests.conftest import KeeperClient
from tests.desk.house_kit import fields_of, seen_on

PATH = "/desk/house/profile/"


@pytest.fixture
def desk(steward: KeeperFacts, keeper_client: KeeperClient) -> Client:
    return keeper_client(steward)


def test_a_steward_writes_the_name_plate(desk: Client, steward: KeeperFacts) -> None:
    sent = fields_of(desk.get(PATH)) | {"name": "つゆくさの家", "not_specimen": "on"}
    answer = desk.post(PATH, sent)
    assert (answer.status_code, answer["Location"]) == (303, PATH)
    assert HouseProfile.objects.get().name == "つゆくさの家"
    entry = LogEntry.objects.latest("number")
    assert (entry.verb, entry.actor) == ("hang_plate", steward.keeper_id)
    assert "name" in LogDetail.objects.get(entry=entry).body
    assert "書きとめました。" in desk.get(answer["Location"]).content.decode()


def test_the_specimen_says_so_until_somebody_ticks_that_it_is_none(desk: Client) -> None:
    HouseProfile.objects.update(is_specimen=True)
    sent = fields_of(desk.get(PATH))
    assert "not_specimen" not in sent
    desk.post(PATH, sent | {"name": "まだ見本の家"})
    assert HouseProfile.objects.get().is_specimen
    desk.post(PATH, fields_of(desk.get(PATH)) | {"not_specimen": "on"})
    assert not HouseProfile.objects.get().is_specimen


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "家の名前を書いてください。"),
        ("name", "家" * 61, "60文字までにしてください。いまは、1文字長いようです。"),
        ("welcome", "一\n二\n三", "2行までにしてください。"),
        ("lead", "《かんじ》だけ", "ふりがなのしるしが"),
        ("run_by", "会\x00", "読み取れない文字"),
        ("minimum_age", "五さい", "6から99までの数を書いてください。"),
        ("minimum_age", "5", "6から99までの数を書いてください。"),
    ],
)
def test_what_cannot_be_kept_is_said_under_its_field_and_nothing_is_lost(
    desk: Client, field: str, typed: str, says: str
) -> None:
    before = HouseProfile.objects.values().get()
    sent = fields_of(desk.get(PATH)) | {"about": "のこしておく言葉", field: typed}
    answer = desk.post(PATH, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page.partition(f'id="{field}-say"')[2][:200]
    assert "のこしておく言葉" in page
    assert fields_of(answer)["seen"] == sent["seen"]
    assert HouseProfile.objects.values().get() == before


def test_digits_of_either_width_are_a_number(desk: Client) -> None:
    desk.post(PATH, fields_of(desk.get(PATH)) | {"minimum_age": "１８さい"})
    assert HouseProfile.objects.get().minimum_age == 18


def test_of_two_stewards_the_second_sees_what_the_first_wrote(desk: Client) -> None:
    first, second = fields_of(desk.get(PATH)), fields_of(desk.get(PATH))
    desk.post(PATH, first | {"lead": "はじめの人の言葉"})
    answer = desk.post(PATH, second | {"lead": "つぎの人の言葉"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert HouseProfile.objects.get().lead == "はじめの人の言葉"
    assert "はじめの人の言葉" in page
    assert "つぎの人の言葉" in page
    assert page.count("いまは：") == 1
    desk.post(PATH, fields_of(answer))
    assert HouseProfile.objects.get().lead == "つぎの人の言葉"


def test_a_refused_form_does_not_hide_that_somebody_else_was_quicker(desk: Client) -> None:
    first, second = fields_of(desk.get(PATH)), fields_of(desk.get(PATH))
    refused = desk.post(PATH, second | {"name": ""})
    desk.post(PATH, first | {"lead": "はじめの人の言葉"})
    answer = desk.post(PATH, fields_of(refused) | {"name": "なおした名前"})
    assert answer.status_code == 409


def test_a_form_without_a_stamp_saves_nothing(desk: Client) -> None:
    sent = fields_of(desk.get(PATH))
    del sent["seen"]
    assert desk.post(PATH, sent | {"name": "だれかの家"}).status_code == 409
    assert HouseProfile.objects.get().name == "みどりの家"


def test_the_first_plate_of_an_empty_house_can_be_written(desk: Client) -> None:
    HouseProfile.objects.all().delete()
    sent = {
        "seen": seen_on(desk.get(PATH)),
        "name": "あたらしい家",
        "welcome": "ようこそ",
        "lead": "ここは 家です。",
        "about": "だれでも。",
        "run_by": "わたしたち",
        "minimum_age": "15",
        "not_specimen": "on",
    }
    assert desk.post(PATH, sent).status_code == 303
    assert HouseProfile.objects.get().name == "あたらしい家"


def test_no_field_takes_more_than_its_column_holds() -> None:
    for name, field in PlateForm.base_fields.items():
        if isinstance(field, Words):
            column = cast("Field[Any, Any]", HouseProfile._meta.get_field(name)).max_length
            assert column is None or field.limit <= column


def test_the_hours_of_telephone_and_house_stand_by_the_other_ways_in(desk: Client) -> None:
    sent = fields_of(desk.get(PATH)) | {"other_ways": "電話：03-0000-0000", "staff_hours": "平日 10時から"}
    desk.post(PATH, sent)
    assert "スタッフがいる時間：平日10時から" in Client().get("/").content.decode()


@pytest.mark.parametrize("who", ["keeper", "second_keeper"])
def test_other_keepers_do_not_find_the_page(
    who: str, request: pytest.FixtureRequest, keeper_client: KeeperClient
) -> None:
    client = keeper_client(request.getfixturevalue(who))
    assert client.get(PATH).status_code == 404
    assert client.post(PATH, {"name": "だれかの家"}).status_code == 404
    assert HouseProfile.objects.get().name == "みどりの家"


def test_json_gets_the_first_sentence(desk: Client) -> None:
    sent = fields_of(desk.get(PATH)) | {"name": ""}
    answer = desk.post(PATH, sent, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["text"]) == (422, "家の名前を書いてください。")
