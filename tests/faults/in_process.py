"""The whole application in this process, in lives: each has a loop, a hub and pools, and may be killed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from asgiref.testing import ApplicationCommunicator
from channels.testing import WebsocketCommunicator
from django.conf import settings

from ibasho.asgi import application
from ibasho.lib import pools, rate_limit
from ibasho.live import hub as hubs
from ibasho.live.hub import Pace
from ibasho.rooms import earlier, epoch, limits
from ibasho.rooms.queries import beats, catching_up
from ibasho.sockets import wiring
from tests.patience import PATIENCE_SECONDS
from tests.sockets.kit import ORIGIN

T = TypeVar("T")
TURN_SECONDS = 0.001
CSRF = "f" * 32
ROUNDS = Pace(early=0.02, compare=0.1, facts=0.05, sessions=0.2, beat=0.1, retry=0.05)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Wire:
    """One line as its client holds it. What has come lies in `frames`; `closed` is (code, reason) once over."""

    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self._communicator = communicator
        self.closed: tuple[int, str] | None = None
        self._unheard: list[dict[str, Any]] = []

    def send(self, frame: Mapping[str, Any]) -> None:
        message = {"type": "websocket.receive", "text": json.dumps(frame)}
        self._communicator.input_queue.put_nowait(message)

    def frames(self) -> list[dict[str, Any]]:
        """All that has come since last time."""
        found, self._unheard = self._unheard, []
        while not self._communicator.output_queue.empty():
            message = self._communicator.output_queue.get_nowait()
            if message["type"] == "websocket.close":
                self.closed = (message["code"], message.get("reason", ""))
                self._communicator.input_queue.put_nowait({"type": "websocket.disconnect", "code": 1000})
            else:
                found.append(json.loads(message["text"]))
        return found

    def put_back(self, frames: list[dict[str, Any]]) -> None:
        """They were looked at too early: `frames` gives them again, first."""
        self._unheard = frames

    async def hang_up(self) -> None:
        await self._communicator.disconnect(timeout=PATIENCE_SECONDS)

    def forget(self) -> None:
        """The other side was killed: nothing more comes, and nobody hears."""
        self._communicator.stop(exceptions=False)


class House:
    """The process that serves. Between calls nothing runs but what is already on a thread."""

    def __init__(self) -> None:
        self._loop = self._begin()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)

    def turn(self, times: int) -> None:
        """Let the loop go round so often, and no further."""
        self.run(_turns(times))

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Run until `is_so`, which is asked between the turns. Fails with `what` is wrong if it takes too long."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < end, what
            self.run(asyncio.sleep(TURN_SECONDS))

    def kill(self) -> None:
        """End at once, without a farewell to anybody, and begin anew with what is on disk."""
        self._end()
        self._loop = self._begin()

    def close(self) -> None:
        self._end()

    def request(self, method: str, path: str, cookie: str, form: Mapping[str, str] | None = None) -> Answer:
        """A page's own request, asking for JSON; with the form's token if there is a form."""
        return self.run(_request(method, path, cookie, form))

    def open(self, path: str, cookie: str) -> Wire:
        return self.run(_open(path, cookie))

    def first_frame(self, wire: Wire) -> dict[str, Any]:
        """The welcome of a line that may be had; what comes behind it stays where it is."""
        came: list[dict[str, Any]] = []

        def has_come() -> bool:
            came.extend(wire.frames())
            return bool(came) or wire.closed is not None

        self.until(has_come, "no welcome")
        assert came, f"a line that may be had was closed: {wire.closed}"
        assert came[0]["type"] == "welcome"
        wire.put_back(came[1:])
        return came[0]

    @staticmethod
    def _begin() -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        loop.run_until_complete(_serve())
        return loop

    def _end(self) -> None:
        hubs.make_current(None)
        self.run(_cancel_all())
        pools.shutdown()
        self.run(wiring.close_hub())
        self._loop.close()
        # what a new process does not know
        beats.forget_crowds()
        catching_up.forget_readings()
        limits.forget()
        earlier.forget()
        rate_limit.reset()
        epoch.forget()


async def _serve() -> None:
    wiring.open_hub(ROUNDS)


async def _turns(times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _request(method: str, path: str, cookie: str, form: Mapping[str, str] | None) -> Answer:
    target, _, query = path.partition("?")
    body = b"" if form is None else urlencode({**form, "csrfmiddlewaretoken": CSRF}).encode()
    headers = [
        *_common(f"{cookie}; {settings.CSRF_COOKIE_NAME}={CSRF}"),
        (b"accept", b"application/json"),
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"content-length", str(len(body)).encode()),
    ]
    scope = {"type": "http", "method": method, "path": target, "raw_path": target.encode(), "scheme": "http"}
    scope |= {"query_string": query.encode(), "headers": headers, "http_version": "1.1"}
    communicator = ApplicationCommunicator(application, scope)
    await communicator.send_input({"type": "http.request", "body": body, "more_body": False})
    start = await communicator.receive_output(PATIENCE_SECONDS)
    parts = []
    while True:
        message = await communicator.receive_output(PATIENCE_SECONDS)
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    await communicator.send_input({"type": "http.disconnect"})
    await communicator.wait(PATIENCE_SECONDS)
    return Answer(start["status"], b"".join(parts))


async def _open(path: str, cookie: str) -> Wire:
    communicator = WebsocketCommunicator(
        application, path, headers=_common(cookie), subprotocols=["ibasho.v1"]
    )
    is_accepted, code = await communicator.connect(timeout=PATIENCE_SECONDS)
    assert is_accepted, code
    return Wire(communicator)


def _common(cookie: str) -> list[tuple[bytes, bytes]]:
    host = f"localhost:{settings.PORT}".encode()
    return [(b"host", host), (b"origin", ORIGIN.encode()), (b"cookie", cookie.encode())]
