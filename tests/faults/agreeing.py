"""Everybody comes to rest, and sees the same: on the line, on the page, and coming back with an old page."""

from __future__ import annotations

from typing import Any

from ibasho.rooms.models import Message, Room
from tests.faults import truth
from tests.faults.guests import Guest, Tab
from tests.faults.reader import View
from tests.faults.talking import TalkingCompany


class AgreeingCompany(TalkingCompany):
    is_poll_next = False

    def come_to_rest(self) -> None:
        for tab in self.tabs:
            if tab.guest.sits and tab.wire is None:
                self.connect(tab, "resume")
        self.empty_outboxes()
        self.until(self.is_quiet, "somebody's view does not come to rest")
        seq = self.room_seq()
        try:
            self.compare_all(truth.rows_of(self.room))
        except AssertionError:
            if self.room_seq() == seq:
                raise
            self.come_to_rest()  # of a line that was cut, or of somebody killed, something was still on its way

    def compare_all(self, rows: list[Message]) -> None:
        for tab in self.tabs:
            if tab.guest.sits:
                self.compare(tab, rows)

    def empty_outboxes(self) -> None:
        for _ in range(200):
            self.until(self.is_answered, "words without an answer")
            if not any(tab.outbox for tab in self.tabs):
                return
            self.let_pass(10)
            for tab in self.tabs:
                if tab.wire is not None:
                    self.hand_in_again(tab)
        raise AssertionError("words that are put off for ever")

    def is_answered(self) -> bool:
        return not any(sent.is_waiting for tab in self.tabs for sent in tab.outbox.values())

    def is_quiet(self) -> bool:
        room = Room.objects.get(pk=self.room.pk)
        oldest = self.oldest()
        views = [tab.view for tab in self.tabs if tab.wire is not None and tab.view is not None]
        # who was not in the last session has less to keep than the others
        return not any(tab.is_filling for tab in self.tabs) and all(
            view.oldest >= oldest and (view.last, view.must_load, view.has_gap) == (room.seq, False, False)
            for view in views
        )

    def compare(self, tab: Tab, rows: list[Message]) -> None:
        assert tab.view is not None
        page = self.load(tab.guest)
        live, loaded = tab.view.in_order(), page.in_order()
        assert live == loaded, (
            f"the live view of {tab.guest.name} is not the loaded page: {_apart(live, loaded)}"
        )
        assert loaded == self.due_to(tab.guest, rows), "the page is not what the table holds"
        if tab.stale is not None:
            caught = self.caught_up(tab, tab.stale)
            assert caught.must_load or caught.in_order() == loaded, "coming back is not the loaded page"

    def due_to(self, guest: Guest, rows: list[Message]) -> list[dict[str, Any]]:
        session = truth.reading_session(self.room)
        if session is None or (session.state == "closed" and not self.was_in(guest, session)):
            return []
        return [truth.shown_as(row) for row in rows if row.position >= session.first_position]

    def caught_up(self, tab: Tab, stale: View) -> View:
        """The view of somebody who comes back with an old page: by a line or by the poll, in turns."""
        view = stale.copy()
        place = f"epoch={view.epoch}&since={view.last}"
        self.is_poll_next = not self.is_poll_next
        if self.is_poll_next:
            answer = self.ask("GET", tab.guest, f"events/?{place}").json()
        else:
            wire = self.house.open(f"/rooms/{self.room.slug}/live?{place}", tab.guest.cookie, tab.door + 1)
            answer = self.house.first_frame(wire)
            self.house.hang_up(wire)
        self.check_recovered(view, answer)
        self.check_history(tab, answer)
        view.catch_up(answer)
        return view


def _apart(some: list[dict[str, Any]], others: list[dict[str, Any]]) -> tuple[list[Any], list[Any]]:
    return [row for row in some if row not in others], [row for row in others if row not in some]
