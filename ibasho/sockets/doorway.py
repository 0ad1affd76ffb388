"""Who may have a line, asked anew every time. Runs on a reader's thread, never on the loop."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.http import parse_cookie

from ibasho.house.queries import acknowledged
from ibasho.lib.errors import Refusal
from ibasho.people.queries import visitor_of
from ibasho.rooms.queries import CatchUp, Left, Line, catch_up, line_facts, line_still_allowed

NEVER_WAS = -1
_CLOSE_CODES = {"not_entered": 4401, "removed": 4403, "suspended": 4403, "not_found": 4404}
_TOO_BUSY = 1013


def line_for(session_key: str | None, slug: str) -> Line:
    """This browser's line into that room. Refuses `not_entered`, and as `line_facts` does."""
    visitor = visitor_of(session_key)
    if visitor is None or visitor.away or acknowledged(visitor.person_id) is None:
        raise Refusal("not_entered")
    return line_facts(visitor, slug)


def read_up(line: Line, epoch: str | None, since: int | None) -> CatchUp:
    """What the line has missed, if it may still read: asked after it began to listen, so that
    an act which came in between is not overlooked. Refuses as `line_still_allowed` does.
    """
    refusal = line_still_allowed(line)
    if refusal is not None:
        raise refusal
    return catch_up(line, epoch=epoch, since=since)


def close_for(refusal: Refusal) -> tuple[int, str]:
    """How a line ends that is refused: its code and reason."""
    if isinstance(refusal, Left):
        return 1000, "left"
    code = _CLOSE_CODES.get(refusal.code, _TOO_BUSY)
    return code, "" if code == _TOO_BUSY else refusal.code


def session_key_of(scope: Mapping[str, Any]) -> str | None:
    cookies = [value for name, value in scope["headers"] if name == b"cookie"]
    return parse_cookie(b"; ".join(cookies).decode("latin-1")).get(settings.SESSION_COOKIE_NAME)


def query_of(scope: Mapping[str, Any]) -> dict[str, str]:
    """The first value of each name."""
    found = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=None)
    return {name: values[0] for name, values in found.items()}


def since_of(query: Mapping[str, str]) -> int | None:
    """The number a reader has; NEVER_WAS for anything that is no number, so that nothing is recovered."""
    text = query.get("since")
    if text is None:
        return None
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else NEVER_WAS
