"""Accounts of keepers: begun and given back by one-time links, given and taken by a steward.

Who waits for whom is the same everywhere: the rooms first, then the number of facts, then keepers.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Iterable

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.unicode_text import clean, is_keeper_like, measure, skeleton
from ibasho.people import arriving_keepers, erased, leaving_keepers
from ibasho.people.accounts import passwords
from ibasho.people.accounts.links import hash_token
from ibasho.people.actions.facts import bump_facts, next_facts
from ibasho.people.models import (
    DUTY_NAME_LETTERS,
    LINK_HOURS,
    LOGIN_NAME_LETTERS,
    Keeper,
    KeeperLink,
    KeeperRole,
    Kind,
    Person,
    Role,
    Session,
)
from ibasho.people.queries import KeeperFacts, keepers
from ibasho.people.queries.keepers import fold_login_name, open_link

_LAST_STEWARD = "家の番が、いなくなってしまいます。先に、ほかの人に 家の番を わたしてください。"
_NAME_TAKEN = "その名前は、ほかのスタッフが 使っています。べつの名前に してください。"
_NO_ROLE = "役わりを、ひとつは えらんでください。"


def make_keeper_link(
    by: KeeperFacts | None,
    *,
    roles: Iterable[str] = (),
    keeper: Keeper | None = None,
    instead_of: str = "",
) -> str:
    """A token for 24 hours and one use: for a new keeper with these roles, or back in for `keeper`.

    `by` is a steward, or None for the command line. Links made before for the same keeper end, and so does
    `instead_of`, the hash of one that `by` made for somebody new, if it is unused.
    Raises Refusal `not_found`, `malformed`.
    """
    _ask_steward(by)
    wanted = _known_roles(roles) if keeper is None else []
    if keeper is not None and keeper.ended_on is not None:
        raise Refusal("not_found")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        if keeper is not None:
            KeeperLink.objects.filter(keeper=keeper, used_at=None).delete()
        elif by is not None and instead_of:
            mine = KeeperLink.objects.filter(made_by_id=by.keeper_id, keeper=None, used_at=None)
            mine.filter(pk=instead_of).delete()
        KeeperLink.objects.create(
            token_hash=hash_token(token),
            keeper=keeper,
            roles=" ".join(wanted),
            made_by_id=by.keeper_id if by else None,
            expires_at=clock.now() + dt.timedelta(hours=LINK_HOURS),
        )
    return token


def end_keeper_link(by: KeeperFacts, token_hash: str) -> None:
    """Call a link back before it is used. Raises Refusal `not_found`, also when it was used meanwhile."""
    _ask_steward(by)
    with transaction.atomic():
        if not KeeperLink.objects.filter(pk=token_hash, used_at=None).delete()[0]:
            raise Refusal("not_found")


def make_first_link() -> str | None:
    """A token for the very first keeper, with every role; None once there is one.

    Those made before it end: each start says a new one, and what it said stays in logs of the machine.
    """
    with transaction.atomic():
        if keepers().exists():
            return None
        KeeperLink.objects.filter(used_at=None).delete()
        return make_keeper_link(None, roles=Role.values)


def begin_keeper(token: str, *, login_name: str, duty_name: str, password: str) -> Keeper:
    """A new account, with the roles of the link, which is used up by it.

    Raises Refusal `not_found` for a link that does not count, `malformed`, `empty`, `too_long`,
    `name_taken`, changing nothing.
    """
    link = open_link(token)
    if link is None or link.keeper_id is not None:
        raise Refusal("not_found")
    login_name, duty_name = _clean_login_name(login_name), _clean_duty_name(duty_name)
    hashed = passwords.hash_chosen(
        password, (login_name, duty_name)
    )  # before the writer's turn: it takes long
    try:
        with transaction.atomic():
            _use_up(link)
            keeper = _new_keeper(login_name, duty_name, hashed, link.roles.split())
            arriving_keepers.run(keeper.pk, "begin_keeper", link.made_by_id, link.pk)
            return keeper
    except IntegrityError as error:
        raise Refusal("name_taken", _NAME_TAKEN) from error


def recover_keeper(token: str, *, password: str) -> Keeper:
    """A new password by link. Every second factor is removed, every browser signed out, and no link
    counts any more that was made in their name: it may have been somebody else.

    Raises Refusal `not_found` for a link that does not count, `malformed`, changing nothing.
    """
    link = open_link(token)
    if link is None or link.keeper is None or link.keeper.ended_on is not None:
        raise Refusal("not_found")
    keeper = link.keeper
    hashed = passwords.hash_chosen(password, (keeper.login_name or "", keeper.duty_name))
    with transaction.atomic():
        next_facts()
        _use_up(link)
        _end_links_of(keeper)
        Person.objects.filter(pk=keeper.person_id).update(password=hashed)
        _take_away_ways_in(keeper)
        erased.note("ways-in", keeper.person.key)
        arriving_keepers.run(keeper.pk, "return_keeper", link.made_by_id, link.pk)
    return Keeper.objects.select_related("person").get(pk=keeper.pk)


def give_role(by: KeeperFacts, keeper_id: int, role: str) -> None:
    """Done twice it adds nothing. Raises Refusal `not_found`, `malformed`."""
    _ask_steward(by)
    (wanted,) = _known_roles([role])
    with transaction.atomic():
        _must_be_known(keeper_id)
        keeper = _locked(keeper_id)
        KeeperRole.objects.get_or_create(keeper=keeper, role=wanted, defaults={"given_on": clock.today()})
        erased.note_back("role", f"{keeper.person.key} {wanted}")
        bump_facts([keeper.person_id])


def take_role(by: KeeperFacts, keeper_id: int, role: str) -> None:
    """Undo `give_role`. Who has none left is signed out, and out of every line within seconds.

    Raises Refusal `not_found`, `malformed`, and `asked` for the last steward.
    """
    _ask_steward(by)
    (role,) = _known_roles([role])
    with transaction.atomic():
        _must_be_known(keeper_id)
        leaving_keepers.run(keeper_id, [role])
        keeper = _locked(keeper_id)
        _keep_a_steward(keeper, [role])
        KeeperRole.objects.filter(keeper=keeper, role=role).delete()
        erased.note("role", f"{keeper.person.key} {role}")
        if role == Role.STEWARD:
            _end_links_of(keeper)
        bump_facts([keeper.person_id])
        if not KeeperRole.objects.filter(keeper=keeper).exists():
            Session.objects.filter(person_id=keeper.person_id).delete()


def end_keeper(by: KeeperFacts, keeper_id: int) -> None:
    """The account ends; the name on duty stays with what was written under it.

    Raises Refusal `not_found`, and `asked` for the last steward.
    """
    _ask_steward(by)
    with transaction.atomic():
        _must_be_known(keeper_id)
        leaving_keepers.run(keeper_id, Role.values)
        keeper = _locked(keeper_id)
        _keep_a_steward(keeper, Role.values)
        _end(keeper)
        erased.note("keeper", keeper.person.key)


def note_factor_taken_out(authenticator: Authenticator, **_: object) -> None:
    """A telephone that was lost opens nothing, also when a restore brings it back; allauth says when."""
    with transaction.atomic():
        key = authenticator.user.key
        erased.note("factor", f"{key} {authenticator.type} {authenticator.created_at}")


def purge_links() -> None:
    """Forget links whose day is over, used or not. Safe to run twice."""
    with transaction.atomic():
        KeeperLink.objects.filter(expires_at__lte=clock.now()).delete()


def end_keepers_again(keeper_ids: Collection[int]) -> None:
    """After a restore: who had stopped has stopped, even if no steward is left by it."""
    for keeper in Keeper.objects.select_related("person").filter(pk__in=keeper_ids, ended_on=None):
        leaving_keepers.run(keeper.pk, Role.values)
        _end(keeper)


def take_roles_again(role_ids: Collection[int]) -> None:
    """After a restore."""
    KeeperRole.objects.filter(pk__in=role_ids).delete()


def lock_out_again(keeper_ids: Collection[int]) -> None:
    """After a restore: the password and the second factors as they were before a link back in open nothing."""
    for keeper in Keeper.objects.select_related("person").filter(pk__in=keeper_ids):
        Person.objects.filter(pk=keeper.person_id).update(password="")
        _take_away_ways_in(keeper)


def sign_out_all_keepers() -> None:
    """After a restore: nobody holds a key of keepers by what was so once, nor a link that was used since."""
    with transaction.atomic():
        Session.objects.filter(person__kind=Kind.KEEPER).delete()
        KeeperLink.objects.filter(used_at=None).delete()


def sign_out_everybody() -> None:
    """After a restore without a list: nobody knows who had signed out, or drawn the curtain."""
    with transaction.atomic():
        Session.objects.all().delete()


def _end(keeper: Keeper) -> None:
    KeeperRole.objects.filter(keeper=keeper).delete()
    KeeperLink.objects.filter(keeper=keeper).delete()
    _end_links_of(keeper)
    keeper.ended_on, keeper.login_name = clock.today(), None
    keeper.save(update_fields=["ended_on", "login_name"])
    Person.objects.filter(pk=keeper.person_id).update(password="")
    _take_away_ways_in(keeper)


def _ask_steward(by: KeeperFacts | None) -> None:
    if by is not None and not by.has(Role.STEWARD):
        raise Refusal("not_found")


def _known_roles(roles: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(roles))
    if not wanted or not set(wanted) <= set(Role.values):
        raise Refusal("malformed", _NO_ROLE)
    return wanted


def _use_up(link: KeeperLink) -> None:
    now = clock.now()
    unused = KeeperLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now)
    if not unused.update(used_at=now):
        raise Refusal("not_found")


def _new_keeper(login_name: str, duty_name: str, hashed: str, roles: list[str]) -> Keeper:
    today = clock.today()
    person = Person.objects.create(kind=Kind.KEEPER, password=hashed, entered_on=today, last_seen_on=today)
    keeper = Keeper.objects.create(person=person, login_name=login_name, duty_name=duty_name, began_on=today)
    KeeperRole.objects.bulk_create(KeeperRole(keeper=keeper, role=role, given_on=today) for role in roles)
    return keeper


def _take_away_ways_in(keeper: Keeper) -> None:
    Authenticator.objects.filter(user_id=keeper.person_id).delete()
    Session.objects.filter(person_id=keeper.person_id).delete()
    bump_facts([keeper.person_id])


def _must_be_known(keeper_id: int) -> None:
    """Asked without a lock: the rooms come first. Numbers beyond the table's are nobody's too."""
    if not keepers().filter(pk=keeper_id).exists():
        raise Refusal("not_found")


def _end_links_of(maker: Keeper) -> None:
    """Who is no steward any more must not come back by a link made before."""
    KeeperLink.objects.filter(made_by=maker, used_at=None).delete()


def _locked(keeper_id: int) -> Keeper:
    """Behind the number of facts. All stewards too, so that two who take each other's role do not end with none."""
    next_facts()
    list(KeeperRole.objects.select_for_update().filter(role=Role.STEWARD).order_by("pk"))
    # `no_key`: an act in a room refers to its keeper's row, and takes the number only then.
    keeper = keepers().select_for_update(no_key=True).filter(pk=keeper_id).first()
    if keeper is None:
        raise Refusal("not_found")
    return keeper


def _keep_a_steward(keeper: Keeper, taken: Iterable[str]) -> None:
    stewards = KeeperRole.objects.filter(role=Role.STEWARD, keeper__ended_on=None)
    is_one = stewards.filter(keeper=keeper).exists()
    if Role.STEWARD in taken and is_one and not stewards.exclude(keeper=keeper).exists():
        raise Refusal("asked", _LAST_STEWARD)


def _clean_login_name(name: str) -> str:
    name = fold_login_name(clean(name, lines=False))
    measure(name, LOGIN_NAME_LETTERS, LOGIN_NAME_LETTERS * 4, "入るときの名前")
    return name


def _clean_duty_name(name: str) -> str:
    name = clean(name, lines=False).strip()
    measure(name, DUTY_NAME_LETTERS, DUTY_NAME_LETTERS * 4, "見守りの名前")
    if is_keeper_like(name):
        raise Refusal("name_taken", "役わりの名前は、家が つけます。ほかの名前に してください。")
    if any(skeleton(name) == skeleton(other) for other in Keeper.objects.values_list("duty_name", flat=True)):
        raise Refusal("name_taken", _NAME_TAKEN)
    return name
