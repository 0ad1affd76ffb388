"""The outermost door: which request is believed, and what it may say about itself.

One address decides. Behind it nobody learns where a request came from: the address of
the peer becomes today's pseudonym of its prefix here, and is taken away.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from ibasho.lib import rate_limit
from ibasho.lib.asgi_types import App, Pairs, Receive, Scope, Send
from ibasho.lib.env import Address
from ibasho.lib.errors import Refusal
from ibasho.lib.headers import NOT_KEPT, as_pairs
from ibasho.lib.seldom import Seldom

PATH_BYTES = 8_192
PREFIX = "ibasho.prefix"
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
_PORTS = {"http": 80, "https": 443}
_FORWARDING = re.compile(rb"x-forwarded-.*|forwarded|x-real-ip")
_NEVER_BELIEVED = re.compile(rb"daphne-root-path|x-forwarded-.*|forwarded|x-real-ip|.*_.*")
_BAD_PATH = re.compile("[\x00-\x1f\x7f\ufffd\ud800-\udfff]")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _No:
    """A request that goes no further. `why` is for the log and names nobody."""

    status: int
    why: str


class Trust:
    """Passes on what may be believed, with `scope["ibasho.prefix"]` instead of an address."""

    def __init__(self, app: App, prefix: Callable[[str], str] = rate_limit.prefix) -> None:
        self._app = app
        self._prefix = prefix
        self._has_told_of_proxy = False
        self._refused = Seldom(logger)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        no = self._objection(scope)
        if no is None:
            await self._app(self._believed(scope), receive, send)
        elif scope["type"] == "websocket":
            self._refused.warning(f"a handshake was refused: {no.why}")
            await receive()
            await send({"type": "websocket.close", "code": 1008})  # before accept: 403
        else:
            await _answer(scope, send, no)

    def _objection(self, scope: Scope) -> _No | None:
        address: Address | None = settings.ADDRESS
        if address is None and any(_FORWARDING.fullmatch(name) for name, _ in scope["headers"]):
            self._tell_of_proxy()
            return _No(421, "it came through a proxy")
        if _values(scope, b"host") not in _allowed_hosts(scope, address):
            return _No(400, "its host is not ours")
        if not _is_readable_path(scope):
            return _No(400, "its path cannot be read")
        if scope["type"] == "websocket" and _values(scope, b"origin") not in _allowed_origins(scope, address):
            return _No(403, "its origin is not ours")
        return None

    def _tell_of_proxy(self) -> None:
        if not self._has_told_of_proxy:
            self._has_told_of_proxy = True
            logger.warning("a request came through a proxy and was answered 421: set IBASHO_URL")

    def _believed(self, scope: Scope) -> Scope:
        address: Address | None = settings.ADDRESS
        scheme = address.scheme if address else "http"
        return {
            **scope,
            "headers": [pair for pair in scope["headers"] if not _NEVER_BELIEVED.fullmatch(pair[0])],
            "scheme": scheme if scope["type"] == "http" else scheme.replace("http", "ws"),
            "root_path": "",
            "client": None,
            PREFIX: self._prefix(_address_of_peer(scope)),
        }


def _values(scope: Scope, name: bytes) -> tuple[str, ...]:
    return tuple(value.decode("latin-1").lower() for key, value in scope["headers"] if key == name)


def _allowed_hosts(scope: Scope, address: Address | None) -> set[tuple[str, ...]]:
    if address is None:
        return {(origin.removeprefix("http://"),) for origin in _trial_origins(scope)}
    hosts = {f"{address.host}:{address.port}", address.origin.removeprefix(f"{address.scheme}://")}
    return {(host,) for host in hosts}


def _allowed_origins(scope: Scope, address: Address | None) -> set[tuple[str, ...]]:
    origins = _trial_origins(scope) if address is None else [address.origin]
    return {(origin,) for origin in origins}


def _trial_origins(scope: Scope) -> list[str]:
    server = scope.get("server") or (None, None)
    port = server[1] or settings.PORT
    return [Address("http", name, port).origin for name in _LOOPBACK_NAMES]


def _is_readable_path(scope: Scope) -> bool:
    path: str = scope["path"]
    if (
        not path.startswith("/")
        or len(path.encode("utf-8", "replace")) > PATH_BYTES
        or _BAD_PATH.search(path)
    ):
        return False
    raw: bytes = scope.get("raw_path") or b"/"
    return raw.startswith(b"/") and len(raw) <= PATH_BYTES


def _address_of_peer(scope: Scope) -> str:
    peer = (scope.get("client") or ("", 0))[0] or ""
    hops: int = settings.PROXY_HOPS
    if hops > 0 and _is_near(peer):
        entries = ",".join(_values(scope, b"x-forwarded-for")).split(",")
        if len(entries) >= hops and (found := _bare_address(entries[-hops])):
            return found
    return str(peer)


def _is_near(peer: str) -> bool:
    """A unix socket, or this machine."""
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return True


def _bare_address(entry: str) -> str:
    entry = entry.strip().strip('"')
    with_port = re.fullmatch(r"\[([^\]]*)\](?::\d+)?|([\d.]+):\d+", entry)
    bare = (with_port[1] or with_port[2]) if with_port else entry
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return ""


async def _answer(scope: Scope, send: Send, no: _No) -> None:
    refusal = Refusal("malformed")
    if any("application/json" in value for value in _values(scope, b"accept")):
        kind, body = b"application/json", json.dumps(refusal.as_dict(), ensure_ascii=False)
    else:
        kind, body = b"text/plain; charset=utf-8", refusal.text
    headers: Pairs = [(b"content-type", kind), *NOT_KEPT]
    # The Host of a refused request stands in no header.
    await send({"type": "http.response.start", "status": no.status, "headers": headers + as_pairs(None)})
    await send({"type": "http.response.body", "body": body.encode()})
