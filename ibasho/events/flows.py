"""どうなるの？: what will happen at a meeting, before anybody signs up to it.

That one may take part by text, or without a word, is always said first, whatever a coordinator wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ibasho.events.models import Event
from ibasho.events.models.plan import MeetingFacts

_FIRST: Mapping[str, str] = MappingProxyType(
    {
        Event.Way.ONLINE: "文字だけで、参加できます。声も顔も、出さなくて大丈夫です。",
        Event.Way.PLACE: "書くだけでも、聞くだけでも、参加できます。話さなくて大丈夫です。",
        Event.Way.BOTH: "文字だけで、家から参加できます。来る方も、話さなくて大丈夫です。",
    }
)
_KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        Event.Kind.FAMILY_MEETING: (
            "スタッフが、はじめのあいさつをします。名前は、呼び名だけです。",
            "順番に、聞いたり話したりします。パスもできます。",
            "さいごに、ひとことずつ。結論は出しません。",
        ),
        Event.Kind.FAMILY_CLASS: (
            "スタッフが、きょうの話をします。",
            "しつもんは、書いてわたせます。しなくても大丈夫です。",
            "資料は、持って帰れます。",
        ),
        Event.Kind.SIBLING_MEETING: (
            "きょうだいだけで集まります。親の方は、いません。",
            "順番に、聞いたり話したりします。パスもできます。",
            "さいごに、ひとことずつ。結論は出しません。",
        ),
        Event.Kind.PEER_MEETING: (
            "本人どうしで集まります。スタッフが、そばにいます。",
            "話したい人が話します。見ているだけの人も、います。",
            "とちゅうで休んでも、そのまま帰っても大丈夫です。",
        ),
        Event.Kind.ACTIVITY: (
            "スタッフが、することを説明します。",
            "できるところだけ、します。見ているだけでも大丈夫です。",
            "つかれたら、いつでも休めます。",
        ),
        Event.Kind.BRIEFING: (
            "スタッフが、この場所のことを話します。",
            "しつもんは、書いてわたせます。しなくても大丈夫です。",
            "聞いたあとで、使うかどうかを、ゆっくり決められます。",
        ),
    }
)
_INTAKE = "申し込んだあと、スタッフと短い話をします。困ることがないように、たしかめるためです。"


def flow_of(event: Event) -> list[str]:
    """The steps, one a sentence: the coordinator's own, or those that are usual for the kind."""
    before = [_INTAKE] if event.has_intake else []
    return [_FIRST[event.way], *before, *(_own(event) or _KINDS[event.kind])]


def is_usual_flow(meeting: MeetingFacts) -> bool:
    """Whether nobody has written it for this meeting, or this series."""
    return not _own(meeting)


def _own(meeting: MeetingFacts) -> list[str]:
    return [line.strip() for line in meeting.flow.splitlines() if line.strip()]
