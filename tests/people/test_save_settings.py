import re

import pytest
from django.test import Client

from ibasho.lib import rate_limit
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
    assert (answer.status_code, answer["Location"]) == (303, "/me/")
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
    assert answer["Location"] == "/me/settings/"


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


_LOOK = {"theme": "night", "text_size": "200", "furigana": "on", "spacing": "on"}


@pytest.mark.parametrize("path", ["/", "/rules/", "/enter/", "/events/", "/help/"])
def test_who_has_not_come_in_is_led_to_the_look_and_back(outsider: Client, path: str) -> None:
    assert 'href="/about/look/"' in outsider.get(path).content.decode()
    page = outsider.get("/about/look/", headers={"referer": f"http://testserver{path}"})
    assert f'name="next" value="{path}"' in page.content.decode()
    answer = outsider.post("/about/look/", {**_LOOK, "next": path})
    assert (answer.status_code, answer["Location"]) == (303, path)
    shown = outsider.get(path)
    assert 'data-theme="night" class="theme-night text-200"' in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert not Person.objects.exists()


def test_the_look_ends_with_the_browser_and_leaves_nothing_once_it_is_the_usual(outsider: Client) -> None:
    answer = outsider.post("/about/look/", _LOOK)
    assert answer.cookies["sessionid"]["max-age"] == ""
    assert "theme-night" not in Client().get("/").content.decode()
    usual = outsider.post("/about/look/", {"theme": "system", "text_size": "100"})
    assert usual.cookies["sessionid"].value == ""
    assert 'data-theme="system" class=""' in outsider.get("/").content.decode()


def test_the_look_comes_along_through_the_door(outsider: Client) -> None:
    outsider.post("/about/look/", _LOOK)
    outsider.post("/enter/", {"rules_version": "1", "accept": "on", "standpoint": "parent"})
    person = Person.objects.get()
    assert (person.theme, person.text_size, person.furigana, person.spacing) == ("night", 200, True, True)
    assert "theme-night text-200" in outsider.get("/rooms/").content.decode()
    inside = outsider.get("/about/look/")
    assert (inside.status_code, inside["Location"]) == (303, "/me/settings/")


def test_who_is_away_has_the_same_page_as_who_has_not_come_in(
    client: Client, regular: Person, enter_as: EnterAs, outsider: Client
) -> None:
    enter_as(client, regular).post("/me/settings/", _LOOK)
    client.post("/away/")
    outsider.post("/about/look/", _LOOK)
    pages = [one.get("/about/look/") for one in (client, outsider)]
    assert [page.status_code for page in pages] == [200, 200]
    assert len({re.sub(r'value="[A-Za-z0-9]{64}"', "", page.content.decode()) for page in pages}) == 1
    assert "theme-night text-200" in pages[0].content.decode()
    for one in (client, outsider):
        answer = one.post("/about/look/", {**_LOOK, "theme": "clear"})
        assert (answer.status_code, answer["Location"]) == (303, "/about/look/")
        assert "theme-clear text-200" in one.get("/").content.decode()
    regular.refresh_from_db()
    assert regular.theme == "night"
    client.post("/away/", {"back": "on"})
    assert "theme-night text-200" in client.get("/rooms/").content.decode()


def test_who_comes_back_by_the_phrase_has_their_own_look(
    client: Client, regular: Person, enter_as: EnterAs, outsider: Client
) -> None:
    enter_as(client, regular).post("/me/settings/", _ALL)
    phrase = client.post("/me/phrase/", headers=_JSON).json()["phrase"]
    outsider.post("/about/look/", {"theme": "clear"})
    assert outsider.post("/return/", {"phrase": phrase}).status_code == 303
    assert "theme-night text-150" in outsider.get("/rooms/").content.decode()


@pytest.mark.parametrize("wrong", [{"theme": "pink"}, {"text_size": "133"}, {"text_size": "9" * 5000}])
def test_an_unknown_look_is_not_kept_and_nobody_is_led_elsewhere(
    outsider: Client, wrong: dict[str, str]
) -> None:
    page = outsider.post("/about/look/", {**_LOOK, **wrong, "next": "//evil.example/"})
    assert page.status_code == 400
    assert "evil" not in page.content.decode()
    assert 'name="furigana" value="on" checked' in page.content.decode()
    assert outsider.get("/about/look/", headers={"referer": "http://["}).status_code == 200
    elsewhere = outsider.get("/about/look/", headers={"referer": "https://evil.example/x/"})
    assert 'name="next" value="/"' in elsewhere.content.decode()
    assert 'data-theme="system"' in outsider.get("/").content.decode()
    assert outsider.post("/about/look/", {**_LOOK, "next": "//evil.example/"})["Location"] == "/about/look/"


def test_only_the_look_is_kept_of_a_form(outsider: Client) -> None:
    told = outsider.post("/about/look/", {**_ALL, "keep": "on"}, headers=_JSON).json()
    assert told == {"theme": "night", "text_size": 150, "furigana": True, "spacing": True}


def test_the_look_is_chosen_thirty_times_an_hour(outsider: Client) -> None:
    amount = rate_limit.LIMITS["look"].amount
    for _ in range(amount):
        assert outsider.post("/about/look/", _LOOK).status_code == 303
    refused = outsider.post("/about/look/", {"theme": "clear"})
    assert refused.status_code == 429
    assert "Retry-After" in refused
