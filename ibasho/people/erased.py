"""What was erased on purpose stays erased, also when an older copy of the database is brought back.

Whoever erases leaves a mark in the same transaction: a keyed hash of what it was. The marks are noted outside of
the database (`erasure_list`), and a restore does again what the copy knows nothing of. What ends by itself with
time needs none: it ends again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from ibasho.lib import clock, env
from ibasho.people.models import Erased


@dataclass(frozen=True, slots=True)
class Kind:
    """`fields` make the key that is noted for a row, parted by spaces; without any it is the row's own."""

    model: type[Model]
    fields: tuple[str, ...]
    erase: Callable[[Collection[Any]], object]

    def rows(self) -> Iterator[tuple[Any, object]]:
        table = self.model._default_manager.order_by()
        for pk, *key in table.values_list("pk", *self.fields).iterator():
            yield pk, " ".join(map(str, key)) if key else pk


_kinds: dict[str, Kind] = {}


def register(
    kind: str, model: type[Model], *fields: str, erase: Callable[[Collection[Any]], object] | None = None
) -> None:
    """After a restore, `erase` the rows of which the key was noted under `kind`: delete them, if nothing is said."""
    table = model._default_manager
    _kinds[kind] = Kind(model, fields, erase or (lambda found: table.filter(pk__in=found).delete()))


def note(kind: str, *keys: object) -> None:
    """These are erased. In the caller's transaction; noting twice changes nothing."""
    _mark(kind, keys, is_back=False)


def note_back(kind: str, *keys: object) -> None:
    """Undo `note`: these are as they were."""
    _mark(kind, keys, is_back=True)


def digest_of(kind: str, key: object) -> str:
    return hmac.new(_key_from(settings.HOUSE_SECRET), f"{kind} {key}".encode(), hashlib.sha256).hexdigest()[
        :32
    ]


@cache
def _key_from(secret: str) -> bytes:
    return bytes.fromhex(env.derived(secret, "erased"))


def erase_again(marks: Iterable[Erased]) -> dict[str, int]:
    """Do again what `marks` tell of, as far as it is there; how many rows of each kind. The latest mark counts."""
    latest = {(mark.kind, mark.digest): mark.is_back for mark in sorted(marks, key=lambda mark: mark.at)}
    gone = {key for key, is_back in latest.items() if not is_back}
    noted = {kind for kind, _ in gone}
    return {name: _erase_again(name, kind, gone) for name, kind in list(_kinds.items()) if name in noted}


def _erase_again(name: str, kind: Kind, gone: Collection[tuple[str, str]]) -> int:
    found = [row for row, key in kind.rows() if (name, digest_of(name, key)) in gone]
    if found:
        with transaction.atomic():
            kind.erase(found)
    return len(found)


def _mark(kind: str, keys: Iterable[object], *, is_back: bool) -> None:
    now = clock.now()
    marks = [Erased(kind=kind, digest=digest_of(kind, key), is_back=is_back, at=now) for key in keys]
    Erased.objects.bulk_create(marks)
