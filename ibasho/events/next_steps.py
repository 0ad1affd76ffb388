"""事前の面談 in plain words: how it stands, what happens next, and that nobody is examined."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ibasho.events.models import Interview, SignUp
from ibasho.events.shapes import Fact
from ibasho.events.talk_places import open_place
from ibasho.lib import clock

_State, _Way = SignUp.State, Interview.Way
_HERE = "きまったら、このページに出ます。いそいで見なくて、大丈夫です。"
_NEXT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        _State.APPLIED: (
            "このあと、スタッフと短い話（面談）をします。試験ではありません。話したくないことは、話さなくて大丈夫です。",
            f"面談の日と方法は、スタッフがきめます。{_HERE}",
            "都合がわるい日のときは、ひとつ押すと、別の日にできます。",
        ),
        _State.INTERVIEW: (
            "困ることがないように、たしかめるための短い話です。話したくないことは、話さなくて大丈夫です。",
            f"面談のあと、スタッフが席のことをきめます。{_HERE}",
        ),
        _State.INTERVIEWED: (
            "話してくださって、ありがとうございました。",
            f"スタッフが、席のことをきめています。{_HERE}",
            "順番は、申し込んだときのままです。",
        ),
        _State.REFERRED: (
            "あなたがわるいのではありません。ほかの集まりには、いつでも申し込めます。",
            "つぎの窓口は、行っても、行かなくても、大丈夫です。",
        ),
    }
)
_DECLINED = (
    "別の日がいいことを、受けとりました。わけは、いりません。",
    f"スタッフが、別の日をさがします。{_HERE}",
    "順番は、申し込んだときのままです。",
)
_HOW: Mapping[str, str] = MappingProxyType(
    {
        _Way.PHONE: "電話です。声だけで話します。時間になったら、スタッフからかけます。",
        _Way.RING_US: "電話です。声だけで話します。時間になったら、この番号にかけてください。",
        _Way.ONLINE: "オンラインです。顔は、出さなくて大丈夫です。",
        _Way.TEXT: "文字だけです。声も顔も、出ません。",
        _Way.VISIT: "来て、話します。",
    }
)


def next_steps(state: str, interview: Interview | None) -> tuple[str, ...]:
    """What there is to know, one thing a sentence; nothing where no talk comes first."""
    if state == _State.APPLIED and interview is not None:
        return _DECLINED
    return _NEXT.get(state, ())


def interview_facts(interview: Interview) -> list[Fact]:
    """In the order in which people ask; what was not said is left out."""
    facts = [
        Fact("いつ", clock.when_text(interview.at)),
        Fact("どうやって", _HOW.get(interview.way, "")),
        Fact("かける番号" if interview.way == _Way.RING_US else "どこで", open_place(interview)),
        Fact("だれと", f"{interview.with_whom}（スタッフ）" if interview.with_whom else ""),
        Fact("どのくらい", f"{interview.minutes}分ぐらい"),
    ]
    return [fact for fact in facts if fact.words]
