"""返事: one answer to a note. One keeper writes it, another reads it and hands it over; nobody can reply to it."""

from __future__ import annotations

from django.db import transaction

from ibasho.house.actions.letters import give_notice
from ibasho.house.heeding import heed
from ibasho.house.models import AnswerWish, Note, NoteAnswer
from ibasho.house.queries import NOTE_ANSWER, answer_facts, wishes_of
from ibasho.lib import clock, rate_limit, unicode_text
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.lib.stamps import must_have_seen
from ibasho.live.publish import hurry_desk, hurry_facts
from ibasho.people.actions import next_facts
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts

ANSWER_GRAPHEMES = 500
ANSWER_BYTES = 2000
SIGNED = "スタッフ（2人で読みました）"
_SENT = "返事は、もうわたしてあります。"
_NONE = "返事は、まだ書いてありません。"
_OWN = "あなたが書いた返事です。ほかの見守り役が読んで、わたします。"
_NOT_OWN = "書いた人だけが、とりけせます。なおすことは、できます。"
_NOBODY = "このメモには、もう返事をとどけられません。"
_NUMBER = "電話番号や住所のように見えるところがあります。窓口の番号などなら、下のしるしをつけてから、もう一度おしてください。"
_ONE_WAY = "この返事に、返事をすることはできません。ちがうと思うときは、「言いにくいことポスト」で調整役に伝えられます。"


def write_answer(
    keeper: KeeperFacts, note_id: int, *, text: str, seen: str, as_is: bool = False
) -> NoteAnswer:
    """What another keeper will read and hand over; writing it anew makes it this keeper's.

    Refuses `not_found` where no answer is wished for, `malformed` once it is handed over, `empty`, `too_long`,
    and by the field `text` `asked` where a number stands in it, unless `as_is`. Raises `Overtaken` if a colleague wrote in between.
    """
    words = unicode_text.clean(text).strip()
    unicode_text.measure(words, ANSWER_GRAPHEMES, ANSWER_BYTES, "返事")
    found = heed(words)
    if found.spots and not as_is:
        raise RefusedField("asked", _NUMBER, "text")
    with transaction.atomic():
        note = _locked(note_id)
        if not AnswerWish.objects.filter(note=note).exists():
            raise Refusal("malformed", _SENT) if _is_sent(note) else Refusal("not_found")
        must_have_seen(seen, answer_facts(note.pk))
        fields = {"text": words, "marks": found.marks_kept, "author_id": keeper.keeper_id}
        answer, _ = NoteAnswer.objects.update_or_create(note=note, defaults=fields)
        hurry_desk()
    return answer


def send_answer(keeper: KeeperFacts, note_id: int, *, seen: str) -> bool:
    """Hand over what a colleague wrote; from then on nothing ties the note to its person. False for a second tap.

    Refuses `not_found`, `malformed` without an answer, for one's own, and where its person is gone. Raises
    `Overtaken` if it was rewritten in between.
    """
    with transaction.atomic():
        note = _locked(note_id)
        answer = NoteAnswer.objects.filter(note=note).first()
        if answer is None:
            raise Refusal("malformed", _NONE)
        if answer.sent_on is not None:
            return False
        if answer.author_id == keeper.keeper_id:
            raise Refusal("malformed", _OWN)
        must_have_seen(seen, answer_facts(note.pk))
        next_facts()  # before the wish, as whoever erases a person takes them
        # held: who is erased or wishes none in the same moment gets no letter
        wish = (
            AnswerWish.objects.select_for_update(of=("self",))
            .select_related("person")
            .filter(note=note)
            .first()
        )
        if wish is None:
            raise Refusal("malformed", _NOBODY)

        give_notice(wish.person, NOTE_ANSWER, _letter(note, answer.text))
        wish.delete()
        answer.sent_by_id, answer.sent_on = keeper.keeper_id, clock.today()
        answer.save(update_fields=["sent_by", "sent_on"])

        hurry_facts()
        hurry_desk()
    return True


def remove_answer(keeper: KeeperFacts, note_id: int) -> bool:
    """Take back what one wrote, or what a keeper wrote who is gone, before it is handed over; whether there was
    anything. Refuses `not_found`, and `malformed` for another's and for what its person has.
    """
    with transaction.atomic():
        answer = NoteAnswer.objects.filter(note=_locked(note_id)).first()
        if answer is None:
            return False
        if answer.sent_on is not None:
            raise Refusal("malformed", _SENT)
        if not answer.may_be_taken_back_by(keeper.keeper_id):
            raise Refusal("malformed", _NOT_OWN)
        answer.delete()
        hurry_desk()
    return True


def take_wish(person: Person) -> bool:
    """Whether this person may wish for an answer now: one wish waits at a time, and one is taken in a day. Notes and
    answers are no talk that goes on.
    """
    if wishes_of(person.pk).exists():
        return False
    try:
        rate_limit.take("note_answer", person.pk)
    except Refusal:
        return False
    return True


def give_wish_back(person: Person) -> None:
    """Undo `take_wish` where no note came about."""
    rate_limit.give_back("note_answer", person.pk)


def wish_no_answer(person: Person) -> None:
    """返事はいりません: this person's notes are nobody's again. A second tap changes nothing."""
    with transaction.atomic():
        AnswerWish.objects.filter(person=person).delete()
        hurry_desk()


def _locked(note_id: int) -> Note:
    note = Note.objects.select_for_update().filter(pk=note_id).first()
    if note is None:
        raise Refusal("not_found")
    return note


def _is_sent(note: Note) -> bool:
    return NoteAnswer.objects.filter(note=note, sent_on__isnull=False).exists()


def _letter(note: Note, words: str) -> str:
    return "\n".join(
        [f"{clock.day_text(note.written_on)}のメモに、見守り役からの返事です。", words, SIGNED, _ONE_WAY]
    )
