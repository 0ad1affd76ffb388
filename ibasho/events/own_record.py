"""What meetings hold about one person, for わたし and the download."""

from __future__ import annotations

from collections.abc import Sequence

from ibasho.duty.models import DUTY_DAYS
from ibasho.events import contacts
from ibasho.events.models import SIGN_UP_DAYS, Admission, EventShift, SignUp
from ibasho.events.next_steps import interview_facts
from ibasho.events.queries import own_rooms
from ibasho.events.queries.cards import has_answered_card
from ibasho.events.queries.events import hours_of
from ibasho.events.queries.sign_ups import own
from ibasho.lib import clock
from ibasho.lib.beside import beside
from ibasho.people.models import Kind, Person
from ibasho.people.my_record import Section
from ibasho.people.own_lists import OwnLine, OwnList

TABLES = {
    "events.SignUp": "集まりへの申し込み",
    "events.Offer": "席があいたことの知らせ",
    "events.WayBack": "とりけしたあとに、もどれること",
    "events.Answer": "申し込みの質問への答え",
    "events.Consent": "集まりの同意の文を読んだこと",
    "events.Interview": "集まりの前の面談",
    "events.CardMark": "会のあとのカードに答えたしるし",
    "events.Worry": "申し込みにある、命が心配な言葉",
    "events.Visit": "集まりに来た人の数",
    "events.SignUpContact": "集まりの申し込みの連絡先",
    "events.EventShift": "スタッフの当番の予定（集まり）",
    "events.Admission": "集まりの部屋の入口を開けたこと",
}
_FIRST = {True: "はい", False: "いいえ", None: "答えていません"}


def sections(person: Person) -> Sequence[Section]:
    """Only what the person has tied to わたし; of other sign-ups the house does not know whose they are."""
    rows = SignUp.objects.filter(person=person)
    rows = rows.select_related("event", "consent__text", "visit", "contact", "interview", "way_back")
    rows = rows.prefetch_related("answers__question", "offers").order_by("-event__starts", "-turn")
    shown = [(_what(row), row.state_text_at(clock.now())) for row in rows]
    apart = [(_what(row), line) for row in rows for line in _lines(row)]
    signed_up = Section("集まりへの申し込み", shown, f"会の{SIGN_UP_DAYS}日あと。", apart=apart)
    if person.kind != Kind.KEEPER:
        return [signed_up, *_admissions(person)]
    return [signed_up, Section("当番の予定の集まり", _planned(person), f"当番が終わってから{DUTY_DAYS}日。")]


def _admissions(person: Person) -> list[Section]:
    """Rooms whose door is open to them, also by a sign-up that is not tied."""
    rows = Admission.objects.filter(person=person).select_related("sign_up__event")
    shown = [(_what(row.sign_up), "部屋の入口を開けました") for row in rows]
    return [Section("集まりの部屋", shown, "会の7日あと。")] if shown else []


def _planned(person: Person) -> list[tuple[str, str]]:
    rows = EventShift.objects.filter(shift__keeper__person=person).select_related("shift", "event")
    return [(f"{clock.when_text(row.shift.starts)} から", row.event.title) for row in rows]


def sign_ups(person: Person) -> OwnList:
    """Those that are tied, what waits for an answer first."""
    lines = [
        OwnLine(line.title, beside(line.when, line.state), f"/sign-ups/mine/?of={line.sign_up_id}", line.asks)
        for line in own([], person)
    ]
    return OwnList("集まりの申し込み", lines)


def rooms_to_read(person: Person) -> OwnList:
    """Also those behind a sign-up that is not tied: whoever sat there came in as this person."""
    lines = [
        OwnLine(room.title, beside(room.when, room.until_text), room.path)
        for room in own_rooms.rooms_to_read(person)
    ]
    return OwnList("終わった集まりの部屋", lines)


def _what(row: SignUp) -> str:
    event = row.event
    return f"{event.title} {clock.day_text(event.starts)} {hours_of(event)}"


def _lines(row: SignUp) -> list[str]:
    lines = [
        f"呼び名：{row.call_name or 'ありません'}",
        f"立場：{row.get_standpoint_display()}",
        f"すごし方：{row.get_participation_display()}",
        f"人数：{row.party}人",
        f"はじめてかどうか：{_FIRST[row.is_first]}",
        f"席がそろうまで待つ：{'はい' if row.all_or_none else 'いいえ'}",
        f"席があいたらそのまま参加にする：{'はい' if row.auto_accept else 'いいえ'}",
        f"申し込んだ順番：{row.turn}番め",
    ]
    lines += [f"{answer.question.text}：{answer.text}" for answer in row.answers.all()]
    lines += [
        f"{clock.when_text(offer.made_at)}に席があきました：{offer.get_answer_display()}"
        for offer in row.offers.all()
    ]
    if hasattr(row, "interview"):
        lines += [f"面談{fact.what}：{fact.words}" for fact in interview_facts(row.interview)]
        lines += ["面談：別の日がいい"] if row.interview.is_declined else []
    if hasattr(row, "way_back"):
        lines.append(f"{clock.when_text(row.way_back.until)}まで、もどれます")
    if hasattr(row, "contact"):
        lines.append(f"連絡先：{contacts.open_contact(row.contact)}")
    if hasattr(row, "consent"):
        lines.append(
            f"{clock.day_text(row.consent.given_on)}に同意の文（{row.consent.text.version}）を読みました"
        )
    if has_answered_card(row):
        lines.append("会のあとのカードに、答えました")
    if hasattr(row, "visit"):
        lines.append(f"来た人の数：{row.visit.people}人")
    return [*lines, f"お伝えした窓口：{row.referral}"] if row.referral else lines
