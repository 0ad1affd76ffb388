"""わたしが見ています: taking a thing that waits, taking it over, letting it go, and deciding past a claim."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions.life_words import look_at_life_words
from ibasho.moderation.actions.strain import count_hard_text
from ibasho.moderation.claim_kinds import look_up, ref_of
from ibasho.moderation.life_words import kinds
from ibasho.moderation.models import Claim
from ibasho.moderation.queries.claims import Held, claims_in_force, held
from ibasho.moderation.queries.strain import should_be_offered
from ibasho.people.models import Keeper
from ibasho.people.queries import KeeperFacts

_RENEWED = timedelta(minutes=1)
_KEPT = timedelta(hours=1)


def claim(keeper: KeeperFacts, ref: str, *, over: int | None = None) -> Held:
    """Look at this; returns who does now. A claim that lapsed is free; one of somebody else stays theirs,
    unless it is taken `over` from the very keeper (by id) whom one saw there.

    Refuses as `look_up`.
    """
    with transaction.atomic():
        kind, key, is_hard = look_up(keeper, ref)
        now = clock.now()
        row, is_new = _locked(kind, key, keeper.keeper_id, now)
        was_mine = not is_new and not row.asks and row.keeper_id == keeper.keeper_id
        if is_new or _takes(row, keeper.keeper_id, over, now):
            hurry_desk()
            if is_hard and not was_mine:
                count_hard_text(keeper)
        if kind in kinds():
            look_at_life_words(keeper, kind, [int(key)])
        return held(row)


def ask_another(keeper: KeeperFacts, ref: str) -> None:
    """ほかの人に見てもらう: everybody sees that this keeper would rather not, and whoever looks has it at once.

    What another looks at by now stays theirs. Refuses as `look_up`.
    """
    with transaction.atomic():
        kind, key, _ = look_up(keeper, ref)
        now = clock.now()
        row, _ = _locked(kind, key, keeper.keeper_id, now)
        if row.keeper_id != keeper.keeper_id and claims_in_force(now).filter(pk=row.pk, asks=False).exists():
            return
        row.keeper, row.since, row.at, row.asks = Keeper.objects.get(pk=keeper.keeper_id), now, now, True
        row.save(update_fields=["keeper", "since", "at", "asks"])
        hurry_desk()


def look_at(keeper: KeeperFacts, ref: str) -> None:
    """The same for a page that was opened: what cannot be looked at any more is no news here, and neither
    is what this keeper has asked another to look at, or is about to be asked whether another should.
    """
    try:
        is_mine = _is_mine(keeper, ref)
        if _is_mine(keeper, ref, asks=False) if is_mine else not should_be_offered(keeper, ref):
            claim(keeper, ref)
    except Refusal:
        return


def let_go(keeper: KeeperFacts, ref: str) -> None:
    """もう見ていません: one's own claim ends. A second tap changes nothing."""
    with transaction.atomic():
        mine = Claim.objects.filter(keeper_id=keeper.keeper_id)
        meant = [row.pk for row in mine if ref_of(row.kind, row.key) == ref]
        if mine.filter(pk__in=meant).delete()[0]:
            hurry_desk()


def settle_claim(keeper: KeeperFacts, ref: str) -> None:
    """Within a decision, behind its lock and before it changes anything: the claim on it ends.

    Refuses `asked` while somebody else looks at it: one tap takes it over.
    """
    kind, _, key = ref.partition(":")
    rows = Claim.objects.filter(kind=kind, key=key)
    in_force = claims_in_force(clock.now()).filter(kind=kind, key=key, asks=False)
    others = in_force.exclude(keeper_id=keeper.keeper_id)
    other = others.select_related("keeper").first()
    if other is not None:
        raise Refusal("asked", TAKEN.format(other.keeper.duty_name))
    rows.delete()


def forget_old_claims() -> None:
    """What nobody has looked at for an hour. Safe to run twice."""
    old = Claim.objects.filter(at__lt=clock.now() - _KEPT)
    if old.exists():
        with transaction.atomic():
            old.delete()


def _locked(kind: str, key: str, keeper_id: int, now: datetime) -> tuple[Claim, bool]:
    """The claim on this, nobody else's to change until the commit, and whether it was made just now."""
    mine = {"keeper_id": keeper_id, "since": now, "at": now}
    rows = Claim.objects.select_related("keeper").select_for_update(of=("self",))
    while True:
        row, is_new = Claim.objects.get_or_create(kind=kind, key=key, defaults=mine)
        found = rows.filter(pk=row.pk).first()
        if found is not None:  # else somebody let it go in this moment
            return found, is_new


def _takes(row: Claim, keeper_id: int, over: int | None, now: datetime) -> bool:
    """Whether the claim is this keeper's anew, or one minute and more longer."""
    is_held = claims_in_force(now).filter(pk=row.pk, asks=False).exists()
    if is_held and row.keeper_id == keeper_id:
        if now - row.at < _RENEWED:
            return False
    elif is_held and row.keeper_id != over:
        return False
    else:
        row.keeper, row.since, row.asks = Keeper.objects.get(pk=keeper_id), now, False
    row.at = now
    row.save(update_fields=["keeper", "since", "at", "asks"])
    return True


def _is_mine(keeper: KeeperFacts, ref: str, **fields: bool) -> bool:
    kind, _, key = ref.partition(":")
    rows = claims_in_force(clock.now()).filter(kind=kind, key=key, keeper_id=keeper.keeper_id)
    return rows.filter(**fields).exists()


TAKEN = "いま、{}さんが見ています。「かわりに見ます」を押すと、あなたが決められます。"
