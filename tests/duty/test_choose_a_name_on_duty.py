"""No two keepers go by names that look alike, and none is called after a role."""

from __future__ import annotations

import pytest

from ibasho.lib.errors import Refusal
from ibasho.people.actions.keepers import begin_keeper, make_keeper_link
from ibasho.people.queries import KeeperFacts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["みどり", "ミドリ", "ﾐﾄﾞﾘ", "み ど り", "見守り役", "スタッフ"])
def test_a_name_that_looks_like_a_keepers_is_refused(keeper: KeeperFacts, name: str) -> None:
    token = make_keeper_link(None, roles=["moderator"])
    with pytest.raises(Refusal) as no:
        begin_keeper(token, login_name="atarashii", duty_name=name, password="かわらの しろい いしを ひろう")
    assert no.value.code == "name_taken"
    begun = begin_keeper(
        token, login_name="atarashii", duty_name="かわせみ", password="かわらの しろい いしを ひろう"
    )
    assert begun.duty_name == "かわせみ"
