import pytest
from django.test import Client

from ibasho.people.models import Person
from tests.conftest import EnterAs

pytestmark = pytest.mark.django_db
_ALL = {
    "theme": "night",
    "text_size": "150",
    "furigana": "on",
    "spacing": "on",
    "send_delay": "10",
    "enter_sends": "on",
}
_JSON = {"accept": "application/json"}


def test_all_wishes_are_kept_and_shown(client: Client, newcomer: Person, enter_as: EnterAs) -> None:
    enter_as(client, newcomer)
    answer = client.post("/me/settings/", _ALL)
    assert (answer.status_code, answer["Location"]) == (303, "/me/?done=look")
    newcomer.refresh_from_db()
    assert (newcomer.theme, newcomer.text_size, newcomer.send_delay) == ("night", 150, 10)
    assert newcomer.furigana
    assert newcomer.spacing
    assert newcomer.enter_sends
    assert 'data-theme="night"' in client.get(answer["Location"]).content.decode()


def test_a_box_left_empty_is_a_no_and_an_absent_choice_stays(
    client: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    enter_as(client, newcomer)
    client.post("/me/settings/", _ALL)
    client.post("/me/settings/", {"text_size": ""})
    newcomer.refresh_from_db()
    assert (newcomer.theme, newcomer.text_size, newcomer.furigana) == ("night", 150, False)


@pytest.mark.parametrize(
    "wrong", [{"theme": "pink"}, {"text_size": "133"}, {"send_delay": "ten"}, {"text_size": "9" * 5000}]
)
def test_an_unknown_wish_changes_nothing_and_keeps_the_form(
    client: Client, newcomer: Person, enter_as: EnterAs, wrong: dict[str, str]
) -> None:
    enter_as(client, newcomer)
    page = client.post("/me/settings/", {**_ALL, **wrong})
    assert page.status_code == 400
    assert 'name="furigana" value="on" checked' in page.content.decode()
    newcomer.refresh_from_db()
    assert (newcomer.theme, newcomer.text_size, newcomer.furigana) == ("system", 100, False)
    refused = client.post("/me/settings/", {**_ALL, **wrong}, headers=_JSON)
    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")


def test_json_gets_what_is_set(client: Client, newcomer: Person, enter_as: EnterAs) -> None:
    enter_as(client, newcomer)
    answer = client.post("/me/settings/", {**_ALL, "keep": "on"}, headers=_JSON).json()
    assert answer["theme"] == "night"
    assert answer["text_size"] == 150
    assert answer["keep"] is True


def test_the_settings_have_a_page_of_their_own(client: Client, newcomer: Person, enter_as: EnterAs) -> None:
    enter_as(client, newcomer)
    page = client.get("/me/settings/")
    assert page.status_code == 200
    answer = client.post("/me/settings/", {**_ALL, "next": "/me/settings/"})
    assert answer["Location"] == "/me/settings/?done=look"


def test_nobody_elses_wishes_change(
    client: Client, newcomer: Person, regular: Person, enter_as: EnterAs
) -> None:
    enter_as(client, newcomer)
    client.post("/me/settings/", _ALL)
    regular.refresh_from_db()
    assert regular.theme == "system"


def test_a_box_is_ticked_by_on_and_by_nothing_else(
    client: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    enter_as(client, newcomer)
    client.post("/me/settings/", {"keep": "off", "furigana": "no", "spacing": "on", "enter_sends": "0"})
    newcomer.refresh_from_db()
    assert (newcomer.furigana, newcomer.spacing, newcomer.enter_sends) == (False, True, False)
    assert not newcomer.sessions.get().keep
    assert client.post("/away/", {"back": "off"}).status_code == 200
