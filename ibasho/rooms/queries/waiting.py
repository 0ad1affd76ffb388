"""Words that wait for a keeper, to their writer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from ibasho.lib import clock
from ibasho.rooms.models import HeldPost
from ibasho.rooms.shapes import WaitingShape


def waiting_of_all(seat_ids: Collection[str]) -> Mapping[str, Sequence[WaitingShape]]:
    """For each of these seats that has any: what waits, oldest first. One query."""
    found: dict[str, list[WaitingShape]] = defaultdict(list)
    for post in HeldPost.objects.filter(seat_id__in=seat_ids, outcome=HeldPost.Outcome.WAITING):
        found[str(post.seat_id)].append(waiting_shape(post))
    return found


def waiting_of(seat_id: str) -> Sequence[WaitingShape]:
    return waiting_of_all([seat_id]).get(seat_id, ())


def waiting_shape(post: HeldPost) -> WaitingShape:
    shape = WaitingShape(
        id=str(post.request_id),
        message=str(post.pk),
        text=post.text or "",
        at=clock.rfc3339(post.at),
        code=post.code,
    )
    if post.cover:
        shape["cover"] = post.cover
    if post.tone:
        shape["tone"] = post.tone
    return shape
