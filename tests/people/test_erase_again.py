"""What was erased on purpose stays so when an older copy of the database is brought back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.mfa.base.internal.flows import delete_and_cleanup
from allauth.mfa.models import Authenticator
from django.test import Client, RequestFactory

from ibasho.lib import clock as house_clock
from ibasho.lib import due, env
from ibasho.people import erased, erasure_lines, erasure_list
from ibasho.people.accounts.links import hash_token
from ibasho.people.actions import (
    begin_keeper,
    end_keeper,
    erase,
    forget_phrase,
    give_phrase,
    give_role,
    make_keeper_link,
    recover_keeper,
    return_with,
    sign_out_all_keepers,
    take_role,
)
from ibasho.people.models import MARK_DAYS, Erased, Keeper, KeeperLink, KeeperRole, Person, Session
from ibasho.people.queries import KeeperFacts
from tests.architecture.tree import ROOT
from tests.conftest import EnterAs, KeeperClient
from tests.restoring import restored_before

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "はるの かわを わたる みち"


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path
    yield tmp_path
    erasure_list._copied = erasure_list._Copied()


def test_whatever_is_noted_is_known_to_be_erased_again() -> None:
    noted = set()
    for file in (ROOT / "ibasho").rglob("*.py"):
        noted |= set(re.findall(r'erased\.note\(\s*"([^"]+)"', file.read_text()))
    assert len(noted) > 10
    assert noted == set(erased._kinds)


def test_who_was_erased_is_erased(regular: Person, other_regular: Person) -> None:
    assert restored_before(lambda: erase(regular)) == {"person": 1}
    assert list(Person.objects.all()) == [other_regular]


def test_a_browser_that_was_signed_out_stays_out_and_the_others_stay_in(
    client: Client, regular: Person, enter_as: EnterAs
) -> None:
    other = enter_as(Client(), regular)
    enter_as(client, regular)
    assert restored_before(lambda: client.post("/me/sign-out/")) == {"session": 1}
    assert Session.objects.count() == 1
    assert other.get("/me/").status_code == 200


def test_a_curtain_that_was_drawn_stays_drawn(client: Client, regular: Person, enter_as: EnterAs) -> None:
    enter_as(client, regular)
    key = client.cookies["sessionid"].value
    assert restored_before(lambda: client.post("/away/")) == {"session": 1}
    old = Client()
    old.cookies["sessionid"] = key
    assert old.get("/me/").status_code != 200


def test_a_phrase_that_was_given_up_opens_nothing(regular: Person) -> None:
    phrase = give_phrase(regular)
    assert return_with(phrase) == regular
    assert restored_before(lambda: forget_phrase(regular)) == {"phrase": 1}
    regular.refresh_from_db()
    assert (regular.phrase_hash, regular.kind) == (None, "guest")


def test_a_phrase_that_was_replaced_opens_nothing(regular: Person) -> None:
    give_phrase(regular)
    assert restored_before(lambda: give_phrase(regular)) == {"phrase": 1}
    assert Person.objects.get(pk=regular.pk).phrase_hash is None


def test_a_keeper_who_stopped_has_stopped(steward: KeeperFacts, keeper: KeeperFacts) -> None:
    done = restored_before(lambda: end_keeper(steward, keeper.keeper_id))
    assert done == {"keeper": 1}
    row = Keeper.objects.select_related("person").get(pk=keeper.keeper_id)
    assert (row.login_name, row.person.password, row.roles.count()) == (None, "", 0)
    assert row.ended_on is not None


def test_a_role_that_was_taken_is_taken_unless_it_was_given_again(
    steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    def take() -> None:
        take_role(steward, keeper.keeper_id, "facilitator")

    def give() -> None:
        give_role(steward, keeper.keeper_id, "facilitator")

    with time_machine.travel(dt.datetime(2026, 11, 22, 11, 2, tzinfo=dt.UTC)) as clock:
        assert restored_before(take, lambda: clock.shift(1), give) == {}
        assert KeeperRole.objects.filter(keeper=keeper.keeper_id).count() == 2
        assert restored_before(take) == {"role": 1}
    assert list(KeeperRole.objects.filter(keeper=keeper.keeper_id).values_list("role", flat=True)) == [
        "moderator"
    ]


def test_a_password_from_before_a_link_back_in_opens_nothing(
    steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    row = Keeper.objects.select_related("person").get(pk=keeper.keeper_id)
    token = make_keeper_link(steward, keeper=row)
    done = restored_before(lambda: recover_keeper(token, password=NEW_PASSWORD))
    assert done == {"ways-in": 1}
    row.person.refresh_from_db()
    assert row.person.password == ""
    assert not Authenticator.objects.filter(user_id=row.person_id).exists()


def test_a_second_factor_that_was_taken_out_opens_nothing(keeper: KeeperFacts, rf: RequestFactory) -> None:
    request = rf.post("/keepers/code/removal/")
    request.user = Person.objects.get(pk=keeper.person_id)
    lost = Authenticator.objects.get(user_id=keeper.person_id)
    assert restored_before(lambda: delete_and_cleanup(request, lost)) == {"factor": 1}
    assert not Authenticator.objects.filter(user_id=keeper.person_id).exists()


def test_nobody_holds_a_key_of_keepers_by_what_was_so_once(
    steward: KeeperFacts, keeper_client: KeeperClient, client: Client, regular: Person, enter_as: EnterAs
) -> None:
    keeper_client(steward)
    enter_as(client, regular)
    token = make_keeper_link(steward, roles=["moderator"])
    used = make_keeper_link(steward, roles=["moderator"])
    begin_keeper(used, login_name="kusa", duty_name="くさ", password=NEW_PASSWORD)
    sign_out_all_keepers()
    assert [session.person for session in Session.objects.all()] == [regular]
    assert not KeeperLink.objects.filter(pk=hash_token(token)).exists()
    assert KeeperLink.objects.filter(pk=hash_token(used)).exists()


def test_the_list_outside_the_database_has_every_mark_once_and_tells_of_nobody(
    regular: Person, data_folder: Path
) -> None:
    key = regular.key
    erasure_list.note_erased()
    erase(regular)
    erasure_list.note_erased()
    erasure_list.note_erased()
    file = data_folder / "erased.list"
    assert file.stat().st_mode & 0o777 == 0o600
    assert len([line for line in file.read_text().splitlines() if not line.startswith("complete-until")]) == 2
    assert key not in file.read_text()
    found = erasure_list.noted()
    assert found is not None
    assert found.is_ours
    (mark,) = found.marks.values()
    (row,) = Erased.objects.all()
    assert (mark.pk, mark.kind, mark.digest, mark.at) == (row.pk, "person", row.digest, row.at)


def test_every_data_folder_of_a_house_gets_all_of_it_also_one_that_comes_later(
    regular: Person, other_regular: Person, tmp_path: Path, settings: Any
) -> None:
    erase(regular)
    erasure_list.note_erased()
    settings.DATA_DIR = tmp_path / "another"
    settings.DATA_DIR.mkdir()
    erase(other_regular)
    erasure_list.note_erased()
    found = erasure_list.noted()
    assert found is not None
    assert set(found.marks) == set(Erased.objects.values_list("pk", flat=True))
    assert found.since == min(mark.at for mark in found.marks.values())


def test_a_line_cut_off_by_a_crash_is_written_again(regular: Person, data_folder: Path) -> None:
    erase(regular)
    erasure_list.note_erased()
    file = data_folder / "erased.list"
    first, whole, *_ = file.read_text().splitlines(keepends=True)
    file.write_text(first + whole[:-40])
    erasure_list._copied = erasure_list._Copied()
    erasure_list.note_erased()
    found = erasure_list.noted()
    assert found is not None
    assert len(found.marks) == 1


def test_a_mark_that_another_process_commits_late_is_not_missed(
    regular: Person, clock: time_machine.Traveller
) -> None:
    erasure_list.note_erased()
    begun = house_clock.now()
    clock.shift(dt.timedelta(seconds=5))
    erasure_list.note_erased()
    Erased.objects.bulk_create([Erased(kind="words", digest="0" * 32, at=begun)])
    erasure_list.note_erased()
    found = erasure_list.noted()
    assert found is not None
    assert len(found.marks) == 1


def test_marks_end_when_no_copy_can_hold_what_they_stand_for(
    regular: Person, other_regular: Person, clock: time_machine.Traveller
) -> None:
    erase(regular)
    erasure_list.note_erased()
    clock.shift(dt.timedelta(days=MARK_DAYS))
    erase(other_regular)
    erasure_list.note_erased()
    erasure_list.forget_old_marks()
    assert Erased.objects.count() == 2
    clock.shift(dt.timedelta(seconds=1))
    erasure_list.forget_old_marks()
    found = erasure_list.noted()
    assert found is not None
    assert set(found.marks) == set(Erased.objects.values_list("pk", flat=True))
    assert len(found.marks) == 1
    assert found.since == house_clock.now() - dt.timedelta(days=MARK_DAYS)
    erasure_list.note_erased()
    after = erasure_list.noted()
    assert after is not None
    assert (after.since, after.marks) == (found.since, found.marks)


def test_a_list_says_until_when_it_is_whole_and_not_with_each_round(
    regular: Person, data_folder: Path, clock: time_machine.Traveller
) -> None:
    erasure_list.note_erased()
    begun = house_clock.now()
    for _ in range(60):
        clock.shift(dt.timedelta(seconds=5))
        erasure_list.note_erased()
    found = erasure_list.noted()
    assert found is not None
    assert found.until is not None
    assert begun + dt.timedelta(minutes=3) < found.until <= house_clock.now()
    assert len((data_folder / "erased.list").read_text().splitlines()) < 6
    clock.shift(dt.timedelta(seconds=1))
    erasure_list.say_whole()
    found = erasure_list.noted()
    assert found is not None
    assert found.until == house_clock.now()
    clock.shift(dt.timedelta(days=1))
    erasure_list.forget_old_marks()
    assert erasure_list.noted() == found
    assert len((data_folder / "erased.list").read_text().splitlines()) == 2, "a day's are one"


def test_a_house_that_was_begun_beside_a_list_of_before_does_not_say_that_it_is_whole(
    regular: Person, clock: time_machine.Traveller
) -> None:
    erase(regular)
    erasure_list.note_erased()
    before = erasure_list.noted()
    assert before is not None
    assert before.until is not None
    Erased.objects.all().delete()
    clock.shift(dt.timedelta(hours=1))
    erasure_list.say_whole()
    assert erasure_list.noted() == before


def test_whoever_only_forgets_begins_no_list(regular: Person, data_folder: Path) -> None:
    erase(regular)
    erasure_list.forget_old_marks()
    assert not (data_folder / "erased.list").exists()


def test_a_list_of_another_house_secret_is_left_as_it_is_until_that_is_said_to_be_lost(
    regular: Person, data_folder: Path, settings: Any
) -> None:
    erase(regular)
    erasure_list.note_erased()
    as_it_was = (data_folder / "erased.list").read_text()
    settings.HOUSE_SECRET = "ab" * 32
    for work in (
        erasure_list.note_erased,
        erasure_list.forget_old_marks,
        erasure_list.noted,
        lambda: erasure_list.add_marks([], since=house_clock.now()),
    ):
        erasure_list._copied = erasure_list._Copied()
        with pytest.raises(env.Wrong, match="another house secret"):
            work()
    assert (data_folder / "erased.list").read_text() == as_it_was
    assert erasure_list.begin_anew()
    assert not erasure_list.begin_anew()
    anew = erasure_list.noted()
    assert anew is not None
    assert (anew.is_ours, anew.marks) == (True, {})


@pytest.mark.parametrize("moment", ["yesterday", "2026-12-01", "2026-12-01T00:00:00"])
def test_a_damaged_first_line_is_said_plainly(moment: str, data_folder: Path) -> None:
    (data_folder / "erased.list").write_text(f"erased-since {moment} {erasure_lines.key_mark()}\n")
    with pytest.raises(env.Wrong, match="first line"):
        erasure_list.noted()


def test_a_first_line_that_was_cut_off_is_begun_anew(data_folder: Path) -> None:
    erasure_list.note_erased()
    file = data_folder / "erased.list"
    file.write_text(file.read_text().splitlines()[0][:-4])
    erasure_list._copied = erasure_list._Copied()
    erasure_list.note_erased()
    found = erasure_list.noted()
    assert found is not None
    assert found.until is not None


def test_it_is_done_by_itself() -> None:
    seconds = {work.name: work.seconds for work in due.all_work()}
    assert seconds["marks of what was erased"] == 2
    assert seconds["old marks of what was erased"] == 86_400
