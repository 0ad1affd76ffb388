"""What was told to writers beside what is stored."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults.writers import Writer


@dataclass(frozen=True, slots=True)
class Outcome:
    """`unheard`: words that are stored and whose writers were never told, though all have been answered."""

    acked: int
    lost: int
    doubled: int
    reordered: int
    unheard: int
    has_gaps: bool

    @property
    def is_whole(self) -> bool:
        faults = (self.lost, self.doubled, self.reordered, self.unheard)
        return not any(faults) and not self.has_gaps

    def line(self, faults: int, slowest: float) -> str:
        return (
            f"faults {faults}, acked {self.acked}, lost {self.lost}, doubled {self.doubled}, "
            f"reordered {self.reordered}, slowest recovery {slowest:.1f} s"
        )


def outcome(writers: Iterable[Writer], stored: Sequence[Mapping[str, Any]]) -> Outcome:
    """`stored`: the whole room, from the first to the last."""
    by_id = {message["id"]: message for message in stored}
    acked = [answer for writer in writers for answer in writer.acked.values()]
    lost = [message for message, _, text in acked if by_id.get(message, {}).get("text") != text]
    texts = Counter(message["text"] for message in stored)
    told = sorted((seq, by_id[message]["position"]) for message, seq, _ in acked if message in by_id)
    return Outcome(
        acked=len(acked),
        lost=len(lost),
        doubled=sum(times - 1 for times in texts.values()),
        reordered=sum(second <= first for (_, first), (_, second) in itertools.pairwise(told)),
        unheard=len(by_id.keys() - {message for message, *_ in acked}),
        has_gaps=[message["position"] for message in stored] != list(range(1, len(stored) + 1)),
    )
