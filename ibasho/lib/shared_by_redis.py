"""Shared through Redis: what is said to other processes, the counts of the limits, the key of the day.

One thread sends, and looks every second whether Redis is well. While it is not, nobody waits for it: words are
dropped (whoever misses them reads the table), and limits are counted by each process alone.
A Redis that writes to disk is never given anything: the key of the day must not outlive the day.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError
from redis.retry import Retry

from ibasho.lib import env
from ibasho.lib.seldom import Seldom
from ibasho.lib.shared import Counted

logger = logging.getLogger(__name__)
seldom = Seldom(logger)

LOOK_SECONDS = 1.0
ANSWER_SECONDS = 0.25  # an event loop may wait for it
END_SECONDS = 1.0
MOST_WAITING = 10_000

# KEYS: one for each count. ARGV: amount, seconds, even (0 or 1), then (-1: none) for each.
_COUNT = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local function limit(i)
  local at = (i - 1) * 4
  return tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), ARGV[at + 3] == '1', tonumber(ARGV[at + 4])
end
local function kept(key, value, seconds)
  redis.call('SET', key, string.format('%.6f', value), 'PX', math.max(1, math.ceil(seconds * 1000)))
end
local longest = 0
for i, key in ipairs(KEYS) do
  local amount, seconds, even, after = limit(i)
  local wait = 0
  if even then
    wait = tonumber(redis.call('GET', key) or '0') - now - seconds * (amount - 1) / amount
  else
    local first = redis.call('LINDEX', key, 0)
    while first and now - tonumber(first) >= seconds do
      redis.call('LPOP', key)
      first = redis.call('LINDEX', key, 0)
    end
    local length = redis.call('LLEN', key)
    if length >= amount then
      wait = tonumber(redis.call('LINDEX', key, length - amount)) + seconds - now
      if after >= 0 then
        wait = math.min(wait, tonumber(redis.call('GET', key .. ':slow') or '0') - now)
      end
    end
  end
  longest = math.max(longest, wait)
end
if longest > 0.000001 then
  return string.format('%.6f', longest)
end
for i, key in ipairs(KEYS) do
  local amount, seconds, even, after = limit(i)
  if even then
    local full = math.max(tonumber(redis.call('GET', key) or '0'), now) + seconds / amount
    kept(key, full, full - now)
  else
    if after > 0 then
      kept(key .. ':slow', now + after, after)
    end
    if redis.call('LLEN', key) < amount then
      redis.call('RPUSH', key, string.format('%.6f', now))
      redis.call('PEXPIRE', key, math.ceil(seconds * 1000))
    end
  end
end
return '0'
"""

_TAKE_BACK = """
for i, key in ipairs(KEYS) do
  local at = (i - 1) * 4
  if ARGV[at + 3] == '1' then
    local full = redis.call('GET', key)
    if full then
      local back = tonumber(full) - tonumber(ARGV[at + 2]) / tonumber(ARGV[at + 1])
      redis.call('SET', key, string.format('%.6f', back), 'KEEPTTL')
    end
  else
    redis.call('RPOP', key)
  end
end
return '0'
"""


