"""A reader that does what PROTOCOL asks of a client, and no more: what it holds is what a person sees."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

WORDS = ("text", "cover", "tone")
LIVE = ("message_posted", "message_changed", "room_changed")


class View:
    """`last` is the reader's number. `must_load`: the page has to be loaded again. `has_gap`: ask to fill."""

    def __init__(self) -> None:
        self.epoch = ""
        self.last = 0
        self.oldest = 0
        self.rows: dict[str, dict[str, Any]] = {}
        self.room: dict[str, Any] = {}
        self.must_load = True
        self.has_gap = False

    def copy(self) -> View:
        return copy.deepcopy(self)

    def load(self, pages: Iterable[dict[str, Any]]) -> None:
        """The page anew: its newest words first, then older ones. It stands at the first one's number."""
        newest, *older = pages
        self.epoch, self.oldest = newest["epoch"], newest["oldest"]
        self.last = newest["seq"]
        self.rows = {}
        for page in (newest, *older):
            self._put(page["messages"])
        self.must_load = self.has_gap = False

    def catch_up(self, answer: dict[str, Any]) -> None:
        """A fill, a poll, or a welcome to somebody who said where they were."""
        check_shape(answer)
        if not answer["recovered"]:
            assert answer["events"] == [], "nothing comes with what is not recovered"
            self.must_load = True
            return
        numbers = [event["seq"] for event in answer["events"]]
        assert numbers == sorted(set(numbers)), f"not ascending: {numbers}"
        assert all(number <= answer["seq"] for number in numbers)
        assert answer["seq"] >= self.last, "the number never goes back"
        for event in answer["events"]:
            self._apply(event)
        self.last = answer["seq"]
        self.room = answer.get("room", self.room)
        self.has_gap = False
        self._drop_before(answer["oldest"])

    def hear(self, frame: dict[str, Any]) -> None:
        """A live change or a beat."""
        check_shape(frame)
        if frame["type"] == "beat":
            self._beat(frame)
        elif frame["seq"] == self.last + 1 and not self.must_load:
            self._apply(frame)
            self.last += 1
        elif frame["seq"] > self.last:
            self.has_gap = True

    def _beat(self, beat: dict[str, Any]) -> None:
        if beat["epoch"] != self.epoch:
            self.must_load = True
        self.has_gap = self.has_gap or beat["seq"] > self.last
        self._drop_before(beat["oldest"])

    def _apply(self, event: dict[str, Any]) -> None:
        if event["type"] == "room_changed":
            self.room = event["room"]
        else:
            self._put([event["message"]])

    def _put(self, messages: Iterable[dict[str, Any]]) -> None:
        for message in messages:
            if message["position"] >= self.oldest:
                self.rows[message["id"]] = message

    def _drop_before(self, oldest: int) -> None:
        self.oldest = oldest
        self.rows = {key: row for key, row in self.rows.items() if row["position"] >= oldest}

    def in_order(self) -> list[dict[str, Any]]:
        return sorted(self.rows.values(), key=lambda row: row["position"])


def check_shape(frame: dict[str, Any]) -> None:
    """Words go out only with rows that are shown, and a name only with what was not erased."""
    for message in messages_in(frame):
        if message["state"] != "shown":
            assert not set(WORDS) & message.keys(), f"words of a row that is not shown: {message}"
        if message["state"] == "erased":
            assert "call_name" not in message, message


def messages_in(frame: dict[str, Any]) -> list[dict[str, Any]]:
    """Every message that a frame, an answer or a page carries."""
    own = [frame["message"]] if isinstance(frame.get("message"), dict) else []
    events = [event["message"] for event in frame.get("events", ()) if "message" in event]
    return [*own, *events, *frame.get("messages", ())]
