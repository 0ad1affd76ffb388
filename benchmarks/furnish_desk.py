"""A desk with 200 things that wait and 10,000 rows in the log, and a keeper who sits at it."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.db import transaction

from ibasho.house.models import Note
from ibasho.lib import clock
from ibasho.moderation.actions import append_log
from ibasho.moderation.models import Concern, Hiding, ReviewRequest
from ibasho.people.models import Keeper, Kind, Person, Role, Session, new_key
from ibasho.people.queries import KeeperFacts, facts_of
from ibasho.people.sessions import hash_key
from ibasho.rooms.actions import take_duty
from ibasho.rooms.models import Message, Room, RoomSession, Seat

BACKEND = "django.contrib.auth.backends.ModelBackend"
CONCERNS, REVIEWS, NOTES = 80, 60, 60
WORDS = "きょうは雨でした。お茶をいれて、本を読んでいます。" * 8


def fill_desk(slug: str, log_rows: int) -> str:
    """The key in the cookie of a coordinator on duty there."""
    room = Room.objects.get(slug=slug)
    with transaction.atomic():
        keeper, key = keeper_with_key("keeper-desk", "みどり")
    take_duty(keeper, slugs=[slug], until=clock.now() + timedelta(hours=2))
    with transaction.atomic():
        _fill_waiting(room, keeper)
        for _ in range(log_rows):
            append_log(keeper.keeper_id, "set_topic", room=room, detail={"topic": "雨の日"})
    return key


def keeper_with_key(login_name: str, duty_name: str) -> tuple[KeeperFacts, str]:
    """A coordinator, and the key in their cookie."""
    today, key = clock.today(), new_key()
    person = Person.objects.create(
        kind=Kind.KEEPER, password=make_password(None), entered_on=today, last_seen_on=today
    )
    keeper = Keeper.objects.create(person=person, login_name=login_name, duty_name=duty_name, began_on=today)
    keeper.roles.create(role=Role.COORDINATOR, given_on=today)
    TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    data = {
        SESSION_KEY: str(person.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: person.get_session_auth_hash(),
        "account_authentication_methods": [{"method": "mfa", "type": "totp", "at": clock.now().timestamp()}],
        "account_authentication_methods_user": str(person.pk),
    }
    Session.objects.create(
        key_hash=hash_key(key), person=person, data=json.dumps(data), expires_on=today + timedelta(days=7)
    )
    return facts_of(keeper), key


def _fill_waiting(room: Room, keeper: KeeperFacts) -> None:
    now = clock.now()
    seat = Seat.objects.filter(room=room, person__kind=Kind.GUEST).first()
    assert seat is not None
    messages = _messages(room, seat)
    Concern.objects.bulk_create(
        Concern(
            code_hash=f"c{number:063}",
            room=room,
            message_key=message.pk,
            about=seat,
            reason=Concern.Reason.HARM,
            words=WORDS,
            about_dying=number % 8 == 7,
            at=now - timedelta(minutes=CONCERNS - number),
        )
        for number, message in enumerate(messages)
    )
    hashes = [f"h{number:063}" for number in range(REVIEWS)]
    Hiding.objects.bulk_create(
        Hiding(
            room=room,
            seat=seat,
            keeper_id=None,
            rule_key="listen",
            at=now,
            lifted_at=now,
            code_hash=code_hash,
        )
        for code_hash in hashes
    )
    ReviewRequest.objects.bulk_create(
        ReviewRequest(
            code_hash=code_hash,
            asked_at=now - timedelta(days=10) + timedelta(hours=4 * number),
            words=WORDS,
            about_dying=number % 10 == 0,
        )
        for number, code_hash in enumerate(hashes)
    )
    Note.objects.bulk_create(
        Note(text=WORDS, written_on=clock.today(), about_dying=number % 6 == 0) for number in range(NOTES)
    )


def _messages(room: Room, seat: Seat) -> list[Message]:
    session = RoomSession.objects.exclude(state="closed").get(room=room)
    first = room.last_position
    Room.objects.filter(pk=room.pk).update(seq=room.seq + CONCERNS, last_position=first + CONCERNS)
    return Message.objects.bulk_create(
        Message(
            id=uuid.uuid4(),
            room=room,
            session=session,
            seat=seat,
            position=first + number,
            seq=room.seq + number,
            posted_seq=room.seq + number,
            request_id=uuid.uuid4(),
            call_name=seat.call_name,
            text=WORDS,
            at=clock.to_minute(clock.now()),
        )
        for number in range(1, CONCERNS + 1)
    )
