"""The sign-ups whose code this browser has shown, newest first.

Sealed with a key made of the browser's own, of which the table knows only the fingerprint: from the rows nobody
can tell which sign-up belongs to whose session. すぐ閉じる changes that key, and with it this is forgotten.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from uuid import UUID

import orjson
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from ibasho.lib import env
from ibasho.people.sessions import SessionStore

MOST = 20
_NAME = "sign_ups"
_ALONE = "sign_up_by_code"
_ALONG = "sign_up_that_goes_along"
_ALONG_SECONDS = 30 * 60


def shown(session: SessionStore) -> list[UUID]:
    """None for who is away."""
    sealed = None if session.away else session.get(_NAME)
    if sealed is None:
        return []
    known = f"{session.session_key} {sealed}"
    if known not in session.worked_out:
        session.worked_out[known] = _opened(session, sealed)
    return list(session.worked_out[known])


def _opened(session: SessionStore, sealed: str) -> list[UUID]:
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
        session.begin()
    _keep(session, [sign_up_id, *(one for one in known if one != sign_up_id)][:MOST])


def lead_to(session: SessionStore, sign_up_id: UUID) -> None:
    """Opened by its code: the one opened so before may be somebody else's, and is known here no more."""
    before = led_to(session)
    if before is not None and before != sign_up_id:
        _keep(session, [one for one in shown(session) if one != before])
    show(session, sign_up_id)
    if not session.away:
        session[_ALONE] = _box(session).encrypt(orjson.dumps(str(sign_up_id))).decode()


def led_to(session: SessionStore) -> UUID | None:
    """The one that was opened by its code last; its page shows no other."""
    sealed = None if session.away else session.get(_ALONE)
    try:
        return UUID(orjson.loads(_box(session).decrypt(sealed.encode()))) if sealed else None
    except InvalidToken:
        return None


def mark(session: SessionStore) -> str:
    """The same for whatever this browser does; from the table nobody can make it."""
    return env.derived(settings.HOUSE_SECRET, f"mark of a browser {session.session_key}")


def forget(session: SessionStore) -> None:
    """No sign-up is known to this browser any more; each stays as it is, and its code leads to it."""
    for name in (_NAME, _ALONE, _ALONG):
        session.pop(name, None)


def go_along(session: SessionStore, sign_up_id: UUID) -> None:
    """This one sign-up comes along when its person comes in now; the others stay behind the door."""
    sealed = orjson.dumps(str(sign_up_id))
    session[_ALONG] = _box(session).encrypt(sealed).decode()


def taken_along(session: SessionStore) -> Callable[[SessionStore], None] | None:
    """As `people.coming_in` asks: what stands behind the door in the same half hour."""
    sealed = None if session.away else session.get(_ALONG)
    if sealed is None:
        return None
    try:
        found = UUID(orjson.loads(_box(session).decrypt(sealed.encode(), ttl=_ALONG_SECONDS)))
    except InvalidToken:
        return None
    return lambda inside: show(inside, found)


def _keep(session: SessionStore, ids: list[UUID]) -> None:
    session[_NAME] = _box(session).encrypt(orjson.dumps([str(one) for one in ids])).decode()


def _box(session: SessionStore) -> Fernet:
    label = f"sign-ups of a browser {session.session_key}"
    if label not in session.worked_out:
        key = env.derived(settings.HOUSE_SECRET, label)
        session.worked_out[label] = Fernet(base64.urlsafe_b64encode(bytes.fromhex(key)))
    box: Fernet = session.worked_out[label]
    return box
