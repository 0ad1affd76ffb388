"""What whoever told the keepers hears: thanks, the outcome, and never anything about another person's seat."""

from __future__ import annotations

from ibasho.moderation.models import Concern

WHAT = "スタッフに知らせたこと"
NOBODY_HEARS = (
    "あなたが知らせたことは、書いた人にも、ほかの人にも言いません。"
    "確かめるスタッフにだけ、席の名前が見えます。"
)
# What a keeper sees beside the choice is what is said.
OUTCOMES = {
    Concern.Outcome.ACTED: "スタッフが確かめて、必要なことをしました。",
    Concern.Outcome.SPOKEN: "スタッフが確かめて、部屋で声をかけました。",
    Concern.Outcome.WATCHED: "スタッフが確かめました。すぐには決めず、気をつけて見ていきます。",
    Concern.Outcome.KEPT: "スタッフが確かめました。今回は、そのままにしています。気になることは、また知らせてください。",
}
_TAKEN_BACK = "この知らせは、とりさげました。スタッフの机からも、消えています。"
_WAITS = "受けとっています。スタッフが、これから確かめます。"
_AGAIN = "スタッフが、もう一度確かめることにしました。結果が出たら、またお知らせします。"


def receipt(concern: Concern) -> str:
    """What the receipt's code tells."""
    if concern.withdrawn_at is not None:
        return _TAKEN_BACK
    if concern.decided_at is None:
        return "\n".join((_WAITS, NOBODY_HEARS))
    thanks = "知らせてくださって、ありがとうございました。"
    return "\n".join((_outcome(concern), thanks, NOBODY_HEARS))


def letter(concern: Concern) -> str:
    """The letter when it was decided."""
    thanks = f"部屋「{concern.room.title}」のことを、知らせてくださって、ありがとうございました。"
    return "\n".join((thanks, _outcome(concern), NOBODY_HEARS))


def letter_again(concern: Concern) -> str:
    """The letter when a decision was undone."""
    return f"部屋「{concern.room.title}」のことを、知らせてくださったことについてです。\n{_AGAIN}"


def _outcome(concern: Concern) -> str:
    return OUTCOMES[Concern.Outcome(concern.outcome)]
