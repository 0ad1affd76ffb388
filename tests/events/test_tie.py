"""わたしに つなぐ: by choice, undone by choice, by erasing, and by crossing the wall."""

from __future__ import annotations

from uuid import uuid4

import pytest

from ibasho.events.actions import tie, untie
from ibasho.events.models import Offer, SignUp
from ibasho.events.own_record import sections
from ibasho.events.queries.sign_ups import own
from ibasho.people.actions import choose_standpoint, erase, purge_guests
from ibasho.people.models import Person, Session
from ibasho.people.queries import KeeperFacts
from tests.events.conftest import Meeting, Sign, new_sheet, refused, signed, state_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def tied_to(row: SignUp) -> Person | None:
    row.refresh_from_db()
    person: Person | None = row.person
    return person


def test_it_is_tied_and_untied(meeting: Meeting, sign: Sign, parent: Person) -> None:
    row = sign(meeting())
    assert tie(row.pk, parent).person == parent
    assert [line.sign_up_id for line in own([], parent)] == [row.pk]
    untie(row.pk)
    untie(row.pk)
    assert tied_to(row) is None
    assert own([], parent) == []


def test_nobody_takes_what_is_somebody_elses(
    meeting: Meeting, sign: Sign, parent: Person, sibling: Person
) -> None:
    row = sign(meeting())
    tie(row.pk, parent)
    assert tie(row.pk, parent).person == parent
    assert refused(tie, row.pk, sibling) == "not_found"
    assert tied_to(row) == parent


def test_a_meeting_of_the_other_side_and_an_unknown_one_are_alike(
    meeting: Meeting, parent: Person, regular: Person, keeper: KeeperFacts
) -> None:
    row = signed(meeting(standpoints=["parent"]), person=parent).sign_up
    assert refused(tie, row.pk, regular) == "not_found"
    assert refused(tie, uuid4(), regular) == "not_found"
    assert refused(tie, row.pk, Person.objects.get(pk=keeper.person_id)) == "not_found"


def test_who_has_crossed_in_this_moment_ties_nothing_on_the_side_they_left(
    meeting: Meeting, parent: Person
) -> None:
    event = meeting(standpoints=["parent"])
    Person.objects.filter(pk=parent.pk).update(standpoint="person")  # `parent` is as the page had read it
    assert refused(signed, event, person=parent, ties_person=True) == "not_found"


def test_crossing_the_wall_unties_what_is_on_the_side_one_leaves(meeting: Meeting, parent: Person) -> None:
    of_families = signed(meeting(standpoints=["parent"]), person=parent, ties_person=True).sign_up
    of_all = signed(meeting(), person=parent, ties_person=True).sign_up
    choose_standpoint(parent, standpoint="person")
    assert tied_to(of_families) is None
    assert state_of(of_families) == "joined"
    assert tied_to(of_all) == parent


def test_on_the_same_side_what_is_not_for_the_new_standpoint_is_untied(
    meeting: Meeting, parent: Person
) -> None:
    of_parents = signed(meeting(standpoints=["parent"]), person=parent, ties_person=True).sign_up
    of_families = signed(meeting(standpoints=["parent", "sibling"]), person=parent, ties_person=True).sign_up
    choose_standpoint(parent, standpoint="sibling")
    assert tied_to(of_parents) is None
    assert tied_to(of_families) == parent


def test_erasing_erases_the_sign_up_and_the_seat_passes_on(
    meeting: Meeting, sign: Sign, parent: Person
) -> None:
    event = meeting(capacity=1)
    row = signed(event, person=parent, ties_person=True).sign_up
    waiting = sign(event)
    erase(parent)
    assert not SignUp.objects.filter(pk=row.pk).exists()
    assert state_of(waiting) == "offered"


def test_erasing_who_was_asked_leaves_no_offer(meeting: Meeting, sign: Sign, parent: Person) -> None:
    event = meeting(capacity=1)
    sign(event)
    signed(event, person=parent, ties_person=True)
    erase(parent)
    assert not Offer.objects.exists()
    assert event.sign_ups.count() == 1


def test_a_guest_who_is_forgotten_keeps_the_seat_by_the_code(
    meeting: Meeting, parent: Person, clock: object
) -> None:
    row = signed(meeting(), person=parent, ties_person=True).sign_up
    Session.objects.filter(person=parent).delete()
    Person.objects.filter(pk=parent.pk).update(last_seen_on="2026-11-01")
    purge_guests()
    assert not Person.objects.filter(pk=parent.pk).exists()
    assert (tied_to(row), state_of(row)) == (None, "joined")


def test_my_record_shows_what_is_held(meeting: Meeting, parent: Person) -> None:
    question = new_sheet({}).questions.get()
    event = meeting(sheet=question.sheet)
    answers = ((question.pk, "しずかな席"),)
    signed(event, person=parent, ties_person=True, call_name="くさ", answers=answers)
    (section,) = sections(parent)
    assert list(section.rows) == [("土曜の会 11月28日（土） 13:30〜15:00", "席を、とってあります")]
    held = str(section.everything)
    assert all(words in held for words in ("くさ", "しずかな席", "まだわからない", "1番め"))


def test_my_record_says_nothing_of_what_is_not_tied(meeting: Meeting, parent: Person) -> None:
    signed(meeting(), person=parent)
    assert [section for section in sections(parent) if section.rows] == []
