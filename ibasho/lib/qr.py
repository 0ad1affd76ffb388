"""A QR code as one path, for an inline drawing: nothing is loaded for it."""

from __future__ import annotations

from dataclasses import dataclass

_QUIET_ZONE = 4  # modules of white around it, as the standard asks


@dataclass(frozen=True, slots=True)
class Qr:
    """`size` in modules, the white around it included; `dots` is the path of the dark ones."""

    size: int
    dots: str


def qr_of(text: str) -> Qr:
    # not at the top: it weighs two megabytes, and a house at rest draws none
    import segno

    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=_QUIET_ZONE))
    dots = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dot in enumerate(row) if dot)
    return Qr(len(rows), dots)
