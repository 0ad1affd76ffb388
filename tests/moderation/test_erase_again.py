"""What was taken back towards the keepers stays so when an older copy of the database is brought back."""

from __future__ import annotations

from uuid import uuid4

import pytest

from ibasho.duty.actions import apply_to_help, withdraw_application
from ibasho.duty.models import Volunteer
from ibasho.lib import codes
from ibasho.moderation.actions import (
    add_contact,
    leave_opinion,
    remove_contact,
    remove_seat_note,
    take_back_concern,
    take_back_opinion,
    tell_keepers,
    write_seat_note,
)
from ibasho.moderation.escalation_contacts import ContactFacts
from ibasho.moderation.models import Concern, EscalationContact, OpinionPost, SealedText, SeatNote
from ibasho.moderation.queries import check_log
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room, Seat
from tests.restoring import restored_before

pytestmark = pytest.mark.django_db


def test_a_concern(room: Room, message: Message, other_regular: Person) -> None:
    concern, _ = tell_keepers(other_regular, room, message.pk, reason="harm", words="やっぱり")
    assert restored_before(lambda: take_back_concern(concern.code_hash)) == {"concern": 1}
    found = Concern.objects.get()
    assert (found.words, found.teller, found.withdrawn_at is None) == ("", None, False)
    assert not SealedText.objects.exists()


def test_an_opinion(house: object) -> None:
    post, _ = leave_opinion("お茶が、いつもぬるいです。", request_id=uuid4())
    assert restored_before(lambda: take_back_opinion(post.code_hash)) == {"opinion": 1}
    assert OpinionPost.objects.get().text == ""


def test_a_wish_to_help(house: object) -> None:
    row, secret = apply_to_help(call_name="くさ", contact="kusa@example.org", why="手伝いたいです。")
    assert restored_before(lambda: withdraw_application(codes.fingerprint(secret))) == {"volunteer": 1}
    row = Volunteer.objects.get()
    assert (row.state, row.contact, row.why) == ("withdrawn", "", "")


def test_a_note_on_a_seat(room: Room, seat: Seat, keeper: KeeperFacts) -> None:
    kept = write_seat_note(keeper, room.slug, seat.pk, text="のこるメモです。")
    note = write_seat_note(keeper, room.slug, seat.pk, text="夜は、返事がゆっくりの方です。")
    assert restored_before(lambda: remove_seat_note(keeper, room.slug, seat.pk, note.pk)) == {"seat-note": 1}
    assert list(SeatNote.objects.all()) == [kept]
    assert check_log() is None


def test_whoever_was_to_be_reached(steward: KeeperFacts) -> None:
    contact = add_contact(steward, ContactFacts("さかき", "01-2345-6789", ""))
    assert restored_before(lambda: remove_contact(steward, contact.pk)) == {"reachable": 1}
    assert not EscalationContact.objects.exists()
