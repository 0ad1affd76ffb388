"""A row in plain SQL leaves behind what Django's own save leaves behind."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from ibasho.events.models import Event, SignUp
from ibasho.lib import plain_rows
from ibasho.people.models import Person, Session

pytestmark = pytest.mark.django_db
_OWN = {"id", "turn", "request_id", "words_key", "code_hash"}
NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)


def row_of(event: Event, turn: int, **fields: Any) -> SignUp:
    keys = {"request_id": UUID(int=turn), "words_key": f"{turn}", "code_hash": f"{turn}"}
    return SignUp(event=event, turn=turn, state="waiting", call_name="こもれび", **keys, **fields)


def kept(row: SignUp) -> dict[str, Any]:
    """The columns that do not have to differ, as the table has them."""
    found: dict[str, Any] = {**SignUp.objects.filter(pk=row.pk).values().get()}
    return {name: found[name] for name in found.keys() - _OWN}


@pytest.fixture
def event() -> Event:
    return Event.objects.create(
        kind=Event.Kind.ACTIVITY, title="土曜の会", starts=NOON, ends=NOON.replace(hour=5)
    )


@pytest.mark.parametrize("is_first", [None, True, False])
def test_a_new_row_is_as_django_puts_it_in(event: Event, regular: Person, is_first: bool | None) -> None:
    fields = {"is_first": is_first, "person": regular, "revised_at": NOON, "all_or_none": True}
    ours, djangos = row_of(event, 1, **fields), row_of(event, 2, **fields)
    plain_rows.insert(ours)
    djangos.save(force_insert=True)
    assert kept(ours) == kept(djangos)
    assert (ours._state.adding, ours._state.db) == (djangos._state.adding, djangos._state.db)
    ours.call_name = "ひなた"
    ours.save()
    assert kept(ours)["call_name"] == "ひなた"


def test_only_the_named_fields_of_the_one_row_change(event: Event, regular: Person) -> None:
    ours, other = row_of(event, 1, person=regular), row_of(event, 2)
    plain_rows.insert(ours)
    plain_rows.insert(other)
    before = kept(other)
    ours.state, ours.seats, ours.revised_at, ours.person, ours.call_name = "joined", 1, NOON, None, "ひなた"
    assert plain_rows.update(ours, "state", "seats", "revised_at", "person")
    changed = {"state": "joined", "seats": 1, "revised_at": NOON, "person_id": None}
    assert kept(ours) == before | changed
    assert kept(other) == before


def test_a_row_that_another_has_changed_is_left_alone() -> None:
    was, row, others = (Session(key_hash="a", data=data, expires_on=date(2026, 11, 30)) for data in "xyz")
    plain_rows.insert(was)
    assert plain_rows.update(others, "data")
    assert not plain_rows.update(row, "data", was=was, alike="data")
    assert Session.objects.get().data == "z"
    assert plain_rows.update(row, "data", was=others, alike="data")
    assert Session.objects.get().data == "y"


def test_a_row_that_is_gone_is_not_changed() -> None:
    row = Session(key_hash="a", data="{}", expires_on=date(2026, 11, 30))
    assert not plain_rows.update(row, "data", "expires_on")
    plain_rows.insert(row)
    row.data = '{"a": 1}'
    assert plain_rows.update(row, "data")
    assert Session.objects.get(pk="a").data == '{"a": 1}'


def test_the_same_key_twice_is_refused(event: Event) -> None:
    row = row_of(event, 1)
    plain_rows.insert(row)
    again = row_of(event, 2, id=row.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        plain_rows.insert(again)
    assert SignUp.objects.get().turn == 1


def test_nothing_is_written_outside_a_transaction(event: Event) -> None:
    connection.in_atomic_block = False
    try:
        with pytest.raises(TransactionManagementError):
            plain_rows.insert(row_of(event, 1, id=uuid4()))
    finally:
        connection.in_atomic_block = True
