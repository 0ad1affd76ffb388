"""Keepers come in by name, password and a second factor; nobody learns who has an account."""

from __future__ import annotations

import datetime as dt
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.test import Client

from ibasho.people.actions import make_keeper_link, recover_keeper
from ibasho.people.models import Keeper, Person, Session
from ibasho.people.queries import KeeperFacts, keeper_of_session
from ibasho.people.sessions import hash_key
from tests.conftest import KEEPERS_PASSWORD, KEEPERS_TOTP_SECRET, EnterAs, KeeperClient
from tests.people.keeping import (
    ACCOUNT,
    GOOD,
    SECOND_STEP,
    SIGN_IN,
    code_now,
    give_password,
    sign_in,
    text_of,
)

pytestmark = pytest.mark.django_db
PASSWORD_AGAIN = "/keepers/again/"


def _keeper_behind(client: Client) -> KeeperFacts | None:
    return keeper_of_session(hash_key(client.cookies["sessionid"].value))


def _without_second_factor(keeper: KeeperFacts) -> None:
    with transaction.atomic():
        Authenticator.objects.filter(user_id=keeper.person_id).delete()


def test_the_password_alone_opens_nothing(keeper: KeeperFacts, client: Client) -> None:
    assert give_password(client)["Location"] == SECOND_STEP
    assert _keeper_behind(client) is None
    for path in (ACCOUNT, "/me/", "/keepers/code/", "/keepers/spare-codes/"):
        assert client.get(path).status_code in (302, 404)
    assert "_auth_user_id" not in client.session
    led = client.get("/desk/")
    assert (led.status_code, led["Location"]) == (303, SECOND_STEP)
    assert client.post("/desk/duty/").status_code == 404


def test_with_the_second_factor_one_is_in_under_a_new_key(keeper: KeeperFacts, client: Client) -> None:
    give_password(client)
    half_way = client.cookies["sessionid"].value
    answer = client.post(SECOND_STEP, {"code": code_now()})
    assert (answer.status_code, answer["Location"]) == (303, "/desk/")
    assert client.cookies["sessionid"].value != half_way
    assert _keeper_behind(client) == keeper
    assert client.get(ACCOUNT).status_code == 200
    assert client.get("/me/").status_code == 200


def test_one_is_led_where_one_wanted_to_go_and_never_out_of_the_house(
    keeper: KeeperFacts, client: Client, outsider: Client
) -> None:
    for browser, wanted, leads_to in (
        (client, "/desk/rooms/engawa/", "/desk/rooms/engawa/"),
        (outsider, "https://elsewhere.example/", "/desk/"),
    ):
        browser.post(SIGN_IN, {"login": "midori", "password": KEEPERS_PASSWORD, "next": wanted})
        assert browser.post(SECOND_STEP, {"code": code_now()}).headers.get("Location", "") in (leads_to, "")
        browser.post("/keepers/sign-out/")


def test_a_code_counts_once(keeper: KeeperFacts, clock: time_machine.Traveller, client: Client) -> None:
    other = Client()
    code = code_now()
    give_password(client)
    give_password(other)
    assert client.post(SECOND_STEP, {"code": code}).status_code == 303
    for seconds in (0, 29, 20):
        clock.shift(dt.timedelta(seconds=seconds))
        assert "数字がちがうようです" in text_of(other.post(SECOND_STEP, {"code": code}))
    assert other.post(SECOND_STEP, {"code": code_now()}).status_code == 303


def test_a_telephone_whose_clock_is_half_a_minute_off_is_believed(
    keeper: KeeperFacts, clock: time_machine.Traveller, client: Client
) -> None:
    give_password(client)
    assert client.post(SECOND_STEP, {"code": code_now(steps=-2)}).status_code == 200
    assert client.post(SECOND_STEP, {"code": code_now(steps=-1)}).status_code == 303


def test_unknown_and_known_names_get_the_same_answer(keeper: KeeperFacts, outsider: Client) -> None:
    known = text_of(give_password(outsider, "midori", "ちがう言葉を ならべた"))
    unknown = text_of(give_password(outsider, "nobody", "ちがう言葉を ならべた"))
    assert _sentence(known) == _sentence(unknown)
    assert known.replace("midori", "nobody").count("nobody") == unknown.count("nobody")


