"""Words to one room of 500, beside servers in C and Erlang that keep nothing, and the tutorial's."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from benchmarks import processes
from benchmarks.crowd import Crowd, Run
from benchmarks.house import house
from benchmarks.peers import ejabberd, firehose, ngircd, tutorial
from benchmarks.table import Row, milliseconds, p99
from benchmarks.wires import FirehoseWire, HouseWire, IrcWire, TutorialWire, Wire, XmppWire

READERS = 500
WRITERS = 10
RESTED = 3  # this writer is rested half-way
SHORT_SECONDS = 2.0
RATIO, RATIO_SLOW = 0.8, 10


def rows(seconds: float) -> Iterator[Row]:
    """Ours and ngircd's in turn, so that what else the machine does meets both alike."""
    for in_flight in (1, 10):
        first, ours, second = _ngircd(in_flight, seconds), _house(in_flight, seconds), None
        second = _ngircd(in_flight, seconds)
        irc = (first.deliveries_per_second + second.deliveries_per_second) / 2
        ratio = ours.deliveries_per_second / irc
        what = f"deliveries/s, room of {READERS}, {in_flight} in flight"
        yield Row(
            what,
            f"{ours.deliveries_per_second:,.0f} = {ratio:.2f} × ngircd",
            f"≥{RATIO} × ngircd",
            ratio >= RATIO,
            f"{_cost(ours)}; {ours.refused} of the resting one refused, none shown",
        )
        if in_flight == 1:
            yield Row(
                "echo p99, same room, 1 in flight",
                milliseconds(p99(ours.echoes)),
                "≤12 ms",
                p99(ours.echoes) <= 0.012,
                f"to the last of {READERS}: p99 {milliseconds(p99(ours.to_last))}",
            )
        yield Row("  ngircd", f"{irc:,.0f}", beside=_cost(second))
        yield from _others(in_flight, ours)


def _others(in_flight: int, ours: Run) -> Iterator[Row]:
    if ejabberd.is_there():
        slow = _peer(ejabberd.serving, XmppWire, in_flight, SHORT_SECONDS)
        ratio = ours.deliveries_per_second / slow.deliveries_per_second
        yield Row(
            "  ejabberd",
            f"{slow.deliveries_per_second:,.0f}",
            f"ours ≥{RATIO_SLOW} ×",
            ratio >= RATIO_SLOW,
            f"ours is {ratio:.0f} ×; {_cost(slow)}",
        )
    stock = _peer(tutorial.serving, TutorialWire, in_flight, SHORT_SECONDS)
    yield Row("  Channels tutorial, stock Daphne", f"{stock.deliveries_per_second:,.0f}", beside=_cost(stock))
    bare = _peer(firehose.serving, FirehoseWire, in_flight, SHORT_SECONDS)
    yield Row(
        "  bare sender: what the load takes in", f"{bare.deliveries_per_second:,.0f}", beside=_cost(bare)
    )


def _cost(run: Run) -> str:
    """Who was busy: a load near 100 % would be what was measured."""
    server, load = run.server_cpu / run.seconds, run.load_busy / run.seconds
    each = run.server_cpu / max(1, run.messages) * 1e6
    return f"server {server:.0%} of its core, {each:,.0f} µs a message; load {load:.0%}"


def _ngircd(in_flight: int, seconds: float) -> Run:
    return _peer(ngircd.serving, IrcWire, in_flight, seconds)


def _peer(
    serving: Callable[[], contextlib.AbstractContextManager[tuple[int, int]]],
    wire: Callable[[int, int], Wire],
    in_flight: int,
    seconds: float,
) -> Run:
    with serving() as (port, pid), Crowd(wire(port, WRITERS), READERS) as crowd:
        return crowd.run(in_flight, seconds, server_cpu=lambda: processes.cpu_seconds(pid))


def _house(in_flight: int, seconds: float) -> Run:
    with (
        house(seats=READERS + WRITERS) as here,
        Crowd(HouseWire(here.port, here.members, WRITERS), READERS) as crowd,
    ):
        return crowd.run(
            in_flight,
            seconds,
            server_cpu=lambda: processes.cpu_seconds(here.pid),
            half_way=lambda: here.order("rest", here.members[RESTED].seat),
            rested=RESTED,
        )
