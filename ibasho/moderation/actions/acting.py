"""What all acts on a seat have in common: where, on whom, why, and that they are told and written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ibasho.house.actions import answer_letters, give_notice, put_letters_away
from ibasho.house.queries import acts_in_letters
from ibasho.lib import clock, codes, unicode_text
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk, hurry_facts
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.models import WORDS_BYTES, WORDS_GRAPHEMES, Act
from ibasho.moderation.queries.reasons import RuleReason, reason_of
from ibasho.people.models import Kind
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import Message, Room, Seat
from ibasho.rooms.queries import keeper_room

ASK_RULE = "どの約束のことか、ひとつえらんでください。"
_NOT_ON_KEEPERS = "スタッフの席と言葉は、ここからは変えられません。書いた人が、自分でとりけせます。"


@dataclass(frozen=True, slots=True)
class Reason:
    """The promise an act rests on, and a few words of the keeper to the person."""

    rule: RuleReason
    words: str


def read_reason(rule: str, words: str) -> Reason:
    """Refuses `malformed` for a promise that is not in force, `too_long` beyond 200 graphemes."""
    found = reason_of(rule)
    if found is None:
        raise Refusal("malformed", ASK_RULE)
    return Reason(found, read_words(words))


def read_words(words: str, what: str = "ひとこと") -> str:
    """A few words as they will be kept; empty is fine. Refuses `malformed`, `too_long` beyond 200 graphemes."""
    kept = unicode_text.clean(words)
    if unicode_text.is_empty(kept):
        return ""
    unicode_text.measure(kept, WORDS_GRAPHEMES, WORDS_BYTES, what)
    return kept


def locked_room(keeper: KeeperFacts, slug: str) -> Room:
    """The room this keeper is on duty in, also behind its lock. Refuses `not_found`."""
    ledger.lock_rooms([keeper_room(keeper, slug).pk])
    return keeper_room(keeper, slug)


def message_of_others(room: Room, message_id: UUID | str) -> Message:
    """Words in this room that no keeper wrote. Refuses `not_found`, and `malformed` for keepers' own."""
    message = Message.objects.select_related("seat__person").filter(room=room, pk=as_uuid(message_id)).first()
    if message is None:
        raise Refusal("not_found")
    if message.keeper or _is_keepers(message.seat):
        raise Refusal("malformed", _NOT_ON_KEEPERS)
    return message


def words_of_others(room: Room, message_id: UUID | str) -> Message:
    """The same, unless they were erased: `not_shown`. Then there are neither words nor anybody they could be about."""
    message = message_of_others(room, message_id)
    if message.state == Message.State.ERASED:
        raise Refusal("not_shown")
    return message


def seat_of_others(room: Room, seat_id: UUID | str) -> Seat:
    """Somebody's seat in this room that is no keeper's. Refuses as `message_of_others`."""
    seats = Seat.objects.select_related("person").filter(room=room, person__isnull=False)
    seat = seats.filter(pk=as_uuid(seat_id)).first()
    if seat is None:
        raise Refusal("not_found")
    if _is_keepers(seat):
        raise Refusal("malformed", _NOT_ON_KEEPERS)
    return seat


def tell(seat: Seat, code: str, text: str, *, act: str = "", at: datetime | None = None) -> None:
    """A letter to whoever sits there, at once; a seat whose person is gone hears nothing.

    That of an act is told `at` its moment, by which `lift` finds it again.
    """
    if seat.person is not None:
        give_notice(seat.person, code, text, act=act, at=at)
        hurry_facts()


def write_down(keeper: KeeperFacts, verb: str, room: Room, act: Act, **more: Any) -> None:
    """The act's row in the log, and the open desks looked at again."""
    append_log(keeper.keeper_id, verb, room=room, detail={"seat": str(act.seat_id), **more})
    hurry_desk()


def lift(keeper: KeeperFacts, act: Act, told: str) -> None:
    """Note who undid the act, and when; the letter that `told` of it asks nothing any more and is put away."""
    act.lifted_at, act.lifted_by_id = clock.now(), keeper.keeper_id
    act.save(update_fields=["lifted_at", "lifted_by"])
    end_question(act)
    if act.seat.person is not None:
        put_letters_away(act.seat.person, told, act.at)


def end_question(act: Act, then: str = "") -> None:
    """The letter about it has no button and no code any more, and says `then` in their place."""
    person = act.seat.person
    if person is None:
        return
    for code in acts_in_letters(person.pk):
        if codes.fingerprint(code) == act.code_hash:
            answer_letters(person, code, then)


def new_code() -> tuple[str, str]:
    """A code for the person, and its fingerprint for the table."""
    code = codes.new_code()
    return code, codes.fingerprint(code)


def as_uuid(value: UUID | str) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(value)
    except ValueError:
        raise Refusal("not_found") from None


def _is_keepers(seat: Seat) -> bool:
    return seat.person is not None and seat.person.kind == Kind.KEEPER
