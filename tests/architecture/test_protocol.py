"""docs/protocol.md and the code are twins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NotRequired, get_origin, get_type_hints

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from ibasho.lib.errors import CODES, Refusal
from ibasho.rooms.shapes import MessageShape, RoomShape, YouShape
from ibasho.sockets.frames import FROM_CLIENT, FROM_KEEPER, FROM_SERVER, TO_KEEPER
from tests.architecture.tree import DOCS, ROOT, code_words, table

PROTOCOL = (DOCS / "protocol.md").read_text()


def _fields_of(shape: Any) -> set[str]:
    hints = get_type_hints(shape, include_extras=True)
    return {f"{name}?" if get_origin(hint) is NotRequired else name for name, hint in hints.items()} - {
        "type"
    }


@pytest.mark.parametrize(
    ("heading", "frames"),
    [
        ("Frames from the client", FROM_CLIENT),
        ("Frames from the server", FROM_SERVER),
        ("Frames from a keeper", FROM_KEEPER),
        ("Frames to a keeper", TO_KEEPER),
    ],
)
def test_every_frame_is_written_down_with_its_fields(heading: str, frames: dict[str, Any]) -> None:
    written = {code_words(row[0])[0]: set(code_words(row[1])) for row in table(PROTOCOL, heading)}
    assert written == {name: _fields_of(shape) for name, shape in frames.items()}


def test_every_shape_is_written_down_with_its_fields() -> None:
    written = {code_words(row[0])[0]: set(code_words(row[1])) for row in table(PROTOCOL, "Shapes")}
    shapes: dict[str, Any] = {"message": MessageShape, "room": RoomShape, "you": YouShape}
    assert written == {name: _fields_of(shape) for name, shape in shapes.items()}


def test_every_refusal_code_is_written_down_with_its_status() -> None:
    written = {code_words(row[0])[0]: int(row[1]) for row in table(PROTOCOL, "Refusal codes")}
    assert written == {code: Refusal(code).status for code in CODES}


def test_every_door_is_written_down() -> None:
    written = [code_words(row[0])[0] for row in table(PROTOCOL, "Doors")]
    assert sorted(written) == sorted(_paths(get_resolver().url_patterns))


def test_every_door_beside_django_is_written_down_and_stands_in_the_routing() -> None:
    written = {code_words(row[0])[0] for row in table(PROTOCOL, "Doors beside Django")}
    assert not written & set(_paths(get_resolver().url_patterns))
    code = "\n".join(
        file.read_text()
        for file in [ROOT / "ibasho" / "asgi.py", *(ROOT / "ibasho" / "sockets").glob("*.py")]
    )
    for path in written:
        last = path.rstrip("/").split("/")[-1]
        assert (
            "STATIC" in code if path.startswith("/static/") else re.search(rf"\b{re.escape(last)}\b", code)
        ), path


def _paths(patterns: list[Any], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        here = before + re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _paths(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            yield re.sub(r"<\w+_id>", "<id>", here)
