"""A request without a server: what an ASGI application is given, and what it sends."""

from __future__ import annotations

from typing import Any

from ibasho.lib.asgi_types import App, Message, Scope


def scope_of(kind: str = "http", path: str = "/", **changes: Any) -> Scope:
    """A request from a browser in a trial; `headers` given here replace those of the same name."""
    headers = {"host": "localhost:8000"}
    if kind == "websocket":
        headers["origin"] = "http://localhost:8000"
    headers.update(changes.pop("headers", {}))
    return {
        "type": kind,
        "path": path,
        "raw_path": path.encode("utf-8", "surrogatepass"),
        "query_string": b"",
        "root_path": "/spoofed",
        "scheme": "http" if kind == "http" else "ws",
        "client": ["203.0.113.77", 50_000],
        "server": ["127.0.0.1", 8000],
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items() if value],
        **changes,
    }


class Inner:
    """The application within: remembers what it was given, answers what it was told."""

    def __init__(self, *answers: Message) -> None:
        self.scopes: list[Scope] = []
        self._answers = answers or (
            {"type": "http.response.start", "status": 200, "headers": [(b"Content-Type", b"text/plain")]},
            {"type": "http.response.body", "body": b"ok"},
        )

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        for answer in self._answers:
            await send(answer)


async def sent_by(app: App, scope: Scope) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect" if scope["type"] == "websocket" else "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent
