"""Four people at five open pages in one room, each doing what PROTOCOL asks of a client."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

from django.db import transaction

from ibasho.lib import clock
from ibasho.people.actions import turn_standpoints
from ibasho.rooms.actions import purge_words, turn_sessions
from ibasho.rooms.actions.changes import number_room_change
from ibasho.rooms.models import Attendance, Message, Room, RoomSession, Seat
from tests.faults import truth
from tests.faults.guests import Guest, Tab
from tests.faults.place import Place
from tests.faults.reader import View, messages_in
from tests.wire import Answer

NAMES = {"なぎ": "person", "そら": "person", "うみ": "person", "ふゆ": "undecided"}
TABS_OF = (0, 0, 1, 2, 3)  # the first has two tabs open
HOURS = dt.timedelta(hours=3)
LONGEST_STILL = 2
OUTBOX_SECONDS = 600
EXPECTED_ENDS = ((1000, "left"), (1012, "1"), (4401, "not_entered"), (4404, "not_found"))


class Company(Place):
    """Guests by the name of their place; whoever goes for good gives it up to somebody new."""

    def __init__(self) -> None:
        super().__init__()
        self.everybody: list[Guest] = []
        self.guests = [self.new_guest(name) for name in NAMES]
        self.tabs = [Tab(self.guests[number], door) for door, number in enumerate(TABS_OF)]
        self.still_for = 0
        self.is_purged = False
        self.open_session()

    def tab_of(self, number: int) -> Tab:
        """Whose turn it is. Who has gone to the other side gives up the place to somebody new."""
        self.still_for = 0 if self.state() in ("open", "closing") else self.still_for + 1
        if self.still_for > LONGEST_STILL:
            self.open_session() if self.state() == "closed" else self.turn_room("open")
        guest = self.tabs[number].guest
        if guest.is_crossing and not guest.sits:
            self.replace(guest)
        return self.tabs[number]

    def new_guest(self, name: str) -> Guest:
        guest = Guest(name, *self.house.enter(NAMES[name]))
        self.everybody.append(guest)
        return guest

    def replace(self, guest: Guest) -> None:
        """Somebody new sits down at the same computer."""
        fresh = self.new_guest(guest.name)
        self.guests[self.guests.index(guest)] = fresh
        for number, tab in enumerate(self.tabs):
            if tab.guest is guest:
                self.hang_up(tab)
                self.tabs[number] = Tab(fresh, tab.door)

    def kill_house(self, pick: int) -> None:
        """What has come by now was heard; by lines of who was killed nothing else ever will be."""
        for tab in self.tabs:
            if tab.wire is not None:
                self.hear(tab)
        self.house.kill(pick)
        for tab in self.tabs:
            if tab.wire is not None and tab.wire.is_lost:
                self.lose(tab)

    def erase_guest(self, guest: Guest) -> None:
        answer = self.house.request("POST", "/me/erasure/", guest.cookie, {"sure": "on"})
        assert answer.status == 200, answer.body
        guest.is_erased, guest.sits = True, False
        self.expect_cut(guest, {4401})

    def seat_given(self, guest: Guest, seat: str, mode: str) -> None:
        assert guest.seat in ("", seat), "one row for person and room"
        guest.seat, guest.mode, guest.sits = seat, mode, True
        if self.state() in truth.OPENED:
            guest.attended.add(self.sessions[-1].pk)

    def forget_seat(self, guest: Guest) -> None:
        """Nothing hung on it any more."""
        for tab in self.tabs:
            if tab.guest is guest:
                self.hang_up(tab)
                tab.forget()
        guest.seat, guest.sits = "", False

    def sit_down(self, guest: Guest) -> bool:
        if not guest.sits and not guest.is_crossing and self.state() in ("open", "closing"):
            answer = self.ask("POST", guest, "door/", {"mode": guest.mode or "speak"})
            assert answer.status == 200, answer.body
            self.seat_given(guest, answer.json()["seat"], guest.mode or "speak")
        return guest.sits

    def be_there(self, tab: Tab) -> bool:
        if not self.sit_down(tab.guest):
            return False
        if tab.wire is None:
            self.connect(tab, "resume")
        return True

    def connect(self, tab: Tab, how: str) -> None:
        old = {"resume": tab.view, "stale": tab.stale}.get(how)
        if how == "fresh":
            welcome = self.open_line(tab, "")
            assert (welcome["recovered"], welcome["events"]) == (True, [])
            tab.view = self.load(tab.guest)
        else:
            view = self.load(tab.guest) if old is None or old.must_load else old.copy()
            welcome = self.open_line(tab, f"epoch={view.epoch}&since={view.last}")
            self.check_recovered(view, welcome)
            view.catch_up(welcome)
            tab.view = view
        if tab.stale is None:
            tab.stale = tab.view.copy()
        self.hand_in_again(tab)
        self.pump()

    def hand_in_again(self, tab: Tab) -> None:
        """What is older than ten minutes, or of another session, has become a draft."""
        for request_id, sent in list(tab.outbox.items()):
            if sent.session != self.sessions[-1].pk or time.time() - sent.at > OUTBOX_SECONDS:
                del tab.outbox[request_id]
        tab.hand_in_again()

    def check_recovered(self, view: View, answer: dict[str, Any]) -> None:
        session = truth.reading_session(self.room)
        first = session.first_seq if session else self.room_seq()
        assert answer["recovered"] is (view.epoch == answer["epoch"] and view.last >= first), (
            "recovered or not"
        )

    def open_line(self, tab: Tab, query: str) -> dict[str, Any]:
        """A line; returns its welcome. What comes behind it waits for the view."""
        wire = tab.wire = self.house.open(f"/rooms/{self.room.slug}/live?{query}", tab.guest.cookie, tab.door)
        welcome = self.house.first_frame(wire)
        self.check_history(tab, welcome)
        if self.state() in truth.OPENED:
            tab.guest.attended.add(self.sessions[-1].pk)
        return welcome

    def hang_up(self, tab: Tab) -> None:
        if tab.wire is not None:
            self.hear(tab)
        if tab.wire is not None:
            self.house.hang_up(tab.wire)
            self.hear(tab)
            self.lose(tab)

    @staticmethod
    def lose(tab: Tab) -> None:
        tab.wire = None
        tab.is_filling = False

    def expect_cut(self, guest: Guest, codes: set[int]) -> None:
        mine = [tab for tab in self.tabs if tab.guest is guest]
        wires = [tab.wire for tab in mine if tab.wire is not None]
        self.until(lambda: all(tab.wire is None for tab in mine), "a line that was not cut")
        assert {wire.closed[0] for wire in wires if wire.closed} <= codes, [wire.closed for wire in wires]
        for tab in mine:
            tab.forget()

    def load(self, guest: Guest) -> View:
        pages = [self.ask("GET", guest, "messages/").json()]
        while pages[-1]["more"]:
            before = pages[-1]["messages"][0]["position"] if pages[-1]["messages"] else pages[0]["oldest"]
            pages.append(self.ask("GET", guest, f"messages/?before={before}").json())
        found = [message for page in pages for message in page["messages"]]
        self.check_pages(guest, found)
        view = View()
        view.load(pages)
        return view

    def check_pages(self, guest: Guest, found: list[dict[str, Any]]) -> None:
        """All of the sessions this guest was in for sure, and none of those they were not in."""
        there = {message["position"] for message in found}
        assert len(there) == len(found)
        for position in there:
            session = self.session_of(int(str(position)))
            assert self.may_read(guest, session), "a session this guest was not in"
        due = Message.objects.filter(session_id__in=guest.attended).values_list("position", flat=True)
        assert self.is_in_flight() or set(due) <= there, "a session this guest was in is missing"

    def check_history(self, tab: Tab, frame: dict[str, Any]) -> None:
        for message in messages_in(frame):
            if "text" in message:
                session = self.session_of(message["position"])
                assert self.may_read(tab.guest, session), "words from before this guest's history"

    def may_read(self, guest: Guest, session: RoomSession) -> bool:
        is_present = session is self.sessions[-1] and session.state in truth.OPENED
        return is_present or session.pk in guest.attended or self.wrote_in(guest, session)

    def wrote_in(self, guest: Guest, session: RoomSession) -> bool:
        """Whoever wrote was there, also by words that were on their way when the line was cut."""
        return bool(guest.seat) and Message.objects.filter(seat_id=guest.seat, session=session).exists()

    def was_in(self, guest: Guest, session: RoomSession) -> bool:
        return Attendance.objects.filter(seat_id=guest.seat, session=session).exists()

    def has_seat(self, guest: Guest) -> bool:
        return Seat.objects.filter(person=guest.person, left_at=None).exists()

    def is_in_flight(self) -> bool:
        return any(tab.outbox for tab in self.tabs)

    def pump(self) -> None:
        """Hear all that has come, and do what a client must: load again, or ask to fill."""
        for tab in self.tabs:
            if tab.wire is not None:
                self.hear(tab)
            if tab.wire is None or tab.view is None:
                continue
            if tab.view.must_load:
                tab.view = self.load(tab.guest)
            elif tab.view.has_gap and not tab.is_filling:
                self.fill(tab)

    def hear(self, tab: Tab) -> None:
        assert tab.wire is not None
        for frame in tab.wire.frames():
            tab.heard.append(frame)
            self.check_history(tab, frame)
            if frame["type"] in ("posted", "refused"):
                if "id" in frame:
                    tab.be_answered(frame)
            elif frame["type"] == "fill":
                tab.is_filling = False
                assert tab.view is not None
                tab.view.catch_up(frame)
            elif tab.view is not None:
                tab.view.hear(frame)
        if tab.wire.closed is not None:
            assert tab.wire.closed in EXPECTED_ENDS, tab.wire.closed
            self.lose(tab)

    def fill(self, tab: Tab) -> None:
        assert tab.wire is not None
        assert tab.view is not None
        tab.is_filling = True
        tab.wire.send({"type": "fill", "since": tab.view.last})

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        def all_heard() -> bool:
            self.pump()
            return is_so()

        self.house.until(all_heard, what)

    def ask(self, method: str, guest: Guest, path: str, form: dict[str, str] | None = None) -> Answer:
        form = form if form is not None or method == "GET" else {}
        return self.house.request(method, f"/rooms/{self.room.slug}/{path}", guest.cookie, form)

    def let_pass(self, seconds: float) -> None:
        when = clock.now() + dt.timedelta(seconds=seconds)
        self.keeper_is_there(when)  # before any clock goes on: somebody else may look at once
        self.house.move_to(when)
        turn_standpoints()
        turn_sessions()
        self.look_at_session()
        for guest in self.guests:
            if guest.sits and not self.has_seat(guest):
                guest.sits = False  # the night of a crossing is over
                self.expect_cut(guest, {1000})

    def open_session(self) -> None:
        """Whoever sits there already is in it from the start."""
        self.house.rest_between_sessions()
        self.until(self.is_known, "a change of the room that does not come")
        with transaction.atomic():
            room = Room.objects.select_for_update().get(pk=self.room.pk)
            session = RoomSession.objects.create(
                room=room,
                state=RoomSession.State.OPEN,
                opens_at=clock.now() + dt.timedelta(microseconds=len(self.sessions)),
                closes_at=clock.now() + HOURS,
                first_position=room.last_position + 1,
                first_seq=room.seq,
            )
            number_room_change(room.pk)
        self.sessions.append(session)
        there = [tab.guest for tab in self.tabs if tab.wire is not None]
        self.until(
            lambda: all(self.was_in(guest, session) for guest in there), "who sat there is not in the session"
        )
        for guest in there:
            guest.attended.add(session.pk)

    def is_known(self) -> bool:
        """Whether every line has brought what the room has come to."""
        seq = self.room_seq()
        return all(tab.view.last >= seq for tab in self.tabs if tab.wire is not None and tab.view is not None)

    def close_session(self) -> None:
        session = self.sessions[-1]
        if session.state != "closed":
            assert session.closes_at is not None
            self.let_pass((session.closes_at + dt.timedelta(seconds=60) - clock.now()).total_seconds())
            assert self.state() == "closed"

    def sweep_words(self) -> None:
        self.is_purged = purge_words() > 0 or self.is_purged
        for guest in self.guests:
            if guest.seat and not Seat.objects.filter(pk=guest.seat).exists():
                self.forget_seat(guest)
