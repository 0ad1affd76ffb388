"""誓約: the words in force, and who has said yes to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ibasho.duty.models import Pledge, PledgeText, TrainingUnit

_FIRST = """この場所で読んだことを、外で話しません。やめたあとも、話しません。
だれなのかを、さがしません。
部屋の外で、参加している人と、連絡をとりません。
ひとりで決めません。まよったときは、ほかのスタッフに話します。
責めません。急がせません。こたえを おしつけません。
命が心配なときは、ひとりでかかえず、すぐに ほかのスタッフに知らせます。
つかれたときは、休みます。当番をかわってもらうことも、しごとのうちです。
まちがえたときは、かくさずに話します。"""


@dataclass(frozen=True, slots=True)
class PledgeWords:
    """The version in force, one promise a line."""

    number: int
    text: str

    @property
    def lines(self) -> Sequence[str]:
        return [line for line in self.text.split("\n") if line.strip()]


def pledge_now() -> PledgeWords:
    """The highest number; the words a house begins with, until it writes its own."""
    last = PledgeText.objects.order_by("-number").first()
    return PledgeWords(last.number, last.text) if last else PledgeWords(1, _FIRST)


def has_pledged(keeper_id: int) -> bool:
    """Whether this keeper has said yes to the words in force."""
    return Pledge.objects.filter(keeper_id=keeper_id, version__number=pledge_now().number).exists()


def training_units() -> list[TrainingUnit]:
    """All of them, those in use first."""
    return sorted(TrainingUnit.objects.all(), key=lambda unit: (unit.retired_on is not None, unit.pk))
