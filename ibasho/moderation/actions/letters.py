"""What an act says to the person: what, why, until when, how to ask again. Never who did it, never blame."""

from __future__ import annotations

from datetime import datetime, timedelta

from ibasho.lib import clock
from ibasho.moderation.actions.acting import Reason
from ibasho.moderation.models import REVIEW_DAYS, SealedText
from ibasho.moderation.queries import results
from ibasho.rooms.models import HeldPost, Message, Room

LATEST = timedelta(days=1)
WAITS = "もう一度、スタッフを待っています。"
OVER = "その回はもうおわったので、出すことはできません。言葉は「わたし」のページで読めます。"
LEFT = "あなたは席を立ったので、出すことはできません。言葉は「わたし」のページで読めます。"
ASKED = "見直しのお願いを、受けとりました。"


def hidden(room: Room, message: Message, reason: Reason, code: str) -> str:
    return _letter(
        f"{_place(room)}に{clock.soon_text(message.at)}に書いた言葉を、いまかくしています。",
        *_why(reason),
        "あなたを責めるためではありません。ほかの人には、あなたの名前は出していません。",
        _again(code),
        _copy(_days_of_review()),
    )


def kept_back(room: Room, held: HeldPost, reason: Reason, code: str) -> str:
    return _letter(
        f"{_place(room)}に{clock.soon_text(held.at)}に書いた言葉を、スタッフが読みました。今回は、出しませんでした。",
        *_why(reason),
        "あなたを責めるためではありません。ほかの人には、見えていません。",
        _again(code),
        _copy(_days_of_review()),
    )


def waits_again(room: Room, held: HeldPost, then: str) -> str:
    return _letter(
        f"{_place(room)}に{clock.soon_text(held.at)}に書いた言葉の、前の判断をもどしました。", then
    )


def redacted(room: Room, message: Message, reason: Reason, code: str) -> str:
    return _letter(
        f"{_place(room)}に{clock.soon_text(message.at)}に書いた言葉の一部を、いまかくしています。"
        "ほかの言葉は、そのまま出ています。",
        *_why(reason),
        "あなたを責めるためではありません。",
        _again(code),
        _copy(_days_of_review()),
    )


def redaction_lifted(room: Room, message: Message) -> str:
    return _letter(
        f"{_place(room)}に{clock.soon_text(message.at)}に書いた言葉の、かくしていた部分をもどしました。",
        "いまは、もとの言葉のまま出ています。",
    )


def unnamed(room: Room, at: datetime, reason: Reason, code: str, *, is_renamed: bool) -> str:
    """Of the name over words written at `at`; without it, because a letter may be read by others at home.
    `is_renamed`: the seat bore it still, and was given another.
    """
    from_now = "いまの名前は、かわりません。"
    if is_renamed:
        from_now = "これから書く言葉には、「おまかせ」の名前がつきます。席を立って、また入ると、ほかの名前をえらべます。"
    return _letter(
        f"{_place(room)}に{clock.soon_text(at)}に書いた言葉の、名前を、いま見せないようにしています。"
        "同じ名前で書いた、ほかの言葉も、同じです。書いた言葉は、そのままです。",
        *_why(reason),
        f"あなたを責めるためではありません。{from_now}",
        f"見せないようにした名前は、{clock.day_text(_days_of_review())}まで、この部屋では使えません。"
        "見直しを待っているあいだは、結果が出るまでです。",
        _again(code),
        _copy(_days_of_review(), "名前"),
    )


def name_back(room: Room, then: list[str]) -> str:
    return _letter(f"{_place(room)}で見せないようにしていた、あなたの名前をもどしました。", *then)


def named_again(*, is_borne: bool) -> list[str]:
    """`is_borne`: the seat has it again, too."""
    after = "その名前がつきます。" if is_borne else "いまの名前がつきます。"
    return [f"前に書いた言葉に、いまから、また名前が出ます。これから書く言葉には、{after}"]


def sealed(room: Room, words: SealedText) -> str:
    """Says nothing of why: nobody is to be looked for."""
    return _letter(
        f"{_place(room)}で書いた言葉のことです。",
        "あなたを責めるためではありません。うつしは、「わたし」のページで読めます。",
        _copy(words.until),
    )


def quiet_room(room: Room) -> str:
    """An invitation that asks for nothing."""
    return _letter(
        f"{_place(room)}でのことを読みました。よかったら、静かな部屋で話しませんか。",
        "静かな部屋にいるのは、あなたと、スタッフ2人だけです。ほかの人には見えません。",
        "来なくても大丈夫です。見ているだけでも、途中で帰っても大丈夫です。",
        "おこったり、追い出したりするためではありません。",
    )


def after_incident(room: Room, sealed: SealedText | None, words: str) -> str:
    """Some time later: nothing is asked, nothing has to be answered."""
    said = [f"スタッフから：{words}"] if words else []
    copy = [_copy(sealed.until)] if sealed else []
    return _letter(
        f"{_place(room)}で書いてくださって、ありがとうございました。",
        *said,
        "お返事はいりません。また、いつ来ても大丈夫です。見ているだけでも大丈夫です。",
        "つらいときは、「困ったとき」のページに、いま話せる窓口があります。",
        *copy,
    )


