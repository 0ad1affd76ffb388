"""How long a text takes to be read by the screening: as people write, and as somebody hostile might."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from benchmarks.table import Row, milliseconds
from ibasho.screening import OwnWords, screen
from tests.screening.corpus import FILES, lines

# One letter, one word, or one half of a pattern, over and over.
HOSTILE = (
    "a", "1", "死", "あ", "a1.", "@a", "(a+)+$", "死にたくない", "父が母が兄が", "お前は", "わたしは", "一の一の",
    "月10万円稼げる", "宮城県あおば市", "死んだら薬を首に", "今度駅で",
)  # fmt: skip
TIMES = 5


def rows(seconds: float) -> Iterator[Row]:
    written = [line.text for name in FILES for line in lines(name)]
    everyday = [line.text for name in FILES for line in lines(name) if not line.labels]
    each = statistics.median(_took(line) for line in written)
    yield Row("screening of a line, median", f"{each * 1e6:.0f} µs", "≤100 µs", each <= 1e-4)
    whole = ["。".join(everyday[start:] + everyday[:start])[:1000] for start in range(0, len(everyday), 8)]
    thousand = statistics.median(map(_took, whole))
    yield Row("screening of 1,000 letters, median", milliseconds(thousand), "≤1 ms", thousand <= 0.001)
    worst = max(_took((one * 1000)[:1000]) for one in HOSTILE)
    yield Row("screening of 1,000 letters, worst", milliseconds(worst), "≤5 ms", worst <= 0.005)
    words = OwnWords((f"{'あ' * (number % 37)}{number}", "show") for number in range(2000))
    long = [(one * 16384).encode()[:16384].decode(errors="ignore") for one in HOSTILE]
    hostile = max(_took(text, words) for text in long)
    yield Row(
        "screening of 16 KiB against 2,000 own words, worst", milliseconds(hostile), "≤20 ms", hostile <= 0.02
    )


def _took(text: str, words: OwnWords | None = None) -> float:
    """The least of a few, as whatever else runs only makes it longer."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        screen(text, words=words)
        took.append(time.perf_counter() - began)
    return min(took)
