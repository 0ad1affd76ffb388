"""Sessions as rows keyed by a hash: who steals the table cannot become anybody.

Django's session engine contract, with dates instead of times: a row ends a number
of days after the day it was last used.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.crypto import get_random_string

from ibasho.lib import clock, env, plain_rows
from ibasho.lib.ready import ready
from ibasho.people import erased
from ibasho.people.models import GUEST_DAYS, KEEP_DAYS, Person, Session

_WHO = "_auth_user_"


def hash_key(key: str) -> str:
    """What the table knows of a cookie's key."""
    return hashlib.sha256(key.encode()).hexdigest()


def key_after(key: str) -> str:
    """The key of this browser while it is away: only the house can tell it, and it can tell it again."""
    secret = env.derived(settings.HOUSE_SECRET, "session away")
    return hmac.new(secret.encode(), key.encode(), hashlib.sha256).hexdigest()[:32]


@ready
def _live(key_hash: str, today: dt.date) -> QuerySet[Session]:
    return Session.objects.select_related("person").filter(key_hash=key_hash, expires_on__gte=today)


def _laid_over(
    before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], *, deep: bool = True
) -> dict[str, Any]:
    """`theirs` with what is otherwise in `mine` than it was `before`; what holds several things, such as cards by
    their place, one by one.
    """
    whole = dict(theirs)
    for name in before.keys() | mine.keys():
        was, now, other = (kept.get(name) for kept in (before, mine, theirs))
        if now == was:
            continue
        if name not in mine:
            if other == was:
                whole.pop(name, None)
        elif deep and isinstance(now, dict) and isinstance(other, dict):
            whole[name] = _laid_over(was if isinstance(was, dict) else {}, now, other, deep=False)
        else:
            whole[name] = now
    return whole


