"""People of the model: what each of them did, was told, and sees in each open tab."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ibasho.people.models import Person
from tests.faults.house import Wire
from tests.faults.reader import View

RETRIED = ("busy", "too_fast", "pace")
Said = tuple[str, str, str]  # text, cover, tone


@dataclass
class Sent:
    """One wish on its way. `said` is what must come out of the house's hygiene.

    `floor` is the room's number when it first went out, `session` and `at` the session and time then;
    `about` is the id under which the words to be changed were posted.
    """

    verb: str
    fields: dict[str, str]
    said: Said
    floor: int
    session: int
    at: float
    about: str = ""
    wires: list[Wire] = field(default_factory=list)
    is_put_off: bool = False
    is_waiting: bool = False

    @property
    def is_first_try(self) -> bool:
        return len(self.wires) <= 1

    @property
    def frame(self) -> dict[str, str]:
        return {"type": self.verb, **self.fields}


@dataclass
class Fate:
    """What may have become of one's words: what was answered for sure, and what was sent and never answered."""

    post: Sent
    message: str = ""
    versions: dict[int, Said] = field(default_factory=dict)
    maybe: list[Said] = field(default_factory=list)
    is_withdrawn: bool = False
    may_be_withdrawn: bool = False


@dataclass(eq=False)
class Guest:
    """One person. `attended` are the sessions they were in."""

    name: str
    person: Person
    cookie: str
    seat: str = ""
    mode: str = ""
    sits: bool = False
    is_erased: bool = False
    is_crossing: bool = False
    attended: set[int] = field(default_factory=set)
    sent: dict[str, Sent] = field(default_factory=dict)
    answers: dict[str, tuple[str, int]] = field(default_factory=dict)
    words: dict[str, Fate] = field(default_factory=dict)  # by the id of the post

    def hand_in(self, sent: Sent) -> None:
        """It goes out for the first time: from now on it may happen."""
        self.sent[sent.fields["id"]] = sent
        if sent.verb == "post":
            self.words[sent.fields["id"]] = Fate(sent)
        elif (fate := self.words.get(sent.about)) is not None:
            if sent.verb == "edit":
                fate.maybe.append(sent.said)
            else:
                fate.may_be_withdrawn = True

    def be_told(self, answer: dict[str, Any]) -> None:
        """`posted`: written for good, and whoever asks again is told the same."""
        told = (answer["message"], answer["seq"])
        sent = self.sent[answer["id"]]
        assert self.answers.setdefault(answer["id"], told) == told, "another answer to the same id"
        if sent.is_first_try:
            assert told[1] > sent.floor, "a number lower than one that was told before this was sent"
        if sent.verb == "post":
            fate = self.words[answer["id"]]
            fate.message = told[0]
            fate.versions[told[1]] = sent.said
        elif (known := self.words.get(sent.about)) is not None:
            assert told[0] == sent.fields["message"]
            if sent.verb == "edit":
                known.versions[told[1]] = sent.said
            else:
                known.is_withdrawn = True


@dataclass(eq=False)
class Tab:
    """One open page of a guest. `stale` is the page as it lay in a pocket since some earlier moment; `door` is
    the one by which its lines come in.
    """

    guest: Guest
    door: int
    view: View | None = None
    stale: View | None = None
    wire: Wire | None = None
    outbox: dict[str, Sent] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    is_filling: bool = False
    heard: list[dict[str, Any]] = field(default_factory=list)

    def forget(self) -> None:
        """As a browser does when its seat is gone: drafts, outbox and page with it."""
        self.view = self.stale = None
        self.outbox.clear()

    def hand_in(self, sent: Sent) -> None:
        self.guest.hand_in(sent)
        self.outbox[sent.fields["id"]] = sent
        self._send(sent)

    def hand_in_again(self) -> None:
        """What a client does after it has come back: the same words with the same ids, in their order."""
        for sent in self.outbox.values():
            if not sent.is_waiting or sent.wires[-1] is not self.wire:
                self._send(sent)

    def _send(self, sent: Sent) -> None:
        assert self.wire is not None
        sent.wires.append(self.wire)
        sent.is_waiting = True
        self.wire.send(sent.frame)

    def be_answered(self, frame: dict[str, Any]) -> None:
        sent = self.outbox.get(frame["id"])
        if sent is not None:
            sent.is_waiting = False
        if frame["type"] == "posted":
            self.outbox.pop(frame["id"], None)
            self.guest.be_told(frame)
            return
        self.refused[frame["id"]] = frame["code"]
        if sent is not None and frame["code"] in RETRIED:
            sent.is_put_off = True  # goes out again in its time
        elif frame["code"] != "id_reused":
            self.outbox.pop(frame["id"], None)
