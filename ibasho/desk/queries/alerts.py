"""What a keeper should look at before anything else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from ibasho.desk.queries.alert import LIFE, SOON, Alert
from ibasho.desk.queries.dangers import dangers
from ibasho.desk.queries.now import DeskNow
from ibasho.duty.contacts import CARERS
from ibasho.duty.models import Duty
from ibasho.duty.queries import THERE, UNSURE, presence
from ibasho.lib import clock
from ibasho.moderation.queries import DECIDERS
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts

DUTY_ENDS_SOON = timedelta(minutes=10)
MOST_OF_A_KIND = 5


def alerts_for(keeper: KeeperFacts, now: DeskNow) -> list[Alert]:
    """A danger to life first, then what is about this keeper's rooms and duty.

    Of a kind that waits only the newest few: whatever comes is told, and many that lie there do not bury it.
    """
    mine = now.duty_of(keeper.keeper_id)
    reviews = (
        [*_few(_reviews_about_dying(now)), *_few(_reviews_overdue(now))] if keeper.has(*DECIDERS) else []
    )
    found = [
        *dangers(keeper, now),
        *_few(_notes_about_dying(now)),
        *reviews,
        *_few(_concerns_about_dying(keeper, now)),
        *_few(_quiet_posts_about_dying(keeper, now)),
        *_few(_opinions_about_dying(keeper, now)),
        *_few(_volunteers_about_dying(keeper, now)),
        *_few(_sign_ups_about_dying(keeper, now)),
        *_few(_concerns_in_my_rooms(keeper, now)),
        *_few(_held_in_my_rooms(keeper, now)),
        *_noticed_in_my_rooms(keeper, now),
        *_few(_opinions(keeper, now)),
        *_few(_proposals(keeper, now)),
        *_rooms_without_keepers(now),
    ]
    if mine is None:
        return found
    return [*found, *_few(_asked_of_others(mine, now)), *_colleagues(mine, now), *_own_end(mine, now.at)]


def _few(alerts: Iterator[Alert]) -> list[Alert]:
    return list(alerts)[-MOST_OF_A_KIND:]


def _notes_about_dying(now: DeskNow) -> Iterator[Alert]:
    for note in now.notes:
        if note.about_dying:
            yield Alert(f"note-{note.pk}", LIFE, "命が心配なメモが、届いています。")


def _reviews_about_dying(now: DeskNow) -> Iterator[Alert]:
    for number in now.life_reviews:
        yield Alert(f"review-{number}", LIFE, "命が心配な見直しのお願いが、届いています。")


def _reviews_overdue(now: DeskNow) -> Iterator[Alert]:
    for number in now.late_reviews:
        yield Alert(f"late-review-{number}", SOON, "見直しのお願いが、答える日をすぎて待っています。")


def _concerns_about_dying(keeper: KeeperFacts, now: DeskNow) -> Iterator[Alert]:
    """For every keeper, on duty there or not; the words are read on duty."""
    for concern in now.concerns:
        if concern.about_dying and not concern.in_incident and concern.is_for(keeper):
            text, where = "命が心配な知らせが、届いています。", _title(now, concern.room_id)
            yield Alert(f"concern-{concern.id}", LIFE, text, where=where)


def _quiet_posts_about_dying(keeper: KeeperFacts, now: DeskNow) -> Iterator[Alert]:
    """The quiet box is for coordinators alone."""
    for post in now.quiet_posts:
        if post.about_dying and keeper.has(Role.COORDINATOR):
            yield Alert(f"quiet-{post.pk}", LIFE, "命が心配な言葉が、言いにくいことポストに届いています。")


def _volunteers_about_dying(keeper: KeeperFacts, now: DeskNow) -> Iterator[Alert]:
    """Who would like to help is for coordinator and steward alone."""
    if keeper.has(*CARERS):
        for number in now.life_helping:
            yield Alert(f"volunteer-{number}", LIFE, "命が心配な言葉が、手伝いたいという申しこみにあります。")


def _opinions_about_dying(keeper: KeeperFacts, now: DeskNow) -> Iterator[Alert]:
    """The opinion box is for coordinators alone."""
    if keeper.has(Role.COORDINATOR):
        for number in now.life_opinions:
            text = "命が心配な言葉が、意見箱に届いています。"
            yield Alert(f"in-box-{number}", LIFE, text, page="/desk/opinions/")


def _sign_ups_about_dying(keeper: KeeperFacts, now: DeskNow) -> Iterator[Alert]:
    """Sign-ups are for coordinators alone."""
    if keeper.has(Role.COORDINATOR):
        for number in now.life_sign_ups:
            text = "命が心配な言葉が、集まりの申し込みにあります。"
            yield Alert(f"sign-up-{number}", LIFE, text, page="/desk/meetings/inbox/")


def _concerns_in_my_rooms(keeper: KeeperFacts, now: DeskNow) -> Iterator[Alert]:
    """One a case, however many tell of the same words."""
    mine, known = now.rooms_of(keeper.keeper_id), set()
    for concern in now.concerns:
        matter = concern.message_key or concern.id
        if concern.room_id in mine and concern.is_for(keeper) and matter not in known:
            known.add(matter)
            if not concern.about_dying:
                where = _title(now, concern.room_id)
                yield Alert(f"told-{concern.id}", SOON, "知らせが、届いています。", where=where)


def _title(now: DeskNow, room_id: int) -> str:
    return next((room.title for room in now.rooms if room.room.pk == room_id), "")


def _held_in_my_rooms(keeper: KeeperFacts, now: DeskNow) -> Iterator[Alert]:
    """One a room, named by the oldest that waits there."""
    mine, known = now.rooms_of(keeper.keeper_id), set()
    rooms = {room.room.pk: room for room in now.rooms}
    for post in now.held:
        if post.room_id in mine and post.room_id not in known:
            known.add(post.room_id)
            room = rooms[post.room_id]
            text = f"「{room.title}」で、言葉がスタッフを待っています。"
            yield Alert(f"held-{post.id}", SOON, text, page=f"/desk/rooms/{room.slug}/held/")


def _noticed_in_my_rooms(keeper: KeeperFacts, now: DeskNow) -> Iterator[Alert]:
    """One a room, and the same one until somebody has looked: more words there ring no second time."""
    mine = now.rooms_of(keeper.keeper_id)
    rooms = {room.room.pk: room for room in now.rooms}
    for found in now.noticed:
        if found.room_id in mine:
            room = rooms[found.room_id]
            text = f"「{room.title}」に、見てほしい言葉が出ています。"
            yield Alert(f"noticed-{found.oldest}", SOON, text, page=f"/desk/rooms/{room.slug}/held/")


def _opinions(keeper: KeeperFacts, now: DeskNow) -> Iterator[Alert]:
    """A colleague in this keeper's room asks what they think, or one has answered."""
    mine = now.rooms_of(keeper.keeper_id)
    for it in now.opinions:
        page = f"/desk/rooms/{it.room}/messages/{it.message}/"
        if it.room_id in mine and it.asker == keeper.keeper_id and it.answer:
            yield Alert(f"answer-{it.id}", SOON, "聞いたことに、答えがありました。", page=page)
        elif it.room_id in mine and it.asker != keeper.keeper_id and not it.answer:
            yield Alert(f"opinion-{it.id}", SOON, f"{it.asked_by}さんが、どう思うか聞いています。", page=page)


