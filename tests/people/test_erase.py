import pytest
from django.apps import apps
from django.test import Client

from ibasho.people import erasure
from ibasho.people.actions import erase, give_phrase
from ibasho.people.models import Person, Session
from ibasho.people.queries import facts_after
from tests.conftest import EnterAs

pytestmark = pytest.mark.django_db


def test_nothing_that_points_to_the_person_is_left(regular: Person, other_regular: Person) -> None:
    give_phrase(regular)
    key = regular.pk
    erase(regular)
    assert list(Person.objects.all()) == [other_regular]
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is Person:
                assert not model._default_manager.filter(**{field.name: key}).exists(), model


def test_every_part_erases_its_own_before_the_person_goes(
    regular: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(
        erasure, "_erasers", [lambda person: seen.append(Person.objects.filter(pk=person.pk).exists())]
    )
    erase(regular)
    assert seen == [True]


def test_if_one_part_cannot_nothing_is_erased(regular: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(person: Person) -> None:
        raise RuntimeError("cannot")

    monkeypatch.setattr(erasure, "_erasers", [cannot])
    with pytest.raises(RuntimeError):
        erase(regular)
    assert Person.objects.filter(pk=regular.pk).exists()


def test_lines_are_told(regular: Person) -> None:
    newest, _ = facts_after(0)
    erase(regular)
    assert facts_after(newest)[0] > newest


def test_the_page_asks_once_and_does_nothing_without_a_yes(
    client: Client, regular: Person, enter_as: EnterAs
) -> None:
    enter_as(client, regular)
    assert 'name="sure"' in client.get("/me/erasure/").content.decode()
    page = client.post("/me/erasure/", {})
    assert page.status_code == 400
    assert "まだ、何も消していません" in page.content.decode()
    assert Person.objects.filter(pk=regular.pk).exists()


def test_the_farewell_comes_without_a_session(client: Client, regular: Person, enter_as: EnterAs) -> None:
    enter_as(client, regular)
    page = client.post("/me/erasure/", {"sure": "on"})
    assert page.status_code == 200
    assert "ありがとうございました" in page.content.decode()
    assert client.cookies["sessionid"].value == ""
    assert page["Clear-Site-Data"] == '"cache", "storage"'
    assert not Person.objects.filter(pk=regular.pk).exists()
    assert not Session.objects.exists()
    assert client.get("/me/").status_code == 302


def test_a_stranger_erases_nothing(outsider: Client, regular: Person) -> None:
    assert outsider.post("/me/erasure/", {"sure": "on"}).status_code == 302
    assert Person.objects.filter(pk=regular.pk).exists()


@pytest.mark.parametrize("answer", ["no", "off", "true", "1", ""])
def test_only_a_ticked_box_erases(client: Client, newcomer: Person, enter_as: EnterAs, answer: str) -> None:
    assert enter_as(client, newcomer).post("/me/erasure/", {"sure": answer}).status_code == 400
    assert Person.objects.filter(pk=newcomer.pk).exists()


def test_the_page_says_that_notes_are_tied_to_nobody(
    client: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    assert "ひとことメモ" in enter_as(client, newcomer).get("/me/erasure/").content.decode()
    assert "「ぜんぶ消す」のあとも" in client.get("/note/").content.decode()
