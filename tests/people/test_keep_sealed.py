"""What lets a keeper in lies sealed: whoever steals the database has no second factor with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from ibasho.people.accounts import sealing
from ibasho.people.actions import make_keeper_link
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts
from tests.conftest import KEEPERS_TOTP_SECRET
from tests.people.keeping import code_now, give_password, text_of

pytestmark = pytest.mark.django_db(transaction=True)


def _everything_at_rest() -> bytes:
    """Each row of each table; and on SQLite the files as they lie there, the log too."""
    found = "".join(str(row) for model in apps.get_models() for row in _rows(model)).encode()
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        files = [Path(name), Path(f"{name}-wal")]
        found += b"".join(file.read_bytes() for file in files if file.exists())
    return found


def _rows(model: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
        return list(cursor.fetchall())


def test_a_secret_is_never_readable_at_rest_not_even_before_it_is_confirmed(
    keeper: KeeperFacts, client: Client
) -> None:
    assert KEEPERS_TOTP_SECRET.encode() not in _everything_at_rest()
    with transaction.atomic():
        Authenticator.objects.all().delete()
    give_password(client)
    secret = text_of(client.get("/keepers/code/")).split('class="codes__one">')[1].split("<")[0]
    assert len(secret) >= 32
    assert secret.encode() not in _everything_at_rest(), "while it waits for its first code"
    client.post("/keepers/code/", {"code": code_now(secret)})
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert sealing.unseal(kept) == secret
    spare = Authenticator.objects.get(type="recovery_codes")
    at_rest = _everything_at_rest()
    assert kept.encode() in at_rest, "this is where it would have been found"
    for words in (secret, sealing.unseal(spare.data["seed"]), *spare.wrap().get_unused_codes()):
        assert words.encode() not in at_rest


def test_a_link_is_not_readable_at_rest(house: object, client: Client) -> None:
    token = make_keeper_link(None, roles=[Role.MODERATOR])
    client.get(f"/keepers/link/{token}/")
    assert token.encode() not in _everything_at_rest()


def test_each_sealing_looks_different_and_opens_to_the_same() -> None:
    first, second = sealing.seal("ひみつ"), sealing.seal("ひみつ")
    assert first != second
    assert sealing.unseal(first) == sealing.unseal(second) == "ひみつ"