def _proposals(keeper: KeeperFacts, now: DeskNow) -> Iterator[Alert]:
    """For whoever may decide, and not for who proposed."""
    mine = now.rooms_of(keeper.keeper_id)
    for proposal in now.proposals:
        if proposal.is_for(keeper, mine):
            yield Alert(f"suspension-{proposal.id}", SOON, "利用を止める相談が、決める人を待っています。")


def _rooms_without_keepers(now: DeskNow) -> Iterator[Alert]:
    for room in now.rooms:
        is_waiting = room.why == "no_keepers" and room.session_id is not None
        if is_waiting and not room.room.is_by_invitation:  # of a quiet room only its incident tells
            text = f"「{room.title}」が、見守り役を待って休けいしています。"
            yield Alert(f"room-{room.session_id}", SOON, text)


def _asked_of_others(mine: Duty, now: DeskNow) -> Iterator[Alert]:
    """What a colleague would rather have another look at."""
    for claim in now.claims:
        if claim.asks and claim.keeper_id != mine.keeper_id:
            yield Alert(f"asked-{claim.ref}", SOON, f"{claim.name}さんが、見てほしいことがあります。")


def _colleagues(mine: Duty, now: DeskNow) -> Iterator[Alert]:
    """Those who share a room with me and take a break, or whose line is quiet before their duty is over."""
    shared = [room.keeper_ids for room in now.rooms if mine.keeper_id in room.keeper_ids]
    beside = frozenset().union(*shared) - {mine.keeper_id}
    for duty in now.duties:
        if duty.keeper_id not in beside or duty.until <= now.at:
            continue
        if duty.stepped_out_at is not None:
            text = f"{duty.keeper.duty_name}さんは、ひと休みしています。"
            yield Alert(f"break-{duty.pk}-{duty.stepped_out_at:%H%M%S}", SOON, text)
            continue
        state = presence(duty, now.at)
        if state != THERE:
            ends = "いま、線が切れています。" if state == UNSURE else "線が切れて、3分たちました。"
            yield Alert(f"colleague-{duty.pk}-{state}", SOON, f"{duty.keeper.duty_name}さんは、{ends}")


def _own_end(mine: Duty, at: datetime) -> Iterator[Alert]:
    if mine.until - at <= DUTY_ENDS_SOON:
        text = f"あなたの当番は、{clock.clock_text(mine.until)}までです。のばすこともできます。"
        yield Alert(f"duty-{mine.pk}-{mine.until:%H%M}", SOON, text)
