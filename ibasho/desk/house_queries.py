"""What of the house is set, and what has become stale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from ibasho.duty.models import TrainingUnit
from ibasho.house import queries as house
from ibasho.house.helplines import facts_of as helpline_facts
from ibasho.house.helplines import is_stale
from ibasho.house.models import Helpline, HouseProfile
from ibasho.lib import clock
from ibasho.lib.clock import week_text
from ibasho.lib.errors import Refusal
from ibasho.lib.stamps import stamp_of
from ibasho.moderation.queries import may_reach_somebody
from ibasho.people.models import Keeper
from ibasho.people.queries import keepers
from ibasho.people.queries.factors import second_factors
from ibasho.rooms.models import Room

_USUALLY_NEEDED = 2


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to look after; `is_stewards` if only a steward can."""

    text: str
    url: str
    is_stewards: bool = False


@dataclass(frozen=True, slots=True)
class ListedHelpline:
    """A helpline as keepers see it; `stamp` stands for its facts."""

    line: Helpline
    hours: list[str]
    is_stale: bool
    stamp: str


def plate_row() -> HouseProfile:
    """The name plate; an empty one while there is none."""
    return HouseProfile.objects.first() or HouseProfile()


def reminders() -> list[Reminder]:
    """First that nobody outside would hear of a danger, then what is stale, in the order of the pages."""
    return [
        *_of_the_way_out(),
        *_of_the_plate(),
        *_of_the_rules(),
        *_of_the_rooms(),
        *_of_the_helplines(),
        *_of_the_training(),
        *_of_the_keepers(),
    ]


def kept_rooms() -> list[Room]:
    """Rooms in use, in the order of every list."""
    return list(_rooms().filter(retired_on__isnull=True))


def retired_rooms() -> list[Room]:
    return list(_rooms().filter(retired_on__isnull=False))


def kept_room(slug: str) -> Room:
    """Refuses `not_found`, also for the room to try."""
    room = _rooms().filter(slug=slug).first()
    if room is None:
        raise Refusal("not_found")
    return room


def closed_days(room: Room) -> list[date]:
    """From today on."""
    days = room.closed_days.filter(date__gte=clock.today()).order_by("date")
    return list(days.values_list("date", flat=True))


def listed_helplines() -> list[ListedHelpline]:
    """In their order. Two queries."""
    now = clock.now()
    return [
        ListedHelpline(
            line, week_text(helpline_facts(line).hours), is_stale(line, now), stamp_of(helpline_facts(line))
        )
        for line in Helpline.objects.prefetch_related("hours")
    ]


def helpline(helpline_id: int) -> Helpline:
    """Refuses `not_found`."""
    line = Helpline.objects.filter(pk=helpline_id).first()
    if line is None:
        raise Refusal("not_found")
    return line


def kept_keeper(keeper_id: int) -> Keeper:
    """A keeper of today. Refuses `not_found`."""
    keeper = keepers().filter(pk=keeper_id).first()
    if keeper is None:
        raise Refusal("not_found")
    return keeper


def _rooms() -> QuerySet[Room]:
    rooms = Room.objects.filter(is_trial=False).exclude(entry__in=Room.APART)
    return rooms.prefetch_related("audiences", "hours", "closed_days")


def _of_the_way_out() -> list[Reminder]:
    if may_reach_somebody():
        return []
    text = "命が心配なことを、外の人に知らせるしくみが、まだありません。"
    return [Reminder(text, "/desk/house/escalation/")]


def _of_the_plate() -> list[Reminder]:
    plate = plate_row()
    if plate._state.adding:
        return [Reminder("家の名前と言葉が、まだありません。", "/desk/house/profile/", is_stewards=True)]
    if plate.is_specimen:
        return [Reminder("家の言葉が、見本のままです。", "/desk/house/profile/", is_stewards=True)]
    return []


def _of_the_rules() -> list[Reminder]:
    coming = house.next_rules()
    found = []
    if house.rules_in_force() is None:
        text = "約束が、まだありません。約束があると、入れるようになります。"
        found.append(Reminder(text, "/desk/house/rules/", is_stewards=True))
    if coming is not None and coming.effective_from is None:
        found.append(Reminder("約束の下書きが、待っています。", "/desk/house/rules/draft/", is_stewards=True))
    return found


def _of_the_rooms() -> list[Reminder]:
    rooms = kept_rooms()
    if not rooms:
        return [Reminder("部屋が、まだありません。", "/desk/house/rooms/")]
    return [
        Reminder(f"{room.title}の時間が、まだ決まっていません。", f"/desk/house/rooms/{room.slug}/hours/")
        for room in rooms
        if not room.hours.all()
    ]


def _of_the_helplines() -> list[Reminder]:
    lines = [listed for listed in listed_helplines() if not listed.line.for_life]
    never = sum(listed.line.is_specimen for listed in lines)
    stale = sum(listed.is_stale and not listed.line.is_specimen for listed in lines)
    found = []
    if never:
        text = f"この家のスタッフがまだ確かめていない窓口が、{never}つあります。"
        found.append(Reminder(text, "/desk/house/helplines/"))
    if stale:
        text = f"確かめてから180日をすぎた窓口が、{stale}つあります。「いま開いている」に出なくなりました。"
        found.append(Reminder(text, "/desk/house/helplines/"))
    return found


def _of_the_training() -> list[Reminder]:
    if TrainingUnit.objects.filter(retired_on__isnull=True).exists():
        return []
    return [Reminder("研修の項目が、まだありません。", "/desk/house/training/")]


def _of_the_keepers() -> list[Reminder]:
    rows = [keeper for keeper in keepers() if keeper.roles.all()]
    keys = second_factors([keeper.person_id for keeper in rows])
    needed = max((room.keepers_needed for room in kept_rooms()), default=_USUALLY_NEEDED)
    if sum(map(bool, keys.values())) >= needed:
        return []
    text = f"スタッフが、{needed}人そろっていません。{needed}人いると、どの部屋もあけられます。"
    return [Reminder(text, "/desk/house/keepers/", is_stewards=True)]
