"""この席の言葉: what was said bit by bit reads as one, with all that stands beside it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ibasho.lib import clock as house_clock
from ibasho.moderation.actions import hide, lift_rest, remove, rest, tell_keepers, write_seat_note
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Finding, HeldPost, Message, Room, RoomSession, Seat
from tests.conftest import KeeperClient, SeatFor
from tests.desk.conftest import OnDuty, Says, page_of

PARTS = ("アイディーは", "na", "no", "hana", "です")


@pytest.fixture
def words(watched: Room, regular: Person, newcomer: Person, says: Says) -> list[Message]:
    """In pieces, with somebody else's between them."""
    found = []
    for part in PARTS:
        found.append(says(regular, watched, part, name="なのはな"))
        says(newcomer, watched, "ほかの人の言葉", name="とりのす")
    return found


@pytest.fixture
def client_on_duty(keeper: KeeperFacts, keeper_client: KeeperClient) -> Client:
    return keeper_client(keeper)


@pytest.fixture
def path(watched: Room, words: list[Message]) -> str:
    return f"/desk/rooms/{watched.slug}/seats/{words[0].seat_id}/"


def _find(message: Message, label: str) -> None:
    with transaction.atomic():
        Finding.objects.create(
            room=message.room,
            session=message.session,
            seat=message.seat,
            message=message,
            label=label,
            at=message.at,
        )


def test_pieces_stand_in_order_and_joined_without_the_words_of_others(
    path: str, client_on_duty: Client
) -> None:
    page = page_of(client_on_duty, path)
    places = [page.index(f">{part}<") for part in PARTS]
    assert places == sorted(places)
    assert "".join(PARTS) in page
    assert "ほかの人の言葉" not in page


def test_hidden_and_hard_words_stay_covered(
    path: str, watched: Room, words: list[Message], keeper: KeeperFacts, client_on_duty: Client
) -> None:
    hide(keeper, watched.slug, words[1].pk, rule="listen")
    _find(words[3], "crisis")
    _find(words[4], "solicitation")
    page = page_of(client_on_duty, path)
    assert page.count('<p class="veil__text">na</p>') == 1
    assert page.count('<p class="veil__text">hana</p>') == 1
    assert '<span class="seat-flow__words">です</span>' in page
    about = page_of(client_on_duty, f"/desk/rooms/{watched.slug}/messages/{words[3].pk}/")
    assert '<p class="veil__text">hana</p>' in about
    assert f'href="{path}"' in about


def test_acts_that_were_not_lifted_concerns_and_waiting_words_stand_beside(
    path: str,
    watched: Room,
    words: list[Message],
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    other_regular: Person,
    seat_for: SeatFor,
    client_on_duty: Client,
) -> None:
    seat = words[0].seat
    rest(keeper, watched.slug, seat.pk, minutes=10, rule="listen")
    lift_rest(keeper, watched.slug, seat.pk)
    remove(keeper, watched.slug, seat.pk, days=1, rule="listen")
    seat_for(other_regular, watched, name="つばめ")
    concern, _ = tell_keepers(other_regular, watched, words[2].pk, reason="solicitation")[:2]
    with transaction.atomic():
        HeldPost.objects.create(
            id=uuid.uuid4(),
            room=watched,
            session=words[0].session,
            seat=seat,
            request_id=uuid.uuid4(),
            text="まだ出ていません",
            code="solicitation",
            at=words[0].at,
        )
    write_seat_note(second_keeper, watched.slug, seat.pk, text="名前を続けて書く方です。")
    page = page_of(client_on_duty, path)
    assert "部屋から出てもらいました" in page
    assert "休んでもらいました" not in page
    assert f'href="/desk/concerns/{concern.pk}/"' in page
    assert "つばめ" not in page
    assert '<p class="veil__text">まだ出ていません</p>' in page
    assert "名前を続けて書く方です。" in page
    assert "/removal/" not in page[page.index('id="notes"') :]  # another's


def test_words_of_earlier_sessions_are_not_here(
    path: str,
    watched: Room,
    words: list[Message],
    regular: Person,
    says: Says,
    client_on_duty: Client,
) -> None:
    with transaction.atomic():
        old = RoomSession.objects.create(
            room=watched,
            state="closed",
            opens_at=house_clock.now() - dt.timedelta(days=2),
            closes_at=house_clock.now() - dt.timedelta(days=2, hours=-1),
            first_position=0,
            first_seq=0,
        )
        Message.objects.filter(pk=words[0].pk).update(session=old)
    assert f">{PARTS[0]}<" not in page_of(client_on_duty, path)


def test_history_is_offered_to_who_may_ask_for_it_with_a_reason(
    path: str,
    watched: Room,
    steward: KeeperFacts,
    on_duty: OnDuty,
    keeper_client: KeeperClient,
    client_on_duty: Client,
) -> None:
    on_duty(steward, watched)
    assert 'href="/desk/history/?room=engawa"' in page_of(keeper_client(steward), path)
    assert "/desk/history/" not in page_of(client_on_duty, path)


def test_a_note_that_is_too_long_comes_back_with_its_words(
    path: str, client_on_duty: Client, clock: time_machine.Traveller
) -> None:
    answer = client_on_duty.post(f"{path}notes/", {"text": "あ" * 201})
    assert answer.status_code == 422
    assert "あ" * 201 in answer.content.decode()
    assert "この席の人は「わたし」の記録で、そのまま読めます。" in answer.content.decode()
    kept = client_on_duty.post(f"{path}notes/", {"text": "ゆっくりの方です。"})
    assert (kept.status_code, kept["Location"]) == (303, f"{path}#notes")


def test_another_rooms_seat_is_not_there_and_a_keepers_takes_no_note(
    path: str,
    watched: Room,
    hondana: Room,
    newcomer: Person,
    keeper: KeeperFacts,
    client_on_duty: Client,
) -> None:
    now = house_clock.now()
    with transaction.atomic():
        elsewhere = Seat.objects.create(
            id=uuid.uuid4(),
            room=hondana,
            person=newcomer,
            mode="observe",
            first_entered_at=now,
            active_at=now,
        )
    assert client_on_duty.get(f"/desk/rooms/{watched.slug}/seats/{elsewhere.pk}/").status_code == 404
    own = Seat.objects.get(room=watched, person=keeper.person_id)
    page = page_of(client_on_duty, f"/desk/rooms/{watched.slug}/seats/{own.pk}/")
    assert "スタッフの席です。" in page
    assert "<textarea" not in page


def test_it_asks_as_few_questions_however_much_was_said(
    path: str, watched: Room, regular: Person, says: Says, client_on_duty: Client
) -> None:
    page_of(client_on_duty, path)
    with CaptureQueriesContext(connection) as few:
        page_of(client_on_duty, path)
    for number in range(120):
        says(regular, watched, f"{number}番目")
    with CaptureQueriesContext(connection) as many:
        page = page_of(client_on_duty, path)
    assert len(many) == len(few) <= 32
    assert "新しいほうから100の書き込みです。" in page
