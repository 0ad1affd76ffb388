"""Dangers to a life, as the desk shows them: an alert, a card that stands first, and a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from ibasho.desk.queries.alert import LIFE, Alert
from ibasho.desk.queries.now import DeskNow
from ibasho.desk.queries.rooms import PRESENCE_WORDS, Watcher
from ibasho.duty.queries import GONE, THERE, presence
from ibasho.lib import clock
from ibasho.moderation.actions import letters
from ibasho.moderation.actions.closing_incidents import FEWEST_OF_A_FLOOD
from ibasho.moderation.models import Incident
from ibasho.moderation.queries import IncidentShown, OpenIncident, incident_shown
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import PAGE_SIZE, Seat
from ibasho.rooms.queries import DUTY_ROLES, DeskRoom

OUTCOMES = Incident.Outcome.choices
_TAKE, _LOOK = "わたしが見ます", "読む"
_OPEN, _JOIN = "静かな部屋をひらく", "静かな部屋に行く"
_MORE = "あなたが見ている方のことで、言葉がふえました。"
_TITLES = {"now": "いますぐ見てください", "look": "見てください"}
_TEXTS = {
    ("now", False): "命が心配な書き込みがあります。",
    ("look", False): "命が心配かもしれない書き込みがあります。",
    ("now", True): "身近な方の命を心配している書き込みがあります。",
    ("look", True): "身近な方の命を心配しているかもしれない書き込みがあります。",
}
_TOLD = "命が心配な知らせが、届いています。"
_RESTS = "ひと休み"
_ONE_MORE = "静かな部屋に、もう一人お願いします。"
_WISH = "静かな部屋で話したい方がいます。"


@dataclass(frozen=True, slots=True)
class Quiet:
    """The quiet room as it is now. `keepers` sit in it, those too who are not there now and do not count;
    `missing`: how many more it needs to be open; `is_told`: its person knows of it. `caller`: who of them is
    there and calls the second, and `is_called` whether it is this keeper; `may_call`: this keeper waits there.
    """

    incident: int
    slug: str
    keepers: Sequence[Watcher]
    missing: int
    is_mine: bool
    is_open: bool
    is_told: bool
    caller: str
    is_called: bool
    may_call: bool


@dataclass(frozen=True, slots=True)
class DangerCard:
    """An open incident on the desk. `words` is where they can be read: empty without a duty in that room.
    `told`: colleagues who are really there; `resting`: those who take a break. `wishes_talk`: the person asks for a quiet room.
    """

    id: int
    title: str
    text: str
    room: str
    room_title: str
    about_other: bool
    at: datetime
    is_mine: bool
    taker: int | None
    taken_by: str
    may_act: bool
    words: str
    told: Sequence[str]
    resting: Sequence[str]
    wishes_talk: bool
    quiet: Quiet | None


@dataclass(frozen=True, slots=True)
class Flood:
    """Incidents of one room that nobody has taken: how many, and the number of the last."""

    room: str
    room_title: str
    count: int
    newest: int


@dataclass(frozen=True, slots=True)
class Worry:
    """An open incident about a seat, for a page on which something may be done about that seat. Without a
    `taken_by` nobody looks after it.
    """

    id: int
    at: datetime
    is_mine: bool
    taken_by: str


@dataclass(frozen=True, slots=True)
class DangerPage:
    """`card` is None once it is closed. Without a duty in its room `shown.said` has no words to be read;
    `may_join`: this keeper may take one there.
    `bounds`: what keeps the person from writing now. `handover`: facts for the next shift, without a word of the person.
    """

    shown: IncidentShown
    card: DangerCard | None
    may_read: bool
    may_join: bool
    may_act: bool
    has_person: bool
    bounds: Sequence[str]
    letter: Sequence[str]
    handover: str
    outcome: str


def dangers(keeper: KeeperFacts, now: DeskNow) -> Iterator[Alert]:
    """Until somebody looks after it, for every keeper, on duty there or not; one that was let go is another
    alert, and so are more words. Then those are for whoever looks after it. And, for all, that
    somebody asks for a quiet room, and that one with a single keeper in it waits for the second; that keeper can
    call, which is an alert of its own, also for who sits there and has gone for a while: the way there is the way
    back from a break.
    """
    may_act = now.is_on_duty(keeper.keeper_id)
    for incident in _in_order(keeper, now):
        path = f"/desk/incidents/{incident.id}/"
        who = incident.seat_name if incident.room_id in now.rooms_of(keeper.keeper_id) else ""
        alert = partial(Alert, where=incident.room_title, at=incident.begun_at, who=who)
        if incident.taker is None:
            name = f"incident-{incident.id}-{incident.level}-{incident.alarm}-{incident.words}"
            text = f"{_TITLES[incident.level]}。{_text(incident)}"
            yield alert(name, LIFE, text, path, _TAKE if may_act else "", f"{path}taking/")
        elif incident.taker == keeper.keeper_id and incident.has_more:
            name = f"incident-{incident.id}-more-{incident.words}"
            yield alert(name, LIFE, _MORE, path, _LOOK if may_act else "", f"{path}look/")
        quiet = _quiet(incident, keeper, now)
        if incident.wishes_talk and quiet is None:
            name = f"incident-{incident.id}-wish-{incident.words}"
            yield alert(name, LIFE, _WISH, path, _OPEN if may_act else "", f"{path}quiet-room/")
        if quiet is not None and quiet.missing and not quiet.is_mine:
            name = f"incident-{incident.id}-{quiet.slug}"
            act = _JOIN if may_act and not quiet.caller else ""  # one way there is enough
            yield alert(name, LIFE, _ONE_MORE, path, act, f"{path}quiet-room/")
        if quiet is not None and quiet.caller and not quiet.is_called:
            name = f"incident-{incident.id}-call-{incident.call}"
            text = f"{quiet.caller}さんが、静かな部屋で、もう一人を待っています。"
            yield alert(name, LIFE, text, path, _JOIN if may_act else "", f"{path}quiet-room/")


def danger_cards(keeper: KeeperFacts, now: DeskNow) -> list[DangerCard]:
    """The urgent first, of these the ones this keeper can read, then the oldest."""
    return [_card(incident, keeper, now) for incident in _in_order(keeper, now)]


def floods(keeper: KeeperFacts, now: DeskNow) -> list[Flood]:
    """Of the rooms this keeper is on duty in: where so many wait untaken that they may be ended together."""
    rooms: dict[int, list[OpenIncident]] = {}
    for incident in now.incidents:
        if incident.taker is None and incident.room_id in now.rooms_of(keeper.keeper_id):
            rooms.setdefault(incident.room_id, []).append(incident)
    return [
        Flood(them[0].room, them[0].room_title, len(them), max(it.id for it in them))
        for them in rooms.values()
        if len(them) >= FEWEST_OF_A_FLOOD
    ]


def worry_about(keeper: KeeperFacts, now: DeskNow, seat_id: UUID | str) -> Worry | None:
    """Whether somebody's life is feared for who sits there."""
    for incident in now.incidents:
        if incident.seat_id is not None and str(incident.seat_id) == str(seat_id):
            is_mine = incident.taker == keeper.keeper_id
            return Worry(incident.id, incident.begun_at, is_mine, incident.taken_by)
    return None


