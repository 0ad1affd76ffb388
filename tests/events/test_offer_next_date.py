"""次の回も: offered when a date of a series ends, on the page of the sign-up and in the meeting's own room."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from ibasho.events.actions import admit, keep_meeting_rooms, sign_up_again, tick, withdraw
from ibasho.events.models import Event, EventSeries, SignUp
from ibasho.events.queries.sign_ups import sign_up_page
from ibasho.lib import rate_limit
from ibasho.people.models import Person, Standpoint
from ibasho.people.queries import KeeperFacts
from tests.conftest import EnterAs
from tests.events.conftest import SATURDAY, Meeting, new_sheet, refused, replan, signed, state_of
from tests.events.test_open_own_room import come_to, keep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MINE = "/sign-ups/mine/"
AGAIN = "次の回も申し込む"
ENDING = SATURDAY + dt.timedelta(minutes=75)
WEEK = dt.timedelta(weeks=1)
Party = tuple[tuple[Client, Client], Event, str]
InRoom = Callable[..., tuple[Event, str]]


@pytest.fixture
def series() -> EventSeries:
    return EventSeries.objects.create(
        kind="family_meeting",
        title="土曜の会",
        shape="weekly",
        first=dt.date(2026, 11, 28),
        opens=810,
        closes=900,
    )


@pytest.fixture
def dates(meeting: Meeting, series: EventSeries) -> list[Event]:
    return [date_of(meeting, series, week) for week in range(3)]


def date_of(meeting: Meeting, series: EventSeries, week: int, **plan: Any) -> Event:
    starts = SATURDAY + week * WEEK
    return meeting(series=series, series_day=starts.date(), starts=starts, **plan)


def led(client: Client, event: Event, **wish: Any) -> SignUp:
    answer = signed(event, **wish)
    client.get(f"/sign-ups/{answer.code}/")
    return answer.sign_up


def form_in(page: str) -> dict[str, str]:
    form = re.search(r'action="/sign-ups/mine/next/".*?</form>', page, re.DOTALL)
    assert form
    return dict(re.findall(r'name="(of|event)" value="([^"]*)"', form[0]))


def plain(answer: Any) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"', "", answer.content.decode())


def test_at_the_end_one_tap_is_the_next_date(outsider: Client, dates: list[Event], clock: Any) -> None:
    first = led(
        outsider, dates[0], call_name="あじさい", participation="text", auto_accept=True, is_first=True
    )
    clock.move_to(ENDING - dt.timedelta(seconds=1))
    assert AGAIN not in outsider.get(MINE).content.decode()
    clock.move_to(ENDING)
    tick(dates[0].pk, first.pk)
    page = outsider.get(MINE).content.decode()
    assert "12月5日（土） 13:30〜15:00" in page
    form = form_in(page)
    answer = outsider.post(f"{MINE}next/", form)
    assert (answer.status_code, answer["Location"]) == (303, MINE)
    again = dates[1].sign_ups.get()
    assert (again.call_name, again.participation, again.auto_accept) == ("あじさい", "text", True)
    assert (again.is_first, again.person, again.state) == (False, None, "joined")
    assert "申し込みを受けとりました" in outsider.get(answer["Location"]).content.decode()
    kept = {str(value) for value in first.__dict__.values()} & {
        str(value) for value in again.__dict__.values()
    }
    assert not kept & {str(first.pk), str(first.request_id), first.code_hash, first.words_key}


def test_a_second_tap_and_a_second_tab_are_the_same_sign_up(
    outsider: Client, dates: list[Event], clock: Any
) -> None:
    led(outsider, dates[0])
    clock.move_to(ENDING)
    tabs = [form_in(outsider.get(MINE).content.decode()) for _ in range(2)]
    for form in (tabs[0], tabs[0], tabs[1]):
        assert outsider.post(f"{MINE}next/", form).status_code == 303
    only = dates[1].sign_ups.get()
    page = outsider.get(f"{MINE}?of={tabs[0]['of']}").content.decode()
    assert "もう、申し込んであります" in page
    assert outsider.post(f"{MINE}next/", tabs[0])["Location"] == f"{MINE}?of={only.pk}"


def test_a_party_books_the_next_date_once_whoever_of_it_taps(
    outsider: Client, meeting: Meeting, series: EventSeries, clock: Any
) -> None:
    dates = [date_of(meeting, series, week, most_party=2, capacity=5) for week in range(2)]
    answer = signed(dates[0], party=2)
    clock.move_to(ENDING)
    pages = []
    for browser in (outsider, Client()):
        browser.get(f"/sign-ups/{answer.code}/")
        form = form_in(browser.get(MINE).content.decode())
        told = browser.post(f"{MINE}next/", form)
        pages.append(browser.get(told["Location"]).content.decode())
    only = dates[1].sign_ups.get()
    assert (only.party, only.seats) == (2, 2)
    assert ["申し込みのようす" in page and only.call_name in page for page in pages] == [True, True]


def test_the_code_of_one_date_tells_nobody_that_the_next_is_booked(
    outsider: Client, dates: list[Event], clock: Any
) -> None:
    answer = signed(dates[0], call_name="あじさい")
    clock.move_to(ENDING)
    finder = Client()  # who has seen the paper with the code of this date
    finder.get(f"/sign-ups/{answer.code}/")
    before = plain(finder.get(MINE))
    outsider.get(f"/sign-ups/{answer.code}/")
    form = form_in(outsider.get(MINE).content.decode())
    outsider.post(f"{MINE}next/", form)
    only = dates[1].sign_ups.get()
    assert plain(finder.get(MINE)) == before
    assert "もう、申し込んであります" in outsider.get(f"{MINE}?of={answer.sign_up.pk}").content.decode()
    told = finder.post(f"{MINE}next/", form)
    assert (told.status_code, told["Location"]) == (303, MINE)
    assert sign_up_page(only.pk).code not in finder.get(told["Location"]).content.decode()
    assert str(only.pk) not in finder.get(MINE).content.decode()
    assert [dates[1].sign_ups.count(), state_of(only)] == [2, "joined"]
    again = outsider.post(f"{MINE}next/", form)
    assert again["Location"] == f"{MINE}?of={only.pk}"


def test_without_a_session_of_its_own_the_code_taps_once(dates: list[Event], clock: Any) -> None:
    answer = signed(dates[0])
    clock.move_to(ENDING)
    away = Client()
    away.get(f"/sign-ups/{answer.code}/")
    away.get("/away/")
    headers = {"accept": "application/json"}
    door, sent = f"/sign-ups/{answer.code}/next/", {"event": dates[1].pk}
    told = [away.post(door, sent, headers=headers) for _ in range(2)]
    assert [one.status_code for one in told] == [201, 201]
    assert told[0].json()["code"] == told[1].json()["code"]
    assert dates[1].sign_ups.count() == 1


def test_a_party_that_took_both_back_may_book_again(
    dates: list[Event], parent: Person, sibling: Person
) -> None:
    for date in dates:
        replan(date, most_party=2)
    row = signed(dates[0], person=parent, ties_person=True, party=2).sign_up
    first = sign_up_again(row.pk, dates[1].pk, person=parent, browser="a")
    assert sign_up_again(row.pk, dates[1].pk, person=sibling, browser="b") == replace(first, is_new=False)
    withdraw(first.sign_up.pk)
    again = sign_up_again(row.pk, dates[1].pk, person=None, browser="b")
    assert (again.is_new, again.sign_up.pk != first.sign_up.pk) == (True, True)
    assert sign_up_again(row.pk, dates[2].pk, person=None, browser="a").is_new


def test_who_withdrew_and_what_comes_once_is_offered_nothing(
    outsider: Client, dates: list[Event], meeting: Meeting, clock: Any
) -> None:
    gone = led(outsider, dates[0])
    withdraw(gone.pk)
    clock.move_to(dates[0].ends)
    assert "次の回" not in outsider.get(MINE).content.decode()
    assert refused(sign_up_again, gone.pk, dates[1].pk, person=None, browser="a") == "not_found"
    lone = led(outsider, meeting(starts=SATURDAY + WEEK))
    clock.move_to(SATURDAY + 2 * WEEK)
    assert "次の回" not in outsider.get(f"{MINE}?of={lone.pk}").content.decode()
    assert refused(sign_up_again, lone.pk, dates[2].pk, person=None, browser="a") == "not_found"


def test_a_date_called_off_is_passed_over_and_leads_on_at_once(outsider: Client, dates: list[Event]) -> None:
    led(outsider, dates[0])
    replan(dates[0], called_off_at=SATURDAY - dt.timedelta(days=3))
    replan(dates[1], called_off_at=SATURDAY - dt.timedelta(days=3))
    page = outsider.get(MINE).content.decode()
    assert "12月12日（土） 13:30〜15:00" in page
    stale = form_in(page) | {"event": str(dates[1].pk)}
    answer = outsider.post(f"{MINE}next/", stale)
    assert (answer.status_code, "次の回が、かわりました" in answer.content.decode()) == (409, True)
    assert not dates[1].sign_ups.exists()


@pytest.mark.parametrize("plan", [{"asks_consent": True}, {"sheet": "required"}])
def test_where_more_is_asked_the_tap_leads_to_the_page(
    outsider: Client, meeting: Meeting, series: EventSeries, clock: Any, plan: dict[str, Any]
) -> None:
    if plan.get("sheet"):
        plan = {"sheet": new_sheet({"is_required": True})}
    first = date_of(meeting, series, 0)
    coming = date_of(meeting, series, 1, **plan)
    row = led(outsider, first)
    clock.move_to(ENDING)
    page = outsider.get(MINE).content.decode()
    assert (AGAIN in page, f'href="/events/{coming.pk}/sign-up/?after={row.pk}"' in page) == (False, True)
    sent = {"of": row.pk, "event": coming.pk}
    assert outsider.post(f"{MINE}next/", sent).status_code == 404
    assert not coming.sign_ups.exists()


@pytest.fixture
def two_of_a_party(meeting: Meeting, series: EventSeries, outsider: Client, clock: Any) -> Party:
    """Two browsers on the page of one sign-up at its end; the next date has a question that needs an answer."""
    answer = signed(date_of(meeting, series, 0, most_party=2, capacity=5), party=2)
    sheet = new_sheet({"is_required": True})
    coming = date_of(meeting, series, 1, most_party=2, capacity=5, sheet=sheet)
    browsers = outsider, Client()
    for browser in browsers:
        browser.get(f"/sign-ups/{answer.code}/")
    clock.move_to(ENDING)
    return browsers, coming, f"/events/{coming.pk}/sign-up/?after={answer.sign_up.pk}"


def filled(page: str, words: str) -> dict[str, str]:
    hidden = dict(re.findall(r'type="hidden" name="(id|after)" value="([^"]*)"', page))
    return hidden | {"standpoint": "parent", "party": "2", "q_no1": words}


def test_a_party_fills_in_the_form_of_the_next_date_once(two_of_a_party: Party) -> None:
    browsers, coming, door = two_of_a_party
    forms = [filled(browser.get(door).content.decode(), words) for browser, words in zip(browsers, "あい")]
    told = [browser.post(f"/events/{coming.pk}/sign-up/", form) for browser, form in zip(browsers, forms)]
    only = coming.sign_ups.get()
    assert (only.party, only.answers.get().text) == (2, "あ")
    assert [answer["Location"] for answer in told] == [
        MINE,
        f"{MINE}?of={only.pk}",
    ]
    page = browsers[1].get(told[1]["Location"]).content.decode()
    assert ("もう、申し込んでありました" in page, only.call_name in page) == (True, True)
    again = browsers[0].post(f"/events/{coming.pk}/sign-up/", forms[0])
    assert (again["Location"], coming.sign_ups.count()) == (MINE, 1)


def test_who_opens_the_form_later_is_led_to_what_the_party_has(two_of_a_party: Party) -> None:
    browsers, coming, door = two_of_a_party
    browsers[0].post(f"/events/{coming.pk}/sign-up/", filled(browsers[0].get(door).content.decode(), "あ"))
    page = browsers[1].get(door).content.decode()
    assert ("もう、申し込んであります" in page, "q_no1" in page) == (True, False)
    only = coming.sign_ups.get()
    assert browsers[1].post(f"{MINE}next/", form_in(page))["Location"] == f"{MINE}?of={only.pk}"
    withdraw(only.pk)
    form = filled(browsers[1].get(door).content.decode(), "い")
    assert browsers[1].post(f"/events/{coming.pk}/sign-up/", form)["Location"] == MINE
    assert coming.sign_ups.count() == 2


def code_before(door: str) -> str:
    return sign_up_page(UUID(door.partition("after=")[2])).code


@pytest.mark.parametrize("by_tap", [True, False])
def test_from_the_calendar_a_party_has_one_sign_up_too(two_of_a_party: Party, *, by_tap: bool) -> None:
    browsers, coming, door = two_of_a_party
    calendar = f"/events/{coming.pk}/sign-up/"
    first = filled(browsers[0].get(door if by_tap else calendar).content.decode(), "あ")
    second = filled(browsers[1].get(calendar).content.decode(), "い")
    assert first["id"] == second["id"]
    told = [browser.post(calendar, form) for browser, form in zip(browsers, [first, second])]
    only = coming.sign_ups.get()
    assert told[1]["Location"] == f"{MINE}?of={only.pk}"
    page = browsers[1].get(calendar).content.decode()
    assert ("もう申し込んでいます" in page, "?another=1" in page) == (True, True)


def test_who_opens_the_calendar_later_is_led_to_what_the_party_has(two_of_a_party: Party) -> None:
    browsers, coming, door = two_of_a_party
    calendar = f"/events/{coming.pk}/sign-up/"
    browsers[0].post(calendar, filled(browsers[0].get(door).content.decode(), "あ"))
    page = browsers[1].get(calendar).content.decode()
    assert ("もう、申し込んであります" in page, "q_no1" in page) == (True, False)
    another = browsers[1].get(f"{calendar}?another=1").content.decode()
    sent = filled(another, "い") | {"another": "1"}
    assert browsers[1].post(calendar, sent)["Location"] == MINE
    assert coming.sign_ups.count() == 2


def test_a_form_from_before_the_party_was_known_is_the_partys(two_of_a_party: Party) -> None:
    browsers, coming, door = two_of_a_party
    calendar = f"/events/{coming.pk}/sign-up/"
    late = Client()
    form = filled(late.get(calendar).content.decode(), "う")
    browsers[0].post(calendar, filled(browsers[0].get(door).content.decode(), "あ"))
    late.get(f"/sign-ups/{code_before(door)}/")
    only = coming.sign_ups.get()
    assert late.post(calendar, form)["Location"] == f"{MINE}?of={only.pk}"
    assert coming.sign_ups.count() == 1


def test_a_form_sent_before_the_party_was_known_keeps_its_answer(two_of_a_party: Party) -> None:
    _, coming, door = two_of_a_party
    calendar = f"/events/{coming.pk}/sign-up/"
    late = Client()
    form = filled(late.get(calendar).content.decode(), "う")
    late.post(calendar, form)
    late.get(f"/sign-ups/{code_before(door)}/")
    assert late.post(calendar, form)["Location"] == MINE
    assert coming.sign_ups.count() == 1


def test_the_form_of_a_party_is_held_for_json_too_and_for_nobody_else(two_of_a_party: Party) -> None:
    browsers, _, door = two_of_a_party
    headers = {"accept": "application/json"}
    ids = [browser.get(door, headers=headers).json().get("id") for browser in (*browsers, Client())]
    assert (ids[0] is not None, ids[0] == ids[1], ids[2]) == (True, True, None)
    stranger = Client().get(door).content.decode()
    assert (ids[0] in stranger, 'name="after"' in stranger) == (False, False)
    others = browsers[0].get(f"{door}&another=1").content.decode()
    assert (ids[0] in others, 'name="after"' in others) == (False, False)


def test_the_wall_stands_before_the_next_date_too(
    outsider: Client, meeting: Meeting, series: EventSeries, enter_as: EnterAs, newcomer: Person, clock: Any
) -> None:
    everybody = date_of(meeting, series, 0)
    family = date_of(meeting, series, 1, standpoints=["parent"])
    answer = signed(everybody)
    clock.move_to(ENDING)
    outsider.get(f"/sign-ups/{answer.code}/")
    page = outsider.get(MINE).content.decode()
    assert "12月5日（土）" in page
    assert ("12月5日（土） 13:30" in page, AGAIN in page) == (False, False)
    other_side = enter_as(Client(), newcomer)
    other_side.get(f"/sign-ups/{answer.code}/")
    assert "12月5日" not in other_side.get(MINE).content.decode()
    sent = {"of": answer.sign_up.pk, "event": family.pk}
    assert [client.post(f"{MINE}next/", sent).status_code for client in (outsider, other_side)] == [404, 409]
    assert not family.sign_ups.exists()


@pytest.fixture
def in_its_room(
    meeting: Meeting,
    series: EventSeries,
    parent: Person,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    clock: Any,
) -> InRoom:
    """Lets the parent into the room of the first of two dates, while it is held: the next date, and the room's page."""

    def come(*, ties_person: bool) -> tuple[Event, str]:
        dates = [date_of(meeting, series, week, standpoints=[Standpoint.PARENT.value]) for week in range(2)]
        row = signed(dates[0], person=parent, ties_person=ties_person).sign_up
        keep_meeting_rooms()
        come_to(clock, SATURDAY)
        keep(dates[0], keeper, second_keeper)
        return dates[1], f"/rooms/{admit(row.pk, parent).slug}/"

    return come


