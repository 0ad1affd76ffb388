"""How often a thing may be done: one table, each row used by its name.

Counts live in memory only, by the monotonic clock. Where a house has several processes they count together
(`lib.shared`), but for what one line or one process may do; while they cannot, each counts alone. An address is
counted under a pseudonym whose key is never written and ends after a day.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from ibasho.lib import shared
from ibasho.lib.errors import Refusal
from ibasho.lib.shared import Counted, Shared

LINES_PER_SEAT = 3
LINES_PER_PERSON = 10
LINES_PER_KEEPER = 10  # to the desk
POLLS_PER_SEAT = 3
# Many homes share one IPv4 address; a home has an IPv6 /64 of its own.
V4_FACTOR = 5
_KEYS_PER_VERB = 20_000
_DAY_SECONDS = 86_400
_OVERLAP_SECONDS = 3_600
_ROUNDING = 1e-6
_OF_ONE_PROCESS = ("line", "process")
_ASK_SECONDS = 30.0  # for the key of the day
_ASK_AGAIN_SECONDS = 1.0  # where none was to be had


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in so many seconds, `by` whom.

    `even`: after a burst they come back one by one instead of all together.
    `then`: beyond the amount still one in so many seconds, so nobody locks others out.
    `also`: a second limit on the same verb. `stays`: even when a trial lifts the limits.
    """

    amount: int
    seconds: float
    by: str
    even: bool = False
    then: float | None = None
    also: Limit | None = None
    stays: bool = False
    code: str = "too_fast"


LIMITS: dict[str, Limit] = {
    "enter": Limit(5, 3600, "prefix", code="too_many_tries"),
    "return": Limit(5, 3600, "prefix", stays=True, code="too_many_tries"),
    "phrase": Limit(5, 600, "person", code="too_many_tries"),
    "return_house": Limit(100, 3600, "house", then=10, stays=True, code="too_many_tries"),
    "door": Limit(20, 600, "person", code="too_many_tries"),
    "passphrase_person": Limit(5, 600, "person", stays=True, code="too_many_tries"),
    "passphrase_room": Limit(30, 600, "room", then=20, stays=True, code="too_many_tries"),
    "post": Limit(5, 15, "seat", even=True),
    "post_newcomer": Limit(1, 20, "seat"),
    "change": Limit(10, 60, "seat"),
    "ignore": Limit(20, 60, "seat"),
    "fill": Limit(1, 2, "line", also=Limit(10, 60, "line")),
    "older": Limit(30, 60, "person"),
    "note_person": Limit(3, 3600, "person"),
    "note_prefix": Limit(10, 3600, "prefix"),
    # One wish for an answer: notes are no talk with the keepers.
    "note_answer": Limit(1, 86_400, "person"),
    "opinion": Limit(5, 3600, "prefix"),
    "quiet_box_person": Limit(3, 3600, "person"),
    "quiet_box_prefix": Limit(10, 3600, "prefix"),
    "look": Limit(30, 3600, "prefix"),
    "sign_up": Limit(10, 3600, "prefix"),
    "helping": Limit(3, 3600, "prefix"),
    "concern": Limit(5, 600, "person"),
    # Of those who told before, and not of a danger to a life; what waits at the desk costs a room nothing more.
    "concern_room": Limit(20, 600, "room"),
    # Codes that are of nothing: whoever has one is not slowed down.
    "receipts": Limit(10, 3600, "prefix", code="too_many_tries"),
    "feeds": Limit(30, 3600, "prefix", code="too_many_tries"),
    "mail": Limit(10, 3600, "prefix", code="too_many_tries"),
    # Tokens that are of nothing: a mail program's servers stop many from one address, and each of theirs is known.
    "mail_stop": Limit(30, 3600, "prefix", code="too_many_tries"),
    "reviews": Limit(10, 3600, "prefix", code="too_many_tries"),
    # An honest reader without a socket asks again after each change; in a lively room that is often.
    "poll": Limit(20, 10, "seat", even=True),
    "seen": Limit(30, 60, "line"),
    "connect_person": Limit(20, 60, "person"),
    # A keeper in a storm opens a page of the desk every few seconds, and each has its own line.
    "connect_desk": Limit(60, 60, "person"),
    "connect_process": Limit(200, 1, "process"),
    "keeper_login": Limit(10, 3600, "account", stays=True, code="too_many_tries"),
    "keeper_passkey": Limit(30, 600, "prefix", code="too_many_tries"),
    "keeper_code": Limit(10, 3600, "account", stays=True, code="too_many_tries"),
    # The same code a second time: longer than any is accepted.
    "keeper_code_again": Limit(1, 300, "account and code", stays=True, code="too_many_tries"),
    # Whoever sends more than this is read no faster; who goes on sending is a flood.
    "frame": Limit(20, 10, "line", even=True),
    "flood": Limit(10, 60, "line"),
    # Pings and frames without content: a browser sends one in 25 seconds.
    "idle_frame": Limit(100, 10, "line", stays=True),
    # The twentieth malformed frame in a minute is the one that ends the line.
    "malformed": Limit(19, 60, "line", stays=True),
}


