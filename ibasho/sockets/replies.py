"""Short answers over plain HTTP, for what is answered beside Django."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from ibasho.lib.asgi_types import Send
from ibasho.lib.errors import Refusal
from ibasho.lib.headers import NOT_KEPT

_RETRY_SECONDS = 5


async def reply(
    send: Send, status: int, body: bytes, kind: str, more: Mapping[str, str] | None = None
) -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *NOT_KEPT]
    headers += [(name.encode(), value.encode()) for name, value in (more or {}).items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def reply_json(
    send: Send, status: int, answer: Mapping[str, Any], more: Mapping[str, str] | None = None
) -> None:
    await reply(send, status, orjson.dumps(answer), "application/json", more)


async def reply_text(send: Send, status: int, text: str) -> None:
    await reply(send, status, text.encode(), "text/plain; charset=utf-8")


async def reply_refusal(send: Send, refusal: Refusal) -> None:
    """With its status, and Retry-After where the status asks to wait."""
    more = {}
    if refusal.status in (429, 503):
        more["retry-after"] = str(refusal.retry_after or _RETRY_SECONDS)
    await reply_json(send, refusal.status, refusal.as_dict(), more)
