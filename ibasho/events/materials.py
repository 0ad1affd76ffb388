"""資料: what a meeting hands out to those who come to it, a line each: words, and an address if there is one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST_MATERIALS = 10
LINE_LETTERS = 240
_ADDRESS = re.compile(r"https?://[!-~]+$")


@dataclass(frozen=True, slots=True)
class Material:
    """`url` is empty for what is handed out on paper."""

    title: str
    url: str


def material_of(line: str) -> Material | None:
    """「第1回のまとめ https://…」; None for an address that is none, or that names somebody before its host."""
    found = _ADDRESS.search(line.strip())
    if found is None:
        return None if "://" in line else Material(line.strip(), "")
    url = found[0]
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket that is not closed, a host that is none
        return None
    if not parts.hostname or "." not in parts.hostname or "@" in parts.netloc:
        return None
    title = line.strip()[: -len(url)].strip()
    return None if "://" in title else Material(title or parts.hostname, url)


def materials_of(text: str) -> list[Material]:
    """In order; what cannot be read any more is left out."""
    found = (material_of(line) for line in text.splitlines() if line.strip())
    return [material for material in found if material is not None]
