"""The sign-ups whose code this browser has shown, newest first.

Sealed with a key made of the browser's own, of which the table knows only the fingerprint: from the rows nobody
can tell which sign-up belongs to whose session. すぐ閉じる changes that key, and with it this is forgotten.
"""

from __future__ import annotations

import base64
from uuid import UUID

import orjson
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from ibasho.lib import env
from ibasho.people.sessions import SessionStore

MOST = 20
_NAME = "sign_ups"


def shown(session: SessionStore) -> list[UUID]:
    """None for who is away."""
    sealed = None if session.away else session.get(_NAME)
    if sealed is None:
        return []
    try:
        return [UUID(one) for one in orjson.loads(_box(session).decrypt(sealed.encode()))]
    except InvalidToken:
        return []


def show(session: SessionStore, sign_up_id: UUID) -> None:
    """The browser may open this one from now on. Who is away keeps nothing."""
    known = shown(session)
    if session.away or known[:1] == [sign_up_id]:
        return
    if session.session_key is None:
        session.create()
    kept = [sign_up_id, *(one for one in known if one != sign_up_id)][:MOST]
    session[_NAME] = _box(session).encrypt(orjson.dumps([str(one) for one in kept])).decode()


def _box(session: SessionStore) -> Fernet:
    key = env.derived(settings.HOUSE_SECRET, f"sign-ups of a browser {session.session_key}")
    return Fernet(base64.urlsafe_b64encode(bytes.fromhex(key)))