def test_in_its_own_room_it_is_offered_to_who_came_and_stays_theirs(
    in_its_room: InRoom, parent: Person, enter_as: EnterAs
) -> None:
    coming, page = in_its_room(ties_person=True)
    browser = enter_as(Client(), parent)
    browser.post(f"{page}door/", {"mode": "observe"})
    shown = browser.get(page).content.decode()
    assert AGAIN in shown  # for who stays until it closes; until then the sheet keeps it back
    assert 'css/components/next_date.css"' in shown
    answer = browser.post(f"{MINE}next/", form_in(shown))
    assert answer.status_code == 303
    assert coming.sign_ups.get().person == parent
    assert "もう、申し込んであります" in browser.get(page).content.decode()


def test_in_the_room_it_is_known_to_the_browser_that_booked_it(
    in_its_room: InRoom, parent: Person, enter_as: EnterAs
) -> None:
    coming, page = in_its_room(ties_person=False)
    browsers = [enter_as(Client(), parent) for _ in range(2)]
    browsers[0].post(f"{page}door/", {"mode": "observe"})
    browsers[0].post(f"{MINE}next/", form_in(browsers[0].get(page).content.decode()))
    assert coming.sign_ups.get().person is None
    shown = ["もう、申し込んであります" in browser.get(page).content.decode() for browser in browsers]
    assert shown == [True, False]