def restored(room: Room, message: Message) -> str:
    return _letter(
        f"{_place(room)}に{clock.soon_text(message.at)}に書いた言葉を、もどしました。",
        "いまは、また部屋の人が読めます。",
    )


def resting(room: Room, until: datetime, reason: Reason, code: str, *, is_sealed: bool) -> str:
    """`is_sealed`: words of theirs were copied for it."""
    return _letter(
        f"今日はここで、少し休みましょう。{_place(room)}では、{clock.soon_text(until)}まで、書くことをお休みします。"
        "読むことはできます。",
        *_why(reason),
        "そのあとは、部屋があいているときに、またいつものように書けます。",
        _again(code),
        *_copy_if(is_sealed),
    )


def rest_lifted(room: Room, removed_until: datetime | None = None) -> str:
    then = "部屋があいているときは、またいつものように書けます。"
    if removed_until is not None:
        then = f"部屋に入れるのは、{clock.soon_text(removed_until)}からです。"
    return _letter(f"{_place(room)}のお休みを、終わりにしました。", then)


def removed(room: Room, until: datetime, reason: Reason, code: str, *, is_sealed: bool) -> str:
    """`is_sealed` as of `resting`."""
    return _letter(
        f"今回は、{_place(room)}から出ていただきました。{clock.soon_text(until)}からは、部屋があいていれば、また入れます。",
        *_why(reason),
        "ほかの部屋は、いままでどおり使えます。",
        "つらいときは、「困ったとき」の窓口でも話せます。",
        _again(code),
        *_copy_if(is_sealed),
    )


def let_back(room: Room, resting_until: datetime | None = None) -> str:
    lines = [f"{_place(room)}があいているときは、また入れます。", "前の判断を、もどしました。"]
    if resting_until is not None:
        lines.append(
            f"{clock.soon_text(resting_until)}までは、書くことをお休みする時間です。読むことはできます。"
        )
    return _letter(*lines)


def suspended(until: datetime, count: int, rule: str, words: str, code: str) -> str:
    """Told by as many keepers as agreed; `rule` is the reason in words."""
    return _letter(
        f"{clock.far_text(until)}まで、この場所の利用を止めることにしました。"
        f"スタッフ{count}人が、それぞれ考えて決めました。",
        f"理由：{rule}",
        *results.from_staff(words),
        "みんなが安心していられるようにするためです。",
        "あなたの記録を見たり、消したりすることは、今もできます。",
        "つらいときは、「困ったとき」の窓口でも話せます。",
        _again(code),
        _copy(_days_of_review()),
    )


def suspension_lifted(other_until: datetime | None = None) -> str:
    """`other_until`: another act holds the person until then."""
    if other_until is not None:
        return _letter("前の判断を、ひとつもどしました。", _still_out(other_until))
    return _letter("この場所を、また使えるようになりました。", "前の判断を、もどしました。")


def usable_from_now(other_until: datetime | None) -> list[str]:
    """Of the whole house, unless another act still holds the person."""
    return [_still_out(other_until)] if other_until is not None else [results.USABLE]


def overturned(room: Room, then: list[str], reply: str) -> str:
    """`then`: what is so from now on."""
    return _letter(_about(room), results.OVERTURNED, *results.from_staff(reply), *then)


def upheld(room: Room, reason: Reason) -> str:
    return _letter(_about(room), *results.upheld(reason.rule.words, reason.words))


def readable_again(room: Room, message: Message) -> list[str]:
    return [f"{clock.soon_text(message.at)}に書いた言葉は、いまから、また部屋の人が読めます。"]


def usable_again(resting_until: datetime | None, removed_until: datetime | None) -> list[str]:
    """Unless another act still holds the seat."""
    if removed_until is not None:
        return [f"部屋に入れるのは、ほかの声かけがあるため、{clock.soon_text(removed_until)}からです。"]
    if resting_until is not None:
        return [f"{clock.soon_text(resting_until)}までは、ほかの声かけのため、書くことをお休みする時間です。"]
    return [results.USABLE]


def _still_out(until: datetime) -> str:
    return f"この場所を使えるのは、ほかの声かけがあるため、{clock.far_text(until)}からです。"


def _about(room: Room) -> str:
    return f"見直しの結果です。{_place(room)}でのことです。"


def _place(room: Room) -> str:
    return f"部屋「{room.title}」"


def _why(reason: Reason) -> list[str]:
    words = [f"スタッフから：{reason.words}"] if reason.words else []
    return [f"理由：{reason.rule.words}", *words]


def _copy(until: datetime, what: str = "言葉") -> str:
    return f"大切なことなので、{what}のうつしを{clock.day_text(until)}まで、スタッフだけが読めるように残しています。"


def _copy_if(is_sealed: bool) -> list[str]:
    return [_copy(_days_of_review())] if is_sealed else []


def _days_of_review() -> datetime:
    return clock.now() + timedelta(days=REVIEW_DAYS)


def _again(code: str) -> str:
    # the last whole day: on the next one the act is forgotten at the hour it was done
    last = clock.day_text(clock.now() + timedelta(days=REVIEW_DAYS - 1))
    return (
        "考えがちがうときは、「もう一度見てほしい」を押してください。"
        f"ほかの端末からは、見直しの番号「{code}」でお願いできます（{last}まで）。"
    )


def _letter(*lines: str) -> str:
    return "\n".join(lines)
