"""The door of a sign-up: one page and one button, the same for a browser and for JSON."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ibasho.events.actions import sign_up
from ibasho.events.models import Answer, Consent, ConsentText, Event, SignUp
from ibasho.events.queries.sign_ups import by_code
from ibasho.lib import rate_limit
from ibasho.people.models import Person, Session
from tests.conftest import EnterAs
from tests.events.conftest import SATURDAY, Meeting, Sign, new_sheet, wished

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
JSON = {"accept": "application/json"}


def door(event: Event) -> str:
    return f"/events/{event.pk}/sign-up/"


def send(client: Client, event: Event, *, as_json: bool = False, **fields: str) -> Any:
    sent = {"id": str(uuid4()), "standpoint": "parent"} | fields
    return client.post(door(event), sent, headers=JSON if as_json else {})


def consent(number: int = 1) -> ConsentText:
    parts = dict.fromkeys(("aim", "outline", "cost", "accident", "ending", "data"), "ここに書いてあります。")
    return ConsentText.objects.create(number=number, effective_on=dt.date(2026, 11, 1), **parts)


def test_one_page_and_one_button(outsider: Client, meeting: Meeting) -> None:
    text = outsider.get(door(meeting(capacity=2, most_party=2, sheet=new_sheet({})))).content.decode()
    assert text.count('type="submit"') == 1
    ways = re.findall(r'name="participation" value="(\w+)"( checked)?', text)
    assert ways == [("text", ""), ("listen", ""), ("speak", ""), ("undecided", " checked")]
    assert "行けたら行く" in text
    assert "mail" not in text
    assert " form=" not in text  # every field belongs to the form it stands in


def test_nothing_but_the_button_is_enough(outsider: Client, meeting: Meeting) -> None:
    event = meeting(standpoints=["parent", "person"])
    answer = send(outsider, event)
    assert (answer.status_code, answer["Location"]) == (303, "/sign-ups/mine/")
    row = event.sign_ups.get()
    assert (row.state, row.participation, row.person) == ("joined", "undecided", None)
    shown = outsider.get(answer["Location"]).content.decode()
    code = re.search(r"data-code>([0-9A-Z-]+)<", shown)
    assert code
    assert by_code(code[1]) == row


def test_json_gets_code_state_and_place(outsider: Client, meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    first = send(outsider, event, as_json=True)
    assert (first.status_code, first.json()["state"]) == (201, "joined")
    assert "place" not in first.json()
    second = send(Client(), event, as_json=True)
    assert (second.json()["state"], second.json()["place"]) == ("waiting", 1)
    assert by_code(second.json()["code"]) == event.sign_ups.get(turn=2)


def test_the_same_form_twice_has_one_effect_and_one_answer(outsider: Client, meeting: Meeting) -> None:
    event, request_id = meeting(capacity=1), str(uuid4())
    answers = [send(client, event, as_json=True, id=request_id) for client in (outsider, outsider, Client())]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert event.sign_ups.count() == 1


def test_a_second_tab_is_no_second_party(outsider: Client, meeting: Meeting) -> None:
    event = meeting()
    send(outsider, event)
    again = send(outsider, event, call_name="くさ")
    assert again.status_code == 409
    assert "もう申し込んでいます" in again.content.decode()
    assert event.sign_ups.count() == 1
    own = f"/sign-ups/mine/?of={event.sign_ups.get().pk}"
    assert own in outsider.get(f"/events/{event.pk}/").content.decode()
    assert own not in Client().get(f"/events/{event.pk}/").content.decode()
    shown = outsider.get(door(event)).content.decode()
    assert own in shown
    assert "<textarea" not in shown


def test_one_may_sign_up_for_somebody_else_as_well(outsider: Client, meeting: Meeting) -> None:
    event = meeting()
    send(outsider, event)
    assert 'name="another" value="1"' in outsider.get(f"{door(event)}?another=1").content.decode()
    assert send(outsider, event, another="1").status_code == 303
    assert event.sign_ups.count() == 2


def test_who_can_only_wait_is_told_so_before_and_on_the_button(outsider: Client, meeting: Meeting) -> None:
    event = meeting(capacity=1)
    assert 'type="submit"><span>申し込む</span></button>' in outsider.get(door(event)).content.decode()
    send(Client(), event)
    shown = outsider.get(door(event)).content.decode()
    assert "いまは、いっぱいです。順番を待てます。" in shown
    assert 'type="submit"><span>順番を待つ</span></button>' in shown


def test_what_has_to_be_answered_is_not_called_free(outsider: Client, meeting: Meeting) -> None:
    free, asked = meeting(), meeting(sheet=new_sheet({"is_required": True}))
    assert "書かないところがあっても、申し込めます。" in outsider.get(door(free)).content.decode()
    shown = outsider.get(door(asked)).content.decode()
    assert "書かないところがあっても" not in shown
    assert "「答えがいります」のほかは、書かなくても、申し込めます。" in shown


def test_an_answer_that_is_far_too_long_comes_back_whole_with_the_way_on(
    outsider: Client, meeting: Meeting
) -> None:
    event, words = meeting(sheet=new_sheet({})), "階段が苦手です。" * 1_250
    answer = send(outsider, event, call_name="くさ", q_no1=words)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f"{words}</textarea>" in shown
    assert 'value="くさ"' in shown
    assert re.search(r'id="q_no1-say">[^<]*500文字まで', shown)
    assert not event.sign_ups.exists()


def test_who_withdrew_finds_the_form_again(outsider: Client, meeting: Meeting) -> None:
    event = meeting()
    send(outsider, event)
    outsider.post("/sign-ups/mine/withdrawal/", {"of": event.sign_ups.get().pk})
    assert 'name="participation"' in outsider.get(door(event)).content.decode()
    assert send(outsider, event).status_code == 303


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ({"starts": SATURDAY - dt.timedelta(days=7)}, "もう終わりました"),
        ({"called_off_at": SATURDAY, "call_off_words": "雪のためです。"}, "なくなりました。雪のためです。"),
        ({"closes_before": 7 * 1440}, "しめきりました"),
    ],
)
def test_what_is_past_called_off_or_closed_says_so_by_its_direct_address(
    outsider: Client, meeting: Meeting, plan: dict[str, Any], why: str
) -> None:
    event = meeting(**plan)
    page = outsider.get(door(event))
    assert page.status_code == 200
    assert why in page.content.decode()
    assert "<form" not in page.content.decode()
    answer = send(outsider, event)
    assert answer.status_code == 409
    assert why in answer.content.decode()
    assert send(outsider, event, as_json=True).json()["code"] == "asked"
    assert not SignUp.objects.exists()


def test_a_full_meeting_without_a_line_gives_the_words_back(
    outsider: Client, meeting: Meeting, sign: Sign
) -> None:
    event = meeting(capacity=1, keeps_line=False)
    sign(event)
    answer = send(outsider, event, call_name="あじさい")
    assert answer.status_code == 403
    assert "席がいっぱい" in answer.content.decode()
    assert 'value="あじさい"' in answer.content.decode()


def test_a_meeting_of_one_side_is_for_who_has_come_in_on_that_side(
    outsider: Client, parent: Person, newcomer: Person, enter_as: EnterAs, meeting: Meeting
) -> None:
    event = meeting(standpoints=["parent", "sibling"], title="カナリア")
    shown = outsider.get(door(event))
    assert shown.status_code == 200
    assert "カナリア" not in shown.content.decode()
    assert f'next=%2Fevents%2F{event.pk}%2Fsign-up%2F"' in shown.content.decode()
    assert send(outsider, event).status_code == 404
    other = enter_as(Client(), newcomer)
    assert other.get(door(event)).status_code == 404
    assert send(other, event).content == other.get("/events/12345/").content
    mine = enter_as(Client(), parent)
    assert 'type="hidden" name="standpoint" value="parent"' in mine.get(door(event)).content.decode()
    assert send(mine, event).status_code == 303
    assert SignUp.objects.get().person is None


def test_who_chooses_it_finds_it_in_my_record(
    client: Client, parent: Person, enter_as: EnterAs, meeting: Meeting
) -> None:
    event = meeting()
    send(enter_as(client, parent), event, ties_person="on")
    assert event.sign_ups.get().person == parent


def test_the_table_of_sessions_does_not_tell_whose_a_sign_up_is(
    client: Client, parent: Person, enter_as: EnterAs, meeting: Meeting
) -> None:
    event = meeting()
    send(enter_as(client, parent), event)
    row = event.sign_ups.get()
    (session,) = Session.objects.filter(person=parent)
    assert "sign_ups" in session.data
    for known in (row.pk, row.pk.hex, row.request_id, row.code_hash):
        assert str(known) not in session.data


def test_each_question_says_why_it_is_asked_and_until_when(outsider: Client, meeting: Meeting) -> None:
    sheet = new_sheet(
        {"key": "seat", "text": "席のこと", "purpose": "席を用意するためです。", "days": 3},
        {"key": "lunch", "text": "お昼", "kind": "choice", "choices": "いる\nいらない"},
        {"key": "photo", "text": "写真", "kind": "yes_no", "is_required": True},
    )
    event = meeting(sheet=sheet)
    text = outsider.get(door(event)).content.decode()
    assert "席を用意するためです。" in text
    assert "会の3日あとに消えます" in text
    assert text.count("くても大丈夫です</span>") == 3  # the name, and two of the three questions
    assert text.count("答えがいります</span>") == 1
    assert text.count('name="q_lunch"') == 3
    assert send(outsider, event, q_photo="はい", q_seat="しずかな席").status_code == 303
    assert dict(Answer.objects.values_list("question__key", "text")) == {
        "seat": "しずかな席",
        "photo": "はい",
    }


def test_what_is_needed_and_missing_is_said_beside_it_and_nothing_is_lost(
    outsider: Client, meeting: Meeting
) -> None:
    sheet = new_sheet({"key": "seat"}, {"key": "photo", "is_required": True})
    event = meeting(sheet=sheet, most_party=3)
    answer = send(
        outsider, event, q_seat="しずかな席", call_name="あじさい", party="3", participation="listen"
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="q_photo-say"' in text
    assert "しずかな席</textarea>" in text
    assert 'value="あじさい"' in text
    assert re.search(r'name="party" value="3" checked', text)
    assert re.search(r'name="participation" value="listen" checked', text)


def test_ten_thousand_characters_come_back_whole(outsider: Client, meeting: Meeting) -> None:
    event, words = meeting(sheet=new_sheet({"key": "seat"})), "あ" * 10_000
    answer = send(outsider, event, q_seat=words)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "500文字まで" in answer.content.decode()


def test_a_name_like_one_of_the_staff_is_said_beside_the_name(outsider: Client, meeting: Meeting) -> None:
    answer = send(outsider, meeting(), call_name="スタッフ")
    assert answer.status_code == 403
    assert 'id="call_name-say"' in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"id": "7"}, 400),
        ({"id": ""}, 400),
        ({"standpoint": ""}, 400),
        ({"standpoint": "keeper"}, 400),
        ({"participation": "sing"}, 400),
        ({"party": "5"}, 400),
        ({"party": "-1"}, 400),
        ({"call_name": "く\x00さ"}, 400),
        ({"refusal": "x", "standpoint": ""}, 400),
        ({"q_seat": "\x1b[2J"}, 400),
    ],
)
def test_what_cannot_be_meant_is_answered_kindly(
    outsider: Client, meeting: Meeting, fields: dict[str, str], status: int
) -> None:
    event = meeting(sheet=new_sheet({"key": "seat"}))
    sent = {"id": str(uuid4()), "standpoint": "parent"} | fields
    answer = outsider.post(door(event), sent)
    assert answer.status_code == status
    assert 'name="participation"' in answer.content.decode()
    assert not SignUp.objects.exists()


def test_a_thousand_answers_at_once_are_not_read(outsider: Client, meeting: Meeting) -> None:
    event = meeting(sheet=new_sheet({"key": "seat"}))
    many = {"id": str(uuid4()), "standpoint": "parent"} | {f"q_{number}": "はい" for number in range(1000)}
    assert outsider.post(door(event), many).status_code == 400
    assert outsider.post(door(event), many, headers=JSON).status_code == 400
    assert not SignUp.objects.exists()
    assert send(outsider, event, q_seat="しずかな席").status_code == 303


def test_a_consent_stands_in_six_parts_and_is_asked_for_where_it_is_needed(
    outsider: Client, meeting: Meeting
) -> None:
    consent()
    event = meeting(asks_consent=True)
    assert outsider.get(door(event)).content.decode().count("ここに書いてあります。") == 6
    assert "ここに書いてあります。" not in outsider.get(door(meeting())).content.decode()
    without = send(outsider, event)
    assert without.status_code == 422
    assert 'id="consent-say"' in without.content.decode()
    assert send(outsider, event, consent_version="1").status_code == 303
    assert Consent.objects.get().text.number == 1
    assert "ここに書いてあります。" in outsider.get("/sign-ups/mine/").content.decode()


def test_a_consent_that_changed_meanwhile_is_shown_and_asked_for_again(
    outsider: Client, meeting: Meeting
) -> None:
    consent(1)
    event = meeting(asks_consent=True)
    consent(2)
    answer = send(outsider, event, consent_version="1", call_name="あじさい")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "同意の文が新しくなりました" in page
    assert 'value="あじさい"' in page
    assert 'name="consent_version" value="2" required' in page  # nobody said yes to this one
    assert 'value="2" checked' in send(outsider, event, consent_version="2", party="9").content.decode()
    assert not SignUp.objects.exists()


def test_a_number_among_the_answers_is_asked_about_first(outsider: Client, meeting: Meeting) -> None:
    event = meeting(sheet=new_sheet({"key": "seat"}))
    answer = send(outsider, event, q_seat="電話は090-1234-5678です。")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert '<mark class="found">' in text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text))
    del fields["csrfmiddlewaretoken"]
    assert outsider.post(door(event), fields | {"as_is": "on"}).status_code == 303
    assert Answer.objects.get().text == "電話は090-1234-5678です。"


def test_who_writes_of_dying_is_offered_help_beside_the_answer(outsider: Client, meeting: Meeting) -> None:
    event = meeting(sheet=new_sheet({"key": "seat"}))
    answer = send(outsider, event, q_seat="もう死にたいです。")
    shown = outsider.get(answer["Location"]).content.decode()
    assert 'data-code="support"' in shown
    assert event.sign_ups.get().about_dying
    outsider.post("/sign-ups/mine/", {"close": "card"})
    assert 'data-code="support"' not in outsider.get("/sign-ups/mine/").content.decode()


def test_help_is_offered_also_where_the_form_comes_back(outsider: Client, meeting: Meeting) -> None:
    event = meeting(sheet=new_sheet({"key": "seat"}, {"key": "photo", "is_required": True}))
    answer = send(outsider, event, q_seat="もう死にたいです。")
    assert answer.status_code == 422
    assert 'data-code="support"' in answer.content.decode()
    outsider.post(door(event), {"close": "card"})
    assert 'data-code="support"' not in outsider.get(door(event)).content.decode()


def test_who_is_away_is_told_at_once_and_nothing_is_kept(
    client: Client, parent: Person, enter_as: EnterAs, meeting: Meeting
) -> None:
    event = meeting()
    enter_as(client, parent).get("/away/")
    answer = send(client, event, call_name="あじさい")
    assert answer.status_code == 201
    assert by_code(re.findall(r"data-code>([0-9A-Z-]+)<", answer.content.decode())[0]) == event.sign_ups.get()
    assert client.get("/sign-ups/mine/").content.decode().count("あじさい") == 0


def test_so_many_sign_ups_from_one_place_and_no_more(outsider: Client, meeting: Meeting) -> None:
    event = meeting()
    amount = rate_limit.LIMITS["sign_up"].amount
    for _ in range(amount):
        assert send(Client(), event, as_json=True).status_code == 201
    late = send(outsider, event, call_name="あじさい")
    assert late.status_code == 429
    assert late["Retry-After"]
    assert 'value="あじさい"' in late.content.decode()


def test_what_is_refused_under_the_lock_is_counted(outsider: Client, meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1, keeps_line=False)
    sign(event)
    amount = rate_limit.LIMITS["sign_up"].amount
    assert [send(Client(), event).status_code for _ in range(amount)] == [403] * amount
    assert send(outsider, event).status_code == 429


def test_what_is_asked_first_and_the_same_form_again_are_not_counted(
    outsider: Client, meeting: Meeting
) -> None:
    event, same = meeting(), str(uuid4())
    for _ in range(12):
        assert send(Client(), event, call_name="090-1234-5678").status_code == 409
        assert send(Client(), event, id=same, as_json=True).status_code in (200, 201)
    assert event.sign_ups.count() == 1


def test_the_same_form_again_takes_no_lock(meeting: Meeting) -> None:
    event, wish = meeting(), wished()
    sign_up(event.pk, wish)
    with CaptureQueriesContext(connection) as queries:
        assert not sign_up(event.pk, wish).is_new
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


def test_a_strangers_form_is_not_kept_by_the_browser(outsider: Client, meeting: Meeting) -> None:
    assert outsider.get(door(meeting()))["Cache-Control"] == "no-store"
