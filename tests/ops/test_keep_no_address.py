"""Where somebody came from is nowhere: not in the database, not in a file, not in what is logged."""

from __future__ import annotations

import ipaddress
import signal
import socket
import subprocess
import sys
import uuid
from pathlib import Path

from tests.ops.served import House, Visitor, begin
from tests.wire import CLOSE, PING, TEXT, encode_frame

LOCAL = "127.0.0.77"
FAR = "203.0.113.77"
FAR_SIX = "2001:db8:77:77::77"
BROWSER = "Canary-Browser-77"
TRIAL = "/rooms/tameshi/"


def _forms(address: str) -> list[bytes]:
    """An address as it is written and as it is packed."""
    parsed = ipaddress.ip_address(address)
    return [address.encode(), parsed.exploded.encode(), parsed.packed, parsed.packed.hex().encode()]


def _everything(data: Path, house: House) -> dict[str, bytes]:
    found = {str(file.relative_to(data)): file.read_bytes() for file in data.rglob("*") if file.is_file()}
    return found | {"log": house.log.encode(), "said": "\n".join(house.said).encode()}


def _live(visitor: Visitor) -> None:
    """An evening: enter, sit down, speak, leave a note, ask for what is not there, ask wrongly."""
    visitor.enter()
    if visitor.get(TRIAL).status == 200:
        visitor.send(TRIAL, f"{TRIAL}door/", {"mode": "speak", "call_name": ""})
        fields = {"id": str(uuid.uuid4()), "text": "こんばんは"}
        assert visitor.send(TRIAL, f"{TRIAL}messages/", fields).status in (201, 302, 303)
        visitor.get(f"{TRIAL}live", Upgrade="websocket", Connection="Upgrade", Origin="http://evil.example")
    visitor.send("/note/", "/note/", {"text": "庭の木が きれいです"})
    visitor.send("/return/", "/return/", {"phrase": "ちがう ことば"})
    visitor.get("/nowhere/")
    visitor.get("/%00/")


def _misbehave(visitor: Visitor) -> None:
    """Everything that a server is tempted to write a line about."""
    host = f"host: {visitor.headers['Host']}\r\nuser-agent: {BROWSER}\r\n"
    forms = [
        "GET / HTTP/1.1\n\n",
        "GET\r\n\r\n",
        f"GET / HTTP/1.1\r\n{host}x-one: 1\r\n two\r\n\r\n",
        f"GET / HTTP/1.1\r\n{host}x-one: a\x0bb\r\n\r\n",
        f"POST /note/ HTTP/1.1\r\n{host}content-length: 999999999\r\n\r\n",
        f"POST /note/ HTTP/1.1\r\n{host}transfer-encoding: chunked\r\n\r\nZ\r\n",
        f"POST /note/ HTTP/1.1\r\n{host}content-length: 10\r\n\r\nhalf",
    ]
    for form in forms:
        _say(visitor, form.encode("latin-1"))
    shake = [
        f"GET {TRIAL}live HTTP/1.1\r\n{host}upgrade: websocket\r\nconnection: upgrade",
        "sec-websocket-version: 13\r\nsec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==",
        f"origin: http://{visitor.headers['Host']}",
        "cookie: " + "; ".join(f"{name}={value}" for name, value in visitor.cookies.items()),
    ]
    for end in (b"GET / HTTP/1.1\r\n\r\n", encode_frame(TEXT, b"\xff"), encode_frame(PING, b"") * 500):
        _say(visitor, ("\r\n".join(shake) + "\r\n\r\n").encode(), end, encode_frame(CLOSE, b"\x03\xe8")[:3])


def _say(visitor: Visitor, *parts: bytes) -> None:
    """Send each part once something came back for the one before, and go without a good-bye."""
    with socket.create_connection(("127.0.0.1", visitor.port), 10, (visitor.source, 0)) as line:
        line.settimeout(1)
        for part in parts:
            try:
                line.sendall(part)
                line.recv(65_536)
            except OSError:  # it waits for more, or has hung up
                continue
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def test_a_trial_forgets_who_came(tmp_path: Path) -> None:
    house = House(begin(tmp_path))
    try:
        house.wait_until_it_serves()
        visitor = Visitor(house.port, source=LOCAL, headers={"User-Agent": BROWSER})
        _live(visitor)
        _misbehave(visitor)
    finally:
        assert house.end(signal.SIGTERM) == 0
    seen = _everything(tmp_path, house)
    assert "こんばんは".encode() in b"".join(seen.values()), "the words themselves are kept"
    for canary in [LOCAL.encode(), BROWSER.encode()]:
        assert [name for name, content in seen.items() if canary in content] == []


def test_a_house_behind_a_proxy_forgets_who_came(tmp_path: Path) -> None:
    house = House(begin(tmp_path), IBASHO_URL="http://house.example", IBASHO_PROXY_HOPS="1")
    try:
        house.wait_until_it_serves()
        for address in (FAR, FAR_SIX):
            headers = {"Host": "house.example", "X-Forwarded-For": address, "User-Agent": BROWSER}
            _live(Visitor(house.port, headers=headers))
    finally:
        assert house.end(signal.SIGTERM) == 0
    assert house.said[0] == "address: http://house.example/"
    seen = _everything(tmp_path, house)
    assert "庭の木が".encode() in b"".join(seen.values()), "the note itself is kept"
    for canary in [*_forms(FAR), *_forms(FAR_SIX), BROWSER.encode()]:
        assert [name for name, content in seen.items() if canary in content] == [], canary


def test_which_passkey_signed_in_is_not_logged() -> None:
    speak = "import logging; from ibasho.commands.output import log_to_stderr; log_to_stderr()"
    speak += "; logging.getLogger('fido2.server').info('canary-77'); logging.getLogger('ibasho').info('here')"
    found = subprocess.run([sys.executable, "-c", speak], capture_output=True, text=True, check=True)
    assert "here" in found.stderr
    assert "canary-77" not in found.stderr
