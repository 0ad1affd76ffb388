"""The form of a sign-up as a page shows it (`blank` there): what is asked, what was typed, and what is said beside a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from ibasho.events.models import Question, SignUp
from ibasho.events.shapes import EventPage
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.people.models import Standpoint

_FIRST = (("yes", "はじめて"), ("no", "来たことがある"), ("", "答えない"))
_TICKS = ("all_or_none", "auto_accept", "ties_person")
_SAYS = {
    SignUp.Participation.TEXT: "文字だけ",
    SignUp.Participation.LISTEN: "聞くだけ",
    SignUp.Participation.SPEAK: "話す",
    SignUp.Participation.UNDECIDED: "まだわからない",
}
Sent = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, with what was typed."""

    question: Question
    value: str
    say: str

    @property
    def name(self) -> str:
        return f"q_{self.question.key}"


@dataclass(frozen=True, slots=True)
class SignUpForm:
    """`request_id` is fresh each time a page is made, but for a party's next date. `says`: by field, what to do next."""

    page: EventPage
    sent: Sent
    own_standpoint: str | None
    request_id: str
    says: Mapping[str, str]

    @property
    def standpoint(self) -> str:
        """Who has not said anything has not decided."""
        return self.sent.get("standpoint", Standpoint.UNDECIDED)

    @property
    def asks_standpoint(self) -> bool:
        """Who has come in, and who comes to a meeting for one standpoint, is not asked."""
        return self.settled_standpoint == ""

    @property
    def settled_standpoint(self) -> str:
        values = [value for value, _ in self.page.standpoints]
        if self.own_standpoint in values:
            return self.own_standpoint or ""
        return values[0] if len(values) == 1 else ""

    @property
    def ways(self) -> list[tuple[str, str, bool]]:
        """To come by words alone stands first; who says nothing has not decided."""
        chosen = self.sent.get("participation") or SignUp.Participation.UNDECIDED
        return [(str(value), label, value == chosen) for value, label in _SAYS.items()]

    @property
    def firsts(self) -> list[tuple[str, str, bool]]:
        chosen = self.sent.get("is_first", "")
        return [(value, label, value == chosen) for value, label in _FIRST]

    @property
    def party(self) -> str:
        return self.sent.get("party") or "1"

    @property
    def ticked(self) -> dict[str, bool]:
        """A yes to a text that changed meanwhile is asked for again."""
        consent = self.page.consent
        said = consent is not None and self.sent.get("consent_version") == str(consent.number)
        return {name: bool(self.sent.get(name)) for name in _TICKS} | {"consent_version": said}

    @property
    def asked(self) -> Sequence[Asked]:
        return [
            Asked(question, self.sent.get(f"q_{question.key}", ""), self.says.get(f"q_{question.key}", ""))
            for question in self.page.questions
        ]


def form_of(
    page: EventPage,
    sent: Sent,
    own_standpoint: str | None,
    refusal: Refusal | None = None,
    request_id: UUID | None = None,
) -> SignUpForm:
    says = {refusal.field: refusal.text} if isinstance(refusal, RefusedField) else {}
    return SignUpForm(page, sent, own_standpoint, str(request_id or uuid4()), says)
