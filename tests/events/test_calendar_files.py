"""予定をカレンダーに: files that real calendars read, by the walls of every page, without anybody who signed up."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import icalendar
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ibasho.events.actions import (
    give_feed,
    give_sign_up_feed,
    let_into_line,
    number_changes,
    refer,
    stop_feed,
    stop_sign_up_feed,
    take_back_referral,
    tie,
    untie_over_the_wall,
    withdraw,
)
from ibasho.events.calendar_files import Entry
from ibasho.events.models import Feed, Revision
from ibasho.lib import due
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from tests.conftest import EnterAs
from tests.events.conftest import SATURDAY, Meeting, Sign, refused, replan
from tests.events.khal import Khal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "house")]
NAMED = "?show=name"
FAMILY = ["parent", "sibling", "partner_kin"]


def got(client: Client, path: str, **headers: str) -> bytes:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, path
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return bytes(answer.content)


def events_of(file: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(file).walk("VEVENT"))


def only(file: bytes) -> Any:
    [event] = events_of(file)
    return event


def test_a_meeting_for_everybody_is_in_the_public_feed(meeting: Meeting, outsider: Client) -> None:
    event = meeting(title="お茶の会", way="place", place="公民館 2階")
    entry = only(got(outsider, "/events.ics"))
    assert (entry["summary"], entry["location"], entry["status"]) == ("お茶の会", "公民館 2階", "CONFIRMED")
    assert (entry.start, entry.end) == (event.starts, event.ends)
    assert entry["url"] == f"http://localhost:8000/events/{event.pk}/"


def test_khal_reads_it_at_the_hour_of_tokyo(meeting: Meeting, outsider: Client, tmp_path: Path) -> None:
    meeting(title="お茶の会", way="place", place="公民館; 2階, 奥")
    late = dt.datetime(2026, 12, 5, 14, 30, tzinfo=dt.UTC)
    meeting(title="夜の会", starts=late)
    khal = Khal(tmp_path)
    khal.take_in(got(outsider, "/events.ics"))
    assert khal.days("2026-11-23") == [
        "2026-11-28 13:30 15:00|お茶の会|公民館; 2階, 奥|CONFIRMED",
        "2026-12-05 23:30 01:00|夜の会|オンライン|CONFIRMED",
    ]


def test_a_day_that_is_moved_and_then_called_off_is_replaced_in_khal(
    meeting: Meeting, outsider: Client, tmp_path: Path, clock: Any
) -> None:
    event, khal = meeting(title="お茶の会"), Khal(tmp_path)
    number_changes()
    khal.take_in(got(outsider, f"/events/{event.pk}.ics{NAMED}"))
    replan(event, starts=SATURDAY + dt.timedelta(hours=1), ends=SATURDAY + dt.timedelta(hours=2))
    clock.shift(60)
    number_changes()
    khal.take_in(got(outsider, f"/events/{event.pk}.ics{NAMED}"))
    assert khal.days("2026-11-23") == ["2026-11-28 14:30 15:30|お茶の会|オンライン|CONFIRMED"]
    replan(event, called_off_at=SATURDAY - dt.timedelta(days=1))
    number_changes()
    file = got(outsider, f"/events/{event.pk}.ics{NAMED}")
    khal.take_in(file)
    [day] = khal.days("2026-11-23")
    assert day.startswith("2026-11-28 14:30 15:30|（なくなりました）お茶の会|オンライン|CANCELLED")
    assert only(file)["sequence"] == 2


def test_the_uid_stays_and_the_sequence_grows_with_each_change(
    meeting: Meeting, outsider: Client, clock: Any
) -> None:
    event = meeting()
    number_changes()
    first = only(got(outsider, "/events.ics"))
    replan(event, place="二階", way="both")
    clock.shift(60)
    seen_at_once = only(got(outsider, "/events.ics"))
    number_changes()
    number_changes()
    second = only(got(outsider, "/events.ics"))
    assert [first["sequence"], seen_at_once["sequence"], second["sequence"]] == [0, 1, 1]
    assert first["uid"] == second["uid"]
    assert second["dtstamp"].dt == first["dtstamp"].dt + dt.timedelta(minutes=1)


def test_what_a_calendar_does_not_show_is_no_change(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=3)
    number_changes()
    sign(event)
    replan(event, capacity=5)
    assert number_changes() == 0
    assert Revision.objects.get(event=event).number == 0


def test_changes_are_noticed_by_themselves() -> None:
    assert {work.name: work.func for work in due.all_work()}["changes of meetings"] is number_changes


def test_who_passes_by_learns_kind_and_day_of_a_meeting_of_one_side(
    meeting: Meeting, outsider: Client
) -> None:
    event = meeting(title="母の会", standpoints=FAMILY, way="place", place="公民館", about="ひみつの話")
    for path in ("/events.ics", f"/events/{event.pk}.ics{NAMED}"):
        file = got(outsider, path)
        assert only(file)["summary"] == "家族会"
        assert only(file).start == dt.date(2026, 11, 28)
        for hidden in ("母の会", "公民館", "ひみつ", "0430", "1330"):
            assert hidden not in file.decode().replace("\r\n ", "")


def test_each_side_reads_its_own_meeting_whole_and_the_other_side_nothing(
    meeting: Meeting, client: Client, parent: Person, regular: Person, enter_as: EnterAs
) -> None:
    event = meeting(title="母の会", standpoints=FAMILY)
    path = f"/events/{event.pk}.ics{NAMED}"
    assert only(got(enter_as(client, parent), path))["summary"] == "母の会"
    assert enter_as(Client(), regular).get(path).status_code == 404


@pytest.mark.parametrize("standpoints", [FAMILY, [*FAMILY, "person"]])
def test_a_file_says_neither_house_nor_meeting_nor_place_unless_its_name_is_asked_for(
    meeting: Meeting,
    outsider: Client,
    parent: Person,
    enter_as: EnterAs,
    tmp_path: Path,
    standpoints: list[str],
) -> None:
    event = meeting(title="母の会", standpoints=standpoints, way="place", place="公民館", cost="100円")
    inside = enter_as(Client(), parent)
    for client in (outsider, inside):
        shown = got(client, f"/events/{event.pk}.ics").decode().replace("\r\n ", "")
        assert "SUMMARY:よてい\r\n" in shown
        for hidden in ("母の会", "家族会", "公民館", "100円", "みどりの家", "URL", "DESCRIPTION", "LOCATION"):
            assert hidden not in shown
    khal = Khal(tmp_path)
    khal.take_in(got(inside, f"/events/{event.pk}.ics"))
    assert khal.days("2026-11-23") == ["2026-11-28 13:30 15:00|よてい||CONFIRMED"]
    khal.take_in(got(inside, f"/events/{event.pk}.ics{NAMED}"))  # who changes their mind has it once
    assert khal.days("2026-11-23") == ["2026-11-28 13:30 15:00|母の会|公民館|CONFIRMED"]


def test_a_neutral_file_says_that_it_was_called_off(meeting: Meeting, outsider: Client) -> None:
    event = meeting(called_off_at=SATURDAY, call_off_words="雪のためです。")
    entry = only(got(outsider, f"/events/{event.pk}.ics"))
    assert (entry["summary"], entry["status"]) == ("（なくなりました）よてい", "CANCELLED")
    assert "description" not in entry


def test_the_public_feed_is_the_same_for_all(
    meeting: Meeting, outsider: Client, client: Client, parent: Person, enter_as: EnterAs
) -> None:
    meeting(standpoints=FAMILY)
    assert got(outsider, "/events.ics") == got(enter_as(client, parent), "/events.ics")


def test_what_is_not_shown_yet_is_in_no_file(meeting: Meeting, outsider: Client) -> None:
    event = meeting(is_published=False)
    assert events_of(got(outsider, "/events.ics")) == []
    assert outsider.get(f"/events/{event.pk}.ics{NAMED}").status_code == 404
    assert outsider.get("/events/999999.ics").status_code == 404


def test_a_private_feed_says_little_outside_and_all_inside(
    meeting: Meeting, sign: Sign, outsider: Client, parent: Person
) -> None:
    event = meeting(title="母の会", standpoints=list(FAMILY), way="place", place="公民館")
    row = sign(event, person=parent, ties_person=True, call_name="くさ")
    secret = give_feed(parent)
    entry = only(got(outsider, f"/feeds/{secret}.ics"))
    assert (entry["summary"], entry["class"], entry["transp"]) == ("よてい", "PRIVATE", "TRANSPARENT")
    assert "location" not in entry
    assert "母の会" in entry["description"]
    assert "公民館" in entry["description"]
    assert str(row.pk) not in str(entry)


def test_nobody_who_signed_up_is_in_any_file(
    meeting: Meeting, sign: Sign, outsider: Client, parent: Person
) -> None:
    event = meeting()
    own = sign(event, person=parent, ties_person=True, call_name="くさ")
    sign(event, call_name="ほかのひと")
    paths = (
        "/events.ics",
        f"/events/{event.pk}.ics",
        f"/events/{event.pk}.ics{NAMED}",
        f"/feeds/{give_feed(parent)}.ics",
        f"/feeds/{give_sign_up_feed(own.pk)}.ics",
    )
    for path in paths:
        file = got(outsider, path).decode().replace("\r\n ", "")
        for hidden in ("ほかのひと", "くさ", "ATTENDEE", "ORGANIZER", str(own.pk)):
            assert hidden not in file


def test_withdrawing_calls_it_off_in_ones_own_calendar(
    meeting: Meeting, sign: Sign, outsider: Client, tmp_path: Path
) -> None:
    row, khal = sign(meeting()), Khal(tmp_path)
    path = f"/feeds/{give_sign_up_feed(row.pk)}.ics"
    khal.take_in(got(outsider, path))
    assert khal.days("2026-11-23") == ["2026-11-28 13:30 15:00|よてい||CONFIRMED"]
    before = only(got(outsider, path))
    withdraw(row.pk)
    after = only(got(outsider, path))
    assert (after["status"], after["uid"]) == ("CANCELLED", before["uid"])
    assert after["sequence"] > before["sequence"]


def test_who_waits_has_it_as_not_settled(meeting: Meeting, sign: Sign, outsider: Client) -> None:
    event = meeting(capacity=1)
    sign(event)
    waits = sign(event)
    assert only(got(outsider, f"/feeds/{give_sign_up_feed(waits.pk)}.ics"))["status"] == "TENTATIVE"


def test_each_state_of_ones_own_replaces_the_one_before(
    meeting: Meeting, sign: Sign, outsider: Client, clock: Any
) -> None:
    event = meeting(capacity=1)
    number_changes()
    first, row = sign(event), sign(event, auto_accept=True)
    path = f"/feeds/{give_sign_up_feed(row.pk)}.ics"
    seen = [only(got(outsider, path))]
    steps: list[tuple[str, Callable[[], object]]] = [
        ("CONFIRMED", lambda: withdraw(first.pk)),
        ("CANCELLED", lambda: refer(row.pk, words="ほかの窓口です。")),
        ("TENTATIVE", lambda: take_back_referral(row.pk)),
        ("CONFIRMED", lambda: let_into_line(row.pk)),
        ("CONFIRMED", lambda: replan(event, place="二階", way="both")),
        ("CONFIRMED", number_changes),
        ("CANCELLED", lambda: withdraw(row.pk)),
    ]
    for status, step in steps:
        clock.shift(60)
        step()
        now, before = only(got(outsider, path)), seen[-1]
        assert now["status"] == status
        assert (now["sequence"] > before["sequence"]) == (now["description"] != before["description"])
        assert now["sequence"] >= before["sequence"]
        assert now["dtstamp"].dt > before["dtstamp"].dt or now["description"] == before["description"]
        assert now["last-modified"].dt == now["dtstamp"].dt
        seen.append(now)


def test_an_address_is_renewed_and_taken_back(
    meeting: Meeting, sign: Sign, outsider: Client, parent: Person
) -> None:
    row = sign(meeting())
    tie(row.pk, parent)
    ways: list[tuple[Any, Any, Any]] = [
        (give_feed, stop_feed, parent),
        (give_sign_up_feed, stop_sign_up_feed, row.pk),
    ]
    for give, stop, whose in ways:
        first, second = give(whose), give(whose)
        assert outsider.get(f"/feeds/{first}.ics").status_code == 404
        got(outsider, f"/feeds/{second}.ics")
        stop(whose)
        stop(whose)
        assert outsider.get(f"/feeds/{second}.ics").status_code == 404


def test_the_address_is_kept_nowhere(parent: Person) -> None:
    secret = give_feed(parent)
    assert len(secret) >= 43
    assert secret not in str(Feed.objects.values().get())


def test_it_is_not_guessed(outsider: Client) -> None:
    answers = [outsider.get(f"/feeds/{number}.ics").status_code for number in range(200)]
    assert set(answers) == {404, 429}


def test_over_the_wall_nothing_of_the_other_side_stays_in_it(
    meeting: Meeting, sign: Sign, outsider: Client, parent: Person
) -> None:
    sign(meeting(standpoints=list(FAMILY)), person=parent, ties_person=True)
    path = f"/feeds/{give_feed(parent)}.ics"
    assert len(events_of(got(outsider, path))) == 1
    with transaction.atomic():
        untie_over_the_wall(parent, "person")
    assert events_of(got(outsider, path)) == []


def test_a_keeper_has_none(keeper: KeeperFacts) -> None:
    assert refused(give_feed, Person.objects.get(pk=keeper.person_id)) == "not_found"


def test_text_is_escaped_and_folded_and_cannot_break_out(meeting: Meeting, outsider: Client) -> None:
    evil = "会; a, b\\c\nEND:VEVENT 🧑‍🌾"
    meeting(title=evil, about="", bring="あ" * 200)
    file = got(outsider, "/events.ics")
    lines = file.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() is not None for line in lines)  # no character is cut in two
    assert file.count(b"\nEND:VEVENT") == 1
    assert only(file)["summary"] == evil
    assert "あ" * 200 in only(file)["description"]


def test_a_calendar_that_has_it_is_sent_nothing_again(meeting: Meeting, outsider: Client) -> None:
    event = meeting()
    number_changes()
    for path in ("/events.ics", f"/events/{event.pk}.ics{NAMED}"):
        answer = outsider.get(path)
        again = outsider.get(path, headers={"if-none-match": f"W/{answer['ETag']}"})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == answer["ETag"]
    replan(event, title="ちがう会")
    assert outsider.get("/events.ics", headers={"if-none-match": answer["ETag"]}).status_code == 200


def test_what_is_over_is_sent_again_once_when_a_release_shows_it_otherwise(
    meeting: Meeting, outsider: Client, clock: Any
) -> None:
    event = meeting()
    number_changes()
    for days, paths in [
        (12, ("/events.ics", f"/events/{event.pk}.ics{NAMED}")),
        (40, (f"/events/{event.pk}.ics{NAMED}",)),
    ]:
        Revision.objects.update(shows="as a release before would have it")
        clock.move_to(SATURDAY + dt.timedelta(days=days))
        number_changes()
        for path in paths:
            tag = outsider.get(path)["ETag"]
            clock.shift(60)
            assert outsider.get(path, headers={"if-none-match": tag}).status_code == 304


def test_no_entry_of_one_s_own_is_left_in_memory(meeting: Meeting, sign: Sign, outsider: Client) -> None:
    row = sign(meeting(title="なごりの会"))
    got(outsider, f"/feeds/{give_sign_up_feed(row.pk)}.ics")
    got(outsider, f"/events/{row.event_id}.ics{NAMED}")
    withdraw(row.pk)
    gc.collect()
    kept = (entry for entry in gc.get_objects() if isinstance(entry, Entry))
    assert [entry for entry in kept if "なごりの会" in entry.summary + entry.description] == []


def test_a_stranger_s_files_may_be_kept_and_private_ones_may_not(
    meeting: Meeting, outsider: Client, parent: Person
) -> None:
    event = meeting()
    for path in ("/events.ics", f"/events/{event.pk}.ics{NAMED}"):
        assert "no-store" not in outsider.get(path).get("Cache-Control", "")
    assert outsider.get(f"/feeds/{give_feed(parent)}.ics")["Cache-Control"] == "no-store"


def test_hundreds_of_meetings_are_read_in_as_many_questions_as_one(
    meeting: Meeting, outsider: Client
) -> None:
    meeting()
    number_changes()
    with CaptureQueriesContext(connection) as of_one:
        got(outsider, "/events.ics")
    with transaction.atomic():
        for number in range(200):
            meeting(title=f"活動 {number}", starts=SATURDAY + dt.timedelta(hours=number))
    number_changes()
    with CaptureQueriesContext(connection) as of_many:
        assert len(events_of(got(outsider, "/events.ics"))) == 201
    assert len(of_many) <= len(of_one)


def test_from_my_record_it_is_made_told_once_and_ended(
    meeting: Meeting, sign: Sign, client: Client, parent: Person, enter_as: EnterAs, outsider: Client
) -> None:
    sign(meeting(), person=parent, ties_person=True)
    enter_as(client, parent)
    assert "/me/calendar/" in client.get("/me/").content.decode()
    told = client.post("/me/calendar/").content.decode()
    address = told.split("http://localhost:8000", 1)[1].split("<", 1)[0]
    assert only(got(outsider, address))["summary"] == "よてい"
    assert "/feeds/" not in client.get("/me/calendar/").content.decode()
    client.post("/me/calendar/lift/")
    assert outsider.get(address).status_code == 404
