"""次の回も: signing up to a later date of the same series, as one did to this one."""

from __future__ import annotations

from uuid import UUID

from ibasho.events.actions.signing_up import Signed, sign_up
from ibasho.events.models import Event, SignUp, Visit
from ibasho.events.queries.next_dates import booked_from
from ibasho.events.wishes import Wish
from ibasho.lib import codes
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person


def sign_up_again(sign_up_id: UUID, event_id: int, *, person: Person | None, browser: str) -> Signed:
    """The same name and way to take part, no answers; tied to わたし if this one is and they are here.

    Once for a party of several, whoever of it says so, and for one person once by this `browser`. Nothing in the table
    joins the two sign-ups afterwards. Refuses `not_found` for another meeting than a later date of the same series and
    for who has withdrawn, and as `sign_up`.
    """
    row = SignUp.objects.select_related("event").filter(pk=sign_up_id, state__in=SignUp.IN_LINE).first()
    later = Event.objects.filter(pk=event_id, series__isnull=False)
    event = later.filter(series=row.event.series_id, starts__gt=row.event.starts).first() if row else None
    if row is None or event is None:
        raise Refusal("not_found")
    request_id, known = booked_from(row.pk, event.pk, browser if row.party == 1 else "")
    if known is not None:
        return _known(known)
    try:
        return sign_up(event.pk, _same_wish(row, event, request_id, person), person=person)
    except Refusal as refusal:
        # somebody else of the party was faster, and their わたし is another
        known = SignUp.objects.filter(request_id=request_id).first() if refusal.code == "id_reused" else None
        if known is None:
            raise
        return _known(known)


def _known(row: SignUp) -> Signed:
    return Signed(row, codes.code_from(str(row.request_id)), is_new=False)


def _same_wish(row: SignUp, event: Event, request_id: UUID, person: Person | None) -> Wish:
    has_come = Visit.objects.filter(sign_up=row).exists()
    return Wish(
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