def test_a_refusal_in_the_room_shows_no_page_that_only_the_code_opens(
    meeting: Meeting, series: EventSeries, parent: Person, enter_as: EnterAs, clock: Any
) -> None:
    dates = [date_of(meeting, series, week, standpoints=[Standpoint.PARENT.value]) for week in range(2)]
    answer = signed(dates[0], person=parent, call_name="あじさい")
    keep_meeting_rooms()
    come_to(clock, SATURDAY)
    admit(answer.sign_up.pk, parent)
    browser = enter_as(Client(), parent)
    stale = {"of": answer.sign_up.pk, "event": dates[0].pk}
    told = browser.post(f"{MINE}next/", stale)
    page = told.content.decode()
    assert (told.status_code, "次の回が、かわりました" in page) == (409, True)
    assert "あじさい" not in page
    assert answer.code not in page
    browser.get(f"/sign-ups/{answer.code}/")
    assert "あじさい" in browser.post(f"{MINE}next/", stale).content.decode()


def test_a_full_date_is_said(outsider: Client, dates: list[Event], clock: Any) -> None:
    led(outsider, dates[0])
    replan(dates[1], capacity=1, keeps_line=False)
    signed(dates[1])
    clock.move_to(ENDING)
    form = form_in(outsider.get(MINE).content.decode())
    answer = outsider.post(f"{MINE}next/", form)
    assert (answer.status_code, "いまは、席がいっぱいです" in answer.content.decode()) == (403, True)


def test_taps_are_counted_like_any_sign_up_and_the_same_one_once(
    outsider: Client, dates: list[Event], clock: Any
) -> None:
    led(outsider, dates[0])
    clock.move_to(ENDING)
    form = form_in(outsider.get(MINE).content.decode())
    amount = rate_limit.LIMITS["sign_up"].amount
    assert {outsider.post(f"{MINE}next/", form).status_code for _ in range(amount)} == {303}
    others = [signed(dates[0]).code for _ in range(amount)]
    found = []
    for code in others:
        somebody = Client()
        somebody.get(f"/sign-ups/{code}/")
        found.append(somebody.post(f"{MINE}next/", form_in(somebody.get(MINE).content.decode())).status_code)
    assert found == [303] * (amount - 1) + [429]