class _Count:
    """What one key did under one limit. Times are the clock's."""

    __slots__ = ("full_at", "slow_at", "times")

    def __init__(self) -> None:
        self.times: deque[float] = deque()  # of the window
        self.full_at = 0.0  # even: when all are back
        self.slow_at = 0.0  # then: when the next one beyond the amount is free

    def wait(self, limit: Limit, amount: int, now: float) -> float:
        """Seconds until one more is free; 0 if it is free now."""
        if limit.even:
            return max(0.0, self.full_at - now - limit.seconds * (amount - 1) / amount)
        while self.times and now - self.times[0] >= limit.seconds:
            self.times.popleft()
        if len(self.times) < amount:
            return 0.0
        full = self.times[len(self.times) - amount] + limit.seconds - now
        return full if limit.then is None else min(full, max(0.0, self.slow_at - now))

    def add(self, limit: Limit, amount: int, now: float) -> None:
        if limit.even:
            self.full_at = max(self.full_at, now) + limit.seconds / amount
            return
        self.slow_at = now + (limit.then or 0.0)
        if len(self.times) < amount:  # one beyond the amount moves only `slow_at`
            self.times.append(now)

    def take_back(self, limit: Limit, amount: int) -> None:
        if limit.even:
            self.full_at -= limit.seconds / amount
        elif self.times:
            self.times.pop()

    def is_over(self, limit: Limit, now: float) -> bool:
        last = self.times[-1] if self.times else -math.inf
        return now - last >= limit.seconds and self.full_at <= now and self.slow_at <= now