class SharedByRedis:
    """Raises env.Wrong where Redis answers and must not be used. One that does not answer yet is waited for.

    `at_return` is called when it answers again: what was said meanwhile is lost.
    """

    def __init__(self, url: str, name: str, key: bytes) -> None:
        self.me = secrets.token_bytes(8)
        self.url = url
        self._key = key  # for what must be nobody's to read there
        self.prefix = f"ibasho:{name}:"  # nobody else's: two houses on one Redis never meet
        self.at_return: Callable[[], None] | None = None
        self._client = Redis.from_url(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
            decode_responses=False,
        )
        self._count: Any = self._client.register_script(_COUNT)
        self._take_back: Any = self._client.register_script(_TAKE_BACK)
        self._waiting: deque[tuple[str, bytes]] = deque(maxlen=MOST_WAITING)
        self._woken = threading.Event()
        self._ended = threading.Event()
        self.is_well = False
        self._has_lost = False
        self._looked_at = 0.0
        try:
            self._look()
        except (RedisError, OSError) as error:
            self._doubt(error)
        self._thread = threading.Thread(target=self._keep, name="ibasho-shared", daemon=True)
        self._thread.start()

    def say(self, topic: str, words: bytes) -> None:
        if self.is_well:
            self._waiting.append((topic, self.me + words))
            self._woken.set()

    def count(self, counts: Sequence[Counted]) -> float:
        return float(self._run(self._count, counts) or 0)

    def take_back(self, counts: Sequence[Counted]) -> None:
        self._run(self._take_back, counts)

    def day_key(self, mine: bytes, seconds: float) -> tuple[bytes, float] | None:
        if not self.is_well:
            return None
        name = f"{self.prefix}day"
        try:
            with self._client.pipeline(transaction=False) as pipe:  # one way there and back
                pipe.set(name, mine, nx=True, px=max(1, int(seconds * 1000)))
                pipe.get(name)
                pipe.pttl(name)
                _, key, left = pipe.execute()
        except ResponseError as error:
            self._forget([name], error)
            return None
        except (RedisError, OSError) as error:
            self._doubt(error)
            return None
        # gone between the two: the next one who asks finds another
        return (cast(bytes, key), left / 1000) if key else None

    def close(self) -> None:
        self._ended.set()
        self._woken.set()
        self._thread.join(END_SECONDS)
        self._client.close()

    def _run(self, script: Any, counts: Sequence[Counted]) -> bytes | None:
        if not self.is_well:
            return None
        names = [self._key_of(count.name) for count in counts]
        values = [part for count in counts for part in _values(count)]
        try:
            answer: bytes = script(keys=names, args=values)
        except ResponseError as error:
            self._forget(names, error)
            return None
        except (RedisError, OSError) as error:
            self._doubt(error)
            return None
        return answer

    def _key_of(self, name: str) -> str:
        """Who was counted, for what, is nobody's to read there."""
        return self.prefix + hmac.new(self._key, name.encode(), hashlib.sha256).hexdigest()[:32]

    def _forget(self, names: Sequence[str], error: Exception) -> None:
        """Something else stands under our names, or there is no room: each process counts alone for once."""
        seldom.warning(f"Redis does not take this: {type(error).__name__}")
        try:
            self._client.delete(*names)
        except (RedisError, OSError) as again:
            self._doubt(again)

    def _doubt(self, error: Exception) -> None:
        self.is_well = False
        self._has_lost = True
        self._waiting.clear()
        seldom.warning(str(error) if isinstance(error, env.Wrong) else f"Redis: {type(error).__name__}")

    def _keep(self) -> None:
        while not self._ended.is_set():
            try:
                self._look_in_time()
                self._send_waiting()
            except (RedisError, OSError, env.Wrong) as error:
                self._doubt(error)
            except Exception as error:  # this thread alone finds out when all is well again
                logger.exception("what the processes share")
                self._doubt(error)
            # in doubt nobody's words hurry it
            (self._woken if self.is_well else self._ended).wait(LOOK_SECONDS)
            self._woken.clear()
        with contextlib.suppress(RedisError, OSError):  # what was said last
            self._send_waiting()

    def _look_in_time(self) -> None:
        if self.is_well and time.monotonic() - self._looked_at < LOOK_SECONDS:
            return
        self._look()
        if self._has_lost and self.at_return is not None:
            self._has_lost = False
            self.at_return()

    def _send_waiting(self) -> None:
        if not self._waiting:
            return
        with self._client.pipeline(transaction=False) as pipe:
            for topic, words in self._take_waiting():
                pipe.publish(self.prefix + topic, words)
            pipe.execute()

    def _take_waiting(self) -> Iterator[tuple[str, bytes]]:
        """A doubt of another thread may empty it meanwhile."""
        with contextlib.suppress(IndexError):
            while True:
                yield self._waiting.popleft()

    def _look(self) -> None:
        """Whether it answers and may be given anything."""
        try:
            is_kept = self._setting("save") != "" or self._setting("appendonly") != "no"
        except (NoPermissionError, AuthenticationError, ResponseError) as error:
            raise env.Wrong(
                "REDIS_URL: Redis lets nobody in with this password, or does not say whether it writes to disk. "
                "Give the user of the URL the right to CONFIG GET."
            ) from error
        if is_kept:
            raise env.Wrong(
                "REDIS_URL: this Redis writes to disk, and the day's key must not lie there. "
                'Start it with --save "" --appendonly no'
            )
        self._looked_at = time.monotonic()
        self.is_well = True

    def _setting(self, name: str) -> str:
        found = cast(dict[str, str], self._client.config_get(name))
        if name not in found:
            raise ResponseError(f"no setting {name}")
        return found[name]


def _values(count: Counted) -> tuple[int | float, ...]:
    return (count.amount, count.seconds, int(count.even), -1 if count.then is None else count.then)
