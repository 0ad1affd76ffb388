"""Who keeps the house, asked anew each time: a role taken away counts from the next question on."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Exists, OuterRef, QuerySet

from ibasho.lib import clock
from ibasho.people.accounts.links import hash_token
from ibasho.people.models import Keeper, KeeperLink, Kind, Session

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Where allauth notes in the session what was shown at sign-in.
RECORDS = "account_authentication_methods"
SHOWN_FOR = timedelta(seconds=REAUTHENTICATION_TIMEOUT)


@dataclass(frozen=True, slots=True)
class KeeperFacts:
    """A keeper as other parts know them."""

    keeper_id: int
    person_id: int
    duty_name: str
    roles: frozenset[str]

    def has(self, *roles: str) -> bool:
        """Whether any of these is theirs."""
        return not self.roles.isdisjoint(roles)


def keepers() -> QuerySet[Keeper]:
    """All who keep the house now, by the name on duty."""
    return Keeper.objects.filter(ended_on=None).prefetch_related("roles").order_by("duty_name")


def keepers_with(*roles: str) -> QuerySet[Keeper]:
    """Those of today who have one of these roles and a second factor, so that they can come in."""
    factor = Authenticator.objects.filter(user_id=OuterRef("person_id"), type__in=SECOND_FACTORS)
    return keepers().filter(Exists(factor), roles__role__in=roles).distinct()


def keeper_facts(person_id: int) -> KeeperFacts | None:
    """None unless this is a keeper of today with a role and a second factor."""
    factor = Authenticator.objects.filter(user_id=OuterRef("person_id"), type__in=SECOND_FACTORS)
    rows = keepers().filter(Exists(factor), person_id=person_id, person__kind=Kind.KEEPER)
    keeper = rows.first()
    return facts_of(keeper) if keeper is not None and keeper.roles.all() else None


def fold_login_name(name: str) -> str:
    """One spelling for all widths and cases."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def keeper_named(login_name: str) -> Keeper | None:
    found = Keeper.objects.filter(login_name=fold_login_name(login_name), ended_on=None)
    return found.select_related("person").first()


def open_link(token: str) -> KeeperLink | None:
    """The link this token belongs to, if it is neither used nor over. Asking does not use it up."""
    links = KeeperLink.objects.filter(token_hash=hash_token(token), used_at=None, expires_at__gt=clock.now())
    return links.select_related("keeper__person").first()


def open_links() -> QuerySet[KeeperLink]:
    """Those somebody could still use, the newest first."""
    links = KeeperLink.objects.filter(used_at=None, expires_at__gt=clock.now())
    return links.select_related("keeper", "made_by").order_by("-expires_at", "pk")


def has_keepers() -> bool:
    """Whether somebody could sign in at all."""
    return keepers().exists()


def facts_of(keeper: Keeper) -> KeeperFacts:
    roles = frozenset(row.role for row in keeper.roles.all())
    return KeeperFacts(keeper.pk, keeper.person_id, keeper.duty_name, roles)


def keeper_of_session(session_hash: str) -> KeeperFacts | None:
    """The keeper whose browser this is; None if it ended, is away, or has not shown the second factor."""
    rows = Session.objects.filter(
        key_hash=session_hash, expires_on__gte=clock.today(), away=False, person__kind=Kind.KEEPER
    )
    row = rows.first()
    if row is None or row.person_id is None or not showed_second_factor(orjson.loads(row.data)):
        return None
    return keeper_facts(row.person_id)


def has_second_factor(person_id: int) -> bool:
    return bool(Authenticator.objects.filter(user_id=person_id, type__in=SECOND_FACTORS).exists())


def showed_second_factor(session: Mapping[str, Any] | SessionBase) -> bool:
    """Whether who is signed in here showed a code, a passkey or a spare code when it began, or since."""
    return second_factor_shown_at(session) is not None


def second_factor_shown_at(session: Mapping[str, Any] | SessionBase) -> datetime | None:
    """When who is signed in here showed it last; None if never."""
    if session.get(SESSION_KEY) is None or str(session[SESSION_KEY]) != session.get(f"{RECORDS}_user"):
        return None
    records: list[dict[str, Any]] = session.get(RECORDS, [])
    moments = [float(record.get("at", 0)) for record in records if record.get("method") == "mfa"]
    return datetime.fromtimestamp(max(moments), UTC) if moments else None


def is_shown_lately(shown_at: datetime | None) -> bool:
    """Whether a second factor shown then still counts for what asks for it once more."""
    return shown_at is not None and clock.now() - shown_at < SHOWN_FOR
