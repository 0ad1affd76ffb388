"""The whole ASGI application, spoken to as a browser does, without a server in between."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from ibasho.asgi import application
from ibasho.lib import pools
from ibasho.live.hub import Hub, Pace
from ibasho.people.models import Person
from ibasho.rooms.models import Room
from ibasho.sockets import wiring
from tests.patience import PATIENCE_SECONDS

WAIT_SECONDS = PATIENCE_SECONDS
ORIGIN = f"http://localhost:{settings.PORT}"
QUICK = Pace(early=0.02, compare=0.2, facts=0.05, sessions=0.2, beat=0.2, retry=0.05)
QUIET = Pace(early=0.02, compare=3600, facts=3600, sessions=3600, beat=3600)


class ClosedError(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class Line:
    """An accepted line. `answers` skips nothing; frames come in their order."""

    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self._communicator = communicator

    async def send(self, frame: dict[str, Any]) -> None:
        await self.send_text(json.dumps(frame))

    async def send_text(self, text: str) -> None:
        await self._communicator.send_input({"type": "websocket.receive", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        await self._communicator.send_input({"type": "websocket.receive", "bytes": data})

    async def frame(self, wait: float = WAIT_SECONDS) -> dict[str, Any]:
        message = await self._communicator.receive_output(wait)
        if message["type"] == "websocket.close":
            raise ClosedError(message["code"], message.get("reason", ""))
        found: dict[str, Any] = json.loads(message["text"])
        return found

    async def frame_of(self, *kinds: str) -> dict[str, Any]:
        """The next frame of such a type; others are skipped, but beats come for ever."""
        skipped = []
        for _ in range(200):
            found = await self.frame()
            if found["type"] in kinds:
                return found
            skipped.append(found["type"])
        raise AssertionError(f"no {kinds} among {set(skipped)}")

    async def closed(self) -> ClosedError:
        while True:
            try:
                await self.frame()
            except ClosedError as closed:
                return closed

    async def post(self, text: str, **fields: str) -> str:
        """Hand in words; returns their request id."""
        request_id = str(uuid.uuid4())
        await self.send({"type": "post", "id": request_id, "text": text, **fields})
        return request_id

    async def hears_nothing(self) -> bool:
        """Whether nothing has come by the time that an answer to something harmless has."""
        await self.send({"type": "nothing of the kind"})
        answer = await self.frame()
        return (answer["type"], answer["code"]) == ("refused", "malformed")


@asynccontextmanager
async def serving(pace: Pace = QUIET) -> AsyncIterator[Hub]:
    """A hub for this test's loop; threads and rounds end with it."""
    hub = wiring.open_hub(pace)
    try:
        yield hub
    finally:
        await wiring.close_hub()
        await asyncio.to_thread(pools.shutdown)


in_thread = sync_to_async  # the ORM never runs on the loop


def cookie_of(person: Person) -> str:
    """A new browser of this person, as its Cookie header."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@asynccontextmanager
async def line_of(
    cookie: str | None, room: Room | str, query: str = "", *, origin: str | None = ORIGIN
) -> AsyncIterator[Line]:
    """A line into a room. Raises ClosedError 403 if the handshake was not accepted."""
    slug = room if isinstance(room, str) else room.slug
    async with line_to(f"/rooms/{slug}/live{'?' + query if query else ''}", cookie, origin=origin) as line:
        yield line


@asynccontextmanager
async def line_to(path: str, cookie: str | None, *, origin: str | None = ORIGIN) -> AsyncIterator[Line]:
    headers = [(b"host", f"localhost:{settings.PORT}".encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    if cookie is not None:
        headers.append((b"cookie", cookie.encode()))
    communicator = WebsocketCommunicator(application, path, headers=headers, subprotocols=["ibasho.v1"])
    is_accepted, code = await communicator.connect(timeout=WAIT_SECONDS)
    if not is_accepted:
        raise ClosedError(403, str(code))
    yield Line(communicator)
    await communicator.disconnect(timeout=WAIT_SECONDS)


class Poll:
    """One request, on its way or answered."""

    def __init__(self, path: str, cookie: str | None, method: str = "GET") -> None:
        target, _, query = path.partition("?")
        headers = [(b"host", f"localhost:{settings.PORT}".encode())]
        if cookie is not None:
            headers.append((b"cookie", cookie.encode()))
        scope = {"type": "http", "method": method, "path": target, "raw_path": target.encode()}
        scope |= {"query_string": query.encode(), "headers": headers, "http_version": "1.1", "scheme": "http"}
        self._communicator = ApplicationCommunicator(application, scope)

    async def start(self) -> Poll:
        await self._communicator.send_input({"type": "http.request", "body": b"", "more_body": False})
        return self

    async def answer(self, wait: float = WAIT_SECONDS) -> tuple[int, dict[str, str], bytes]:
        start = await self._communicator.receive_output(wait)
        body = await self._communicator.receive_output(wait)
        await self._communicator.send_input({"type": "http.disconnect"})
        await self._communicator.wait(WAIT_SECONDS)
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return start["status"], headers, body["body"]

    async def hang_up(self) -> None:
        await self._communicator.send_input({"type": "http.disconnect"})
        await self.ends()

    async def ends(self) -> None:
        """Raises what the house raised."""
        await self._communicator.wait(WAIT_SECONDS)


async def poll(path: str, cookie: str | None, method: str = "GET") -> tuple[int, dict[str, str], Any]:
    status, headers, body = await (await Poll(path, cookie, method).start()).answer()
    return status, headers, json.loads(body) if headers["content-type"] == "application/json" else body
