"""次の回も: signing up to a later date of the same series, as one did to this one."""

from __future__ import annotations

from uuid import UUID

from ibasho.events.actions.signing_up import Signed, sign_up
from ibasho.events.models import Event, SignUp, Visit
from ibasho.events.wishes import Wish
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person


def sign_up_again(sign_up_id: UUID, event_id: int, *, request_id: UUID, person: Person | None) -> Signed:
    """The same name and way to take part, no answers; tied to わたし if this one is and they are here.

    Nothing joins the two sign-ups afterwards. Refuses `not_found` for another meeting than a later date of the
    same series and for who has withdrawn, and as `sign_up`.
    """
    row = SignUp.objects.select_related("event").filter(pk=sign_up_id, state__in=SignUp.IN_LINE).first()
    later = Event.objects.filter(pk=event_id, series__isnull=False)
    event = later.filter(series=row.event.series_id, starts__gt=row.event.starts).first() if row else None
    if row is None or event is None:
        raise Refusal("not_found")
    has_come = Visit.objects.filter(sign_up=row).exists()
    wish = Wish(
        request_id=request_id,
        standpoint=row.standpoint,
        call_name=row.call_name,
        participation=row.participation,
        party=min(row.party, event.most_party),
        all_or_none=row.all_or_none,
        auto_accept=row.auto_accept,
        is_first=False if has_come else row.is_first,
        ties_person=person is not None and row.person_id == person.pk,
        as_is=True,
    )
    return sign_up(event.pk, wish, person=person)
