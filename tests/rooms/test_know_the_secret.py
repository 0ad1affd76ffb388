"""A database knows the house secret it was written with, and lets no other be used by mistake."""

from __future__ import annotations

from typing import Any

import pytest

from ibasho.lib import env
from ibasho.rooms.models import Birthmark
from ibasho.rooms.secret import accept_secret, check_secret

pytestmark = pytest.mark.django_db

FIRST, SECOND = "1" * 64, "2" * 64


def test_the_first_start_learns_it_and_the_next_ones_know_it(settings: Any) -> None:
    settings.HOUSE_SECRET = FIRST
    check_secret()
    check_secret()
    assert FIRST not in Birthmark.objects.get().secret_key


def test_another_one_is_refused_with_the_remedy(settings: Any) -> None:
    settings.HOUSE_SECRET = FIRST
    check_secret()
    settings.HOUSE_SECRET = SECOND
    with pytest.raises(env.Wrong, match="ibasho new-secret"):
        check_secret()
    settings.HOUSE_SECRET = FIRST
    check_secret()


def test_who_says_that_the_old_one_is_lost_goes_on_with_the_new(settings: Any) -> None:
    settings.HOUSE_SECRET = FIRST
    check_secret()
    assert not accept_secret()
    settings.HOUSE_SECRET = SECOND
    assert accept_secret()
    check_secret()
    settings.HOUSE_SECRET = FIRST
    with pytest.raises(env.Wrong, match="house secret"):
        check_secret()
