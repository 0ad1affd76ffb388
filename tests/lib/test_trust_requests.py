"""Rows A5–A7 and B1: what a request says about itself, and who believes it."""

import json
import logging
from typing import Any

import pytest
from pytest_django import Settings

from ibasho.lib.env import Address
from ibasho.lib.trust import PREFIX, Trust
from tests.lib.asgi import Inner, scope_of, sent_by

HOUSE = Address("https", "ibasho.example.org", 443)


def named(address: str) -> str:
    return f"<{address}>"


@pytest.fixture
def trial(settings: Settings) -> None:
    settings.ADDRESS, settings.PROXY_HOPS, settings.PORT = None, 0, 8000


@pytest.fixture
def house(settings: Settings) -> Settings:
    settings.ADDRESS, settings.PROXY_HOPS, settings.PORT = HOUSE, 1, 8000
    return settings


async def ask(**changes: Any) -> tuple[int, Inner, bytes]:
    inner = Inner()
    sent = await sent_by(Trust(inner, named), scope_of(**changes))
    return sent[0]["status"], inner, sent[-1]["body"]


async def believed(**changes: Any) -> dict[str, Any]:
    status, inner, _ = await ask(**changes)
    assert status == 200
    return dict(inner.scopes[0])


async def shakes_hands(**changes: Any) -> bool:
    inner = Inner({"type": "websocket.accept"})
    sent = await sent_by(Trust(inner, named), scope_of("websocket", "/rooms/yoru/live", **changes))
    assert sent[0]["type"] in ("websocket.accept", "websocket.close")
    assert bool(inner.scopes) is (sent[0]["type"] == "websocket.accept")
    return bool(inner.scopes)


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:8000"])
async def test_a_trial_answers_to_the_names_of_this_machine(trial: None, host: str) -> None:
    scope = await believed(headers={"host": host})
    assert scope[PREFIX] == "<203.0.113.77>"
    assert scope["client"] is None
    assert scope["root_path"] == ""


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost",
        "localhost:8001",
        "evil.example:8000",
        "localhost:8000.evil.example",
        "[::1",
        "",
        "*",
    ],
)
async def test_another_host_is_refused_and_named_nowhere(trial: None, host: str) -> None:
    inner = Inner()
    sent = await sent_by(Trust(inner, named), scope_of(headers={"host": host}))
    assert sent[0]["status"] == 400
    assert not inner.scopes
    assert b"evil" not in repr(sent).encode()
    assert b"content-security-policy" in dict(sent[0]["headers"])


async def test_two_hosts_are_none(trial: None) -> None:
    scope = scope_of()
    scope["headers"].append((b"host", b"localhost:8000"))
    assert (await sent_by(Trust(Inner(), named), scope))[0]["status"] == 400


async def test_the_port_is_the_one_that_is_served(trial: None) -> None:
    assert (await ask(server=["127.0.0.1", 8123]))[0] == 400
    assert (await ask(server=["127.0.0.1", 8123], headers={"host": "localhost:8123"}))[0] == 200
    assert (await ask(server=["127.0.0.1", 80], headers={"host": "localhost"}))[0] == 200


