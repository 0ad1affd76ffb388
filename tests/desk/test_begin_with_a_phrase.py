"""Words to begin with come into the keeper's field, and go out by hand only."""

from __future__ import annotations

import pytest

from ibasho.desk.phrases import PHRASES, phrase_text
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room
from ibasho.screening import Label, screen
from tests.conftest import KeeperClient

ROOM = "/desk/rooms/engawa/"


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.key)
def test_a_phrase_stands_in_the_field_and_nothing_is_sent(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient, phrase: object
) -> None:
    client, key = keeper_client(keeper), getattr(phrase, "key", "")
    assert f'href="{ROOM}?phrase={key}#words"' in client.get(ROOM).content.decode()
    assert f"{phrase_text(key)}</textarea>" in client.get(f"{ROOM}?phrase={key}").content.decode()
    assert not Message.objects.exists()


def test_an_unknown_phrase_is_an_empty_field(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    assert phrase_text("nothing") == ""
    assert ">\n</textarea>" in keeper_client(keeper).get(f"{ROOM}?phrase=nothing").content.decode()


def test_no_phrase_orders_hurts_or_asks_who_somebody_is() -> None:
    for phrase in PHRASES:
        labels = {finding.label for finding in screen(phrase.text)}
        assert not labels & {Label.ABUSE, Label.PERSONAL_INFO, Label.SOLICITATION}
        assert not any(word in phrase.text for word in ("禁止", "違反", "頑張", "だれですか", "どこですか"))
