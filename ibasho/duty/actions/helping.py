"""手伝いたい: asking to help, without an account, and taking it back."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from ibasho.duty.contacts import seal_contact
from ibasho.duty.models import (
    CALL_NAME_GRAPHEMES,
    CONTACT_LETTERS,
    COULD_GRAPHEMES,
    WHY_GRAPHEMES,
    Volunteer,
)
from ibasho.house.heeding import heed_or_ask
from ibasho.lib import clock, codes
from ibasho.lib.errors import Refusal
from ibasho.lib.unicode_text import clean, is_empty, measure
from ibasho.live.publish import hurry_desk
from ibasho.people import erased
from ibasho.people.models import KeeperLink

_TOO_LATE = "もう、とりさげられません。やめたいときは、調整役か家の番に、そのまま話してください。"


def apply_to_help(
    *, call_name: str, contact: str, why: str, could: str = "", as_is: bool = False
) -> tuple[Volunteer, str]:
    """Tell coordinator and steward that one would like to help; returns the row and the code of its receipt.

    Refuses `malformed`, `empty`, `too_long`, and `asked` for a number among the words, unless they are meant
    `as_is`: there is a field for it that is sealed.
    """
    name = _line(call_name, "呼ばれたい名前", CALL_NAME_GRAPHEMES)
    reach = _line(contact, "連絡先", CONTACT_LETTERS)
    words = clean(why).strip()
    measure(words, WHY_GRAPHEMES, 4 * WHY_GRAPHEMES, "わけ")
    times = clean(could).strip()
    if is_empty(times):
        times = ""
    else:
        measure(times, COULD_GRAPHEMES, 4 * COULD_GRAPHEMES, "手伝える時間")
    found = heed_or_ask(application_words(call_name=name, why=words, could=times), as_is=as_is)
    code, today = codes.new_code(), clock.today()
    with transaction.atomic():
        row = Volunteer.objects.create(
            code_hash=codes.fingerprint(code),
            call_name=name,
            contact=seal_contact(reach),
            why=words,
            could=times,
            about_dying=found.about_dying,
            applied_on=today,
            state_on=today,
        )
        hurry_desk()
    return row, code


def application_words(*, call_name: str, why: str, could: str) -> str:
    """All that coordinator and steward read of it, as one text; the longest first."""
    return "\n".join(words for words in (why, could, call_name) if words)


def withdraw_application(code_hash: str) -> None:
    """Take it back by its code: what was written is erased at once, and a link that is unused ends.

    A second time changes nothing. Refuses `not_found`, and `asked` once it is decided, or an account began.
    """
    with transaction.atomic():
        row = Volunteer.objects.select_for_update(of=("self",)).filter(code_hash=code_hash).first()
        if row is None:
            raise Refusal("not_found")
        if row.state == Volunteer.State.WITHDRAWN:
            return
        if row.state not in Volunteer.OPEN or row.keeper_id is not None:
            raise Refusal("asked", _TOO_LATE)
        _empty(row)
        erased.note("volunteer", code_hash)


def withdraw_applications_again(volunteer_ids: Collection[int]) -> None:
    """After a restore."""
    for row in Volunteer.objects.filter(pk__in=volunteer_ids):
        _empty(row)


def _empty(row: Volunteer) -> None:
    KeeperLink.objects.filter(pk=row.link_hash, used_at=None).delete()
    row.trainings.all().delete()
    row.call_name = row.contact = row.why = row.could = row.note = row.link_hash = ""
    row.about_dying, row.talk_at = False, None
    row.state, row.state_on = Volunteer.State.WITHDRAWN, clock.today()
    row.save()
    hurry_desk()


def _line(text: str, word: str, most: int) -> str:
    words = clean(text, lines=False).strip()
    measure(words, most, 4 * most, word)
    return words
