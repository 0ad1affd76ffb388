"""docs/desk-doors.md, walked: every role at every door, with and without duty in the room."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from ibasho.duty.actions import add_unit, apply_to_help
from ibasho.duty.models import Shift, Volunteer
from ibasho.events.actions import create_series, plan_facilitator
from ibasho.events.models import Event, Question, SignUp
from ibasho.house.actions import Clause, add_word, draft_rules, leave_note, send_answer, write_answer
from ibasho.house.models import Helpline, HouseProfile
from ibasho.house.queries import answer_facts, notices_for
from ibasho.lib import clock
from ibasho.lib.stamps import stamp_of
from ibasho.moderation.actions import (
    ask_review,
    begin_by_hand,
    hide,
    keep_back,
    leave_opinion,
    leave_quiet_post,
    propose_suspension,
    redact,
    remove,
    rest,
    tell_keepers,
    unname,
    write_seat_note,
)
from ibasho.moderation.escalation_contacts import ContactFacts, write
from ibasho.moderation.models import (
    EscalationContact,
    LogEntry,
    ReviewRequest,
    ScreeningCandidate,
    SuspensionProposal,
)
from ibasho.people.models import Keeper, Person, Role
from ibasho.people.queries import KeeperFacts, facts_of
from ibasho.rooms.actions import ask_for_stand_in, plan_shifts
from ibasho.rooms.models import HeldPost, Message, Room
from tests.architecture.tree import DOCS, code_words, table
from tests.conftest import EnterAs, KeeperClient
from tests.desk.conftest import OnDuty, Says
from tests.duty.conftest import handed_over
from tests.events.conftest import new_meeting, new_sheet, signed
from tests.events.test_series import plan as plan_of_a_series

ROLES = (Role.MODERATOR, Role.FACILITATOR, Role.COORDINATOR, Role.STEWARD)
ROWS = {
    code_words(row[0])[0]: row[1:] for row in table((DOCS / "desk-doors.md").read_text(), "Doors of the desk")
}
METHODS = ("get", "post")


def _paths(patterns: list[Any], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _paths(pattern.url_patterns, here)
        elif here.startswith("/desk/"):
            yield here


DOORS = sorted(_paths(get_resolver().url_patterns))


def _as_written(path: str) -> str:
    return re.sub(r"<\w+_id>", "<id>", re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", path))


@pytest.fixture
def real(
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    regular: Person,
    newcomer: Person,
    says: Says,
    steward: KeeperFacts,
) -> dict[str, str]:
    """What the parts of a path stand for; all of it is there."""
    message = says(regular, watched, "きょうは雨でした。")
    redact(keeper, watched.slug, message.pk, pieces=[0], seen=message.seq, rule="listen")
    taken = unname(keeper, watched.slug, message.pk, rule="listen")
    hide(keeper, watched.slug, message.pk, rule="listen")
    rest(keeper, watched.slug, message.seat_id, minutes=10, rule="listen")
    remove(keeper, watched.slug, message.seat_id, days=1, rule="listen")
    incident = begin_by_hand(keeper, watched.slug, message.pk, about_other=False)
    draft_rules([Clause("listen", "いるとき", "聞きます。")])
    seat_note = write_seat_note(second_keeper, watched.slug, message.seat_id, text="はじめての方です。")
    shift = _own_shift(steward, watched)
    event, signed_up = _meeting_with_somebody()
    facilitates = plan_facilitator(steward, event.pk, steward.keeper_id)
    question = Question.objects.get(sheet=event.sheet_id)
    return {
        "<id:meeting_id>": str(event.pk),
        "<id:meeting_shift_id>": str(facilitates.pk),
        "<uuid:sign_up_id>": str(signed_up.pk),
        "<uuid:visit_id>": str(uuid4()),
        "<id:series_id>": str(create_series(plan_of_a_series(), over_the_wall=False).pk),
        "<id:sheet_id>": str(event.sheet_id),
        "<id:question_id>": str(question.pk),
        "<id:unnaming_id>": str(taken.pk),
        "<id:seat_note_id>": str(seat_note.pk),
        "<id:shift_id>": str(shift.pk),
        "<id:volunteer_id>": str(_asks_to_help().pk),
        "<id:unit_id>": str(add_unit("はじめの研修", "").pk),
        "<id:stand_in_id>": str(ask_for_stand_in(steward, shift.pk).pk),
        "<id:note_id>": str(leave_note("こんにちは。", wisher=newcomer).pk),
        "<id:handover_id>": str(handed_over(second_keeper, facts="静かでした。", plan="").pk),
        "<id:review_id>": str(_asked(regular).pk),
        "<id:line_id>": str(ScreeningCandidate.objects.create(line="ねむい", noted_on="2026-11-22").pk),
        "<id:word_id>": str(add_word("あやしい水", action="hold").pk),
        "<id:helpline_id>": str(Helpline.objects.get().pk),
        "<id:concern_id>": str(tell_keepers(newcomer, watched, message.pk, reason="unsure")[0].pk),
        "<id:opinion_id>": str(leave_opinion("お茶のこと。", request_id=uuid4())[0].pk),
        "<id:post_id>": str(leave_quiet_post("お茶のこと。").pk),
        "<id:proposal_id>": str(_proposed(keeper, message).pk),
        "<id:keeper_id>": str(second_keeper.keeper_id),
        "<id:contact_id>": str(_listed().pk),
        "<id:incident_id>": str(incident.pk),
        "<uuid:held_id>": str(_kept_back(keeper, message).pk),
        "<uuid:message_id>": str(message.pk),
        "<uuid:seat_id>": str(message.seat_id),
        "<slug:slug>": watched.slug,
        "<slug:key>": "listen",
    }


def _asks_to_help() -> Volunteer:
    return apply_to_help(call_name="くさ", contact="kusa@mail.example", why="手伝いたいです。")[0]


def _meeting_with_somebody() -> tuple[Event, SignUp]:
    """A meeting after the evening of the cast that asks a question, and a parent who means to come."""
    with transaction.atomic():
        sheet = new_sheet({})
        event = new_meeting(starts=clock.now() + timedelta(days=6), sheet=sheet)
    return event, signed(event).sign_up


def _own_shift(steward: KeeperFacts, room: Room) -> Shift:
    """Of the keeper who goes through the doors, with whichever role."""
    starts, ends = clock.now(), clock.now() + timedelta(hours=2)
    shifts = plan_shifts(steward, keeper_id=steward.keeper_id, slugs=[room.slug], starts=starts, ends=ends)
    return shifts[0]


def _kept_back(keeper: KeeperFacts, message: Message) -> HeldPost:
    """Words that waited and were not shown: every door about them is there, and so is the undo."""
    held = HeldPost.objects.create(
        id=uuid4(),
        room=message.room,
        session=message.session,
        seat=message.seat,
        request_id=uuid4(),
        text="雨のこと",
        code="checked_first",
        at=message.at,
    )
    keep_back(keeper, message.room.slug, held.pk, rule="listen")
    return held


def _proposed(keeper: KeeperFacts, message: Message) -> SuspensionProposal:
    fields = {"days": 7, "rule": "listen", "words": "なんども続きました。", "message_id": message.pk}
    slug, shown_at = message.room.slug, clock.now()
    return propose_suspension(keeper, slug, message.seat_id, **fields, shown_at=shown_at)  # type: ignore[arg-type]


def _listed() -> EscalationContact:
    contact = EscalationContact(position=1)
    write(contact, ContactFacts("もみじ", "000-0000-0000", ""))
    with transaction.atomic():
        contact.save()
    return contact


def _asked(person: Person) -> ReviewRequest:
    return ask_review(next(letter["act"] for letter in notices_for(person.pk) if "act" in letter))


def _real_path(path: str, real: dict[str, str]) -> str:
    if path.startswith("/desk/handover/"):
        path = path.replace("<id:note_id>", real["<id:handover_id>"])
    if path.startswith("/desk/meetings/"):
        path = path.replace("<id:shift_id>", real["<id:meeting_shift_id>"])
    for part, value in real.items():
        path = path.replace(part, value)
    assert "<" not in path
    return path


def _statuses(client: Client, real: dict[str, str]) -> dict[str, set[int]]:
    """What each door answers by each method; whatever it did is undone before the next."""
    found: dict[str, set[int]] = {}
    for path in DOORS:
        for method in METHODS:
            with transaction.atomic():
                answer = getattr(client, method)(_real_path(path, real), {"to": "up", "sure": "on"})
                transaction.set_rollback(True)
            if answer.status_code != 405:
                found.setdefault(_as_written(path), set()).add(answer.status_code)
    return found


def _only(keeper: KeeperFacts, *roles: Role) -> KeeperFacts:
    """The keeper with these roles and no other."""
    row = Keeper.objects.get(pk=keeper.keeper_id)
    with transaction.atomic():
        row.roles.all().delete()
        for role in roles:
            row.roles.create(role=role, given_on=row.began_on)
    return facts_of(Keeper.objects.get(pk=row.pk))


def test_every_door_of_the_desk_is_written_down() -> None:
    assert sorted(ROWS) == sorted({_as_written(path) for path in DOORS})


NUMBER = re.compile(r"<id:\w+>")


@pytest.mark.parametrize("number", [10**30, 10**18 - 1], ids=["longer than any", "the longest"])
def test_a_number_that_is_nobodys_leads_nowhere(
    number: int,
    real: dict[str, str],
    keeper_client: KeeperClient,
    steward: KeeperFacts,
) -> None:
    client = keeper_client(_only(steward, *Role))
    numbered = [path for path in DOORS if NUMBER.search(path)]
    assert numbered
    for path in numbered:
        for method in METHODS:
            with transaction.atomic():
                answer = getattr(client, method)(
                    _real_path(NUMBER.sub(str(number), path), real), {"sure": "on"}
                )
                transaction.set_rollback(True)
            assert answer.status_code < 500, path


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("is_on_duty", [True, False], ids=["on duty", "without duty"])
def test_a_door_opens_as_the_table_says(
    role: Role,
    is_on_duty: bool,
    real: dict[str, str],
    watched: Room,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
    on_duty: OnDuty,
) -> None:
    facts = _only(steward, role)
    if is_on_duty and role != Role.STEWARD:
        on_duty(facts, watched)
    found = _statuses(keeper_client(facts), real)
    expected = {path: _opens(row, role, is_on_duty=is_on_duty) for path, row in ROWS.items()}
    opened = {path: 404 not in found[path] for path in ROWS}
    assert [path for path in ROWS if opened[path] != expected[path]] == []
    assert {path for path, statuses in found.items() if statuses & {401, 500}} == set()


@pytest.mark.parametrize("role", ROLES)
def test_an_answer_that_was_handed_over_is_looked_at_without_duty(
    role: Role,
    real: dict[str, str],
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    note_id = int(real["<id:note_id>"])
    free, path = keeper_client(_only(steward, role)), f"/desk/notes/{note_id}/answer/"
    may_look = role in (Role.COORDINATOR, Role.STEWARD)
    write_answer(keeper, note_id, text="また来てください。", seen=stamp_of(answer_facts(note_id)))
    assert free.get(path).status_code == 404, "not before it was handed over"
    send_answer(second_keeper, note_id, seen=stamp_of(answer_facts(note_id)))
    assert free.get(path).status_code == (200 if may_look else 404)
    assert (f'href="{path}"' in free.get("/desk/notes/").content.decode()) is may_look
    for more in ("", "sending/", "lift/"):
        assert free.post(path + more, {"text": "べつの言葉です。"}).status_code == 404


def _opens(row: list[str], role: Role, *, is_on_duty: bool) -> bool:
    by_role, without_duty = row[ROLES.index(role)], row[-1]
    assert {by_role, without_duty} <= {"yes", "404", "same", "always"}
    return by_role == "always" or (by_role == "yes" and (is_on_duty or without_duty == "same"))


def test_nobody_else_finds_a_door(
    real: dict[str, str],
    house: HouseProfile,
    outsider: Client,
    newcomer: Person,
    keeper: KeeperFacts,
    enter_as: EnterAs,
    keeper_client: KeeperClient,
) -> None:
    without_role = keeper_client(keeper)
    for client in (outsider, enter_as(Client(), newcomer)):
        found = _statuses(client, real)
        assert set(found) == set(ROWS)
        assert set.union(*found.values()) == {404}
    _only(keeper)
    assert set.union(*_statuses(without_role, real).values()) == {404}


def test_a_keeper_who_is_away_sees_the_front_alone(
    real: dict[str, str], keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    away = keeper_client(keeper)
    away.get("/away/")
    for path in DOORS:
        answer = away.get(_real_path(path, real))
        assert (answer.status_code, next(one.name for one in answer.templates)) == (200, "people/front.html")
        as_json = away.get(_real_path(path, real), headers={"accept": "application/json"})
        assert as_json.status_code == 401


def test_a_keeper_whose_second_factor_was_taken_away_finds_no_door(
    real: dict[str, str], keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    with transaction.atomic():
        Person.objects.get(pk=keeper.person_id).authenticator_set.all().delete()  # type: ignore[attr-defined]
    _leads_on_by_hand_alone(client, real)


def test_a_keeper_who_has_not_shown_the_second_factor_is_led_there(
    real: dict[str, str], keeper: KeeperFacts
) -> None:
    halfway = Client()
    halfway.force_login(Person.objects.get(pk=keeper.person_id))  # the password alone
    _leads_on_by_hand_alone(halfway, real)
    _only(keeper)
    assert set.union(*_statuses(halfway, real).values()) == {404}


def _leads_on_by_hand_alone(client: Client, real: dict[str, str]) -> None:
    for path in (_real_path(path, real) for path in DOORS):
        answer = client.get(path)
        assert answer.status_code == 303, path
        assert answer["Location"] == f"/keepers/?{urlencode({'next': path})}"
        assert client.post(path).status_code == 404
    for plain in ({"accept": "application/json"}, {"x-again": "1"}):
        assert client.get("/desk/", headers=plain).status_code == 404
    assert client.get("/desk/there-is-none/").status_code == 404


def test_a_path_that_only_writes_is_no_page_and_a_page_takes_no_form(
    real: dict[str, str], steward: KeeperFacts, watched: Room, keeper_client: KeeperClient, on_duty: OnDuty
) -> None:
    """Each door answers 405 to what it does not know, and nothing is written by looking."""
    on_duty(steward, watched)
    client = keeper_client(steward)
    before = LogEntry.objects.count()
    seen = {path: client.get(_real_path(path, real)).status_code for path in DOORS}
    assert set(seen.values()) <= {200, 303, 400, 405}
    for path in DOORS:
        for method in ("put", "patch", "delete"):
            assert getattr(client, method)(_real_path(path, real)).status_code == 405, (path, method)
    written = {path for path in DOORS if seen[path] == 405}
    assert {
        path for path in DOORS if path.endswith(("/lift/", "/decision/", "/removal/", "/end/"))
    } <= written
    assert "机へも&#8288;どる" in client.get(_real_path(min(written), real)).content.decode()
    assert LogEntry.objects.count() == before


def test_a_form_of_the_desk_without_its_token_is_refused(
    real: dict[str, str], steward: KeeperFacts, watched: Room, keeper_client: KeeperClient, on_duty: OnDuty
) -> None:
    on_duty(steward, watched)
    strict = keeper_client(steward)
    strict.handler.enforce_csrf_checks = True
    assert {strict.post(_real_path(path, real)).status_code for path in DOORS} == {403}
