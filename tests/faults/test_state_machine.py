"""Any order of coming, writing, breaking and coming back leaves everybody with the same room.

FAULTS_EXAMPLES and FAULTS_STEPS make it longer, FAULTS_SEED does a printed run again,
FAULTS_SHRINK looks (for minutes) for a shorter way to the same failure.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed
from hypothesis import settings as Settings  # noqa: N812 - pytest has a fixture of that name
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test, invariant, precondition, rule

from ibasho.house.models import HouseProfile
from ibasho.people.models import Person
from ibasho.rooms import epoch as epochs
from ibasho.rooms.models import Message, Room
from tests.faults import truth
from tests.faults.agreeing import AgreeingCompany
from tests.faults.company import NAMES, TABS_OF
from tests.faults.place import AUDIENCE
from tests.faults.talking import TEXTS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]

NIGHTS = 3
LOST_NUMBERS = ("-1", str(2**63), "x", "", "1e3", "99999999")

LENGTH = Settings(
    max_examples=int(os.environ.get("FAULTS_EXAMPLES", "20")),
    stateful_step_count=int(os.environ.get("FAULTS_STEPS", "25")),
    deadline=None,
    derandomize=False,
    print_blob=True,
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
        *([Phase.shrink] if os.environ.get("FAULTS_SHRINK") else []),
    ],
    suppress_health_check=list(HealthCheck),
)

tabs = st.integers(0, len(TABS_OF) - 1)
guests = st.integers(0, len(NAMES) - 1)
texts = st.sampled_from(list(TEXTS))
covers = st.sampled_from(("", "", "おおい"))
tones = st.sampled_from(("", "listen_only", "advice_welcome"))
picks = st.integers(0, 10**6)
turns = st.integers(0, 40)


class RoomMachine(AgreeingCompany, RuleBasedStateMachine):
    """What may happen; and what is true after each step."""

    def __init__(self) -> None:
        RuleBasedStateMachine.__init__(self)
        AgreeingCompany.__init__(self)
        self.nights = 0
        self.seq = 0
        for tab in self.tabs[1:4]:
            self.be_there(tab)

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self.come_to_rest()
        finally:
            self.go_home()

    # Coming and going.

    @rule(number=tabs, mode=st.sampled_from(("speak", "speak", "observe")))
    def join(self, number: int, mode: str) -> None:
        guest = self.tabs[number].guest
        answer = self.ask("POST", guest, "door/", {"mode": mode})
        state = self.state()
        if answer.status == 404:
            assert guest.is_crossing
        elif answer.status == 200:
            assert state in ("open", "closing") or (guest.sits and mode == "observe")
            self.seat_given(guest, answer.json()["seat"], mode)
        else:
            assert answer.json()["code"] == ("room_paused" if state == "paused" else "room_closed")

    @rule(number=tabs)
    def leave(self, number: int) -> None:
        guest = self.tabs[number].guest
        if not guest.sits:
            return
        assert self.ask("POST", guest, "leave/").status == 200
        self.expect_cut(guest, {1000})
        guest.sits = False

    @rule(number=tabs, how=st.sampled_from(("resume", "stale", "page", "fresh")))
    def come(self, number: int, how: str) -> None:
        tab = self.tab_of(number)
        if self.sit_down(tab.guest):
            self.hang_up(tab)
            self.connect(tab, how)

    @rule(number=tabs, since=st.sampled_from(LOST_NUMBERS), is_other_epoch=st.booleans())
    def come_with_a_number_that_cannot_be(self, number: int, since: str, is_other_epoch: bool) -> None:
        tab = self.tab_of(number)
        if not self.sit_down(tab.guest):
            return
        self.hang_up(tab)
        view = self.load(tab.guest)
        epoch, since = ("another", str(view.last)) if is_other_epoch else (view.epoch, since)
        welcome = self.open_line(tab, f"epoch={epoch}&since={since}")
        assert (welcome["recovered"], welcome["events"]) == (False, [])
        tab.view = self.load(tab.guest)
        self.hand_in_again(tab)
        self.pump()

    @rule(number=tabs)
    def put_into_the_pocket(self, number: int) -> None:
        """The line is gone, the page stays as it is."""
        tab = self.tab_of(number)
        self.hang_up(tab)
        if tab.view is not None and not tab.view.must_load:
            tab.stale = tab.view.copy()

    # Words.

    @rule(number=tabs, text=texts, cover=covers, tone=tones)
    def post(self, number: int, text: str, cover: str, tone: str) -> None:
        tab = self.tab_of(number)
        if self.be_there(tab):
            self.answered(tab, self.words(text, cover, tone))

    @rule(number=tabs, count=st.integers(2, 12), turns=turns)
    def post_without_waiting(self, number: int, count: int, turns: int) -> None:
        tab = self.tab_of(number)
        if self.be_there(tab):
            for _ in range(count):
                tab.hand_in(self.words("つぎつぎ", "", ""))
            self.house.turn(turns)

    @rule(number=tabs, turns=turns)
    def post_and_be_cut_before_the_answer(self, number: int, turns: int) -> None:
        tab = self.tab_of(number)
        if self.be_there(tab):
            tab.hand_in(self.words("とちゅうで", "", ""))
            self.house.turn(turns)
            self.hang_up(tab)

    @rule(number=tabs)
    def post_and_be_cut_after_the_answer(self, number: int) -> None:
        tab = self.tab_of(number)
        if self.be_there(tab):
            self.answered(tab, self.words("きいてから", "", ""))
            self.hang_up(tab)

    @rule(number=tabs, text=texts)
    def post_by_form(self, number: int, text: str) -> None:
        tab = self.tab_of(number)
        if not tab.guest.sits:
            return
        sent = self.words(text, "", "")
        tab.guest.hand_in(sent)
        self.form_answered(tab.guest, sent, self.ask("POST", tab.guest, "messages/", sent.fields))

    @rule(number=tabs, pick=picks, is_by_form=st.booleans())
    def send_known_words_again(self, number: int, pick: int, is_by_form: bool) -> None:
        tab = self.tab_of(number)
        sent = self.known(tab.guest, pick)
        if sent is None or not self.be_there(tab):
            return
        if is_by_form and sent.verb == "post":
            answer = self.ask("POST", tab.guest, "messages/", sent.fields)
            assert answer.status == 201, answer.body
            tab.guest.be_told({**answer.json(), "id": sent.fields["id"]})
            return
        assert self.asked_again(tab, sent.frame) == "posted"

    @rule(number=tabs, pick=picks)
    def send_other_words_under_a_known_id(self, number: int, pick: int) -> None:
        tab = self.tab_of(number)
        sent = self.known(tab.guest, pick)
        if sent is not None and sent.verb != "withdraw" and self.be_there(tab):
            assert self.asked_again(tab, sent.frame | {"text": "ちがう言葉"}) == "id_reused"

    @rule(number=tabs, pick=picks, text=texts, is_heard=st.booleans())
    def edit(self, number: int, pick: int, text: str, is_heard: bool) -> None:
        tab = self.tab_of(number)
        row = self.row_for(tab, pick) if self.be_there(tab) else None
        if row is not None:
            sent = self.words(text, "", "", verb="edit", message=str(row.pk))
            self.change(tab, row, is_heard, sent)

    @rule(number=tabs, pick=picks, is_heard=st.booleans())
    def withdraw(self, number: int, pick: int, is_heard: bool) -> None:
        tab = self.tab_of(number)
        row = self.row_for(tab, pick) if self.be_there(tab) else None
        if row is not None:
            fields = {"id": str(uuid4()), "message": str(row.pk)}
            self.change(tab, row, is_heard, self.sent("withdraw", fields, ("", "", "")))

    # Time, the room, the house.

    @rule(seconds=st.sampled_from((1, 20, 61, 301, 700, 3600)))
    def wait(self, seconds: int) -> None:
        self.let_pass(seconds)

    @precondition(lambda self: self.nights < NIGHTS)
    @rule(is_swept=st.booleans())
    def sleep_a_night(self, is_swept: bool) -> None:
        self.nights += 1
        self.let_pass(86_400)
        if is_swept:
            self.sweep_words()

    @rule(is_reopened=st.sampled_from((True, True, False)))
    def close_and_perhaps_open(self, is_reopened: bool) -> None:
        self.close_session()
        if is_reopened:
            self.open_session()

    @precondition(lambda self: self.state() == "closed")
    @rule()
    def open(self) -> None:
        self.open_session()

    @rule(what=st.sampled_from(("rest or resume", "rest or resume", "go slowly", "go freely")))
    def change_the_room(self, what: str) -> None:
        if what != "rest or resume":
            self.change_pace(10 if what == "go slowly" else 0)
        elif self.state() in ("open", "paused"):
            self.turn_room("open" if self.state() == "paused" else "paused")

    @rule(turns=turns, pick=picks)
    def kill(self, turns: int, pick: int) -> None:
        self.house.turn(turns)
        self.kill_house(pick)

    @rule()
    def restore(self) -> None:
        """The numbers may have gone back: every line ends, and every page is loaded again."""
        before = epochs.current()
        epochs.begin_anew()
        epoch = epochs.settle_epoch()
        assert epoch != before
        self.house.settle(epoch)
        self.until(lambda: all(tab.wire is None for tab in self.tabs), "a line outlived its epoch")

    @rule(number=guests)
    def erase(self, number: int) -> None:
        guest = self.guests[number]
        self.erase_guest(guest)
        self.replace(guest)

    @rule(number=guests, standpoint=st.sampled_from(("parent", "undecided", "person")))
    def change_standpoint(self, number: int, standpoint: str) -> None:
        guest = self.guests[number]
        form = {"standpoint": standpoint}
        answer = self.house.request("POST", "/me/settings/", guest.cookie, form)
        assert answer.status == 200, answer.body
        person = Person.objects.get(pk=guest.person.pk)
        guest.is_crossing = bool(person.next_standpoint) or person.standpoint not in AUDIENCE
        if person.standpoint not in AUDIENCE or not self.has_seat(guest):
            self.expect_cut(guest, {1000, 4404})
            guest.sits = False

    @rule(number=tabs)
    def only_watch(self, number: int) -> None:
        """Whatever somebody does who only watches, nobody else's line carries a byte of it."""
        tab = self.tab_of(number)
        if not self.sit_down(tab.guest):
            return
        if tab.guest.mode != "observe":
            answer = self.ask("POST", tab.guest, "door/", {"mode": "observe"})
            self.seat_given(tab.guest, answer.json()["seat"], "observe")
        self.come_to_rest()
        others = [other for other in self.tabs if other.guest is not tab.guest and other.wire is not None]
        for other in others:
            other.heard.clear()
        self.watch(tab)
        for other in others:
            self.fill(other)
        self.until(lambda: not any(other.is_filling for other in others), "no answer to a fill")
        for other in others:
            kinds = [frame["type"] for frame in other.heard if frame["type"] != "beat"]
            assert kinds == ["fill"], kinds
            assert [frame["events"] for frame in other.heard if frame["type"] == "fill"] == [[]]

    @rule()
    def settle(self) -> None:
        self.come_to_rest()

    # What is true after each step.

    @invariant()
    def told_is_stored(self) -> None:
        self.pump()
        with transaction.atomic():
            room = Room.objects.select_for_update().get(pk=self.room.pk)  # nobody commits between the two
            rows = truth.rows_of(self.room)
        assert room.seq >= self.seq, "the room's number went back"
        self.seq = room.seq
        truth.check_order(rows, room.seq, room.last_position, is_purged=self.is_purged)
        for guest in self.everybody:
            mine = [row for row in rows if str(row.seat_id) == guest.seat]
            truth.check_guest(guest, mine, is_purged=self.is_purged)
        truth.check_lines(self.everybody, rows)
        self.check_sessions(rows)

    def check_sessions(self, rows: list[Message]) -> None:
        for row in rows:
            assert row.session_id == self.session_of(row.position).pk, "words after their session had closed"


def test_everybody_sees_the_same_room_whatever_happens(
    house: HouseProfile, settings: Any, record_line: Callable[[str], None]
) -> None:
    settings.RATE_LIMITS = False
    number = seed_of_run()
    seed(number)(get_state_machine_test(RoomMachine, settings=LENGTH))()
    record_line(
        f"state machine: {LENGTH.max_examples} x {LENGTH.stateful_step_count} steps, FAULTS_SEED={number}"
    )


def seed_of_run() -> int:
    """Of a printed run, if it is to be done again."""
    # On CI the same rooms are played every time, so that red means a changed tree; elsewhere new ones.
    chosen = 20_261_122 if os.environ.get("CI") else random.randrange(2**32)
    number = int(os.environ.get("FAULTS_SEED") or chosen)
    print(f"FAULTS_SEED={number}")
    return number