@pytest.mark.parametrize(
    "name", ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded", "x-real-ip"]
)
async def test_a_trial_behind_a_proxy_says_what_to_set(
    trial: None, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    trust = Trust(Inner(), named)
    with caplog.at_level(logging.WARNING, logger="ibasho.lib.trust"):
        for _ in range(2):
            sent = await sent_by(trust, scope_of(headers={name: "203.0.113.9"}))
            assert sent[0]["status"] == 421
    assert [record.getMessage().endswith("set IBASHO_URL") for record in caplog.records] == [True]
    assert "203" not in caplog.text


async def test_headers_that_any_client_can_write_are_taken_away(house: Settings) -> None:
    lies = {
        "daphne-root-path": "/x", "x-forwarded-for": "198.51.100.5", "x-forwarded-proto": "http", "x-forwarded-port": "1",
        "x-forwarded-host": "evil.example", "forwarded": "for=1.2.3.4", "x-real-ip": "1.2.3.4", "x_forwarded_for": "1.2.3.4",
        "host": "ibasho.example.org", "accept": "text/html",
    }  # fmt: skip
    scope = await believed(headers=lies)
    assert sorted(name for name, _ in scope["headers"]) == [b"accept", b"host"]
    assert scope["scheme"] == "https"
    assert scope["root_path"] == ""
    assert "203.0.113.77" not in repr({key: value for key, value in scope.items() if key != PREFIX})


@pytest.mark.parametrize(
    ("peer", "hops", "forwarded", "seen"),
    [
        ("127.0.0.1", 1, "6.6.6.6, 198.51.100.5", "198.51.100.5"),
        ("127.0.0.1", 2, "6.6.6.6, 198.51.100.5, 10.0.0.1", "198.51.100.5"),
        ("::1", 1, "2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", 1, "[2001:db8::1]:443", "2001:db8::1"),
        ("127.0.0.1", 1, '"198.51.100.5:5000"', "198.51.100.5"),
        ("127.0.0.1", 2, "198.51.100.5", "127.0.0.1"),
        ("127.0.0.1", 1, "unknown", "127.0.0.1"),
        ("127.0.0.1", 1, "", "127.0.0.1"),
        ("127.0.0.1", 0, "198.51.100.5", "127.0.0.1"),
        ("203.0.113.77", 1, "198.51.100.5", "203.0.113.77"),
    ],
)
async def test_only_a_proxy_of_ours_is_asked_who_came(
    house: Settings, peer: str, hops: int, forwarded: str, seen: str
) -> None:
    house.PROXY_HOPS = hops
    headers = {"host": "ibasho.example.org", "x-forwarded-for": forwarded}
    scope = await believed(client=[peer, 1], headers=headers)
    assert scope[PREFIX] == f"<{seen}>"


async def test_a_unix_socket_is_near(house: Settings) -> None:
    headers = {"host": "ibasho.example.org", "x-forwarded-for": "198.51.100.5"}
    assert (await believed(client=None, server=None, headers=headers))[PREFIX] == "<198.51.100.5>"


async def test_lists_of_proxies_in_two_headers_are_one_list(house: Settings) -> None:
    scope = scope_of(client=["127.0.0.1", 1], headers={"host": "ibasho.example.org"})
    scope["headers"] += [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"198.51.100.5")]
    inner = Inner()
    await sent_by(Trust(inner, named), scope)
    assert inner.scopes[0][PREFIX] == "<198.51.100.5>"


@pytest.mark.parametrize("host", ["ibasho.example.org", "ibasho.example.org:443", "IBASHO.example.org"])
async def test_a_house_answers_to_its_address(house: Settings, host: str) -> None:
    assert (await ask(headers={"host": host}))[0] == 200


@pytest.mark.parametrize(
    "host", ["localhost:8000", "127.0.0.1", "ibasho.example.org:8443", "www.ibasho.example.org"]
)
async def test_a_house_answers_to_nothing_else(house: Settings, host: str) -> None:
    assert (await ask(headers={"host": host}))[0] == 400


@pytest.mark.parametrize(
    "path",
    [
        "http://evil.example/",
        "*",
        "",
        "/a\x00b",
        "/a\ufffdb",
        "/a\ud800",
        "/" + "a" * 8_192,
        "/a\nb",
        "/a\x7f",
    ],
)
async def test_a_path_that_cannot_be_read_is_refused(trial: None, path: str) -> None:
    status, inner, body = await ask(path=path, headers={"accept": "application/json"})
    assert status == 400
    assert not inner.scopes
    assert json.loads(body)["code"] == "malformed"


@pytest.mark.parametrize("path", ["/", "/rooms/夜/", "/static/../x", "//evil.example/", "/" + "a" * 8_000])
async def test_other_paths_are_for_those_within_to_judge(trial: None, path: str) -> None:
    assert (await ask(path=path))[0] == 200


@pytest.mark.parametrize("origin", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"])
async def test_a_trial_shakes_hands_with_pages_of_this_machine(trial: None, origin: str) -> None:
    assert await shakes_hands(headers={"origin": origin})


@pytest.mark.parametrize(
    "origin",
    ["", "null", "http://localhost:8001", "http://localhost", "https://localhost:8000", "http://[", "http://evil.example",
     "http://localhost:8000.evil.example", "http://sub.localhost:8000", "http://localhost:8000/"],
)  # fmt: skip
async def test_a_foreign_origin_is_refused_in_the_handshake(
    trial: None, origin: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="ibasho.lib.trust"):
        assert not await shakes_hands(headers={"origin": origin})
    assert len(caplog.records) == 1
    assert "203" not in caplog.text


async def test_a_house_shakes_hands_with_its_own_pages_only(house: Settings) -> None:
    headers = {"host": "ibasho.example.org"}
    assert await shakes_hands(headers=headers | {"origin": "https://ibasho.example.org"})
    for origin in (
        "http://ibasho.example.org",
        "https://ibasho.example.org:8443",
        "https://evil.ibasho.example.org",
    ):
        assert not await shakes_hands(headers=headers | {"origin": origin})


async def test_what_is_no_request_passes(trial: None) -> None:
    inner = Inner({"type": "lifespan.startup.complete"})
    await sent_by(Trust(inner, named), {"type": "lifespan"})
    assert inner.scopes == [{"type": "lifespan"}]
