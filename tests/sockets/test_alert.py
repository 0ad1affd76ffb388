"""A danger to a life, from a post on a line to every keeper's open desk, and no further."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import transaction

from ibasho.moderation.actions import take_incident
from ibasho.moderation.models import Incident
from ibasho.people.models import KeeperRole
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room
from tests.conftest import KeeperClient, OpenRoom
from tests.moderation.conftest import on_duty
from tests.sockets.kit import QUIET, Line, in_thread, line_of, line_to, serving

pytestmark = pytest.mark.django_db(transaction=True)
DANGER = "いま橋の上にいます。"


@pytest.fixture
def room(open_room: OpenRoom, keeper: KeeperFacts, second_keeper: KeeperFacts) -> Room:
    made = open_room(keepers_needed=2)
    on_duty(made, keeper, second_keeper)
    return made


@pytest.fixture
def cookies(keeper_client: KeeperClient, keeper: KeeperFacts, second_keeper: KeeperFacts) -> list[str]:
    name = settings.SESSION_COOKIE_NAME
    return [f"{name}={keeper_client(it).cookies[name].value}" for it in (keeper, second_keeper)]


async def _alerts(desk: Line, *, are_there: bool) -> list[dict[str, str]]:
    """Of the first frame that has some, or that has none."""
    while True:
        alerts: list[dict[str, str]] = (await desk.frame())["alerts"]
        if bool(alerts) == are_there:
            return alerts


async def test_every_desk_hears_of_it_and_nobody_else_and_never_a_word(
    room: Room, keeper: KeeperFacts, cookies: list[str], mine: str, theirs: str
) -> None:
    async with (
        serving(QUIET),
        line_to("/desk/live", cookies[0]) as desk,
        line_to("/desk/live", cookies[1]) as other_desk,
        line_of(mine, room) as writer,
        line_of(theirs, room) as reader,
    ):
        for line in (desk, other_desk, writer, reader):
            await line.frame()
        await writer.post(DANGER)
        # for the room it is a post like any other
        assert (await reader.frame())["message"]["text"] == DANGER
        for line in (desk, other_desk):
            (alert,) = await _alerts(line, are_there=True)
            assert alert["level"] == "life"
            assert alert.keys() == {"id", "level", "text"}
            assert "橋" not in alert["text"]
        incident = await in_thread(Incident.objects.get)()
        await in_thread(take_incident)(keeper, incident.pk)
        for line in (desk, other_desk):
            assert await _alerts(line, are_there=False) == []
        assert await reader.hears_nothing()


async def test_a_keeper_whose_roles_are_gone_meanwhile_is_out_and_hears_no_more(
    room: Room, keeper: KeeperFacts, cookies: list[str], mine: str
) -> None:
    def take_roles() -> None:
        with transaction.atomic():
            KeeperRole.objects.filter(keeper=keeper.keeper_id).delete()

    async with (
        serving(QUIET),
        line_to("/desk/live", cookies[0]) as desk,
        line_to("/desk/live", cookies[1]) as other_desk,
        line_of(mine, room) as writer,
    ):
        for line in (desk, other_desk, writer):
            await line.frame()
        await in_thread(take_roles)()
        assert (await desk.closed()).code == 4404
        await writer.post(DANGER)
        assert (await _alerts(other_desk, are_there=True))[0]["level"] == "life"
