"""The whole application in this process, in lives: each has a loop, a hub and pools, and may be killed."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import time_machine
from asgiref.testing import ApplicationCommunicator
from channels.testing import WebsocketCommunicator
from django.conf import settings

from ibasho.asgi import application
from ibasho.house.actions import acknowledge
from ibasho.house.models import HouseRulesVersion
from ibasho.lib import pools, rate_limit
from ibasho.live import hub as hubs
from ibasho.people.actions import enter
from ibasho.people.models import Person
from ibasho.rooms import earlier, epoch, limits
from ibasho.rooms.queries import beats, catching_up
from ibasho.sockets import wiring
from tests.conftest import EVENING
from tests.faults.house import CSRF, House, Wire
from tests.faults.moved import ROUNDS
from tests.patience import PATIENCE_SECONDS
from tests.sockets.kit import ORIGIN, cookie_of
from tests.wire import Answer

BETWEEN_SESSIONS = 5  # turns of the loop


class WireHere(Wire):
    def __init__(self, communicator: WebsocketCommunicator) -> None:
        super().__init__()
        self._communicator = communicator

    def send(self, frame: Mapping[str, Any]) -> None:
        message = {"type": "websocket.receive", "text": json.dumps(frame)}
        self._communicator.input_queue.put_nowait(message)

    def _take(self) -> list[dict[str, Any]]:
        found = []
        while not self._communicator.output_queue.empty():
            message = self._communicator.output_queue.get_nowait()
            if message["type"] == "websocket.close":
                self.closed = (message["code"], message.get("reason", ""))
                self._communicator.input_queue.put_nowait({"type": "websocket.disconnect", "code": 1000})
            else:
                found.append(json.loads(message["text"]))
        return found

    async def hang_up(self) -> None:
        await self._communicator.disconnect(timeout=PATIENCE_SECONDS)

    def forget(self) -> None:
        self.is_lost = True
        self._communicator.stop(exceptions=False)


class HouseHere(House):
    """The one process that serves."""

    def __init__(self) -> None:
        self._travel = time_machine.travel(EVENING, tick=False)
        self._clock = self._travel.start()
        self._wires: list[WireHere] = []
        self._loop = self._begin()

    def move_to(self, when: dt.datetime) -> None:
        self._clock.move_to(when)

    def turn(self, times: int) -> None:
        self.run(_turns(times))

    def rest_between_sessions(self) -> None:
        self.turn(BETWEEN_SESSIONS)

    def kill(self, pick: int) -> None:
        for wire in self._wires:
            wire.forget()
        self._wires.clear()
        self._end()
        self._loop = self._begin()

    def close(self) -> None:
        self._end()
        self._travel.stop()

    def enter(self, standpoint: str) -> tuple[Person, str]:
        person = enter(standpoint)
        acknowledge(person, HouseRulesVersion.objects.latest("number").number)
        return person, cookie_of(person)

    def request(self, method: str, path: str, cookie: str, form: Mapping[str, str] | None = None) -> Answer:
        return self.run(_request(method, path, cookie, form))

    def open(self, path: str, cookie: str, door: int) -> Wire:
        wire = self.run(_open(path, cookie))
        self._wires.append(wire)
        return wire

    def hang_up(self, wire: Wire) -> None:
        assert isinstance(wire, WireHere)
        self._wires.remove(wire)
        self.run(wire.hang_up())

    def settle(self, epoch: str) -> None:
        """It has settled it itself."""

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
    return Answer(start["status"], [], b"".join(parts))


async def _open(path: str, cookie: str) -> WireHere:
    communicator = WebsocketCommunicator(
        application, path, headers=_common(cookie), subprotocols=["ibasho.v1"]
    )
    is_accepted, code = await communicator.connect(timeout=PATIENCE_SECONDS)
    assert is_accepted, code
    return WireHere(communicator)


def _common(cookie: str) -> list[tuple[bytes, bytes]]:
    host = f"localhost:{settings.PORT}".encode()
    return [(b"host", host), (b"origin", ORIGIN.encode()), (b"cookie", cookie.encode())]
