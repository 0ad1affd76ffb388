"""The link of an outside meeting: any https address, and nothing that could be taken for something else."""

from __future__ import annotations

import pytest

from ibasho.events.outside_links import host_of, must_be_whole
from ibasho.lib.errors import RefusedField


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://meet.example.org/asagao", "meet.example.org"),
        ("https://us02web.zoom.example/j/123?pwd=a.b%20c", "us02web.zoom.example"),
        ("https://Meet.Example.Org:8443/room#config.x=1", "meet.example.org"),
        ("https://xn--n8j.example/", "xn--n8j.example"),
    ],
)
def test_a_plain_address_is_whole_and_says_whose_it_is(link: str, host: str) -> None:
    must_be_whole(link)
    assert host_of(link) == host


@pytest.mark.parametrize(
    "link",
    [
        "http://meet.example.org/a",
        "javascript:alert(1)",
        "data:text/html,a",
        "//meet.example.org/a",
        "meet.example.org/a",
        "https://meet.example.org@other.example/a",
        "https://meet.example.org:abc/",
        "https://meet.example.org\\@other.example/",
        "https://meet.example.org/a b",
        "https://meet.example.org/\u202ea",
        "https://めいと.example/",
        "https://192.0.2.7/",
        "https://[::1]/",
        "https://[/",
        "https:///a",
        "https://localhost/a",
        "HTTPS://",
        " https://meet.example.org/",
    ],
)
def test_anything_else_is_refused_at_its_field(link: str) -> None:
    with pytest.raises(RefusedField) as refusal:
        must_be_whole(link)
    assert (refusal.value.code, refusal.value.field) == ("malformed", "link")
    assert host_of(link) == ""


def test_no_link_is_whole() -> None:
    must_be_whole("")
