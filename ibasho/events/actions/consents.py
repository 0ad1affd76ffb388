"""同意の文: versions in six parts, each from a day on, for all meetings, one kind, a series or one meeting. One that counted stays, in use or out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max

from ibasho.events.consent_owners import EVERYBODY, ConsentOwner
from ibasho.events.models import ConsentText
from ibasho.events.plans import EventPlan
from ibasho.events.queries.events import consent_behind, consent_now
from ibasho.events.usual_consent import USUAL_CONSENT
from ibasho.lib import clock
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.lib.stamps import Overtaken, must_have_seen

_NOTHING_BEHIND = "ほかに使える文が、ありません。先に「どの集まりにも」の文を書いてください。"
_TOO_EARLY = "きょうか、これからの日にしてください。"


@dataclass(frozen=True, slots=True)
class ConsentParts:
    """The six parts, none of them empty."""

    aim: str
    outline: str
    cost: str
    accident: str
    ending: str
    data: str


def parts_of(text: ConsentText) -> ConsentParts:
    return ConsentParts(*(getattr(text, name) for name in ConsentParts.__slots__))


def newest_consent(owner: ConsentOwner = EVERYBODY) -> ConsentText | None:
    """The owner's version with the highest number, whether or not it counts yet."""
    return ConsentText.objects.filter(**owner.columns).order_by("-number").first()


def consent_facts(text: ConsentText | None) -> list[object]:
    """What a page of the newest version has shown."""
    return [] if text is None else [text.number, text.effective_on.isoformat(), parts_of(text)]


def lay_down_usual_consent(plan: EventPlan) -> None:
    """A meeting that asks for a consent always has one to show: until a text for its kind is in force, the usual one
    is, for all. What was laid down stays as it is, like every other version. In the caller's transaction.
    """
    today = clock.today()
    if plan.asks_consent and consent_now(today, plan.kind) is None:
        fields = {"effective_on": today, **USUAL_CONSENT}
        ConsentText.objects.get_or_create(number=ConsentText.USUAL, defaults=fields)


def write_consent(
    parts: ConsentParts, *, effective_on: date, seen: str, owner: ConsentOwner = EVERYBODY
) -> ConsentText:
    """A new version that counts from that day on, for the meetings of `owner`; one that does not count yet is written anew.

    Numbers go on over all owners. Raises `Overtaken` if somebody else wrote in between; refuses `malformed` for a day that is over.
    """
    if effective_on < clock.today():
        raise RefusedField("malformed", _TOO_EARLY, "day")
    try:
        with transaction.atomic():
            newest = newest_consent(owner)
            must_have_seen(seen, consent_facts(newest))
            fields = {name: getattr(parts, name) for name in ConsentParts.__slots__}
            fields |= {"effective_on": effective_on}
            if newest is not None and newest.effective_on > clock.today():
                ConsentText.objects.filter(pk=newest.pk).update(**fields)
                newest.refresh_from_db()
                return newest
            last: int | None = ConsentText.objects.aggregate(last=Max("number"))["last"]
            return ConsentText.objects.create(number=(last or 0) + 1, **owner.columns, **fields)
    except IntegrityError:  # another wrote the same number in this moment
        raise Overtaken from None


def retire_consent(number: int) -> bool:
    """The text of a meeting, a series or a kind counts no more from now on, with all its versions: that of its series,
    of its kind or of all counts instead. Who said yes to it keeps it. False if it is out of use already.

    Refuses `asked` where nothing would count instead; raises `Overtaken` unless it is the one in force.
    """
    with transaction.atomic():
        text = _locked(number)
        if text is None or text.retired_on is not None:
            return False
        own = ConsentText.objects.filter(**_owner_of(text).columns)
        in_use = own.filter(effective_on__lte=clock.today(), retired_on__isnull=True)
        if in_use.order_by("-number").first() != text:
            raise Overtaken
        if consent_behind(text) is None:
            raise Refusal("asked", _NOTHING_BEHIND)
        # not one that somebody writes in this moment: nobody decided about that
        in_use.filter(number__lte=number).update(retired_on=clock.today())
    return True


def bring_back_consent(number: int) -> bool:
    """Undo `retire_consent`, for that version; False if it is in use."""
    with transaction.atomic():
        return bool(
            ConsentText.objects.filter(number=number, retired_on__isnull=False).update(retired_on=None)
        )


def withdraw_consent(number: int) -> bool:
    """A version that does not count yet goes; False if it is gone. Raises `Overtaken` once its day has come."""
    with transaction.atomic():
        text = _locked(number)
        if text is None:
            return False
        if text.effective_on <= clock.today():
            raise Overtaken
        text.delete()
    return True


def _locked(number: int) -> ConsentText | None:
    return ConsentText.objects.select_for_update().filter(number=number).first()


def _owner_of(text: ConsentText) -> ConsentOwner:
    return ConsentOwner(text.kind, text.series_id, text.event_id)