class SessionStore(SessionBase):
    """One browser. `away` and `keep` are columns; `person` comes with the same query.

    `came_away`: the curtain was drawn when the row was read, `came_by_old_key`: and the browser does not
    know its new key. `table_is_busy`: this request has waited for a locked table, and waits no more. `worked_out`:
    what was reckoned from its data for this one request, which nothing keeps.
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._row: Session | None = None
        self.away = False
        self.keep = False
        self.came_away = self.came_by_old_key = self.tells_key = self.table_is_busy = False
        self.worked_out: dict[str, Any] = {}
        self._has_no_row = False

    @property
    def person(self) -> Person | None:
        """Whose browser this is, whether away or not; costs no query of its own."""
        self._get_session()  # type: ignore[attr-defined]
        return self._row.person if self._row else None

    @property
    def hash(self) -> str | None:
        return hash_key(self.session_key) if self.session_key else None

    @property
    def is_due_for_renewal(self) -> bool:
        """At most once a day, so that reading pages writes nothing."""
        return self._row is not None and self._row.expires_on != self._expires_on()

    def load(self) -> dict[str, Any]:
        row = self._find(self.session_key) or self._find_behind_curtain()
        if row is None:
            self._session_key = None
            return {}
        self._row, self.away, self.keep, self.came_away = row, row.away, row.keep, row.away
        data: dict[str, Any] = orjson.loads(row.data)
        return data

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(key_hash=hash_key(session_key)).exists()

    def begin(self) -> None:
        """A key for a browser without one. The row comes with `save`, and all that was laid into it by then."""
        # while there is no key to look for
        self._get_session()  # type: ignore[attr-defined]  # not in the stubs
        self._session_key = self._get_new_session_key()
        self._has_no_row = self.modified = True

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Raises UpdateError if the row was taken away meanwhile (signed out elsewhere)."""
        if self.session_key is None:
            self.create()
            return
        is_new = must_create or self._has_no_row
        data = self._get_session(no_load=is_new)  # type: ignore[attr-defined]  # not in the stubs
        row = self._as_row(self.session_key, data)
        if is_new:
            self._insert(row)
            self._has_no_row = False
        else:
            self._update(row, with_data=self.modified)
        self._row = row

    def go_behind_curtain(self) -> None:
        """Be away, under the key after this one. Raises UpdateError if the row was taken away meanwhile.

        Not a random key: over a slow line the answer that carries it may never arrive, because a second
        tap on すぐ閉じる has replaced the first. The second comes with the old key, and a guest without a
        phrase would be lost. So an unknown key is looked up once more by the key after it, and counts if
        that row is away. The price: as long as it is away, the old key still leads to つづける, as it led
        inside before; つづける then takes a random key, and ends both.
        """
        old, new = self.session_key or "", key_after(self.session_key or "")
        with transaction.atomic():
            if Session.objects.filter(key_hash=hash_key(old)).update(key_hash=hash_key(new)):
                erased.note("session", hash_key(old))
            self._session_key, self.away, self.modified = new, True, True
            self.save()  # of two taps at once the second finds the row of the first

    def cycle_key(self) -> None:
        """The same session under another key. Raises UpdateError if somebody's was taken away meanwhile:
        whoever was signed out must not come back by changing the key in that moment.
        """
        data, old = self._get_session(), self.session_key or ""  # type: ignore[attr-defined]
        is_somebodys = self._row is not None and self._row.person_id is not None
        with transaction.atomic():
            gone, _ = Session.objects.filter(key_hash=hash_key(old)).delete()
            if is_somebodys and not gone:
                raise UpdateError
            if gone:
                erased.note("session", hash_key(old))
            self.create()
        self._session_cache = data

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            with transaction.atomic():
                if Session.objects.filter(key_hash=hash_key(key)).delete()[0]:
                    erased.note("session", hash_key(key))

    def flush(self) -> None:
        super().flush()
        self._row, self.away, self.keep = None, False, False
        self._has_no_row = False

    def forget_all_but_who(self) -> None:
        """Drop what pages left here (a support card, a draft); stay the same person.

        That a keeper showed the second factor goes too: whoever comes back may be somebody else.
        """
        for name in [name for name in self.keys() if not name.startswith(_WHO)]:
            del self[name]

    @classmethod
    def clear_expired(cls) -> None:
        with transaction.atomic():
            Session.objects.filter(expires_on__lt=clock.today()).delete()

    @staticmethod
    def _get_new_session_key() -> str:
        """Whether another has it, the table says when the row is put in."""
        return get_random_string(32, VALID_KEY_CHARS)

    @staticmethod
    def _insert(row: Session) -> None:
        try:
            with transaction.atomic():
                plain_rows.insert(row)
        except IntegrityError as error:
            raise CreateError from error

    def _update(self, row: Session, *, with_data: bool) -> None:
        """What a line or another page wrote there meanwhile stays: only what this one changed is laid over it, and
        a page that only renews has nothing to add. Who goes away leaves nothing of either.
        """
        names = ("person", "away", "keep", "expires_on")
        with transaction.atomic():
            if not with_data:
                is_written = plain_rows.update(row, *names)
            elif row.away or self._row is None:
                is_written = plain_rows.update(row, *names, "data")
            else:
                is_written = plain_rows.update(row, *names, "data", was=self._row, alike="data")
                if not is_written and self._is_laid_over_others(row, self._row):
                    is_written = plain_rows.update(row, *names, "data")
            if not is_written:
                raise UpdateError

    def _is_laid_over_others(self, row: Session, before: Session) -> bool:
        """Whether the row is there; it is nobody else's to change until the commit."""
        rows = Session.objects.filter(pk=row.pk).select_for_update()
        theirs = rows.values_list("data", flat=True).first()
        if theirs is None:
            return False
        self._session_cache = _laid_over(orjson.loads(before.data), dict(self.items()), orjson.loads(theirs))
        row.data = orjson.dumps(self._session_cache).decode()
        return True

    def _find(self, key: str | None) -> Session | None:
        if not key:
            return None
        return _live.first(hash_key(key), clock.today())

    def _find_behind_curtain(self) -> Session | None:
        if not self.session_key:
            return None
        row = self._find(key := key_after(self.session_key))
        if row is None or not row.away:
            return None
        self._session_key, self.came_by_old_key = key, True
        return row

    def _as_row(self, key: str, data: dict[str, Any]) -> Session:
        person_id = data.get(SESSION_KEY)
        row = Session(
            key_hash=hash_key(key),
            data=orjson.dumps(data).decode(),
            away=self.away,
            keep=self.keep,
            expires_on=self._expires_on(),
        )
        known = self._row.person if self._row else None
        if known is not None and str(known.pk) == str(person_id):
            row.person = known
        else:
            row.person_id = int(person_id) if person_id is not None else None
        return row

    def _expires_on(self) -> dt.date:
        return clock.today() + dt.timedelta(days=KEEP_DAYS if self.keep else GUEST_DAYS)
