"""Numbers in addresses: `<id:…>`, never `<int:…>`, so that none is longer than a row's number can be."""

from __future__ import annotations


class PathNumber:
    """Longer than this, SQLite raises instead of finding nothing."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
