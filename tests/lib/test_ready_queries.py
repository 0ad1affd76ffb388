"""A query whose statement is made once finds what Django's own finds, for other values each time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from ibasho.events.models import Event, EventAudience, SignUp
from ibasho.lib.ready import ready
from ibasho.people.models import Person, Session

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@ready
def _by_key(pk: int) -> QuerySet[Event]:
    return Event.objects.select_related("sheet").filter(pk=pk)


@ready
def _among(state: str, *ids: UUID) -> QuerySet[SignUp, tuple[UUID, bool]]:
    rows = SignUp.objects.filter(Q(pk__in=ids), state=state).order_by("turn")
    return rows.values_list("pk", Coalesce("is_first", False))


@ready
def _since(moment: datetime) -> QuerySet[Event, str]:
    return Event.objects.filter(starts__gte=moment).order_by("starts").values_list("title", flat=True)


@ready
def _live(key_hash: str, today: date) -> QuerySet[Session]:
    return Session.objects.select_related("person").filter(key_hash=key_hash, expires_on__gte=today)


@ready
def _locked(pk: int) -> QuerySet[Event]:
    return Event.objects.select_for_update().filter(pk=pk)


@ready
def _with_audiences(pk: int) -> QuerySet[Event]:
    return Event.objects.prefetch_related("audiences").filter(pk=pk)


def event(title: str, day: int = 28) -> Event:
    starts = datetime(2026, 11, day, 4, tzinfo=UTC)
    return Event.objects.create(
        kind=Event.Kind.ACTIVITY, title=title, starts=starts, ends=starts.replace(hour=5)
    )


def signed(event: Event, turn: int, *, is_first: bool | None = None) -> SignUp:
    rest = {"request_id": uuid4(), "words_key": uuid4().hex, "code_hash": uuid4().hex}
    return SignUp.objects.create(event=event, turn=turn, is_first=is_first, state="waiting", **rest)


def session(key_hash: str, person: Person | None) -> None:
    Session.objects.create(key_hash=key_hash, person=person, data="{}", expires_on=TODAY)


def test_a_model_is_read_as_django_reads_it() -> None:
    rows = [event("土曜の会"), event("日曜の会", 29)]
    for row in rows:
        [found] = _by_key(row.pk)
        expected = Event.objects.get(pk=row.pk)
        assert (found, found.sheet) == (expected, None)
        assert [getattr(found, field.attname) for field in Event._meta.concrete_fields] == [
            getattr(expected, field.attname) for field in Event._meta.concrete_fields
        ]
    found.title = "月曜の会"
    found.save(update_fields=["title"])
    assert Event.objects.get(pk=found.pk).title == "月曜の会"


def test_whom_it_is_joined_to_comes_along_or_is_nobody(regular: Person) -> None:
    session("a", regular)
    session("b", None)
    with CaptureQueriesContext(connection) as queries:
        assert [_live("a", TODAY)[0].person, _live("b", TODAY)[0].person] == [regular, None]
    assert len(queries) == 2
    assert _live("a", date(2026, 11, 23)) == _live("c", TODAY) == []


def test_values_come_through_the_fields_and_however_many_are_asked_for() -> None:
    held = event("土曜の会")
    first, second = signed(held, 1, is_first=True), signed(held, 2)
    assert _among("waiting", first.pk) == [(first.pk, True)]
    assert _among("waiting", second.pk, first.pk) == [(first.pk, True), (second.pk, False)]
    assert _among("joined", first.pk) == []


def test_one_value_each_and_the_first_of_them() -> None:
    early, late = event("土曜の会"), event("日曜の会", 29)
    assert _since(early.starts) == ["土曜の会", "日曜の会"]
    assert _since.first(late.starts) == "日曜の会"
    assert _since.first(late.ends) is None


def test_a_row_is_locked_inside_a_transaction_alone() -> None:
    held = event("土曜の会")
    assert _locked(held.pk) == [held]
    connection.in_atomic_block = False
    try:
        with pytest.raises(TransactionManagementError):
            _locked(held.pk)
    finally:
        connection.in_atomic_block = True


def test_in_a_transaction_that_is_broken_nothing_is_read() -> None:
    held = event("土曜の会")
    EventAudience.objects.create(event=held, standpoint="parent")
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic(savepoint=False):
            EventAudience.objects.create(event=held, standpoint="parent")
        with pytest.raises(TransactionManagementError):
            _by_key(held.pk)


def test_what_would_have_to_be_fetched_besides_is_no_ready_query() -> None:
    with pytest.raises(TypeError):
        _with_audiences(1)


def test_the_other_database_is_not_asked_to_plan_it_again() -> None:
    held = event("土曜の会")
    for _ in range(2):
        assert _by_key(held.pk) == [held]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            kept = [statement for (statement,) in cursor.fetchall()]
        assert sum("events_questionsheet" in statement for statement in kept) == 1


def test_none_is_no_value_to_ask_by() -> None:
    with pytest.raises(TypeError):
        _by_key(None)  # type: ignore[arg-type]
