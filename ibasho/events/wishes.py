"""The one place where a sign-up's form becomes a `Wish`, whoever filled it in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from ibasho.events.models import ANSWER_BYTES, ANSWER_GRAPHEMES, Event, Question, SignUp
from ibasho.lib import mailing
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.lib.unicode_text import clean, is_empty, measure
from ibasho.people.models import Standpoint
from ibasho.rooms import hygiene
from ibasho.rooms.passphrase import words_key

_FIRST = {"": None, "yes": True, "no": False}
_STANDPOINT = "どの立場で来るかを、ひとつえらんでください。"
_REQUIRED = "この質問には、答えがいります。「{question}」"
_OPTION = "「{question}」は、ならんでいる中からえらんでください。"
_MAIL = "メールのあて先を、「name@example.org」のように書いてください。書かなくても、申し込めます。"
_NO_MAIL = "いまは、メールを送れません。空のままで、申し込めます。"
_CONSENT = "同意の文を読んで、しるしをつけてください。"
Answered = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for. An empty `call_name` is おまかせ; `answers` are pairs of question and words."""

    request_id: UUID
    standpoint: str
    call_name: str = ""
    participation: str = SignUp.Participation.UNDECIDED
    party: int = 1
    all_or_none: bool = False
    auto_accept: bool = False
    is_first: bool | None = None
    answers: Answered = ()
    consent_version: int | None = None
    ties_person: bool = False
    mail: str = ""
    as_is: bool = False

    def key_at(self, event_id: int) -> str:
        """Stands for the words, so that the same form is known again. `as_is` and the mail are not part of them:
        what is kept of a form must not tell an address to whoever tries one.
        """
        fields = (
            self.standpoint,
            self.call_name,
            self.participation,
            self.party,
            self.all_or_none,
            self.auto_accept,
            self.is_first,
            self.answers,
            self.consent_version,
            self.ties_person,
        )
        return words_key("sign up", str(event_id), *map(str, fields))

    @property
    def words(self) -> str:
        """All that staff will read of it, as one text."""
        return "\n".join(text for text in (*(text for _, text in self.answers), self.call_name) if text)


def read_wish(form: Mapping[str, str], event: Event, questions: Iterable[Question]) -> Wish:
    """The wish that a form says, in order. Fields it does not know are the page's own.

    Refuses `malformed`, and as `RefusedField` `empty`, `malformed`, `too_long` and `name_reserved` for what
    somebody wrote, left out or chose.
    """
    return Wish(
        request_id=UUID(hygiene.uuid_v4(form.get("id"))),
        standpoint=_standpoint(form),
        call_name=_call_name(form),
        participation=_participation(form),
        party=_party(form, event),
        all_or_none=bool(form.get("all_or_none")),
        auto_accept=bool(form.get("auto_accept")),
        is_first=_is_first(form),
        answers=tuple(_answers(form, questions)),
        consent_version=_consent(form) if event.asks_consent else None,
        ties_person=bool(form.get("ties_person")),
        mail=mail_in(form),
        as_is=bool(form.get("as_is")),
    )


@contextmanager
def _beside(field: str) -> Iterator[None]:
    """What is refused here is said beside its field."""
    try:
        yield
    except Refusal as refusal:
        raise RefusedField(refusal.code, refusal.text, field) from refusal


def _call_name(form: Mapping[str, str]) -> str:
    with _beside("call_name"):
        return hygiene.call_name(form.get("call_name", ""))


def mail_in(form: Mapping[str, str]) -> str:
    """The address of the field `mail`, empty where none is given. Refuses `malformed` by the field."""
    typed = form.get("mail", "").strip()
    if not typed:
        return ""
    mail = mailing.address_from(typed)
    if not mail or not mailing.has_server():
        raise RefusedField("malformed", _MAIL if mailing.has_server() else _NO_MAIL, "mail")
    return mail


def _standpoint(form: Mapping[str, str]) -> str:
    standpoint = form.get("standpoint", "")
    if standpoint not in Standpoint.values:
        raise RefusedField("malformed", _STANDPOINT, "standpoint")
    return standpoint


def _participation(form: Mapping[str, str]) -> str:
    said = form.get("participation") or SignUp.Participation.UNDECIDED.value
    if said not in SignUp.Participation.values:
        raise Refusal("malformed")
    return said


def _party(form: Mapping[str, str], event: Event) -> int:
    said = form.get("party") or "1"
    if said not in [str(size) for size in range(1, event.most_party + 1)]:
        raise Refusal("malformed")
    return int(said)


def _is_first(form: Mapping[str, str]) -> bool | None:
    said = form.get("is_first", "")
    if said not in _FIRST:
        raise Refusal("malformed")
    return _FIRST[said]


def _answers(form: Mapping[str, str], questions: Iterable[Question]) -> Iterable[tuple[int, str]]:
    for question in questions:
        field = f"q_{question.key}"
        with _beside(field):
            words = clean(form.get(field, "")).strip()
        if is_empty(words):
            if question.is_required:
                raise RefusedField("empty", _REQUIRED.format(question=question.text), field)
            continue
        if question.options and words not in question.options:
            raise RefusedField("malformed", _OPTION.format(question=question.text), field)
        with _beside(field):
            measure(words, ANSWER_GRAPHEMES, ANSWER_BYTES, f"「{question.text}」の答え")
        yield question.pk, words


def _consent(form: Mapping[str, str]) -> int:
    said = form.get("consent_version", "")
    if not said:
        raise RefusedField("empty", _CONSENT, "consent_version")
    if not (said.isascii() and said.isdigit() and len(said) <= 6):
        raise Refusal("malformed")
    return int(said)
