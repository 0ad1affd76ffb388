"""An act on a seat reaches that seat's lines; a suspension reaches every line of its person, and nobody else's."""

from __future__ import annotations

import pytest
from django.db import transaction

from ibasho.lib import clock
from ibasho.moderation.actions import approve_suspension, propose_suspension, remove
from ibasho.moderation.models import SuspensionProposal
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room, Seat
from tests.conftest import OpenRoom, SeatFor
from tests.moderation.conftest import RULE, on_duty
from tests.patience import Unhindered
from tests.sockets.kit import QUIET, ClosedError, in_thread, line_of, serving

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN_SECONDS = 1.0


@pytest.fixture
def room(open_room: OpenRoom, keeper: KeeperFacts, second_keeper: KeeperFacts) -> Room:
    made = open_room(keepers_needed=2)
    on_duty(made, keeper, second_keeper)
    return made


@pytest.fixture
def other_room(open_room: OpenRoom, regular: Person, seat_for: SeatFor, writer: Seat) -> Room:
    """Where the same person sits, too."""
    made = open_room(keepers_needed=2)
    seat_for(regular, made)
    return made


def _propose(keeper: KeeperFacts, room: Room, seat: Seat) -> SuspensionProposal:
    return propose_suspension(
        keeper,
        room.slug,
        seat.pk,
        days=7,
        rule=RULE,
        words="なんども続きました。",
        message_id=Message.objects.get(seat=seat).pk,
        shown_at=clock.now(),
    )


async def test_every_line_of_the_person_ends_within_a_second_the_letter_first_and_nobody_elses(
    room: Room,
    other_room: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    mine: str,
    theirs: str,
    writer: Seat,
) -> None:
    async with (
        serving(QUIET),
        line_of(mine, room) as here,
        line_of(mine, other_room) as there,
        line_of(theirs, room) as reader,
    ):
        for line in (here, there, reader):
            await line.frame()
        await here.post("まだいます。")
        await here.frame_of("posted")
        await reader.frame_of("message_posted")
        proposal = await in_thread(_propose)(keeper, room, writer)
        assert await here.hears_nothing()
        await in_thread(approve_suspension)(second_keeper, proposal.pk, shown_at=clock.now())
        waited = Unhindered()
        letters = [await line.frame_of("notice") for line in (here, there)]
        closed = [await line.closed() for line in (here, there)]
        assert waited.seconds < WITHIN_SECONDS
        assert letters[0] == letters[1]
        assert (letters[0]["code"], letters[0]["actions"]) == ("suspended", ["review"])
        assert [(end.code, end.reason) for end in closed] == [(4403, "suspended")] * 2
        assert await reader.hears_nothing()
        with pytest.raises(ClosedError) as again:
            async with line_of(mine, other_room) as once_more:
                await once_more.frame()
        assert again.value.code == 4403


async def test_an_act_on_one_seat_leaves_the_other_seats_of_its_person_alone(
    room: Room, other_room: Room, keeper: KeeperFacts, mine: str, writer: Seat
) -> None:
    async with serving(QUIET), line_of(mine, room) as here, line_of(mine, other_room) as there:
        for line in (here, there):
            await line.frame()
        await in_thread(remove)(keeper, room.slug, writer.pk, days=1, rule=RULE)
        waited = Unhindered()
        assert (await here.closed()).code == 4403
        assert waited.seconds < WITHIN_SECONDS
        await there.post("ここには、まだいます。")
        assert (await there.frame_of("posted"))["type"] == "posted"


async def test_who_is_suspended_without_a_line_finds_every_room_shut(
    room: Room, other_room: Room, regular: Person, mine: str
) -> None:
    def bar() -> None:
        with transaction.atomic():
            until = clock.now().replace(year=clock.now().year + 1)
            Person.objects.filter(pk=regular.pk).update(suspended_until=until)

    await in_thread(bar)()
    async with serving(QUIET):
        for one in (room, other_room):
            with pytest.raises(ClosedError) as closed:
                async with line_of(mine, one) as line:
                    await line.frame()
            assert (closed.value.code, closed.value.reason) == (4403, "suspended")
