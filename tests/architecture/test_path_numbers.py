"""No address holds a number that the database cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import Resolver404, URLResolver, get_resolver, resolve

PART = re.compile(r"<(?:(\w+):)?\w+>")
EXAMPLES = {
    "id": str(10**30),
    "uuid": "0b0c4f4e-5a5c-4a37-8a1c-6d4c9f6b3f10",
    "slug": "a",
    "str": "a",
    "path": "a",
    None: "a",
}


def _routes(patterns: list[Any], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, here)
        else:
            yield here


ROUTES = sorted(_routes(get_resolver().url_patterns))


def test_every_number_has_an_end() -> None:
    assert not [route for route in ROUTES if "<int:" in route]


@pytest.mark.parametrize("route", [route for route in ROUTES if "<id:" in route])
def test_a_number_longer_than_any_leads_nowhere(route: str) -> None:
    path = PART.sub(lambda part: EXAMPLES[part[1]], route)
    with pytest.raises(Resolver404):
        resolve(path)
    resolve(PART.sub(lambda part: "1" if part[1] == "id" else EXAMPLES[part[1]], route))
