"""Where somebody came from is nowhere: not in the database, not in a file, not in what is logged."""

from __future__ import annotations

import ipaddress
import signal
import uuid
from pathlib import Path

from tests.ops.served import House, Visitor

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


def test_a_trial_forgets_who_came(tmp_path: Path) -> None:
    house = House(tmp_path)
    try:
        house.wait_until_it_serves()
        _live(Visitor(house.port, source=LOCAL, headers={"User-Agent": BROWSER}))
    finally:
        assert house.end(signal.SIGTERM) == 0
    seen = _everything(tmp_path, house)
    assert "こんばんは".encode() in b"".join(seen.values()), "the words themselves are kept"
    for canary in [LOCAL.encode(), BROWSER.encode()]:
        assert [name for name, content in seen.items() if canary in content] == []


def test_a_house_behind_a_proxy_forgets_who_came(tmp_path: Path) -> None:
    house = House(tmp_path, IBASHO_URL="http://house.example", IBASHO_PROXY_HOPS="1")
    try:
        house.wait_until_it_serves()
        for address in (FAR, FAR_SIX):
            headers = {"Host": "house.example", "X-Forwarded-For": address, "User-Agent": BROWSER}
            _live(Visitor(house.port, headers=headers))
    finally:
        assert house.end(signal.SIGTERM) == 0
    assert house.said == ["address: http://house.example/"]
    seen = _everything(tmp_path, house)
    assert "庭の木が".encode() in b"".join(seen.values()), "the note itself is kept"
    for canary in [*_forms(FAR), *_forms(FAR_SIX), BROWSER.encode()]:
        assert [name for name, content in seen.items() if canary in content] == [], canary
