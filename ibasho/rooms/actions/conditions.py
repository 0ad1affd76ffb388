"""Whether words may be written, by what is true inside the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.ledger import Facts
from ibasho.rooms.consequences import Stage
from ibasho.rooms.covered import would_say_again
from ibasho.rooms.models import Seat
from ibasho.rooms.queries.keepers import keepers_there
from ibasho.rooms.queries.seats import NEWCOMER_MINUTES, NEWCOMER_POSTS, is_name_taken
from ibasho.rooms.queries.standing import why_no_words
from ibasho.rooms.shapes import Words


@dataclass
class Conditions:
    """One batch's view of the facts; what the batch itself changes is counted in."""

    now: datetime
    facts: dict[str, Facts]
    sessions: dict[str, int]
    said_yes: set[int] | None
    names: dict[tuple[int, str], str] = field(default_factory=dict)
    posted_at: dict[str, datetime] = field(default_factory=dict)

    @classmethod
    def read(cls, batch: Sequence[Words]) -> Conditions:
        """Four questions for the whole batch. The rooms must be locked."""
        return cls(
            now=clock.now(),
            facts=ledger.facts_of({words.seat_id for words in batch}),
            sessions=ledger.live_sessions(words.session_hash for words in batch),
            said_yes=ledger.said_yes(words.person_id for words in batch),
        )

    def of_writer(self, words: Words) -> Facts:
        """The seat of somebody who may write here now. Refuses every reason of PROTOCOL but the pace."""
        seat = self._own_seat(words)
        if seat.left_at is not None or (seat.is_keeper and not seat.is_on_duty):
            raise Refusal("not_found")
        if _is_coming(seat.suspended_until, self.now):
            raise Refusal("suspended")
        if _is_coming(seat.removed_until, self.now):
            raise Refusal("removed")
        if _is_coming(seat.resting_until, self.now):
            raise Refusal("resting")
        if seat.mode != Seat.Mode.SPEAK:
            raise Refusal("observing")
        closed = why_no_words(seat.session_state, seat.closes_at, self.now)
        if closed is not None:
            raise Refusal(closed)
        if self.said_yes is not None and words.person_id not in self.said_yes and not seat.is_keeper:
            raise Refusal("rules_changed")
        return seat

    def of_owner(self, words: Words) -> Facts:
        """The seat of somebody who takes back own words: possible as long as they are inside the house."""
        return self._own_seat(words)

    def stage_of(self, seat: Facts) -> Stage | None:
        """What this room holds of this seat's words; None for keepers, whose words never wait."""
        if seat.is_keeper:
            return None
        is_newcomer = seat.post_count < NEWCOMER_POSTS and (
            seat.first_entered_at is not None
            and seat.first_entered_at + timedelta(minutes=NEWCOMER_MINUTES) > self.now
        )
        return Stage(
            is_newcomer,
            seat.checked_first,
            seat.newcomers_first,
            seat.holds_abuse,
            lambda: not keepers_there([seat.room_id], self.now),
            lambda text: seat.was_covered and would_say_again(seat.seat_id, text),
        )

    def keep_name(self, seat: Facts) -> None:
        """The first words under a name make it this seat's. Refuses `name_taken`. Keepers have their own."""
        if seat.is_keeper:
            return
        key = (seat.room_id, seat.name_skeleton)
        if seat.has_words_under_name or self.names.get(key) == seat.seat_id:
            return
        if key in self.names or is_name_taken(seat.room_id, seat.name_skeleton, seat.seat_id):
            raise Refusal("name_taken")
        self.names[key] = seat.seat_id

    def keep_pace(self, seat: Facts) -> None:
        """Refuses `pace` with the seconds to wait; keepers need not wait."""
        if seat.is_keeper:
            return
        last = self.posted_at.get(seat.seat_id, seat.last_posted_at)
        if last is not None and seat.pace_seconds:
            free_at = last + timedelta(seconds=seat.pace_seconds)
            if free_at > self.now:
                raise Refusal("pace", retry_after=clock.seconds_until(free_at))
        self.posted_at[seat.seat_id] = self.now

    def _own_seat(self, words: Words) -> Facts:
        person = self.sessions.get(words.session_hash)
        if person is None or person != words.person_id:
            raise Refusal("not_entered")
        seat = self.facts.get(words.seat_id)
        if seat is None or seat.person_id != person or seat.room_id != words.room_id:
            raise Refusal("not_found")
        return seat


def _is_coming(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now
