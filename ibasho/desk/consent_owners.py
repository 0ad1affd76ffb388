"""Whose 同意の文 a page of the desk is about, as its address says."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from ibasho.desk.forms import number_from
from ibasho.desk.queries.meetings import meeting
from ibasho.desk.queries.series import series_of
from ibasho.events.consent_owners import ConsentOwner
from ibasho.events.models import ConsentText, Event
from ibasho.events.queries.events import consent_behind, consent_now
from ibasho.lib import clock
from ibasho.lib.errors import Refusal

KINDS: dict[str, str] = {"": "どの集まりにも", **dict(Event.Kind.choices)}
_MEETINGS = "/desk/meetings/"


@dataclass(frozen=True, slots=True)
class Whose:
    """`name` and `value` say it in an address and in a form; `kind` and `series_id` whose texts stand in for it."""

    owner: ConsentOwner
    name: str
    value: str
    text: str
    back: str
    kind: str
    series_id: int | None = None

    @property
    def query(self) -> str:
        return f"{self.name}={self.value}"

    @property
    def is_kind(self) -> bool:
        return self.name == "kind"

    @property
    def present(self) -> ConsentText | None:
        """What is in force for it, whosever it is."""
        return consent_now(clock.today(), self.kind, series_id=self.series_id, event_id=self.owner.event_id)

    @property
    def out_of_use(self) -> ConsentText | None:
        """Its own newest text, where it is out of use and nothing of its own counts."""
        rows = ConsentText.objects.filter(**self.owner.columns, effective_on__lte=clock.today())
        newest = rows.order_by("-number").first()
        return newest if newest is not None and newest.retired_on and self._is_lent(self.present) else None

    @property
    def behind(self) -> str:
        """Whose text counts once its own is out of use; empty where there is none of either."""
        own = self.present
        other = None if own is None or self._is_lent(own) else consent_behind(own)
        return self._whose(other) if other is not None else ""

    def lender(self, text: ConsentText) -> str:
        """Whose it is, where it is not its own."""
        return self._whose(text) if self._is_lent(text) else ""

    def _is_lent(self, text: ConsentText | None) -> bool:
        return any(getattr(text, name, None) != value for name, value in self.owner.columns.items())

    def _whose(self, text: ConsentText) -> str:
        return "くりかえしの文" if text.series_id else f"「{KINDS[text.kind]}」の文"


def whose_from(sent: QueryDict) -> Whose:
    """Of one meeting, of a series, of a kind, or of all. Refuses `malformed` and `not_found`."""
    if sent.get("meeting"):
        event = meeting(number_from(sent, "meeting"))
        owner, page = ConsentOwner(event_id=event.pk), f"{_MEETINGS}{event.pk}/"
        text = f"{clock.day_text(event.starts)}の「{event.title}」"
        return Whose(owner, "meeting", str(event.pk), text, page, event.kind, event.series_id)
    if sent.get("series"):
        series = series_of(number_from(sent, "series"))
        owner, page = ConsentOwner(series_id=series.pk), f"{_MEETINGS}series/{series.pk}/"
        text = f"くりかえす「{series.title}」"
        return Whose(owner, "series", str(series.pk), text, page, series.kind, series.pk)
    kind = sent.get("kind", "")
    if kind not in KINDS:
        raise Refusal("not_found")
    return Whose(ConsentOwner(kind=kind), "kind", kind, KINDS[kind], _MEETINGS, kind)
