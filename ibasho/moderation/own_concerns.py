"""What somebody told the keepers, for わたし and the download."""

from __future__ import annotations

from ibasho.lib import clock
from ibasho.moderation.concern_words import OUTCOMES
from ibasho.moderation.models import Concern
from ibasho.people.models import Person
from ibasho.people.my_record import Section

TABLES = {
    "moderation.Concern": "スタッフに知らせたこと",
    "moderation.QuietPost": "言いにくいことポスト",
    "moderation.OpinionPost": "この場所への意見",
}


def section(person: Person) -> Section:
    concerns = Concern.objects.filter(teller=person).select_related("room")
    return Section(
        "スタッフに知らせたこと",
        [_row(concern) for concern in concerns],
        "知らせが終わってから30日。結果が出ないときも、90日。",
    )


def _row(concern: Concern) -> tuple[str, str]:
    what = "書き込みのこと" if concern.message_key else "部屋のこと"
    parts = [f"{what}。「{concern.get_reason_display()}」。", concern.words]
    if concern.outcome:
        parts.append(OUTCOMES[Concern.Outcome(concern.outcome)])
    return f"{clock.when_text(concern.at)} 部屋「{concern.room.title}」", "\n".join(filter(None, parts))
