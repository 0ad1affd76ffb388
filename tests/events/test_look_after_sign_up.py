"""One's own sign-up: led to by its code, in this browser, or in わたし; every answer is one tap."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from ibasho.events.actions import bring_back_event, call_off_event, tie, withdraw
from ibasho.events.models import Event, SignUp
from ibasho.lib import clock as house_clock
from ibasho.lib import rate_limit
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from tests.conftest import EnterAs, KeeperClient
from tests.events.conftest import SATURDAY, Meeting, Sign, replan, signed, state_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
JSON = {"accept": "application/json"}
MINE = "/sign-ups/mine/"


def shown(client: Client, of: UUID | str = "") -> str:
    return client.get(MINE, {"of": str(of)} if of else {}).content.decode()


def heading(client: Client) -> str:
    found = re.search(r'id="state-title">([^<]*)<', shown(client))
    return found[1] if found else ""


def led_to(client: Client, event: Event, **wish: Any) -> SignUp:
    answer = signed(event, **wish)
    client.get(f"/sign-ups/{answer.code}/")
    return answer.sign_up


def test_nothing_is_asked_about_a_meeting_that_was_called_off_until_it_is_back(
    outsider: Client, meeting: Meeting
) -> None:
    event = meeting(capacity=1)
    first = signed(event).sign_up
    outsider.get(f"/sign-ups/{signed(event).code}/")
    withdraw(first.pk)
    assert heading(outsider) == "席があいたので、聞いています"
    call_off_event(event.pk, words="雪のためです。")
    page = shown(outsider)
    assert heading(outsider) == "なくなりました"
    for asked in ('name="answer"', "auto-accept", "おしらせを受けとる", "番め", "順番"):
        assert asked not in page
    bring_back_event(event.pk)
    assert heading(outsider) != "なくなりました"
    assert "また、あります。" in shown(outsider)
    call_off_event(event.pk, words="やはり雪のためです。")
    assert "また、あります。" not in shown(outsider)


@pytest.mark.parametrize(
    ("state", "plan", "words"),
    [
        ("joined", {}, "席を、とっておきました"),
        ("waiting", {"capacity": 1}, "順番を待っていました"),
        ("applied", {"has_intake": True}, "受けとりました"),
    ],
)
def test_once_it_is_over_the_page_says_what_was_and_asks_nothing(
    outsider: Client, meeting: Meeting, clock: Any, state: str, plan: dict[str, Any], words: str
) -> None:
    event = meeting(**plan)
    signed(event)
    row = led_to(outsider, event)
    assert state_of(row) == state
    clock.move_to(event.ends - dt.timedelta(seconds=1))
    assert (heading(outsider) == words, "やめておく" in shown(outsider)) == (state == "applied", True)
    clock.move_to(event.ends)
    page = shown(outsider)
    assert (heading(outsider), "もう終わりました" in page) == (words, True)
    for gone in ("とってあります", "番め", "次の方に", "auto-accept", "このあと", "おしらせを受けとる"):
        assert gone not in page
    assert "呼び名と答えを、いま消す" in page
    assert outsider.post(f"{MINE}withdrawal/", {"of": row.pk}).status_code == 303
    assert (state_of(row), SignUp.objects.get(pk=row.pk).call_name) == ("withdrawn", "")


def test_once_it_is_over_who_came_as_decided_reads_nothing_of_the_future(
    outsider: Client, meeting: Meeting, clock: Any
) -> None:
    event = meeting()
    led_to(outsider, event, participation="text")
    clock.move_to(event.ends)
    assert heading(outsider) == "席を、とっておきました"
    assert "参加します" not in shown(outsider)


NOTE = "はじめての方へ、ひとこと"


@pytest.mark.parametrize(("is_first", "is_told"), [(True, True), (False, False), (None, False)])
def test_who_was_there_first_may_unfold_a_note_after_the_end(
    outsider: Client, meeting: Meeting, clock: Any, is_first: bool | None, is_told: bool
) -> None:
    event = meeting()
    row = led_to(outsider, event, is_first=is_first)
    clock.move_to(event.ends - dt.timedelta(seconds=1))
    assert NOTE not in shown(outsider)
    clock.move_to(event.ends)
    before = SignUp.objects.filter(pk=row.pk).values().get()
    page = shown(outsider)
    assert (NOTE in page, "<details" in page[: page.find(NOTE)]) == (is_told, is_told)
    assert SignUp.objects.filter(pk=row.pk).values().get() == before  # who reads it is written nowhere
    withdraw(row.pk)
    assert NOTE not in shown(outsider)


@pytest.mark.parametrize("instead", ["called_off", "waiting"])
def test_who_had_no_first_meeting_has_no_note_of_it(
    outsider: Client, meeting: Meeting, clock: Any, instead: str
) -> None:
    event = meeting(capacity=1)
    if instead == "waiting":
        signed(event)
    led_to(outsider, event, is_first=True)
    if instead == "called_off":
        call_off_event(event.pk, words="雪のためです。")
    clock.move_to(event.ends)
    assert NOTE not in shown(outsider)


def test_fewer_seats_than_the_party_are_named_on_the_button(outsider: Client, meeting: Meeting) -> None:
    event = meeting(capacity=2, most_party=2)
    first = signed(event).sign_up
    signed(event)
    outsider.get(f"/sign-ups/{signed(event, party=2).code}/")
    withdraw(first.pk)
    page = shown(outsider)
    assert 'value="yes">1人で参加する</button>' in page
    assert "のこりの人は、同じ順番で待ちます。" in page
    assert "「また今度」は、順番はそのまま" in page
    assert "「やめておく」は、申し込みをとりけします。" in page


def test_the_rest_of_a_party_is_told_of_and_let_go_with_one_tap(outsider: Client, meeting: Meeting) -> None:
    event = meeting(capacity=2, most_party=2)
    first = signed(event).sign_up
    signed(event)
    row = signed(event, party=2)
    outsider.get(f"/sign-ups/{row.code}/")
    withdraw(first.pk)
    answered = outsider.post(f"{MINE}offer/", {"of": str(row.sign_up.pk), "answer": "yes", "seats": "1"})
    assert answered.status_code == 303
    assert "いまは、1席です。のこりの1席は、順番を待っています。" in shown(outsider)
    told = outsider.get(MINE, headers={"accept": "application/json"}).json()
    assert (told["state"], told["seats"], told["rest"]) == ("joined", 1, 1)
    assert outsider.post(f"{MINE}rest/lift/", {"of": str(row.sign_up.pk)}).status_code == 303
    assert "順番を待っています" not in shown(outsider)
    assert "rest" not in outsider.get(MINE, headers={"accept": "application/json"}).json()


def test_a_button_that_named_another_number_is_shown_anew(outsider: Client, meeting: Meeting) -> None:
    event = meeting(capacity=2, most_party=2)
    leaving = [signed(event).sign_up for _ in range(2)]
    row = signed(event, party=2)
    outsider.get(f"/sign-ups/{row.code}/")
    for one in leaving:
        withdraw(one.pk)
    answer = {"of": str(row.sign_up.pk), "answer": "yes"}
    again = outsider.post(f"{MINE}offer/", answer | {"seats": "1"})
    assert again.status_code == 409
    assert "席の数が、かわりました" in again.content.decode()
    assert 'name="seats" value="2"' in again.content.decode()
    for broken in ("two", "-1", "²", "12345"):
        assert outsider.post(f"{MINE}offer/", answer | {"seats": broken}).status_code == 400
    assert outsider.post(f"{MINE}offer/", answer | {"seats": "2"}).status_code == 303
    assert state_of(row.sign_up) == "joined"


def test_a_code_shows_one_sign_up_and_the_next_code_takes_its_place(
    outsider: Client, meeting: Meeting
) -> None:
    first, second = (signed(meeting(title=title)) for title in ("はじめの会", "つぎの会"))
    outsider.get(f"/sign-ups/{first.code}/")
    outsider.get(f"/sign-ups/{second.code}/")
    page = shown(outsider)
    assert "つぎの会" in page
    assert "はじめの会" not in page
    assert outsider.get(MINE, {"of": str(first.sign_up.pk)}).status_code == 404


def test_a_code_shows_nothing_of_who_signed_up_here(outsider: Client, meeting: Meeting) -> None:
    here, elsewhere = meeting(title="ここの会"), signed(meeting(title="ほかの会"))
    outsider.post(f"/events/{here.pk}/sign-up/", {"id": str(uuid4()), "standpoint": "parent"})
    outsider.get(f"/sign-ups/{elsewhere.code}/")
    assert "ここの会" not in shown(outsider)
    assert "ほかの会" not in shown(outsider, here.sign_ups.get().pk)


def test_a_device_forgets_every_sign_up_with_one_tap(outsider: Client, meeting: Meeting) -> None:
    event = meeting(title="ここの会")
    outsider.post(f"/events/{event.pk}/sign-up/", {"id": str(uuid4()), "standpoint": "parent"})
    outsider.get(f"/sign-ups/{signed(meeting(title='ほかの会')).code}/")
    assert "この端末で見えないようにする" in shown(outsider)
    assert outsider.post(f"{MINE}forgetting/")["Location"] == "/sign-ups/"
    for path in (MINE, f"{MINE}?of={event.sign_ups.get().pk}", f"/events/{event.pk}/sign-up/"):
        text = outsider.get(path).content.decode()
        assert "ほかの会" not in text
        assert "もう申し込んでいます" not in text
        assert "席を、とってあります</h2>" not in text
    assert state_of(event.sign_ups.get()) == "joined"


def test_a_code_in_an_address_moves_into_the_session(outsider: Client, meeting: Meeting) -> None:
    answer = signed(meeting(), call_name="あじさい")
    led = outsider.get(f"/sign-ups/{answer.code.lower()}/")
    assert (led.status_code, led["Location"]) == (303, MINE)
    page = shown(outsider)
    assert "あじさい" in page
    assert "席を、とってあります" in page
    assert answer.code not in led["Location"]


def test_a_code_that_is_typed_leads_there_too(outsider: Client, meeting: Meeting) -> None:
    answer = signed(meeting(), call_name="あじさい")
    led = outsider.post("/sign-ups/", {"code": answer.code.replace("-", " ")})
    assert (led.status_code, led["Location"]) == (303, MINE)
    assert "あじさい" in shown(outsider)
    wrong = Client().post("/sign-ups/", {"code": "AAAAA-AAAAA"})
    assert wrong.status_code == 404
    assert "見つかりませんでした" in wrong.content.decode()
    assert 'value="AAAAA-AAAAA"' in wrong.content.decode()


def test_json_is_told_how_it_stands(outsider: Client, meeting: Meeting) -> None:
    event = meeting(capacity=1)
    signed(event)
    code = signed(event).code
    told = outsider.get(f"/sign-ups/{code}/", headers=JSON).json()
    assert (told["state"], told["place"], told["free"], told["is_tied"]) == ("waiting", 1, 0, False)
    assert outsider.get("/sign-ups/AAAAA-AAAAA/", headers=JSON).status_code == 404


def test_guessing_is_slow_and_asking_is_not(outsider: Client, meeting: Meeting) -> None:
    code = signed(meeting()).code
    amount = rate_limit.LIMITS["receipts"].amount
    for _ in range(2 * amount):
        assert outsider.get(f"/sign-ups/{code}/").status_code == 303
    doors = ("/sign-ups/AAAAA-AAAAA/", "/sign-ups/AAAAA-AAAAA/withdrawal/")
    for turn in range(amount):
        ask = outsider.post if turn % 2 else outsider.get
        assert ask(doors[turn % 2]).status_code == 404
    for path in doors:
        assert outsider.post(path, headers=JSON).status_code in (405, 429)
    assert outsider.get(f"/sign-ups/{code}/").status_code == 429
    assert outsider.post("/sign-ups/", {"code": "AAAAA-AAAAA"}).status_code == 429


def test_without_any_sign_up_the_page_asks_for_the_code(outsider: Client, meeting: Meeting) -> None:
    assert 'name="code"' in shown(outsider)


def test_another_browser_has_nothing_there(outsider: Client, meeting: Meeting) -> None:
    row = signed(meeting(), call_name="あじさい").sign_up
    for path in ("withdrawal", "offer", "auto-accept", "auto-accept/lift", "tying", "tying/lift"):
        answer = outsider.post(f"{MINE}{path}/", {"of": row.pk, "answer": "no"})
        assert answer.status_code == 404
    assert state_of(row) == "joined"
    signed_up = signed(meeting())
    outsider.get(f"/sign-ups/{signed_up.code}/")
    assert outsider.get(MINE, {"of": str(row.pk)}).status_code == 404
    assert outsider.get(MINE, {"of": "x"}).status_code == 404


def test_withdrawing_is_one_tap_also_after_the_start(
    outsider: Client, meeting: Meeting, sign: Sign, clock: Any
) -> None:
    event = meeting(capacity=1)
    answer = signed(event, call_name="あじさい")
    waits = sign(event, auto_accept=True)
    outsider.get(f"/sign-ups/{answer.code}/")
    clock.move_to(SATURDAY + dt.timedelta(minutes=10))
    led = outsider.post(f"{MINE}withdrawal/", {"of": answer.sign_up.pk})
    assert led.status_code == 303
    assert "とりけしました" in outsider.get(led["Location"]).content.decode()
    assert "あじさい" not in shown(outsider)
    assert (state_of(answer.sign_up), state_of(waits)) == ("withdrawn", "joined")
    assert outsider.post(f"{MINE}withdrawal/", {"of": answer.sign_up.pk}).status_code == 303


def test_withdrawing_by_the_code_alone(outsider: Client, meeting: Meeting) -> None:
    answer = signed(meeting())
    told = outsider.post(f"/sign-ups/{answer.code}/withdrawal/", headers=JSON)
    assert told.json()["state"] == "withdrawn"


@pytest.mark.parametrize(("said", "becomes"), [("yes", "joined"), ("later", "waiting"), ("no", "withdrawn")])
def test_an_offer_is_answered_by_one_of_three(
    outsider: Client, meeting: Meeting, sign: Sign, said: str, becomes: str
) -> None:
    event = meeting(capacity=1)
    first, asked = sign(event), signed(event)
    withdraw(first.pk)
    outsider.get(f"/sign-ups/{asked.code}/")
    page = shown(outsider)
    assert [f'value="{answer}"' in page for answer in ("yes", "later", "no")] == [True] * 3
    assert "11月24日（火） 20:02" in page
    led = outsider.post(f"{MINE}offer/", {"of": asked.sign_up.pk, "answer": said})
    assert led.status_code == 303
    assert 'role="status"' in outsider.get(led["Location"]).content.decode()
    assert state_of(asked.sign_up) == becomes


def test_an_answer_that_came_too_late_is_told_on_the_page(
    outsider: Client, meeting: Meeting, sign: Sign
) -> None:
    event = meeting(capacity=1)
    sign(event)
    waits = signed(event)
    outsider.get(f"/sign-ups/{waits.code}/")
    answer = outsider.post(f"{MINE}offer/", {"of": waits.sign_up.pk, "answer": "yes"})
    assert answer.status_code == 409
    assert "順番は、そのままです" in answer.content.decode()
    assert outsider.post(f"{MINE}offer/", {"of": waits.sign_up.pk, "answer": "perhaps"}).status_code == 400


def test_who_waits_sees_the_place_with_the_rule_beside_it(
    outsider: Client, meeting: Meeting, sign: Sign
) -> None:
    event = meeting(capacity=1, most_party=2)
    sign(event)
    waits = signed(event, party=2, all_or_none=True)
    outsider.get(f"/sign-ups/{waits.code}/")
    page = shown(outsider)
    assert "<strong>1番め</strong>" in page
    assert "申し込んだ順番に" in page
    assert "2席そろうまで" in page


def test_a_seat_may_be_taken_without_asking_and_the_wish_lifted(
    outsider: Client, meeting: Meeting, sign: Sign
) -> None:
    event = meeting(capacity=1)
    sign(event)
    waits = signed(event)
    outsider.get(f"/sign-ups/{waits.code}/")
    of = {"of": waits.sign_up.pk}
    outsider.post(f"{MINE}auto-accept/", of)
    assert SignUp.objects.get(pk=waits.sign_up.pk).auto_accept
    assert "auto-accept/lift/" in shown(outsider)
    outsider.post(f"{MINE}auto-accept/lift/", of)
    assert not SignUp.objects.get(pk=waits.sign_up.pk).auto_accept


def test_it_is_tied_to_who_has_come_in_and_untied_again(
    client: Client, parent: Person, enter_as: EnterAs, meeting: Meeting
) -> None:
    answer = signed(meeting())
    enter_as(client, parent).get(f"/sign-ups/{answer.code}/")
    of = {"of": answer.sign_up.pk}
    client.post(f"{MINE}tying/", of)
    assert SignUp.objects.get(pk=answer.sign_up.pk).person == parent
    elsewhere = enter_as(Client(), parent)
    assert answer.code in shown(elsewhere)
    assert elsewhere.post(f"{MINE}tying/lift/", of).status_code == 303
    assert SignUp.objects.get(pk=answer.sign_up.pk).person is None
    assert answer.code in shown(elsewhere)
    assert 'name="code"' in shown(enter_as(Client(), parent))


def test_nobody_outside_and_no_keeper_has_anything_tied(
    outsider: Client, keeper: KeeperFacts, keeper_client: KeeperClient, meeting: Meeting
) -> None:
    answer = signed(meeting())
    for client in (outsider, keeper_client(keeper)):
        client.get(f"/sign-ups/{answer.code}/")
        assert "tying/" not in shown(client)
        assert client.post(f"{MINE}tying/", {"of": answer.sign_up.pk}).status_code == 404


def test_somebody_elses_is_never_tied(
    client: Client, parent: Person, sibling: Person, enter_as: EnterAs, meeting: Meeting
) -> None:
    answer = signed(meeting())
    tie(answer.sign_up.pk, parent)
    enter_as(client, sibling).get(f"/sign-ups/{answer.code}/")
    assert client.post(f"{MINE}tying/", {"of": answer.sign_up.pk}).status_code == 404


def test_among_several_the_one_shown_last_comes_first_and_the_others_are_listed(
    outsider: Client, meeting: Meeting
) -> None:
    one, two = meeting(title="朝の会"), meeting(title="夜の会")
    for event in (one, two):
        outsider.post(f"/events/{event.pk}/sign-up/", {"id": str(uuid4()), "standpoint": "parent"})
    page = shown(outsider)
    assert page.index("夜の会") < page.index("朝の会")
    assert f"/sign-ups/mine/?of={one.sign_ups.get().pk}" in page
    other = shown(outsider, of=one.sign_ups.get().pk)
    assert other.index("朝の会") < other.index("夜の会")


def test_what_became_of_the_meeting_stands_there(outsider: Client, meeting: Meeting) -> None:
    event = meeting()
    answer = signed(event)
    outsider.get(f"/sign-ups/{answer.code}/")
    replan(event, called_off_at=house_clock.now(), call_off_words="雪のためです。")
    assert "なくなりました。雪のためです。" in shown(outsider)
    assert heading(outsider) == "なくなりました"
    assert "やめておく" not in shown(outsider)


def test_away_hides_them_and_forgets_them(
    client: Client, parent: Person, enter_as: EnterAs, meeting: Meeting
) -> None:
    answer = signed(meeting(), call_name="あじさい")
    enter_as(client, parent).get(f"/sign-ups/{answer.code}/")
    assert "あじさい" in shown(client)
    client.get("/away/")
    assert "あじさい" not in shown(client)
    client.post("/away/", {"back": "on"})
    assert "あじさい" not in shown(client)


def test_the_page_is_kept_nowhere_and_its_title_tells_nothing(outsider: Client, meeting: Meeting) -> None:
    answer = signed(meeting(title="カナリア"))
    outsider.get(f"/sign-ups/{answer.code}/")
    page = outsider.get(MINE)
    assert page["Cache-Control"] == "no-store"
    assert "<title>申し込み – みどりの家</title>" in page.content.decode()


def test_an_old_row_is_found_no_more(outsider: Client, meeting: Meeting) -> None:
    answer = signed(meeting())
    outsider.get(f"/sign-ups/{answer.code}/")
    SignUp.objects.all().delete()
    assert 'name="code"' in shown(outsider)
    assert outsider.get(f"/sign-ups/{answer.code}/").status_code == 404
    assert outsider.post(f"{MINE}withdrawal/", {"of": uuid4()}).status_code == 404
