"""The private calendar address of a person, for わたし and the download."""

from __future__ import annotations

from collections.abc import Sequence

from ibasho.events.models import Feed, SignUp
from ibasho.lib import clock
from ibasho.people.models import Person
from ibasho.people.my_record import Section

TABLES = {"events.Feed": "カレンダーの あて先"}


def sections(person: Person) -> Sequence[Section]:
    """Whoever has nothing tied is not offered an empty calendar."""
    feed = Feed.objects.filter(person=person).first()
    if feed is None and not SignUp.objects.filter(person=person).exists():
        return []
    made = f"{clock.day_text(feed.made_on)}に つくりました" if feed else "つくっていません"
    link = ("/me/calendar/", "カレンダーの あて先のページへ")
    return [Section("カレンダー", [("あて先", made)], "ご自分で やめるまで。", link=link)]
