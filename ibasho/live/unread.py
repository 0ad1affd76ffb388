"""What readers have not taken yet: how much one may leave, and all of a process together."""

from __future__ import annotations

from typing import Protocol

from ibasho.live import metrics

UNREAD_BYTES = 262_144
ANSWER_BYTES = 270_336  # a catch-up of 256 KiB and what stands around it
FRAME_BYTES = 16_384
ALL_UNREAD_BYTES = 67_108_864


class Backlog:
    """One reader's. Live words count; the one answer which the reader asked for last does not,
    so that a whole catch-up can lie before them on a slow line.
    """

    __slots__ = ("_answer", "_behind")

    def __init__(self) -> None:
        self._answer = 0  # bytes of the answer that had to wait
        self._behind = 0  # bytes that came after it

    def has_room(self, unread: int, more: int, *, is_answer: bool = False) -> bool:
        """Whether `more` bytes may lie behind the `unread` ones; they are counted from here on."""
        if is_answer:  # an earlier one that still lies there counts as everything else does
            self._answer = min(more, ANSWER_BYTES)
            self._behind = more - self._answer
        elif unread == 0:
            self._answer, self._behind = 0, more
        else:
            self._behind += more
        answer_left = min(self._answer, max(0, unread + more - self._behind))
        return unread + more - answer_left <= UNREAD_BYTES + FRAME_BYTES


class Reader(Protocol):
    @property
    def unread(self) -> int: ...

    def let_go(self) -> None: ...


class AllUnread:
    """Of a whole process: when it grows beyond `most`, whoever reads slowest is let go first."""

    def __init__(self, most: int | None = None) -> None:
        self._most = ALL_UNREAD_BYTES if most is None else most
        self._sizes: dict[Reader, int] = {}
        self.total = 0

    def note(self, reader: Reader, size: int) -> None:
        """So much lies there for `reader` now. Who reads on is only looked at again when it matters."""
        self._set(reader, size)
        if self.total > self._most:
            self.look()
            self._relieve()
            metrics.UNREAD.set(self.total)

    def look(self) -> None:
        """Ask everyone again what lies there."""
        for reader in list(self._sizes):
            self._set(reader, reader.unread)
        metrics.UNREAD.set(self.total)

    def forget(self, reader: Reader) -> None:
        self.total -= self._sizes.pop(reader, 0)

    def _set(self, reader: Reader, size: int) -> None:
        self.total += size - self._sizes.pop(reader, 0)
        if size:
            self._sizes[reader] = size

    def _relieve(self) -> None:
        for reader in sorted(self._sizes, key=self._sizes.__getitem__, reverse=True):
            if self.total <= self._most:
                return
            self.forget(reader)
            reader.let_go()
