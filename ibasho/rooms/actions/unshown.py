"""Words that still wait when their session ends: they are never shown, and their writers are told."""

from __future__ import annotations

from ibasho.house.actions import give_notice
from ibasho.lib import clock
from ibasho.live.publish import hurry_facts
from ibasho.rooms.actions.holding import end_waiting
from ibasho.rooms.models import HeldPost, RoomSession


def tell_unshown(session: RoomSession) -> None:
    """One letter for each text, without a word of it: a letter may be read by others at home."""
    waiting = HeldPost.objects.filter(session=session, outcome=HeldPost.Outcome.WAITING)
    for held in end_waiting(waiting.select_related("seat__person", "room"), HeldPost.Outcome.CLOSED):
        if held.seat.person is not None:
            give_notice(held.seat.person, "unshown", _letter(held))
            hurry_facts()


def _letter(held: HeldPost) -> str:
    return "\n".join(
        [
            f"部屋「{held.room.title}」に{clock.soon_text(held.at)}に書いた言葉は、出ませんでした。",
            "スタッフが見る前に、部屋がしまりました。おそくなって、ごめんなさい。",
            "言葉は「わたし」のページで読めます。部屋があいているときに、また送れます。",
        ]
    )
