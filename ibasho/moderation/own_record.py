"""What moderation holds about one person, for わたし and the download."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ibasho.lib import clock
from ibasho.moderation import own_concerns, own_incidents
from ibasho.moderation.models import (
    SEAT_NOTE_DAYS,
    STRAIN_DAYS,
    Act,
    Claim,
    Hiding,
    KeepingBack,
    LogEntry,
    Redaction,
    Rest,
    ReviewRequest,
    RoomRemoval,
    SealedText,
    Strain,
    Suspension,
    SuspensionProposal,
    Unnaming,
)
from ibasho.moderation.queries import notes_about, review_answer
from ibasho.moderation.queries.reasons import reason_texts
from ibasho.moderation.queries.seals import seals_of
from ibasho.moderation.queries.verbs import VERB_WORDS
from ibasho.people.models import Keeper, Person
from ibasho.people.my_record import Section

TABLES = {
    "moderation.Hiding": "かくした書き込み",
    "moderation.KeepingBack": "出さなかった言葉",
    "moderation.Redaction": "一部をかくした書き込み",
    "moderation.Unnaming": "はずした名前",
    "moderation.Rest": "少し休む",
    "moderation.RoomRemoval": "部屋を出ている時間",
    "moderation.Suspension": "この場所の利用を止めたこと",
    "moderation.SuspensionProposal": "利用を止めるかどうかの 相談",
    "moderation.SealedText": "見直しのための うつし",
    "moderation.ReviewRequest": "見直しの おねがい",
    "moderation.ScreeningCandidate": "しくみを ためすための 言葉",
    "moderation.SeatNote": "席のメモ",
    "moderation.Strain": "当番の重さ",
    "moderation.Opinion": "スタッフが、ほかのスタッフに聞いていること",
    "moderation.Claim": "スタッフがいま見ていること",
    "moderation.LogEntry": "スタッフがしたことの記録",
    "moderation.LogDetail": "スタッフがしたことの、くわしい記録",
    **own_concerns.TABLES,
    **own_incidents.TABLES,
}
_ASK_AGAIN = ("/quiet-box/", "ちがうと思うときは、ここから教えてください（だれが書いたかは、残りません）")
_WHAT = {
    Hiding: "書き込みをかくしました。",
    KeepingBack: "待っていた言葉を、出しませんでした。",
    Redaction: "書き込みの一部をかくしました。",
    Unnaming: "この部屋での名前を、見せないことにしました。",
    Rest: "少し休む時間です。",
    RoomRemoval: "部屋を出ている時間です。",
    Suspension: "スタッフ2人が、それぞれ考えて、この場所の利用を止めました。",
}


def sections(person: Person) -> Sequence[Section]:
    return [
        Section(
            "スタッフからの声かけ",
            list(_acts(person)),
            "30日。見直しをおねがいしたときは、結果が出てから30日。",
        ),
        Section("利用を止めるかどうかの相談", _talks(person), "30日。"),
        Section(
            "見直しのための、言葉のうつし",
            _seals(person),
            "30日。見直しを待っているあいだは、結果が出るまで。とりけしても、そのときまで、スタッフだけが読めます。",
        ),
        own_concerns.section(person),
        Section(
            "スタッフが書いた、席のメモ",
            _seat_notes(person),
            f"書いてから{SEAT_NOTE_DAYS}日。",
            link=_ASK_AGAIN,
        ),
        Section("いま見ていること", _claims(person), "見おわるまで。長くても、さいごに見てから1時間。"),
        Section("当番の重さ", list(_strains(person)), f"当番が終わってから{STRAIN_DAYS}日。"),
        own_incidents.section(person),
        Section("スタッフとしてしたこと", _deeds(person), "ずっと。"),
    ]


def _acts(person: Person) -> Iterator[tuple[str, str]]:
    acts: list[Act] = []
    for kind in _WHAT:
        acts += kind._default_manager.filter(seat__person=person).select_related("room")
    requests = ReviewRequest.objects.filter(code_hash__in=[act.code_hash for act in acts])
    asked = {request.code_hash: request for request in requests}
    rules = reason_texts({act.rule_key for act in acts})
    for act in sorted(acts, key=lambda act: act.at):
        yield f"{clock.when_text(act.at)} 部屋「{act.room.title}」", _say(act, rules[act.rule_key])
        if request := asked.get(act.code_hash):
            yield "見直しのおねがい", request.words or "おねがいしました。"
            if answer := review_answer(act.code_hash):
                yield "見直しの結果", "".join(answer.lines)


def _say(act: Act, rule: str) -> str:
    parts = [_WHAT[type(act)], f"理由：{rule}"]
    if isinstance(act, Rest | RoomRemoval | Suspension):
        parts.append(f"{clock.far_text(act.until)} までです。")
    if act.words:
        parts.append(f"スタッフから：{act.words}")
    if act.lifted_at is not None:
        parts.append(f"{clock.when_text(act.lifted_at)} に、もどしました。")
    return "".join(parts)


def _talks(person: Person) -> list[tuple[str, str]]:
    """What came to nothing; as long as it waits, nothing is said of what may never be."""
    talks = SuspensionProposal.objects.filter(seat__person=person, suspension__isnull=True)
    rows = talks.exclude(outcome=SuspensionProposal.Outcome.WAITING).select_related("room")
    rules = reason_texts({row.rule_key for row in rows})
    return [
        (
            f"{clock.when_text(row.at)} 部屋「{row.room.title}」",
            f"スタッフが考えて、利用は止めないことにしました。理由として出ていた約束：{rules[row.rule_key]}"
            f"スタッフの言葉：{row.words}",
        )
        for row in rows
    ]


def _seals(person: Person) -> list[tuple[str, str]]:
    rows = seals_of(person)
    return [
        (f"{clock.when_text(row.sealed_at)} のうつし（{clock.day_text(row.until)}まで）", _words(row))
        for row in rows
    ]


def _words(row: SealedText) -> str:
    cover = f"（おおい：{row.cover}）" if row.cover else ""
    return f"{cover}{row.text}"


def _seat_notes(person: Person) -> list[tuple[str, str]]:
    return [
        (f"{clock.when_text(row.at)} 部屋「{row.seat.room.title}」", row.text) for row in notes_about(person)
    ]


def _claims(person: Person) -> list[tuple[str, str]]:
    rows = Claim.objects.filter(keeper__person=person)
    return [(f"{clock.when_text(row.since)} から", "待っていることを、ひとつ見ています。") for row in rows]


def _strains(person: Person) -> Iterator[tuple[str, str]]:
    for row in Strain.objects.filter(duty__keeper__person=person).select_related("duty", "answered_by"):
        parts = [f"見た重い言葉は {row.opened}つ。"]
        if row.hard_at:
            parts.append(f"{clock.when_text(row.hard_at)} に、重いことがありました。")
        if row.asked_at:
            who = f"{row.answered_by.duty_name}さんが「います」と答えました。" if row.answered_by else ""
            parts.append(f"{clock.when_text(row.asked_at)} に、だれかと話したいと伝えました。{who}")
        yield f"{clock.when_text(row.duty.taken_at)} からの当番", "".join(parts)


def _deeds(person: Person) -> list[tuple[str, str]]:
    keeper = Keeper.objects.filter(person=person).first()
    if keeper is None:
        return []
    return [
        (clock.when_text(entry.at), VERB_WORDS.get(entry.verb, entry.verb))
        for entry in LogEntry.objects.filter(actor=keeper.pk)
    ]