def danger_page(keeper: KeeperFacts, now: DeskNow, incident_id: int) -> DangerPage:
    """Refuses `not_found`."""
    shown = incident_shown(incident_id)
    row = shown.row
    card = next((_card(it, keeper, now) for it in now.incidents if it.id == incident_id), None)
    sealed = next((said.sealed for said in reversed(shown.said) if said.sealed is not None), None)
    return DangerPage(
        shown=shown,
        card=card,
        may_read=row.room_id in now.rooms_of(keeper.keeper_id),
        may_join=keeper.has(*DUTY_ROLES) and not row.room.is_by_invitation,
        may_act=now.is_on_duty(keeper.keeper_id),
        has_person=row.seat is not None and row.seat.person_id is not None,
        bounds=_bounds(row.seat, now.at),
        letter=letters.after_incident(row.room, sealed, "").splitlines(),
        handover=_handover(shown),
        outcome=row.get_outcome_display(),
    )


def place_of_words(keeper: KeeperFacts, now: DeskNow, incident_id: int) -> str:
    """Where to go to read them: the room at those words, for who is on duty there; else the incident's page."""
    card = next((it for it in danger_cards(keeper, now) if it.id == incident_id), None)
    return card.words if card is not None and card.words else f"/desk/incidents/{incident_id}/"


def _in_order(keeper: KeeperFacts, now: DeskNow) -> list[OpenIncident]:
    """Who is on duty in a room knows more of it, so what is there comes before what is as urgent elsewhere."""
    mine = now.rooms_of(keeper.keeper_id)
    return sorted(now.incidents, key=lambda it: (it.level != Incident.Level.NOW, it.room_id not in mine))


