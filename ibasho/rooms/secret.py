"""Whether this process has the house secret that the database was written with.

With another one nobody's phrase would be found, nothing sealed could be read, and two processes would each seal for
itself; so a start with another one is refused until somebody says that the old one is lost.
"""

from __future__ import annotations

import hmac

from django.conf import settings
from django.db import transaction

from ibasho.lib import env
from ibasho.rooms.models import Birthmark


def check_secret() -> None:
    """Raises env.Wrong with the remedy. A database that knows of none yet learns it here."""
    with transaction.atomic():
        birthmark = Birthmark.objects.locked()
        if not birthmark.secret_key:
            _learn(birthmark)
        elif not hmac.compare_digest(birthmark.secret_key, _key()):
            raise env.Wrong(
                "this is not the house secret that the database was written with. Bring it back: house.secret in the "
                "data folder, or IBASHO_SECRET. Only if it is lost for good: ibasho new-secret"
            )


def accept_secret() -> bool:
    """From now on the present secret is the house's. Returns whether it was another before."""
    with transaction.atomic():
        birthmark = Birthmark.objects.locked()
        is_other = birthmark.secret_key not in ("", _key())
        _learn(birthmark)
        return is_other


def _learn(birthmark: Birthmark) -> None:
    birthmark.secret_key = _key()
    birthmark.save(update_fields=["secret_key"])


def _key() -> str:
    return env.derived(settings.HOUSE_SECRET, "birthmark")
