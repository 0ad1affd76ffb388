"""After a restore: sign-ups, addresses and ties that were ended since the copy end once more."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from ibasho.events.actions.seats_of_one import clear, withdraw
from ibasho.events.actions.signing_up import any_name
from ibasho.events.actions.tying import untie
from ibasho.events.models import SignUp, WayBack


def withdraw_sign_ups_again(sign_up_ids: Collection[UUID]) -> None:
    """The half hour of the way back is over."""
    for sign_up_id in sign_up_ids:
        withdraw(sign_up_id)
    WayBack.objects.filter(sign_up__in=sign_up_ids).delete()


def clear_sign_ups_again(sign_up_ids: Collection[UUID]) -> None:
    """Who withdrew and came back within the half hour has a place, and left no answers."""
    rows = SignUp.objects.select_related("event").filter(pk__in=sign_up_ids)
    for row in rows.exclude(state=SignUp.State.WITHDRAWN):
        SignUp.objects.filter(pk=row.pk).update(call_name=any_name(row.event))
        clear(row)


def untie_again(sign_up_ids: Collection[UUID]) -> None:
    for sign_up_id in sign_up_ids:
        untie(sign_up_id)