def test_a_try_takes_the_same_work_whether_the_name_is_known_or_not(
    keeper: KeeperFacts, outsider: Client
) -> None:
    give_password(outsider, "nobody", "ひとつめは あたためる")
    seconds = {"midori": 0.0, "nobody": 0.0}
    for _ in range(2):
        for name in seconds:
            began = time.process_time()
            give_password(outsider, name, "ちがう言葉を ならべた")
            seconds[name] += time.process_time() - began
    assert 0.5 < seconds["midori"] / seconds["nobody"] < 2


def test_after_a_few_tries_the_account_rests_and_a_name_nobody_has_rests_alike(
    keeper: KeeperFacts, clock: time_machine.Traveller, outsider: Client
) -> None:
    for name in ("midori", "nobody"):
        answers = []
        for _ in range(12):
            clock.shift(dt.timedelta(minutes=4))  # beside what allauth counts in five minutes
            answers.append(give_password(outsider, name, "ちがう言葉を ならべた").status_code)
        assert answers == [200] * 10 + [429] * 2, name
    assert give_password(outsider).status_code == 429, "the right password does not tell either"


def test_passkeys_are_not_tried_without_end(keeper: KeeperFacts, outsider: Client) -> None:
    answers = [outsider.post("/keepers/sign-in/passkey/", {"credential": "{}"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert "少しお休みします" in text_of(answers[-1])


def test_codes_are_not_guessed_at_length(
    keeper: KeeperFacts, clock: time_machine.Traveller, client: Client
) -> None:
    answers = []
    for _ in range(12):
        clock.shift(dt.timedelta(minutes=4))
        give_password(client)
        answers.append(client.post(SECOND_STEP, {"code": "000000"}).status_code)
    assert answers == [200] * 10 + [429] * 2
    assert client.post(SECOND_STEP, {"code": code_now()}).status_code == 429


def test_many_tries_at_once_rest_sooner(keeper: KeeperFacts, outsider: Client) -> None:
    for _ in range(5):
        give_password(outsider, "midori", "ちがう言葉を ならべた")
    assert "何度か試された" in text_of(give_password(outsider))


def test_signing_in_well_is_not_counted(
    keeper: KeeperFacts, clock: time_machine.Traveller, client: Client
) -> None:
    for _ in range(11):
        assert sign_in(client)["Location"] == "/desk/"
        client.post("/keepers/sign-out/")
        clock.shift(dt.timedelta(seconds=90))


def test_a_keeper_without_a_second_factor_is_led_to_add_one_and_nowhere_else(
    keeper: KeeperFacts, client: Client
) -> None:
    _without_second_factor(keeper)
    assert (
        client.post(f"{SIGN_IN}?next=/desk/", {"login": "midori", "password": KEEPERS_PASSWORD})["Location"]
        == ACCOUNT
    )
    assert "もうひとつのかぎ" in text_of(client.get(ACCOUNT))
    assert client.get("/keepers/code/").status_code == 200
    assert client.get("/keepers/passkeys/new/").status_code == 200
    for path in ("/me/", "/me/settings/", "/rooms/"):
        assert client.get(path)["Location"] == ACCOUNT
        assert client.get(path, headers={"accept": "application/json"}).status_code == 401
    for path in ("/keepers/passkeys/", "/keepers/spare-codes/", "/keepers/spare-codes/new/"):
        assert client.get(path).status_code == 404
    assert client.get("/desk/")["Location"] == f"{ACCOUNT}?next=%2Fdesk%2F", "to the step that is missed"
    assert "もうひとつのかぎ" in text_of(client.get("/desk/", follow=True))
    assert client.get("/rules/").status_code == 200
    assert _keeper_behind(client) is None
    assert client.post("/keepers/sign-out/").status_code == 302
    assert client.get(ACCOUNT).status_code == 404


def test_adding_a_code_opens_the_desk_and_shows_the_spare_codes_once(
    keeper: KeeperFacts, client: Client
) -> None:
    _without_second_factor(keeper)
    give_password(client)
    page = text_of(client.get("/keepers/code/"))
    assert '<svg class="qr"' in page
    assert "style=" not in page
    secret = page.split('class="codes__one">')[1].split("<")[0]
    assert "ちがうようです" in text_of(client.post("/keepers/code/", {"code": "000000"}))
    answer = client.post("/keepers/code/", {"code": code_now(secret)})
    assert answer["Location"] == "/keepers/spare-codes/"
    assert _keeper_behind(client) == keeper
    shown = text_of(client.get("/keepers/spare-codes/"))
    codes = [part.split("<")[0] for part in shown.split("<li>")[1:]]
    assert len(codes) == 10
    again = text_of(client.get("/keepers/spare-codes/"))
    assert not any(code in again for code in codes)
    other = Client()
    give_password(other)
    assert other.post(SECOND_STEP, {"code": codes[0]}).status_code == 303
    third = Client()
    give_password(third)
    assert third.post(SECOND_STEP, {"code": codes[0]}).status_code == 200, "each of them once"


def test_a_session_from_before_the_second_factor_has_to_show_it(keeper: KeeperFacts, client: Client) -> None:
    _without_second_factor(keeper)
    give_password(client)
    other = Client()
    give_password(other)
    secret = text_of(other.get("/keepers/code/")).split('class="codes__one">')[1].split("<")[0]
    other.post("/keepers/code/", {"code": code_now(secret, steps=-1)})
    assert client.get("/keepers/spare-codes/")["Location"].startswith("/keepers/again/code/")
    assert _keeper_behind(client) is None
    assert client.post("/keepers/again/code/", {"code": code_now(secret)}).status_code == 302
    assert _keeper_behind(client) == keeper


def test_ways_in_are_changed_only_by_who_just_showed_who_it_is(
    keeper: KeeperFacts, clock: time_machine.Traveller, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    clock.shift(dt.timedelta(minutes=6))
    for path in ("/keepers/passkeys/new/", "/keepers/code/removal/", "/keepers/spare-codes/new/"):
        for answer in (client.get(path), client.post(path, {"code": "geheim"})):
            assert answer.status_code == 303
            assert answer["Location"].startswith("/keepers/again/?next=%2Fkeepers%2F")
    assert "geheim" not in str(dict(client.session)), "a form is not kept in the session"
    assert "ちがうようです" in text_of(client.post(PASSWORD_AGAIN, {"password": "ちがう言葉を ならべた"}))
    answer = client.post(PASSWORD_AGAIN, {"password": KEEPERS_PASSWORD, "next": "/keepers/passkeys/new/"})
    assert answer["Location"] == "/keepers/passkeys/new/"
    assert client.get("/keepers/passkeys/new/").status_code == 200


def test_the_last_second_factor_stays(keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    client = keeper_client(keeper)
    assert "さいごのひとつは" in text_of(client.post("/keepers/code/removal/"))
    assert Authenticator.objects.filter(user_id=keeper.person_id).count() == 1


def test_a_guest_in_this_browser_is_ended_like_at_every_door(
    keeper: KeeperFacts, newcomer: Person, client: Client, enter_as: EnterAs
) -> None:
    enter_as(client, newcomer)
    assert client.get(SIGN_IN).status_code == 200
    give_password(client, "midori", "ちがう言葉を ならべた")
    assert Session.objects.filter(person=newcomer).exists(), "not by a slip of the pen"
    facts = Person.objects.get(pk=newcomer.pk).facts
    sign_in(client)
    assert not Session.objects.filter(person=newcomer).exists()
    assert Person.objects.get(pk=newcomer.pk).facts > facts
    assert _keeper_behind(client) == keeper


def test_what_a_passer_by_left_is_not_tied_to_the_keeper(keeper: KeeperFacts, client: Client) -> None:
    session = client.session
    session["support"] = "somebody's card"
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    sign_in(client)
    assert _keeper_behind(client) == keeper
    assert "support" not in client.session


def test_half_way_one_can_turn_back(keeper: KeeperFacts, client: Client) -> None:
    give_password(client)
    assert client.get(SIGN_IN)["Location"] == SECOND_STEP
    assert client.post("/keepers/sign-out/").status_code == 302
    assert client.get(SIGN_IN).status_code == 200
    assert client.get(SECOND_STEP).status_code == 404


def test_half_way_ends_by_itself(keeper: KeeperFacts, clock: time_machine.Traveller, client: Client) -> None:
    give_password(client)
    clock.shift(dt.timedelta(minutes=16))
    assert client.post(SECOND_STEP, {"code": code_now()}).status_code == 404


def test_signing_out_ends_the_session_and_its_lines(keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    client = keeper_client(keeper)
    key = client.cookies["sessionid"].value
    facts = Person.objects.get(pk=keeper.person_id).facts
    assert client.post("/keepers/sign-out/")["Location"] == "/keepers/sign-in/"
    assert keeper_of_session(hash_key(key)) is None
    assert Person.objects.get(pk=keeper.person_id).facts > facts


def test_quick_leave_draws_the_curtain_and_only_the_second_factor_opens_it_again(
    keeper: KeeperFacts, client: Client
) -> None:
    sign_in(client)
    client.get("/away/")
    assert _keeper_behind(client) is None
    for path in (ACCOUNT, "/desk/", "/me/"):
        page = text_of(client.get(path))
        assert "つづける" in page
        assert "入り方" not in page
    answer = client.post("/away/", {"back": "on", "next": "/desk/"})
    assert answer["Location"] == "/keepers/?next=%2Fdesk%2F"
    assert _keeper_behind(client) is None
    assert client.get("/desk/")["Location"] == answer["Location"]
    asks = client.get(answer["Location"])["Location"]
    assert asks == "/keepers/again/code/?next=%2Fdesk%2F"
    assert "みどりさん" not in text_of(client.get(asks))
    client.post(PASSWORD_AGAIN, {"password": KEEPERS_PASSWORD})  # which is not the second factor
    assert _keeper_behind(client) is None
    answer = client.post(asks, {"code": code_now(steps=1), "next": "/desk/"})
    assert answer["Location"] == "/desk/"
    assert _keeper_behind(client) == keeper
    assert "みどりさん" in text_of(client.get(ACCOUNT))


def _sentence(page: str) -> str:
    return page.split('role="status">')[1].split("</p>")[0]


def test_a_key_laid_out_by_somebody_else_does_not_go_half_way_along(
    keeper: KeeperFacts, client: Client
) -> None:
    client.get("/keepers/sign-in/passkey/", headers={"accept": "application/json"})
    laid_out = client.cookies["sessionid"].value
    give_password(client)
    assert client.cookies["sessionid"].value != laid_out
    assert not Session.objects.filter(key_hash=hash_key(laid_out)).exists()


def test_a_password_that_was_changed_meanwhile_is_not_half_of_the_way(
    keeper: KeeperFacts, client: Client
) -> None:
    give_password(client)
    assert client.get(SECOND_STEP).status_code == 200
    account = Keeper.objects.select_related("person").get(pk=keeper.keeper_id)
    recover_keeper(make_keeper_link(None, keeper=account), password=GOOD)
    with transaction.atomic():
        TOTP.activate(account.person, KEEPERS_TOTP_SECRET)
    assert client.post(SECOND_STEP, {"code": code_now()}).status_code == 404
    assert _keeper_behind(client) is None
    give_password(client, password=GOOD)
    assert client.post(SECOND_STEP, {"code": code_now()}).status_code == 303


def test_signing_out_leads_to_the_sign_in(keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    page = text_of(keeper_client(keeper).post("/keepers/sign-out/", follow=True))
    assert "この端末から出ました" in page
    assert 'action="/keepers/sign-in/"' in page


def test_the_front_door_leads_keepers_in_and_guests_inside_see_nothing_of_it(
    keeper: KeeperFacts, newcomer: Person, client: Client, outsider: Client, enter_as: EnterAs
) -> None:
    assert 'href="/keepers/sign-in/">スタッフの入口' in text_of(outsider.get("/"))
    inside = enter_as(client, newcomer)
    for path in ("/", "/rooms/", "/me/"):
        assert "/keepers/" not in text_of(inside.get(path))


_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize("between", ["", " ", "\u3000", "-", "ー"])
def test_a_code_counts_in_any_width(keeper: KeeperFacts, client: Client, between: str) -> None:
    give_password(client)
    code = code_now().translate(_WIDE)
    answer = client.post(SECOND_STEP, {"code": f"{code[:3]}{between}{code[3:]}"})
    assert answer["Location"] == "/desk/"


def test_a_code_in_any_width_is_added_and_shown_again(
    keeper: KeeperFacts, client: Client, clock: time_machine.Traveller
) -> None:
    _without_second_factor(keeper)
    give_password(client)
    secret = text_of(client.get("/keepers/code/")).split('class="codes__one">')[1].split("<")[0]
    answer = client.post("/keepers/code/", {"code": code_now(secret).translate(_WIDE)})
    assert answer["Location"] == "/keepers/spare-codes/"
    clock.shift(dt.timedelta(minutes=6))
    sent = {"code": code_now(secret).translate(_WIDE), "next": "/desk/"}
    assert client.post("/keepers/again/code/", sent)["Location"] == "/desk/"
