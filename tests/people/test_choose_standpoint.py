import datetime as dt

import pytest
import time_machine
from django.test import Client

from ibasho.people import wall
from ibasho.people.actions import choose_standpoint, turn_standpoints
from ibasho.people.models import Person
from ibasho.people.queries import describe, facts_after
from tests.conftest import EnterAs

pytestmark = pytest.mark.django_db


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Who was made to leave all seats."""
    gone: list[int] = []

    def leave(person: Person, standpoint: str | None) -> None:
        if standpoint is None:
            gone.append(person.pk)

    monkeypatch.setattr(wall, "_leaving", [leave])
    return gone


def test_crossing_the_wall_leaves_all_seats_now_and_counts_from_tomorrow(
    regular: Person, left: list[int], clock: time_machine.Traveller
) -> None:
    choose_standpoint(regular, standpoint="parent")
    assert left == [regular.pk]
    regular.refresh_from_db()
    assert (regular.standpoint, regular.next_standpoint) == ("person", "parent")
    assert describe(regular, "", away=False).side == "person"
    clock.shift(dt.timedelta(days=1))
    assert describe(regular, "", away=False).side == "family"


def test_the_change_is_written_when_its_day_has_come_and_seats_of_the_evening_are_left(
    regular: Person, left: list[int], clock: time_machine.Traveller
) -> None:
    choose_standpoint(regular, standpoint="parent")
    turn_standpoints()
    assert Person.objects.get(pk=regular.pk).standpoint == "person"
    clock.shift(dt.timedelta(days=1))
    turn_standpoints()
    turn_standpoints()
    regular.refresh_from_db()
    assert (regular.standpoint, regular.next_standpoint, regular.next_standpoint_on) == ("parent", "", None)
    assert left == [regular.pk, regular.pk]


def test_undecided_is_no_short_way_across_the_wall(
    regular: Person, left: list[int], clock: time_machine.Traveller
) -> None:
    choose_standpoint(regular, standpoint="undecided")
    choose_standpoint(regular, standpoint="parent")
    regular.refresh_from_db()
    assert regular.standpoint == "person"


def test_choosing_the_old_standpoint_again_takes_the_change_back(regular: Person, left: list[int]) -> None:
    choose_standpoint(regular, standpoint="parent")
    choose_standpoint(regular, standpoint="person")
    regular.refresh_from_db()
    assert (regular.standpoint, regular.next_standpoint) == ("person", "")


@pytest.mark.parametrize(("before", "after"), [("undecided", "person"), ("parent", "sibling")])
def test_a_change_that_crosses_nothing_counts_at_once(
    regular: Person, left: list[int], before: str, after: str
) -> None:
    Person.objects.filter(pk=regular.pk).update(standpoint=before)
    choose_standpoint(regular, standpoint=after)
    assert Person.objects.get(pk=regular.pk).standpoint == after
    assert left == []


def test_open_lines_are_told_to_look_again(regular: Person, left: list[int]) -> None:
    newest, _ = facts_after(0)
    choose_standpoint(regular, standpoint="parent")
    assert facts_after(newest) == (newest + 1, [regular.pk])


def test_the_form_of_me_changes_it_and_leaves_the_wishes_alone(
    client: Client, regular: Person, enter_as: EnterAs
) -> None:
    Person.objects.filter(pk=regular.pk).update(furigana=True)
    enter_as(client, regular)
    answer = client.post("/me/settings/", {"standpoint": "sibling"})
    assert answer.status_code == 303
    regular.refresh_from_db()
    assert (regular.next_standpoint, regular.furigana) == ("sibling", True)
    page = client.get("/me/").content.decode()
    assert "きょうだい" in page


def test_somebody_looking_on_the_day_is_already_on_the_new_side(
    client: Client, regular: Person, enter_as: EnterAs, clock: time_machine.Traveller
) -> None:
    choose_standpoint(regular, standpoint="parent")
    enter_as(client, regular)
    clock.shift(dt.timedelta(days=1))
    client.get("/me/")
    assert Person.objects.get(pk=regular.pk).standpoint == "parent"
