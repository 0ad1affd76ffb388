"""Letters that stand side by side as numbers: made, hashed and compared as such they cost a third of short texts.

A letter is a unit of UTF-16 here: one beyond the first plane is two.
"""

from __future__ import annotations

from array import array

# What they keep of the number of three letters: its first two, and its first.
TWO, ONE = 0xFFFF_FFFF, 0xFFFF


def units_of(text: str) -> bytes:
    """Two bytes a unit."""
    return text.encode("utf-16-le", "surrogatepass")


def number_of(run: str) -> int:
    """The number of three letters or fewer, as `threes` tells them."""
    return int.from_bytes(units_of(run), "little")


def threes(units: bytes) -> array[int]:
    """From each unit on, the number of it and the next two, of which none may be there."""
    letters = array("H", units + b"\0\0\0\0")
    laid_out = array("H", bytes(4 * len(units)))
    laid_out[::4], laid_out[1::4], laid_out[2::4] = letters[:-2], letters[1:-1], letters[2:]
    return array("Q", laid_out.tobytes())


def pairs(text: str) -> array[int]:
    """All that stand in a text, in no order."""
    units = units_of(text)
    even, odd = len(units) & ~3, len(units) - 2 & ~3
    return array("I", units[:even] + units[2 : odd + 2])
