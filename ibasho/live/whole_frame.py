"""The usual case: one whole text frame (RFC 6455, 5.2), and nothing else.

Autobahn reads any stream of frames, piece by piece; that took longer than everything else that
is done with a post before it is written down. It still reads whatever is not as plain as this.
Loading it was a seventh of what a command loaded that only publishes.
"""

from __future__ import annotations

TEXT_AND_LAST = 0x81
MASKED = 0x80
IN_TWO_BYTES, IN_EIGHT_BYTES = 126, 127


def frame_of(payload: bytes) -> bytes:
    """The frame in which a server sends this text: unmasked, not compressed."""
    length = len(payload)
    if length < IN_TWO_BYTES:
        head = bytes((TEXT_AND_LAST, length))
    elif length < 1 << 16:
        head = bytes((TEXT_AND_LAST, IN_TWO_BYTES)) + length.to_bytes(2, "big")
    else:
        head = bytes((TEXT_AND_LAST, IN_EIGHT_BYTES)) + length.to_bytes(8, "big")
    return head + payload


def words_in(data: bytes) -> str | None:
    """The text of the one masked, unfragmented text frame that `data` is; None if it is anything else,
    be it empty, longer than 65,535 bytes, against RFC 6455 or not UTF-8.
    """
    if len(data) < 7 or data[0] != TEXT_AND_LAST or not data[1] & MASKED:
        return None
    length, start = data[1] ^ MASKED, 2
    if length == IN_TWO_BYTES:
        length, start = int.from_bytes(data[2:4], "big"), 4
        if length < IN_TWO_BYTES:
            return None
    elif length > IN_TWO_BYTES:  # written in eight bytes
        return None
    if length == 0 or len(data) != start + 4 + length:
        return None
    mask, masked = data[start : start + 4], data[start + 4 :]
    try:
        return _unmask(mask, masked).decode()
    except UnicodeDecodeError:
        return None


def _unmask(mask: bytes, masked: bytes) -> bytes:
    length = len(masked)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(masked, "little") ^ int.from_bytes(key, "little")).to_bytes(length, "little")
