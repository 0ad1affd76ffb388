"""The security headers, on every response there is: pages, files, polls, errors, refused handshakes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings

from ibasho.lib.asgi_types import App, Message, Pairs, Receive, Scope, Send

_TRIAL_HOST = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?")
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'{ws}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
# A script, style or picture obeys the policy of its page, never its own (only a worker would; there is none).
# A file needs one for being opened by itself, and then nothing in it may do anything: the sandbox has neither
# scripts nor forms. It goes with every file, so it is short.
_CSP_OF_FILES = "default-src 'none'; frame-ancestors 'none'; sandbox"
# Nothing in a file may run, so nothing may ask: the header is there, as on every answer, and short.
_FEATURES_OF_FILES = "camera=()"
FILES = "/static/"
# Never no-referrer: browsers then send `Origin: null`, and every form would be refused.
_REFERRER = "same-origin"
_UNUSED_FEATURES = ("camera", "microphone", "geolocation", "payment", "usb")
_TWO_YEARS = 63_072_000
# Whatever is not a file or a public page: nobody else at this device may find it again.
NOT_KEPT = ((b"cache-control", b"no-store"), (b"vary", b"Cookie"))


def SECURITY_HEADERS(ws_origin: str) -> dict[str, str]:  # noqa: N802 — one constant but for the origin
    """Name → value. `ws_origin` is where this page's socket lives, or empty."""
    return {
        "content-security-policy": _CSP.format(ws=f" {ws_origin}" if ws_origin else ""),
        "x-content-type-options": "nosniff",
        "referrer-policy": _REFERRER,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
    }


def as_pairs(host: bytes | str | None) -> Pairs:
    """The headers for an answer to a request with this Host, for those who write bytes themselves."""
    text = host.decode("latin-1") if isinstance(host, bytes) else host or ""
    return list(_pairs(_ws_origin(text), _has_tls()))


def of_file() -> Pairs:
    """The same for a file below /static/."""
    shorter = {
        b"content-security-policy": _CSP_OF_FILES.encode(),
        b"permissions-policy": _FEATURES_OF_FILES.encode(),
    }
    return [(name, shorter.get(name, value)) for name, value in _pairs("", _has_tls())]


def _ws_origin(host: str) -> str:
    # With an address the Host of a request decides nothing; in a trial it is one of three
    # names of this machine, and the socket must be asked for by the same one.
    address = settings.ADDRESS
    if address is not None:
        return str(address.origin).replace("http", "ws", 1)
    host = host.lower()
    if host.startswith("["):  # no CSP can name an IPv6 address; 'self' lets the socket through there
        return ""
    return f"ws://{host}" if _TRIAL_HOST.fullmatch(host) else ""


def _has_tls() -> bool:
    return settings.ADDRESS is not None and settings.ADDRESS.scheme == "https"


@lru_cache(maxsize=64)
def _pairs(ws_origin: str, has_tls: bool) -> tuple[tuple[bytes, bytes], ...]:
    headers = SECURITY_HEADERS(ws_origin)
    if has_tls:
        headers["strict-transport-security"] = f"max-age={_TWO_YEARS}"
    return tuple((name.encode(), value.encode()) for name, value in headers.items())


class Headers:
    """Sets them on whatever the application within answers; its own values give way.

    Below /static/ the policy is a shorter and stricter one.
    """

    _starts = frozenset({"http.response.start", "websocket.http.response.start"})

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        host = next((value for name, value in scope["headers"] if name == b"host"), None)
        is_file = scope["path"].startswith(FILES)
        ours = of_file() if is_file else as_pairs(host)

        async def send_with_headers(message: Message) -> None:
            if message["type"] in self._starts:
                given = message.get("headers", ())
                if is_file:  # its ETag says as much
                    given = [
                        (name, value) for name, value in given if bytes(name).lower() != b"last-modified"
                    ]
                message = {**message, "headers": with_headers(given, ours)}
            await send(message)

        await self._app(scope, receive, send_with_headers)


def with_headers(given: Iterable[tuple[bytes, bytes]], ours: Pairs) -> Pairs:
    """`given` pairs, with `ours` in place of any of the same name."""
    names = {name for name, _ in ours}
    kept = [(bytes(name), bytes(value)) for name, value in given if bytes(name).lower() not in names]
    return kept + ours
