"""The one place where words from outside become `Words`, for the socket and the form alike."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ibasho.lib.errors import Refusal
from ibasho.lib.look_alike import is_keeper_like, skeleton
from ibasho.lib.unicode_text import clean, is_empty, measure
from ibasho.rooms.held_words import CHOICES
from ibasho.rooms.models import CALL_NAME_GRAPHEMES, COVER_GRAPHEMES, MESSAGE_BYTES, MESSAGE_GRAPHEMES
from ibasho.rooms.passphrase import words_key
from ibasho.rooms.shapes import Line, Words

COVER_BYTES = 600
CALL_NAME_BYTES = 200
TONES = ("listen_only", "advice_welcome")
FIELDS = {
    "post": frozenset({"id", "text", "cover", "tone", "choice"}),
    "edit": frozenset({"id", "message", "text", "cover", "tone"}),
    "withdraw": frozenset({"id", "message"}),
}
_UUID_V4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def hear(line: Line, verb: str, fields: Mapping[str, object]) -> Words:
    """The wish, in order. `fields` are those of the frame without `type`.

    Refuses `malformed` (unknown field, wrong type, id that is no v4). Words that are empty or too
    long carry that refusal as their `fault`: the post office raises it, unless it knows the id.
    """
    if verb not in FIELDS or not FIELDS[verb].issuperset(fields):
        raise Refusal("malformed")
    request_id = uuid_v4(fields.get("id"))
    message_id = uuid_v4(fields.get("message")) if verb != "post" else ""
    text, cover, tone = ("", "", "") if verb == "withdraw" else _words(fields)
    fault = None if verb == "withdraw" else fault_of(text, cover)
    return Words(
        verb=verb,
        room_id=line.room_id,
        seat_id=line.seat_id,
        person_id=line.person_id,
        session_hash=line.session_hash,
        request_id=request_id,
        key=words_key(verb, message_id, text, cover, tone),
        text=text,
        cover=cover,
        tone=tone,
        message_id=message_id,
        choice=_choice(fields),
        fault=fault,
    )


def hear_form(line: Line, verb: str, form: Mapping[str, str], *, message_id: str | None = None) -> Words:
    """The same from a form: other fields are the page's own, an empty optional field is absent."""
    if verb != "post" and form.get("choice"):  # it says who may read the words: never to be passed over
        raise Refusal("malformed")
    fields: dict[str, object] = {name: form[name] for name in FIELDS.get(verb, ()) if form.get(name)}
    if verb != "withdraw":
        fields.setdefault("text", form.get("text", ""))
    if message_id is not None:
        fields["message"] = message_id
    return hear(line, verb, fields)


def uuid_v4(value: object) -> str:
    """A lower-case random UUID as it came. Refuses `malformed`."""
    if not isinstance(value, str) or not _UUID_V4.fullmatch(value):
        raise Refusal("malformed")
    return value


def call_name(text: str) -> str:
    """A name as it will be shown, in one line; empty = おまかせ. Refuses malformed, too_long, name_reserved."""
    name = clean(text, lines=False).strip()
    if is_empty(name):
        return ""
    measure(name, CALL_NAME_GRAPHEMES, CALL_NAME_BYTES, "call_name")
    if not skeleton(name) or is_keeper_like(name):
        raise Refusal("name_reserved")
    return name


def fault_of(text: str, cover: str) -> Refusal | None:
    """Why words of this length cannot be taken: none, or too many; None if they can."""
    try:
        measure(text, MESSAGE_GRAPHEMES, MESSAGE_BYTES, "text")
        if cover:
            measure(cover, COVER_GRAPHEMES, COVER_BYTES, "cover")
    except Refusal as refusal:
        if refusal.code == "malformed":
            raise
        return refusal
    return None


def _words(fields: Mapping[str, object]) -> tuple[str, str, str]:
    text = clean(_string(fields, "text"))
    cover = clean(_string(fields, "cover"), lines=False) if fields.get("cover", "") != "" else ""
    if cover and is_empty(cover):
        cover = ""
    tone = _string(fields, "tone") if fields.get("tone", "") != "" else ""
    if tone and tone not in TONES:
        raise Refusal("malformed")
    return text, cover, tone


def _choice(fields: Mapping[str, object]) -> str:
    choice = _string(fields, "choice") if fields.get("choice", "") != "" else ""
    if choice and choice not in CHOICES:
        raise Refusal("malformed")
    return choice


def _string(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise Refusal("malformed")
    return value
