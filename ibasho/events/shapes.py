"""What pages show of meetings and sign-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ibasho.events.materials import Material
from ibasho.events.models import ConsentText, Question
from ibasho.events.visibility import Look
from ibasho.lib import clock

_OFF = "なくなりました"


@dataclass(frozen=True, slots=True)
class Fact:
    """お金: かかりません."""

    what: str
    words: str


@dataclass(frozen=True, slots=True)
class EventPage:
    """One meeting. With the look `KIND_AND_DAY` everything after `title` is empty but for how to enter, and
    `for_whom`, the side that the kind already tells.

    `year` goes before `day`: 2026年. `flow`: what will happen, one step a sentence. `why_not` says why nobody may sign up; empty while one may. `standpoints` are pairs of value and label.
    """

    event_id: int
    look: Look
    kind: str
    year: str
    day: str
    title: str
    hours: str = ""
    about: str = ""
    flow: Sequence[str] = ()
    tags: Sequence[str] = ()
    facts: Sequence[Fact] = ()
    standpoints: Sequence[tuple[str, str]] = ()
    most_party: int = 1
    may_be_full: bool = False
    questions: Sequence[Question] = ()
    consent: ConsentText | None = None
    has_intake: bool = False
    must_wait: bool = False
    why_not: str = ""
    for_whom: str = ""
    call_off_words: str = ""

    @property
    def is_whole(self) -> bool:
        return self.look == Look.WHOLE

    @property
    def has_to_be_answered(self) -> bool:
        """Whether a question has to be answered to sign up."""
        return any(question.is_required for question in self.questions)

    @property
    def lasting_facts(self) -> list[Fact]:
        """Those that a sheet of paper may still say in a month."""
        return [fact for fact in self.facts if fact.what not in ("席", "記録")]

    @property
    def parties(self) -> range:
        """How many may come together."""
        return range(1, self.most_party + 1)

    @property
    def may_sign_up(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, slots=True)
class OfferShown:
    """So many seats of the party's are held until then, in words and as the moment."""

    seats: int
    until: str
    until_at: datetime


@dataclass(frozen=True, slots=True)
class OwnRoom:
    """The meeting's own room, for who has joined it. Before its time only when it `opens`, in words.

    In its time it may come with an outside meeting: `host` says whose that `link` is.
    """

    is_time: bool
    opens: str
    host: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class RoomToRead:
    """A meeting's own room after its end. Its words can be read `until` then, by who sits there."""

    sign_up_id: UUID
    title: str
    when: str
    path: str
    until: datetime

    @property
    def until_text(self) -> str:
        return f"{clock.day_text(self.until)}まで、読みかえせます。"


@dataclass(frozen=True, slots=True)
class SignUpLine:
    """One sign-up in a list: for what, when, and how far it has come. `asks`: what an offer says."""

    sign_up_id: UUID
    title: str
    when: str
    state: str
    asks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one sign-up stands now.

    `place` is theirs among those who wait, from 1. `free` is how many seats a yes would take now, without an
    offer. `seats` are held; `rest`: those a party that has joined still waits for. `way_back_until`: when who
    withdrew may come back no more. `news`: what became of the meeting, if it is called off or over. `talk` says
    which talk before it is arranged. `code` leads back to it, from anywhere.
    """

    code: str
    state: str
    auto_accept: bool
    is_tied: bool
    place: int | None
    free: int
    offer: OfferShown | None
    seats: int
    rest: int
    own_room: OwnRoom | None
    news: str
    way_back_until: datetime | None
    talk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpPage(Standing):
    """One sign-up, for whoever it belongs to.

    `is_off`: the meeting is called off. `was_first`: it is over, and they said it was their first. `to_know`: that it moved, or still lacks
    staff, for who has not withdrawn. `materials`: for who comes. `interview`: the talk before it as it is arranged, `may_keep_that_day`: after another day was asked for; `next_steps`: what happens around it.
    """

    sign_up_id: UUID
    event_id: int
    title: str
    when: str
    state_text: str
    call_name: str
    participation: str
    party: int
    answers: Sequence[Fact]
    lines: Sequence[str]
    referral: str
    to_know: Sequence[str]
    materials: Sequence[Material]
    interview: Sequence[Fact]
    may_keep_that_day: bool
    next_steps: Sequence[str]
    consent: ConsentText | None
    is_off: bool = False
    may_answer_card: bool = False
    was_first: bool = False

    @property
    def heading(self) -> str:
        """How it stands, or that there is no meeting to stand in line for."""
        if self.state == "withdrawn":
            return self.state_text
        return _OFF if self.is_off else self.state_text

    @property
    def is_over(self) -> bool:
        """Past or called off: nothing is asked, and nothing is to come."""
        return bool(self.news)

    @property
    def may_say_auto(self) -> bool:
        """Whether it waits for a seat."""
        return self.state in ("waiting", "offered") and not self.is_over

    @property
    def may_withdraw(self) -> bool:
        return self.state != "withdrawn"
