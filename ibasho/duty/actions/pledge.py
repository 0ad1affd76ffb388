"""誓約: its words, which the house may change, and the yes of each keeper."""

from __future__ import annotations

from django.db import transaction

from ibasho.duty.models import PLEDGE_GRAPHEMES, Pledge, PledgeText, TrainingUnit, Volunteer
from ibasho.duty.queries.pledge import pledge_now
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.stamps import must_have_seen
from ibasho.lib.unicode_text import clean, measure
from ibasho.live.publish import hurry_desk
from ibasho.people.models import Keeper
from ibasho.people.queries import KeeperFacts

_CHANGED = "誓約の言葉が、新しくなりました。読んでから、もう一度おしてください。"
_YES = "読んで、よければ、「守ります」にしるしをつけてください。"


def accept_pledge(keeper: KeeperFacts, *, number: int, accept: bool) -> Pledge:
    """Say yes to the words in force, in one's own browser; for a learner the first shift comes next.

    A second time it is the same yes. Refuses `empty` without it, and `asked` if the words changed meanwhile.
    """
    if not accept:
        raise Refusal("empty", _YES)
    with transaction.atomic():
        Keeper.objects.select_for_update(no_key=True).get(pk=keeper.keeper_id)
        words = pledge_now()
        if words.number != number:
            raise Refusal("asked", _CHANGED)
        fields = {"text": words.text, "written_on": clock.today()}
        version, _ = PledgeText.objects.get_or_create(number=number, defaults=fields)
        pledge, _ = Pledge.objects.get_or_create(
            keeper_id=keeper.keeper_id, version=version, defaults={"accepted_on": clock.today()}
        )
        waiting = Volunteer.objects.filter(keeper_id=keeper.keeper_id, state=Volunteer.State.PLEDGE)
        waiting.update(state=Volunteer.State.FIRST_SHIFT, state_on=clock.today())
        hurry_desk()
    return pledge


def write_pledge(text: str, *, seen: str) -> PledgeText | None:
    """A new version of the words; None if nothing is new in them. Refuses `empty`, `too_long`; raises `Overtaken`."""
    words = clean(text).strip()
    measure(words, PLEDGE_GRAPHEMES, 4 * PLEDGE_GRAPHEMES, "誓約")
    with transaction.atomic():
        before = pledge_now()
        must_have_seen(seen, before)
        if words == before.text:
            return None
        return PledgeText.objects.create(number=before.number + 1, text=words, written_on=clock.today())


def meet_newcomer(keeper_id: int, verb: str, made_by: int | None, link: str) -> None:
    """As people tells it: whose link began this account. It was issued for one who asked to help, or it was not."""
    if link:
        theirs = Volunteer.objects.filter(link_hash=link, keeper__isnull=True, state=Volunteer.State.PLEDGE)
        theirs.update(keeper=keeper_id, link_hash="")


def add_unit(title: str, about: str) -> TrainingUnit:
    """One more thing to learn, for those who are not done with their training."""
    with transaction.atomic():
        return TrainingUnit.objects.create(title=title, about=about)


def retire_unit(unit_id: int) -> TrainingUnit:
    """Not asked for any more; it stays in the records of those who did it. Refuses `not_found`."""
    return _mark(unit_id, is_retired=True)


def bring_back_unit(unit_id: int) -> TrainingUnit:
    """Undo `retire_unit`. Refuses `not_found`."""
    return _mark(unit_id, is_retired=False)


def _mark(unit_id: int, *, is_retired: bool) -> TrainingUnit:
    with transaction.atomic():
        unit = TrainingUnit.objects.select_for_update().filter(pk=unit_id).first()
        if unit is None:
            raise Refusal("not_found")
        unit.retired_on = clock.today() if is_retired else None
        unit.save(update_fields=["retired_on"])
    return unit