def _card(incident: OpenIncident, keeper: KeeperFacts, now: DeskNow) -> DangerCard:
    can_read = incident.room_id in now.rooms_of(keeper.keeper_id) and incident.message is not None
    others = [duty for duty in now.duties if duty.keeper_id != keeper.keeper_id]
    return DangerCard(
        id=incident.id,
        title=_TITLES[incident.level],
        text=_text(incident),
        room=incident.room,
        room_title=incident.room_title,
        about_other=incident.about_other,
        at=incident.begun_at,
        is_mine=incident.taker == keeper.keeper_id,
        taker=incident.taker,
        taken_by=incident.taken_by,
        may_act=now.is_on_duty(keeper.keeper_id),
        words=_at_words(incident) if can_read else "",
        told=[duty.keeper.duty_name for duty in others if presence(duty, now.at) == THERE],
        resting=[duty.keeper.duty_name for duty in others if duty.stepped_out_at is not None],
        wishes_talk=incident.wishes_talk,
        quiet=_quiet(incident, keeper, now),
    )


def _text(incident: OpenIncident) -> str:
    return _TOLD if incident.is_told else _TEXTS[incident.level, incident.about_other]


def _at_words(incident: OpenIncident) -> str:
    """The room as it is now while they are on its page, else the page of then."""
    is_near = incident.behind < PAGE_SIZE
    page = "" if is_near else f"?before={incident.position + PAGE_SIZE // 2}"
    return f"/desk/rooms/{incident.room}/{page}#by-{incident.message}"


def quiet_room_now(keeper: KeeperFacts, now: DeskNow, room_id: int) -> Quiet | None:
    """As its page says it to who sits there; None for any other room."""
    incident = next((it for it in now.incidents if it.quiet_room_id == room_id), None)
    return _quiet(incident, keeper, now) if incident else None


def _quiet(incident: OpenIncident, keeper: KeeperFacts, now: DeskNow) -> Quiet | None:
    room = next((it for it in now.rooms if it.room.pk == incident.quiet_room_id), None)
    if room is None or room.session_id is None:
        return None
    resting = {duty.keeper.duty_name for duty in now.duties if duty.stepped_out_at is not None}
    caller, is_mine = _caller(incident, room, now), keeper.keeper_id in room.keeper_ids
    return Quiet(
        incident=incident.id,
        slug=room.slug,
        keepers=[
            Watcher(name, _RESTS if name in resting else PRESENCE_WORDS[how], how == GONE)
            for name, how in room.keepers
        ],
        missing=room.missing,
        is_mine=is_mine,
        is_open=_is_open(room),
        is_told=incident.is_invited,
        caller=caller,
        is_called=bool(caller) and incident.caller == keeper.keeper_id,
        may_call=is_mine and room.missing > 0 and bool(_name_there(keeper.keeper_id, now)),
    )


def _caller(incident: OpenIncident, room: DeskRoom, now: DeskNow) -> str:
    """Not of one who has left or is not there now, nor once two are there."""
    if not room.missing or incident.caller not in room.keeper_ids:
        return ""
    return _name_there(incident.caller, now)


def _name_there(keeper_id: int | None, now: DeskNow) -> str:
    """The name on duty of who is really there; else empty."""
    there = (duty for duty in now.duties if presence(duty, now.at) == THERE)
    return next((duty.keeper.duty_name for duty in there if duty.keeper_id == keeper_id), "")


def _is_open(room: DeskRoom) -> bool:
    return room.state in ("open", "closing")


def _bounds(seat: Seat | None, at: datetime) -> list[str]:
    if seat is None or seat.person is None:
        return []
    ends = (
        (seat.person.suspended_until, "までは、この場所を使えません。"),
        (seat.removed_until, "までは、この部屋に入れません。"),
        (seat.resting_until, "までは、この部屋で書けません。"),
    )
    return [f"{clock.far_text(until)}{words}" for until, words in ends if until is not None and until > at]


def _handover(shown: IncidentShown) -> str:
    """Room and times, as a handover should be: no name, no words."""
    row = shown.row
    lines = [f"部屋「{row.room.title}」で、{clock.when_text(row.begun_at)}に、命が心配なことがありました。"]
    if row.closed_at is not None:
        lines.append(f"{clock.when_text(row.closed_at)}に、終わりにしました。{row.get_outcome_display()}。")
    return "".join(lines)
