"""How long the server waits for the other side, in seconds, by a clock that nobody sets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    handshake: float = 20
    ping_after: float = 25
    pong_within: float = 20
    close_within: float = 5  # for the other side to say good-bye too
    goodbye: float = 2  # for what was said last to arrive
    request: float = 15  # from the first byte of a request to its last
    keep_alive: float = 130  # longer than proxies keep one: else their next form meets a closed door
    drain: float = 5
    hear_out: float = 1  # at the end: for the first request of a connection that has just come


SHIPPED = Times()
