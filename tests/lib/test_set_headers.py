import pytest
from pytest_django import Settings

from ibasho.lib.env import Address
from ibasho.lib.headers import SECURITY_HEADERS, Headers, as_pairs
from tests.lib.asgi import Inner, scope_of, sent_by


@pytest.fixture(autouse=True)
def trial(settings: Settings) -> Settings:
    settings.ADDRESS = None
    return settings


async def headers_of(inner: Inner, **changes: object) -> dict[bytes, bytes]:
    sent = await sent_by(Headers(inner), scope_of(**changes))  # type: ignore[arg-type]
    pairs = [(bytes(name).lower(), value) for name, value in sent[0]["headers"]]
    assert len(pairs) == len(dict(pairs)), "a header stands twice"
    return dict(pairs)


async def test_every_answer_carries_them() -> None:
    headers = await headers_of(Inner())
    assert headers[b"content-type"] == b"text/plain"
    for name, value in SECURITY_HEADERS("ws://localhost:8000").items():
        assert headers[name.encode()] == value.encode()
    assert b"strict-transport-security" not in headers


def test_the_policy_allows_our_own_origin_and_nothing_else() -> None:
    policy = SECURITY_HEADERS("wss://ibasho.example.org")["content-security-policy"]
    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self' wss://ibasho.example.org; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    assert "unsafe" not in policy


def test_forms_still_tell_where_they_come_from() -> None:
    assert SECURITY_HEADERS("")["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8123"])
async def test_in_a_trial_the_socket_follows_the_host(host: str) -> None:
    policy = (await headers_of(Inner(), headers={"host": host}))[b"content-security-policy"].decode()
    assert f"connect-src 'self' ws://{host};" in policy


async def test_a_policy_names_no_ipv6_address_for_browsers_refuse_it() -> None:
    headers = await headers_of(Inner(), headers={"host": "[::1]:8000"})
    assert "connect-src 'self';" in headers[b"content-security-policy"].decode()


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "evil; script-src *",
        "a b",
        "evil.example/x",
        "[::1",
        "",
    ],
)
def test_a_host_that_is_none_stands_in_no_header(host: str) -> None:
    assert b"connect-src 'self';" in dict(as_pairs(host))[b"content-security-policy"]


async def test_a_file_that_is_opened_by_itself_may_do_nothing_at_all() -> None:
    page, file = await headers_of(Inner()), await headers_of(Inner(), path="/static/3f/js/room.js")
    policy = b"default-src 'none'; frame-ancestors 'none'; sandbox"
    assert file.pop(b"content-security-policy") == policy
    assert file.pop(b"permissions-policy") == b"camera=()"
    del page[b"content-security-policy"], page[b"permissions-policy"]
    assert file == page


async def test_a_file_goes_by_its_etag_alone() -> None:
    given = [(b"ETag", b'"1"'), (b"Last-Modified", b"Sun, 29 Nov 2026 21:40:43 GMT")]
    inner = Inner({"type": "http.response.start", "status": 200, "headers": given})
    headers = await headers_of(inner, path="/static/3f/js/room.js")
    assert (headers[b"etag"], b"last-modified" in headers) == (b'"1"', False)


async def test_a_house_with_tls_keeps_to_its_address(settings: Settings) -> None:
    settings.ADDRESS = Address("https", "ibasho.example.org", 8443)
    headers = await headers_of(Inner(), headers={"host": "evil.example"})
    assert b" wss://ibasho.example.org:8443;" in headers[b"content-security-policy"]
    assert headers[b"strict-transport-security"] == b"max-age=63072000"


async def test_looser_headers_from_within_give_way() -> None:
    loose = [(b"Referrer-Policy", b"unsafe-url"), (b"ETag", b'"1"')]
    headers = await headers_of(Inner({"type": "http.response.start", "status": 200, "headers": loose}))
    assert headers[b"referrer-policy"] == b"same-origin"
    assert headers[b"etag"] == b'"1"'


async def test_a_refused_handshake_with_a_page_carries_them_too() -> None:
    inner = Inner({"type": "websocket.http.response.start", "status": 403, "headers": []})
    sent = await sent_by(Headers(inner), scope_of("websocket"))
    assert b"content-security-policy" in dict(sent[0]["headers"])


async def test_an_accepted_handshake_is_left_alone() -> None:
    sent = await sent_by(Headers(Inner({"type": "websocket.accept"})), scope_of("websocket"))
    assert sent == [{"type": "websocket.accept"}]
