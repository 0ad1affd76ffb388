"""Signing in by login name: keepers only, and the same work for a name nobody has."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from ibasho.people.accounts import passwords
from ibasho.people.models import Person
from ibasho.people.queries.keepers import keeper_named


class ByLoginName(ModelBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Person:
        """Raises PermissionDenied for every no: no other backend must be asked, it would know internal keys."""
        keeper = keeper_named(username or "")
        if not passwords.is_right(password or "", keeper.person.password if keeper else None):
            raise PermissionDenied
        assert keeper is not None
        person: Person = keeper.person
        return person
