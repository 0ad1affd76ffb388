"""Frames encoded once for everybody who receives them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from ibasho.live.changes import Change
from ibasho.live.whole_frame import frame_of


def encode(frame: Mapping[str, Any]) -> bytes:
    return orjson.dumps(frame)


class Package:
    """What goes to a line in one write. Bytes and texts are made once, when first asked for."""

    __slots__ = ("_framed", "_texts", "payloads")

    def __init__(self, payloads: list[bytes]) -> None:
        self.payloads = payloads
        self._framed: bytes | None = None
        self._texts: list[str] | None = None

    @property
    def framed(self) -> bytes:
        """WebSocket frames as a server sends them: unmasked, and here never compressed."""
        if self._framed is None:
            self._framed = b"".join(map(frame_of, self.payloads))
        return self._framed

    @property
    def texts(self) -> list[str]:
        if self._texts is None:
            self._texts = [payload.decode() for payload in self.payloads]
        return self._texts


class Encoded:
    """A change as bytes, with words and (for those who came later) without."""

    __slots__ = ("_bare", "change", "full")

    def __init__(self, change: Change) -> None:
        self.change = change
        self.full = encode(change.event)
        self._bare: bytes | None = None

    @property
    def seq(self) -> int:
        return self.change.seq

    def seen_from(self, history_from: int) -> bytes:
        """As a reader may have it whose history begins at position `history_from`."""
        position = self.change.position
        if position is None or position >= history_from:
            return self.full
        if self._bare is None:
            self._bare = encode(self.change.without_words())
        return self._bare


class Batch:
    """Changes released together: one package for nearly all, others by where history begins."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.events = [Encoded(change) for change in changes]
        positions = [change.position for change in changes if change.position is not None]
        self.lowest: float = min(positions, default=math.inf)  # whoever reads from there on reads it whole
        self.whole = Package([event.full for event in self.events])
        self._parts: dict[int, Package] = {}

    def seen_from(self, history_from: int) -> Package:
        if history_from <= self.lowest:
            return self.whole
        part = self._parts.get(history_from)
        if part is None:
            part = Package([event.seen_from(history_from) for event in self.events])
            self._parts[history_from] = part
        return part
