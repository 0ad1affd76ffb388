"""The cookie and its row: nothing readable in the table, nothing longer than promised."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.db import OperationalError, transaction
from django.test import Client

from ibasho.people.actions import come_back
from ibasho.people.models import Person, Session
from ibasho.people.queries import session_alive, visitor_of
from ibasho.people.sessions import SessionStore, hash_key
from tests.conftest import EnterAs

pytestmark = pytest.mark.django_db


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def cookie_of(answer: Any) -> Any:
    return answer.cookies["sessionid"]


def test_the_table_knows_only_a_hash_of_the_key(client: Client, newcomer: Person, enter_as: EnterAs) -> None:
    enter_as(client, newcomer)
    row = Session.objects.get()
    assert row.key_hash == hash_key(key_of(client))
    assert key_of(client) not in f"{row.key_hash}{row.data}"


def test_a_row_holds_no_time_no_address_no_browser(
    client: Client, newcomer: Person, enter_as: EnterAs, clock: time_machine.Traveller
) -> None:
    enter_as(client, newcomer)
    client.get("/me/", headers={"user-agent": "Canary/9"}, REMOTE_ADDR="203.0.113.7")
    row = Session.objects.get()
    assert row.expires_on == dt.date(2026, 11, 29)
    assert not any(word in row.data for word in ("Canary", "203.0.113", "20:02", "11:02"))


def test_the_visitor_behind_a_cookie_is_found_in_one_query(
    client: Client, newcomer: Person, enter_as: EnterAs, django_assert_num_queries: Any
) -> None:
    enter_as(client, newcomer)
    with django_assert_num_queries(1):
        visitor = visitor_of(key_of(client))
    assert visitor is not None
    assert (visitor.person_id, visitor.side, visitor.away) == (newcomer.pk, "person", False)
    assert session_alive(visitor.session_hash)


@pytest.mark.parametrize("key", [None, "", "x", "x" * 5000, "鍵"])
def test_no_and_unknown_keys_are_nobody(key: str | None, db: None) -> None:
    assert visitor_of(key) is None


def test_the_cookie_ends_with_the_browser_unless_it_was_wished_otherwise(
    client: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    enter_as(client, newcomer)
    kept = cookie_of(client.post("/me/settings/", {"keep": "on"}))
    assert kept["max-age"] == 30 * 86400
    assert kept["httponly"]
    assert kept["samesite"] == "Lax"
    assert cookie_of(client.post("/me/settings/", {}))["max-age"] == ""


def test_reading_pages_writes_the_row_once_a_day(
    client: Client, newcomer: Person, enter_as: EnterAs, clock: time_machine.Traveller
) -> None:
    enter_as(client, newcomer)
    assert "sessionid" not in client.get("/me/").cookies
    clock.shift(dt.timedelta(days=1))
    assert "sessionid" in client.get("/me/").cookies
    assert Session.objects.get().expires_on == dt.date(2026, 11, 30)
    assert Person.objects.get().last_seen_on == dt.date(2026, 11, 23)
    assert "sessionid" not in client.get("/me/").cookies


def test_a_session_unused_for_more_than_seven_days_is_over(
    client: Client, newcomer: Person, enter_as: EnterAs, clock: time_machine.Traveller
) -> None:
    enter_as(client, newcomer)
    clock.shift(dt.timedelta(days=7))
    assert visitor_of(key_of(client)) is not None
    clock.shift(dt.timedelta(days=1))
    assert visitor_of(key_of(client)) is None
    assert client.get("/me/").status_code == 302


def test_a_key_chosen_by_somebody_else_is_never_taken_over(outsider: Client) -> None:
    outsider.cookies["sessionid"] = "a" * 32
    page = outsider.post("/enter/", {"rules_version": "1", "accept": "on", "standpoint": "person"})
    assert page.status_code in (302, 303)
    assert cookie_of(page).value not in ("", "a" * 32)
    assert not Session.objects.filter(key_hash=hash_key("a" * 32)).exists()


def test_a_session_that_begins_is_written_once_with_all_that_was_laid_into_it(
    django_assert_num_queries: Any,
) -> None:
    store = SessionStore()
    with django_assert_num_queries(3):  # the row, and the two of a savepoint
        store.begin()
        store["word"] = "x"
        store.save()
    assert SessionStore(store.session_key)["word"] == "x"
    store["word"] = "y"
    store.save()
    assert SessionStore(store.session_key)["word"] == "y"


def test_a_key_that_another_has_already_takes_nothing_over() -> None:
    first, second = SessionStore(), SessionStore()
    for store, word in ((first, "x"), (second, "y")):
        store.begin()
        store["word"] = word
    second._session_key = first.session_key
    first.save()
    with pytest.raises(CreateError):
        second.save()
    assert SessionStore(first.session_key)["word"] == "x"


def test_a_session_taken_away_meanwhile_is_not_written_again(newcomer: Person) -> None:
    store = SessionStore()
    store["word"] = "x"
    store.create()
    other = SessionStore(store.session_key)
    assert other["word"] == "x"
    store.delete()
    other["word"] = "y"
    with pytest.raises(UpdateError):
        other.save()
    assert not Session.objects.exists()


def test_pages_are_not_stored_except_a_strangers_plain_ones(
    client: Client, outsider: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    assert "no-store" not in outsider.get("/rules/").get("Cache-Control", "")
    assert outsider.get("/return/")["Cache-Control"] == "no-store"
    enter_as(client, newcomer)
    for path in ("/", "/rules/", "/me/", "/rooms/", "/help/"):
        page = client.get(path)
        assert page["Cache-Control"] == "no-store", path
        assert "Cookie" in page["Vary"], path


def test_a_busy_table_costs_a_reader_nothing_and_a_change_is_not_called_done(
    client: Client,
    newcomer: Person,
    enter_as: EnterAs,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def locked(store: SessionStore, must_create: bool = False) -> None:
        raise OperationalError("database is locked")

    enter_as(client, newcomer)
    clock.shift(dt.timedelta(days=1))
    monkeypatch.setattr(SessionStore, "save", locked)
    assert client.get("/me/").status_code == 200
    refused = client.post("/me/settings/", {"keep": "on"})
    assert refused.status_code == 503
    assert int(refused["Retry-After"]) > 0


def test_a_late_page_with_the_old_key_leaves_the_new_cookie_alone(
    client: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    enter_as(client, newcomer)
    old = key_of(client)
    client.get("/away/")
    client.post("/away/", {"back": "on"})
    late = Client()
    late.cookies["sessionid"] = old
    assert "sessionid" not in late.get("/me/").cookies
    assert "sessionid" not in late.get("/").cookies


def test_who_was_signed_out_meanwhile_does_not_come_back_under_another_key(
    client: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    enter_as(client, newcomer)
    client.get("/away/")
    store = SessionStore(client.cookies["sessionid"].value)
    assert store.person == newcomer
    with transaction.atomic():
        Session.objects.filter(person=newcomer).delete()
    come_back(store)
    assert not Session.objects.exists()
    with pytest.raises(UpdateError):
        store.save()
    other = SessionStore()
    other["word"] = "x"
    other.create()
    old = other.session_key
    other.cycle_key()
    assert other.session_key != old
    assert SessionStore(other.session_key)["word"] == "x"
    assert not SessionStore().exists(old or "")
