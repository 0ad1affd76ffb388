"""How keepers come in, for the tests about their accounts."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from ibasho.people.models import Keeper, Role
from ibasho.people.queries import KeeperFacts, facts_of
from tests.conftest import KEEPERS_PASSWORD, KEEPERS_TOTP_SECRET

SIGN_IN, SECOND_STEP, ACCOUNT = "/keepers/sign-in/", "/keepers/sign-in/code/", "/keepers/"
GOOD = "あめの日は ゆっくり 歩く"


def code_now(secret: str = KEEPERS_TOTP_SECRET, *, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def give_password(client: Client, login: str = "midori", password: str = KEEPERS_PASSWORD) -> Any:
    return client.post(SIGN_IN, {"login": login, "password": password})


def sign_in(client: Client, login: str = "midori") -> Any:
    give_password(client, login)
    return client.post(SECOND_STEP, {"code": code_now()})


def text_of(response: Any) -> str:
    return str(response.content.decode())


def facts_now(keeper: KeeperFacts) -> KeeperFacts:
    return facts_of(Keeper.objects.get(pk=keeper.keeper_id))


def form_of_link(**more: str) -> dict[str, str]:
    """What somebody new fills in."""
    return {
        "login_name": "tsubame",
        "duty_name": "つばめ",
        "password": GOOD,
        "password_again": GOOD,
    } | more


ALL_ROLES = frozenset(map(str, Role.values))