class Limits:
    """The counts of one process, and of all together if there is `shared`. Safe between threads; the least used
    keys are forgotten first.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        are_lifted: Callable[[], bool] = lambda: False,
        shared: Callable[[], Shared | None] = lambda: None,
        keys_per_verb: int = _KEYS_PER_VERB,
    ) -> None:
        self._clock = clock
        self._are_lifted = are_lifted
        self._shared = shared
        self._keys_per_verb = keys_per_verb
        self._guard = threading.Lock()
        self._counts: dict[Limit, OrderedDict[str, _Count]] = {}

    def take(self, verb: str, key: object) -> None:
        """Count one `verb` of `key`, or raise its refusal with `retry_after`; a refused try is not counted."""
        first = LIMITS[verb]
        if not first.stays and self._are_lifted():
            return
        limits = (first,) if first.also is None else (first, first.also)
        name = f"{verb}:{key}"
        with self._guard:
            now = self._clock()
            found = [(limit, _amount(limit, key), self._count(limit, name, now)) for limit in limits]
            wait = max(count.wait(limit, amount, now) for limit, amount, count in found)
            if wait <= _ROUNDING:
                for limit, amount, count in found:
                    count.add(limit, amount, now)
        if wait <= _ROUNDING:
            wait = self._count_together(verb, key)
            if wait > _ROUNDING:
                self._take_back(verb, key)
        if wait > _ROUNDING:
            raise Refusal(first.code, retry_after=math.ceil(wait - _ROUNDING))

    def _count_together(self, verb: str, key: object) -> float:
        """Seconds until all processes together have one free; 0 if they have counted this one."""
        others = self._others(verb)
        return 0.0 if others is None else others.count(_counted(verb, key))

    def _others(self, verb: str) -> Shared | None:
        return None if LIMITS[verb].by in _OF_ONE_PROCESS else self._shared()

    def give_back(self, verb: str, key: object) -> None:
        """Undo one `take` whose act did not come about."""
        self._take_back(verb, key)
        others = self._others(verb)
        if others is not None:
            others.take_back(_counted(verb, key)[:1])

    def _take_back(self, verb: str, key: object) -> None:
        limit = LIMITS[verb]
        with self._guard:
            counts = self._counts.get(limit)
            count = counts.get(f"{verb}:{key}") if counts else None
            if count is not None:
                count.take_back(limit, _amount(limit, key))

    def reset(self) -> None:
        """Forget everything."""
        with self._guard:
            self._counts.clear()

    def _count(self, limit: Limit, name: str, now: float) -> _Count:
        counts = self._counts.setdefault(limit, OrderedDict())
        count = counts.get(name)
        if count is None:
            while counts and (
                len(counts) >= self._keys_per_verb or next(iter(counts.values())).is_over(limit, now)
            ):
                counts.popitem(last=False)
            count = counts[name] = _Count()
        counts.move_to_end(name)
        return count


def _counted(verb: str, key: object) -> list[Counted]:
    first = LIMITS[verb]
    limits = (first,) if first.also is None else (first, first.also)
    return [
        Counted(f"{verb}:{number}:{key}", _amount(limit, key), limit.seconds, limit.even, limit.then)
        for number, limit in enumerate(limits)
    ]


def _amount(limit: Limit, key: object) -> int:
    is_v4 = limit.by == "prefix" and str(key).startswith("4")
    return limit.amount * V4_FACTOR if is_v4 else limit.amount


class Pseudonyms:
    """Names for address prefixes that nobody can turn back, not even the house a day later."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        shared: Callable[[], Shared | None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._shared = shared
        self._guard = threading.Lock()
        self._key = secrets.token_bytes(32)
        self._until = clock() + _DAY_SECONDS
        self._ask_at = -math.inf
        self._old_key: bytes | None = None
        self._old_until = -math.inf
        self._seen: OrderedDict[str, float] = OrderedDict()

    def of(self, address: str) -> str:
        """`4…` or `6…`: the same for one IPv4 address or one IPv6 /64 within a day.

        Who was counted in the hour before midnight of the key stays the same for one hour
        more, so no limit is escaped by waiting for the change.
        """
        version, prefix = _prefix(address)
        with self._guard:
            now = self._clock()
            self._rotate(now)
            if self._old_key is not None:
                old = _named(version, self._old_key, prefix)
                if now - self._seen.get(old, -math.inf) < _OVERLAP_SECONDS:
                    return old
            name = _named(version, self._key, prefix)
            self._remember(name, now)
            return name

    def _rotate(self, now: float) -> None:
        if self._old_until <= now:
            self._old_key = None
        is_over = now >= self._until
        key, seconds = (
            (secrets.token_bytes(32), float(_DAY_SECONDS)) if is_over else (self._key, self._until - now)
        )
        others = self._shared()
        if others is not None and (is_over or now >= self._ask_at):
            # again and again: a Redis that was started anew has forgotten it, and the first who asks brings it back
            found = others.day_key(key, seconds)
            self._ask_at = now + (_ASK_SECONDS if found else _ASK_AGAIN_SECONDS)
            key, seconds = found or (key, seconds)
        self._change(key, seconds, now)

    def _change(self, key: bytes, seconds: float, now: float) -> None:
        if key != self._key:
            self._old_key = self._key if now - self._until < _OVERLAP_SECONDS else None
            self._old_until = now + _OVERLAP_SECONDS
            self._key = key
        self._until = now + seconds

    def _remember(self, name: str, now: float) -> None:
        self._seen[name] = now
        self._seen.move_to_end(name)
        if len(self._seen) > _KEYS_PER_VERB:
            self._seen.popitem(last=False)


def _prefix(address: str) -> tuple[str, bytes]:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "6", address.encode()  # a unix socket has no address: all are one
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.is_loopback:  # `localhost` means either: one visitor, one name
            ip = ipaddress.IPv4Address("127.0.0.1")
        elif ip.ipv4_mapped is None:
            return "6", ip.packed[:8]
        else:
            ip = ip.ipv4_mapped
    return "4", ip.packed


def _named(version: str, key: bytes, prefix: bytes) -> str:
    return version + hmac.new(key, prefix, hashlib.sha256).hexdigest()[:16]


_limits = Limits(are_lifted=lambda: not getattr(settings, "RATE_LIMITS", True), shared=shared.current)
_pseudonyms = Pseudonyms(shared=shared.current)


def take(verb: str, key: object) -> None:
    """Count one `verb` of `key`. Raises `too_fast` or `too_many_tries` with `retry_after`."""
    _limits.take(verb, key)


def give_back(verb: str, key: object) -> None:
    """Undo one `take` whose act did not come about."""
    _limits.give_back(verb, key)


def prefix(address: str) -> str:
    """Today's pseudonym of an address: its IPv4, or its IPv6 /64."""
    return _pseudonyms.of(address)


def reset() -> None:
    """Forget all counts; for tests."""
    _limits.reset()
