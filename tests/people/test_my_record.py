"""わたし shows everything that is held, and hands it over."""

import json
from uuid import uuid4

import pytest
from django.test import Client

from ibasho.lib.errors import Refusal
from ibasho.people import my_record
from ibasho.people.models import Person
from tests.conftest import EnterAs

pytestmark = pytest.mark.django_db
_JSON = {"accept": "application/json"}


@pytest.fixture
def extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part above that holds something."""
    held = dict(my_record._sections)
    held["extra"] = lambda person: [
        my_record.Section("集まり", [("本を読む時間", "12月20日（日）")], "30日。"),
        my_record.Section("何もない", [], "30日。"),
    ]
    monkeypatch.setattr(my_record, "_sections", held)


def test_the_page_shows_what_every_part_holds_and_until_when(
    client: Client, newcomer: Person, enter_as: EnterAs, extra: None
) -> None:
    page = enter_as(client, newcomer).get("/me/").content.decode()
    for words in ("本人", "はじめて来た日", "本を読む時間", "いつまで：30日。", "約束"):
        assert words in page
    assert "何もない" not in page
    assert newcomer.key not in page


def test_the_download_is_the_same_record_under_a_neutral_name(
    client: Client, newcomer: Person, enter_as: EnterAs, extra: None
) -> None:
    answer = enter_as(client, newcomer).get("/me/download/")
    assert answer["Content-Disposition"] == 'attachment; filename="memo.json"'
    assert answer["Cache-Control"] == "no-store"
    record = json.loads(answer.content)["record"]
    assert {
        "title": "集まり",
        "until": "30日。",
        "rows": [{"what": "本を読む時間", "words": "12月20日（日）"}],
    } in record
    assert newcomer.key not in answer.content.decode()


def test_json_of_me_has_settings_record_and_notices(
    client: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    answer = enter_as(client, newcomer).get("/me/", headers=_JSON).json()
    assert answer["theme"] == "system"
    assert answer["standpoint"] == "person"
    assert answer["has_phrase"] is False
    assert answer["notices"] == []
    assert next(section["title"] for section in answer["record"]) == "あなた"


def test_a_letter_is_shown_until_it_was_seen(
    client: Client, newcomer: Person, enter_as: EnterAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = {"id": str(uuid4()), "code": "hello", "text": "ようこそ。", "at": "2026-11-22T11:02:00Z"}
    letters = [letter]
    monkeypatch.setattr(my_record, "_notices_for", [lambda person_id: letters])
    monkeypatch.setattr(my_record, "_notice_seen", [lambda *asked: letters.clear()])
    enter_as(client, newcomer)
    assert "ようこそ。" in client.get("/me/").content.decode()
    answer = client.post(f"/me/notices/{letter['id']}/seen/")
    assert (answer.status_code, answer["Location"]) == (303, "/me/")
    assert "ようこそ。" not in client.get("/me/").content.decode()


def test_anothers_letter_is_not_found(
    client: Client, newcomer: Person, enter_as: EnterAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_theirs(*asked: object) -> None:
        raise Refusal("not_found")

    monkeypatch.setattr(my_record, "_notice_seen", [not_theirs])
    enter_as(client, newcomer)
    assert client.post(f"/me/notices/{uuid4()}/seen/").status_code == 404
    assert client.get(f"/me/notices/{uuid4()}/seen/").status_code == 405


def test_the_phrase_is_shown_once(client: Client, newcomer: Person, enter_as: EnterAs) -> None:
    enter_as(client, newcomer)
    page = client.post("/me/phrase/").content.decode()
    phrase = page.split("data-phrase>")[1].split("<")[0]
    assert len(phrase.split("　")) == 6
    assert phrase not in client.get("/me/phrase/").content.decode()
    assert phrase not in client.get("/me/").content.decode()
    again = client.post("/me/phrase/", headers=_JSON).json()["phrase"]
    assert again != phrase


def test_a_phrase_can_be_given_up(client: Client, newcomer: Person, enter_as: EnterAs) -> None:
    enter_as(client, newcomer)
    client.post("/me/phrase/")
    answer = client.post("/me/phrase/", {"forget": "on"})
    assert answer.status_code == 303
    newcomer.refresh_from_db()
    assert not newcomer.has_phrase


def test_forms_without_a_token_are_refused(newcomer: Person, enter_as: EnterAs) -> None:
    strict = enter_as(Client(enforce_csrf_checks=True), newcomer)
    for path in ("/me/settings/", "/me/phrase/", "/me/erasure/", "/me/sign-out/", "/away/", "/return/"):
        assert strict.post(path, {"sure": "on"}).status_code == 403, path
    assert Person.objects.filter(pk=newcomer.pk).exists()
