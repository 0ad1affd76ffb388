"""Persons, their browsers, and the few who keep the house."""

from ibasho.people.models.erased import MARK_DAYS, Erased
from ibasho.people.models.keeper import (
    DUTY_NAME_LETTERS,
    LINK_HOURS,
    LOGIN_NAME_LETTERS,
    Keeper,
    KeeperLink,
    KeeperRole,
    Role,
)
from ibasho.people.models.person import (
    GUEST_DAYS,
    KEEP_DAYS,
    FactsClock,
    Kind,
    Person,
    SendDelay,
    Session,
    Standpoint,
    TextSize,
    Theme,
    new_key,
)

__all__ = [
    "DUTY_NAME_LETTERS",
    "GUEST_DAYS",
    "KEEP_DAYS",
    "LINK_HOURS",
    "LOGIN_NAME_LETTERS",
    "MARK_DAYS",
    "Erased",
    "FactsClock",
    "Keeper",
    "KeeperLink",
    "KeeperRole",
    "Kind",
    "Person",
    "Role",
    "SendDelay",
    "Session",
    "Standpoint",
    "TextSize",
    "Theme",
    "new_key",
]
