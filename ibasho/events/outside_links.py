"""The link of an outside meeting: any https address, and nothing that could be taken for something else."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from ibasho.lib.errors import RefusedField

_NOT_SO = "「https://」ではじまる、会議のリンクをそのまま貼ってください。"
_LETTERS = re.compile(r"[\x21-\x7e]+")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def must_be_whole(link: str) -> None:
    """Refuses `malformed` for anything but https with a plain name of a host; no link at all is whole."""
    if link and _split(link) is None:
        raise RefusedField("malformed", _NOT_SO, "link")


def host_of(link: str) -> str:
    """Whose page it is; empty for what is no whole link."""
    parts = _split(link)
    return parts.hostname or "" if parts is not None else ""


def _split(link: str) -> SplitResult | None:
    """None for another scheme, other letters than those of addresses, a name before an @, and a bare number."""
    if not _LETTERS.fullmatch(link) or "\\" in link:
        return None
    try:
        parts = urlsplit(link)
        parts.port  # noqa: B018 - a port that is none raises here
    except ValueError:
        return None
    is_plain = parts.scheme == "https" and "@" not in parts.netloc
    return parts if is_plain and _HOST.fullmatch(parts.hostname or "") else None
