"""Every frame of the wire, declared once. docs/protocol.md is the twin of this file.

No postponed annotations here: the shapes are read at run time, to check what comes in.
"""

import re
from typing import Any, Literal, NotRequired, TypedDict, get_type_hints

import orjson

from ibasho.lib.errors import Refusal

FRAME_BYTES = 16_384
PROTOCOL = 1
SUBPROTOCOL = "ibasho.v1"
ACCEPTS: tuple[str, ...] = ()
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Post(TypedDict):
    type: Literal["post"]
    id: str
    text: str
    cover: NotRequired[str]
    tone: NotRequired[str]
    choice: NotRequired[str]


class Edit(TypedDict):
    type: Literal["edit"]
    id: str
    message: str
    text: str
    cover: NotRequired[str]
    tone: NotRequired[str]


class Withdraw(TypedDict):
    type: Literal["withdraw"]
    id: str
    message: str


class AskFill(TypedDict):
    type: Literal["fill"]
    since: int


class Seen(TypedDict):
    type: Literal["seen"]
    id: str


class Here(TypedDict):
    type: Literal["here"]


class Welcome(TypedDict):
    type: Literal["welcome"]
    protocol: int
    accepts: list[str]
    epoch: str
    seq: int
    oldest: int
    recovered: bool
    room: dict[str, Any]
    you: dict[str, Any]
    events: list[dict[str, Any]]
    notices: list[dict[str, Any]]


class MessagePosted(TypedDict):
    type: Literal["message_posted"]
    seq: int
    message: dict[str, Any]


class MessageChanged(TypedDict):
    type: Literal["message_changed"]
    seq: int
    message: dict[str, Any]


class RoomChanged(TypedDict):
    type: Literal["room_changed"]
    seq: int
    room: dict[str, Any]


class Fill(TypedDict):
    type: Literal["fill"]
    epoch: str
    seq: int
    oldest: int
    recovered: bool
    events: list[dict[str, Any]]


class PostedFrame(TypedDict):
    type: Literal["posted"]
    id: str
    message: str
    seq: int


class AskedFrame(TypedDict):
    type: Literal["asked"]
    id: str
    code: str
    text: str
    spans: list[list[int]]
    cover_spans: NotRequired[list[list[int]]]
    rest: NotRequired[dict[str, str]]
    left: NotRequired[dict[str, str]]
    choices: list[str]


class HeldFrame(TypedDict):
    type: Literal["held"]
    id: str
    code: str
    text: str
    message: NotRequired[str]


class Refused(TypedDict):
    type: Literal["refused"]
    id: NotRequired[str]
    code: str
    text: str
    retry_after: NotRequired[int]


class Notice(TypedDict):
    type: Literal["notice"]
    id: str
    code: str
    text: str
    at: str
    actions: NotRequired[list[str]]
    act: NotRequired[str]
    room: NotRequired[str]
    card: NotRequired[dict[str, Any]]
    over: NotRequired[bool]


class Beat(TypedDict):
    type: Literal["beat"]
    epoch: str
    seq: int
    oldest: int
    crowd: str
    at: str


class Desk(TypedDict):
    type: Literal["desk"]
    version: str
    alerts: list[dict[str, Any]]
    at: str


FROM_CLIENT: dict[str, type] = {
    "post": Post,
    "edit": Edit,
    "withdraw": Withdraw,
    "fill": AskFill,
    "seen": Seen,
}
FROM_SERVER: dict[str, type] = {
    "welcome": Welcome,
    "message_posted": MessagePosted,
    "message_changed": MessageChanged,
    "room_changed": RoomChanged,
    "fill": Fill,
    "posted": PostedFrame,
    "asked": AskedFrame,
    "held": HeldFrame,
    "refused": Refused,
    "notice": Notice,
    "beat": Beat,
}
FROM_KEEPER: dict[str, type] = {"here": Here}
TO_KEEPER: dict[str, type] = {"desk": Desk, "refused": Refused}


class Shapes:
    """What a line of one kind may be told, ready to be held against what comes."""

    def __init__(self, frames: dict[str, type]) -> None:
        self._fields = {name: get_type_hints(shape) for name, shape in frames.items()}
        self._required = {name: shape.__required_keys__ for name, shape in frames.items()}  # type: ignore[attr-defined]

    def fits(self, kind: str, raw: dict[str, Any]) -> bool:
        known = self._fields.get(kind)
        if known is None or not self._required[kind] <= raw.keys() <= known.keys():
            return False
        return all(type(value) is (int if known[name] is int else str) for name, value in raw.items())


OF_CLIENT = Shapes(FROM_CLIENT)
OF_KEEPER = Shapes(FROM_KEEPER)


class Unreadable(Refusal):
    """`malformed`, with the id the frame carried, if it carried one."""

    def __init__(self, request_id: str | None = None) -> None:
        super().__init__("malformed")
        self.request_id = request_id


def read_frame(text: str, shapes: Shapes = OF_CLIENT) -> tuple[str, dict[str, Any]]:
    """The type of a client's frame and its other fields, of the right types. Raises Unreadable."""
    try:
        raw = orjson.loads(text)
    except ValueError as error:
        raise Unreadable from error
    if not isinstance(raw, dict):
        raise Unreadable
    kind = raw.get("type")
    if not isinstance(kind, str) or not shapes.fits(kind, raw):
        raise Unreadable(_id_of(raw))
    return kind, {name: value for name, value in raw.items() if name != "type"}


def _id_of(raw: dict[str, Any]) -> str | None:
    found = raw.get("id")
    return found if isinstance(found, str) and _UUID.fullmatch(found) else None
