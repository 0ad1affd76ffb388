"""What keepers decide about the house: the act and its line in the log, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ibasho.house import actions as house
from ibasho.house import queries as house_queries
from ibasho.house.clauses import Clause, clauses_of
from ibasho.house.helplines import HelplineFacts
from ibasho.house.models import Helpline, HouseRulesVersion
from ibasho.house.plate import Plate
from ibasho.lib.clock import rfc3339
from ibasho.lib.errors import Refusal
from ibasho.lib.stamps import Overtaken, must_have_seen
from ibasho.moderation.actions import append_log
from ibasho.people import actions as people
from ibasho.people.models import Keeper
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import keep_rooms
from ibasho.rooms.models import Room
from ibasho.rooms.plans import RoomPlan


def hang_plate(keeper: KeeperFacts, plate: Plate, *, seen: str) -> None:
    """Write the name plate. Raises `Overtaken`."""
    with transaction.atomic():
        changed = house.hang_plate(plate, seen=seen)
        if changed:
            _log(keeper, "hang_plate", changed=changed)


def draft_rules(keeper: KeeperFacts) -> HouseRulesVersion:
    """The version to come, as a draft with the words of now; the one there is, if there is one."""
    with transaction.atomic():
        waiting = house_queries.next_rules()
        version = house.draft_next_rules()
        if waiting is None:
            _log(keeper, "draft_rules", number=version.number)
    return version


def revise_rules(
    keeper: KeeperFacts, change: Callable[[list[Clause]], list[Clause]], *, seen: str
) -> HouseRulesVersion:
    """`change` what the draft says. Raises `Overtaken` if it is not what `seen` stands for any more."""
    with transaction.atomic():
        version = _draft(seen)
        before = clauses_of(version)
        after = change(before)
        if after != before:
            house.revise_rules(version, after)
            _log(keeper, "revise_rules", number=version.number, clauses=_changed(before, after))
    return version


def discard_draft(keeper: KeeperFacts, *, seen: str) -> None:
    """Throw the draft away. Raises `Overtaken`."""
    with transaction.atomic():
        version = _draft(seen)
        house.discard_draft(version)
        _log(keeper, "discard_rules", number=version.number)


def publish_rules(keeper: KeeperFacts, *, effective_from: datetime | None, seen: str) -> HouseRulesVersion:
    """The draft counts from now, or from then on. Refuses `empty` without a clause, raises `Overtaken`."""
    with transaction.atomic():
        version = _draft(seen)
        if not version.clauses.exists():
            raise Refusal("empty", "約束が、まだひとつもありません。ひとつ足してからにしてください。")
        house.publish_rules(version, effective_from=effective_from)
        starts = version.effective_from
        _log(keeper, "publish_rules", number=version.number, starts=rfc3339(starts) if starts else "")
    return version


def withdraw_rules(keeper: KeeperFacts, number: int) -> None:
    """The planned version is a draft again. Raises `Overtaken` once its time has come."""
    with transaction.atomic():
        version = house_queries.next_rules()
        if version is None or version.number != number or version.effective_from is None:
            raise Overtaken
        try:
            house.withdraw_rules(version)
        except house.AlreadyInForceError:  # its time came, or another steward, in this moment
            raise Overtaken from None
        _log(keeper, "withdraw_rules", number=number)


def add_helpline(keeper: KeeperFacts, facts: HelplineFacts) -> Helpline:
    with transaction.atomic():
        line = house.add_helpline(facts)
        _log(keeper, "add_helpline", name=line.name)
    return line


def change_helpline(
    keeper: KeeperFacts, helpline_id: int, facts: HelplineFacts, *, checked: bool, seen: str
) -> None:
    """Refuses `not_found`, raises `Overtaken`."""
    with transaction.atomic():
        line = house.change_helpline(helpline_id, facts, checked=checked, seen=seen)
        _log(keeper, "change_helpline", name=line.name, checked=checked)


def check_helpline(keeper: KeeperFacts, helpline_id: int, *, seen: str) -> None:
    """Refuses `not_found`, raises `Overtaken`."""
    with transaction.atomic():
        line = house.check_helpline(helpline_id, seen=seen)
        _log(keeper, "check_helpline", name=line.name)


def move_helpline(keeper: KeeperFacts, helpline_id: int, *, by: int) -> None:
    with transaction.atomic():
        house.move_helpline(helpline_id, by=by)
        _log(keeper, "move_helpline", helpline=helpline_id, by=by)


def remove_helpline(keeper: KeeperFacts, helpline_id: int) -> None:
    with transaction.atomic():
        name = house.remove_helpline(helpline_id)
        _log(keeper, "remove_helpline", name=name)


def add_word(keeper: KeeperFacts, word: str, *, action: str) -> None:
    """The log knows the number and the action, never the word. Refuses `malformed`."""
    with transaction.atomic():
        row = house.add_word(word, action=action)
        _log(keeper, "add_word", word_id=row.pk, action=action)


def change_word(keeper: KeeperFacts, word_id: int, word: str, *, action: str, seen: str) -> None:
    """Refuses `not_found`, `malformed`, raises `Overtaken`."""
    with transaction.atomic():
        must_have_seen(seen, house_queries.word_facts(word_id))
        house.change_word(word_id, word, action=action)
        _log(keeper, "change_word", word_id=word_id, action=action)


def remove_word(keeper: KeeperFacts, word_id: int) -> None:
    """Refuses `not_found`."""
    with transaction.atomic():
        house.remove_word(word_id)
        _log(keeper, "remove_word", word_id=word_id)


def create_room(
    keeper: KeeperFacts, slug: str, plan: RoomPlan, *, passphrase: str, over_the_wall: bool
) -> Room:
    """Refuses as `rooms.actions.keep_rooms.create_room`."""
    with transaction.atomic():
        room = keep_rooms.create_room(slug, plan, passphrase=passphrase, over_the_wall=over_the_wall)
        _log(keeper, "create_room", room, over_the_wall=over_the_wall and plan.stands_over_the_wall)
    return room


def change_room(
    keeper: KeeperFacts, slug: str, plan: RoomPlan, *, passphrase: str, over_the_wall: bool, seen: str
) -> None:
    """Refuses as `rooms.actions.keep_rooms.change_room`."""
    with transaction.atomic():
        room = _room(slug)
        changed = keep_rooms.change_room(
            slug, plan, passphrase=passphrase, over_the_wall=over_the_wall, seen=seen
        )
        crossed = "standpoints" in changed and plan.stands_over_the_wall
        if changed:
            _log(keeper, "change_room", room, changed=changed, over_the_wall=crossed)


def set_hours(keeper: KeeperFacts, slug: str, hours: Iterable[tuple[int, int, int]], *, seen: str) -> None:
    rows = list(hours)
    with transaction.atomic():
        if keep_rooms.set_hours(slug, rows, seen=seen):
            _log(keeper, "set_hours", _room(slug), hours=rows)


def close_day(keeper: KeeperFacts, slug: str, day: date) -> None:
    with transaction.atomic():
        _log(keeper, "close_day", keep_rooms.close_day(slug, day), day=day.isoformat())


def open_day(keeper: KeeperFacts, slug: str, day: date) -> None:
    with transaction.atomic():
        _log(keeper, "open_day", keep_rooms.open_day(slug, day), day=day.isoformat())


def move_room(keeper: KeeperFacts, slug: str, *, by: int) -> None:
    with transaction.atomic():
        keep_rooms.move_room(slug, by=by)
        _log(keeper, "move_room", _room(slug), by=by)


def retire_room(keeper: KeeperFacts, slug: str) -> None:
    with transaction.atomic():
        _log(keeper, "retire_room", keep_rooms.retire_room(slug))


def bring_back_room(keeper: KeeperFacts, slug: str) -> None:
    with transaction.atomic():
        _log(keeper, "bring_back_room", keep_rooms.bring_back_room(slug))


def invite_keeper(keeper: KeeperFacts, *, roles: Iterable[str], instead_of: str = "") -> str:
    """The token of a one-time link for somebody new; nothing keeps it. `instead_of` ends, by its hash."""
    given = list(roles)
    with transaction.atomic():
        token = people.make_keeper_link(keeper, roles=given, instead_of=instead_of)
        _log(keeper, "invite_keeper", roles=given)
    return token


def recover_keeper(keeper: KeeperFacts, other: Keeper) -> str:
    """The token of a one-time link for one who cannot sign in any more."""
    with transaction.atomic():
        token = people.make_keeper_link(keeper, keeper=other)
        _log(keeper, "recover_keeper", keeper_id=other.pk)
    return token


def end_keeper_link(keeper: KeeperFacts, token_hash: str) -> None:
    """Call a one-time link back."""
    with transaction.atomic():
        people.end_keeper_link(keeper, token_hash)
        _log(keeper, "end_keeper_link")


def give_role(keeper: KeeperFacts, keeper_id: int, role: str) -> None:
    with transaction.atomic():
        people.give_role(keeper, keeper_id, role)
        _log(keeper, "give_role", keeper_id=keeper_id, role=role)


def take_role(keeper: KeeperFacts, keeper_id: int, role: str) -> None:
    with transaction.atomic():
        people.take_role(keeper, keeper_id, role)
        _log(keeper, "take_role", keeper_id=keeper_id, role=role)


def end_keeper(keeper: KeeperFacts, keeper_id: int) -> None:
    with transaction.atomic():
        people.end_keeper(keeper, keeper_id)
        _log(keeper, "end_keeper", keeper_id=keeper_id)


def _log(keeper: KeeperFacts, verb: str, room: Room | None = None, **detail: Any) -> None:
    append_log(keeper.keeper_id, verb, room=room, detail=detail)


def _draft(seen: str) -> HouseRulesVersion:
    """The draft, if it still is what the page showed; nobody else changes it until the commit."""
    waiting = house_queries.next_rules()
    drafts = HouseRulesVersion.objects.select_for_update().filter(effective_from__isnull=True)
    version = drafts.filter(pk=waiting.pk).first() if waiting else None
    if version is None:  # or published, or thrown away, while this one waited for the lock
        raise Overtaken
    must_have_seen(seen, draft_facts(version))
    return version


def draft_facts(version: HouseRulesVersion) -> list[Any]:
    """What a page of the draft has shown."""
    return [version.number, *clauses_of(version)]


def _changed(before: list[Clause], after: list[Clause]) -> list[str]:
    """Keys of the clauses that are new, gone, or say something else; empty for another order."""
    return sorted({clause.key for clause in set(before) ^ set(after)})


def _room(slug: str) -> Room:
    return Room.objects.get(slug=slug)
