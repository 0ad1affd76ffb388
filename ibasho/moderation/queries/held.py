"""Words that wait, for the keepers of their room: why, and what their seat said before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from uuid import UUID

from django.db.models import QuerySet

from ibasho.lib.errors import Refusal
from ibasho.lib.look_alike import skeleton
from ibasho.moderation.claim_kinds import ref_of
from ibasho.moderation.queries.concerns import as_key
from ibasho.moderation.queries.unnamed import names_taken
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.call_names import NAMELESS
from ibasho.rooms.models import Finding, HeldPost
from ibasho.rooms.queries import keeper_room
from ibasho.rooms.queries.earlier import texts_since

KIND = "held"
_IDENTIFIERS = (HeldPost.Code.PERSONAL_INFO, HeldPost.Code.CONTACT_EXCHANGE)
_HARD = (HeldPost.Code.ABUSE, HeldPost.Code.CARE)
_TOGETHER = timedelta(minutes=15)
_MOST_PIECES = 5


@dataclass(frozen=True, slots=True)
class HeldShown:
    """`why` are sentences of the screening; `earlier` what the seat said shortly before, oldest first. `taken_name`:
    what keepers took from sight; they are shown under another then, and `call_name` says that there is none.
    """

    id: UUID
    seat: UUID
    call_name: str
    taken_name: str
    text: str
    cover: str
    code: str
    reason: str
    why: Sequence[str]
    at: datetime
    earlier: Sequence[str]
    outcome: str
    outcome_words: str

    @property
    def ref(self) -> str:
        """How a claim names it."""
        return ref_of(KIND, self.id)

    @property
    def has_identifier(self) -> bool:
        """Whether they must be read before they are shown: what they tell cannot be taken back."""
        return self.code in _IDENTIFIERS

    @property
    def is_waiting(self) -> bool:
        return self.outcome == HeldPost.Outcome.WAITING

    @property
    def is_nameless(self) -> bool:
        """Whether a name can be taken from them no more."""
        return self.call_name == NAMELESS


@dataclass(frozen=True, slots=True)
class HeldWaiting:
    """A text that waits, as far as a desk must know of it."""

    id: UUID
    room_id: int


def waiting_posts() -> QuerySet[HeldPost]:
    return HeldPost.objects.filter(outcome=HeldPost.Outcome.WAITING)


def may_look_at_held(keeper: KeeperFacts, key: str) -> bool:
    """For a claim: one that waits in a room of this keeper's duty; whether it is hard. Refuses `not_found`."""
    post = waiting_posts().select_related("room").filter(pk=as_key(key)).first()
    if post is None:
        raise Refusal("not_found")
    keeper_room(keeper, post.room.slug)
    return post.code in _HARD


def held_waiting() -> list[HeldWaiting]:
    """All that waits in the house, oldest first. One query."""
    return [HeldWaiting(*row) for row in waiting_posts().values_list("pk", "room_id")]


def held_in(room_id: int) -> list[HeldShown]:
    """What waits in this room, oldest first."""
    return _shown(list(waiting_posts().filter(room_id=room_id)))


def held_post(room_id: int, held_id: UUID) -> HeldShown:
    """One of them, also after it was decided. Refuses `not_found`, also when its words are gone or shown."""
    post = HeldPost.objects.filter(room_id=room_id, pk=held_id, text__isnull=False).first()
    if post is None:
        raise Refusal("not_found")
    return _shown([post])[0]


def _shown(posts: Collection[HeldPost]) -> list[HeldShown]:
    why: dict[UUID, list[str]] = {post.pk: [] for post in posts}
    for held_id, sentence in Finding.objects.filter(held__in=list(why)).values_list("held_id", "why"):
        if held_id is not None and sentence not in why[held_id]:
            why[held_id].append(sentence)
    gone = names_taken({post.seat_id for post in posts})
    taken = {post.pk for post in posts if (post.seat_id, skeleton(post.call_name)) in gone}
    return [
        HeldShown(
            id=post.pk,
            seat=post.seat_id,
            call_name=NAMELESS if post.pk in taken else post.call_name or NAMELESS,
            taken_name=post.call_name if post.pk in taken else "",
            text=post.text or "",
            cover=post.cover,
            code=post.code,
            reason=post.get_code_display(),
            why=why[post.pk],
            at=post.at,
            earlier=_earlier(post),
            outcome=post.outcome,
            outcome_words=post.get_outcome_display(),
        )
        for post in posts
    ]


def _earlier(post: HeldPost) -> list[str]:
    rows = texts_since([str(post.seat_id)], post.at - _TOGETHER, but_for=str(post.pk))
    said = [text for _, _, _, text in takewhile(lambda row: row[1] != str(post.request_id), rows)]
    return said[-_MOST_PIECES:]
