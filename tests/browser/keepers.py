"""Keepers with a browser of their own, signed in as their own session says, with both factors shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from tests.browser.guests import Guest, Place

KeeperBrowser = Callable[..., Guest]
SESSION_FILE = "session-of-a-keeper.json"
# Makes the keeper if there is none of this name, and leaves a signed-in session's cookie in the data folder.
_SIGN_IN = """
import json
from pathlib import Path
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client
from ibasho.house.models import HouseRulesVersion
from ibasho.lib import clock
from ibasho.people.models import Keeper, KeeperRole, Kind, Person

name, roles, today = {name!r}, {roles!r}, clock.today()
with transaction.atomic():
    keeper = Keeper.objects.filter(duty_name=name).select_related("person").first()
    if keeper is None:
        person = Person.objects.create(kind=Kind.KEEPER, password=make_password(None), entered_on=today, last_seen_on=today)
        keeper = Keeper.objects.create(person=person, login_name=f"keeper-{{person.pk}}", duty_name=name, began_on=today)
        for role in roles:
            KeeperRole.objects.create(keeper=keeper, role=role, given_on=today)
        TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
client = Client()
client.force_login(keeper.person)
session = client.session
session["account_authentication_methods"] = [dict(method="mfa", type="totp", at=clock.now().timestamp())]
session["account_authentication_methods_user"] = str(keeper.person_id)
session.save()
cookie = client.cookies[settings.SESSION_COOKIE_NAME]
Path({file!r}).write_text(json.dumps(dict(name=cookie.key, value=cookie.value)))
"""
# A room that needs keepers and could be open at any hour of any day.
_STAFFED_ROOM = """
from django.db import transaction
from ibasho.people.models import Standpoint
from ibasho.rooms.models import OpeningHours, Room, RoomAudience

with transaction.atomic():
    room = Room.objects.create(slug={slug!r}, title={title!r}, about="見守り役がそろうとあく部屋です。", position=50, keepers_needed={needed})
    for standpoint in {standpoints!r} or Standpoint.values:
        RoomAudience.objects.create(room=room, standpoint=standpoint)
    for weekday in range(7):
        OpeningHours.objects.create(room=room, weekday=weekday, opens=0, closes=1440)
"""
_LIFE_NOTE = """
from django.db import transaction
from ibasho.house.models import Note
from ibasho.lib import clock

with transaction.atomic():
    Note.objects.create(text="もう終わりにしたいです。", about_dying=True, written_on=clock.today())
"""
_TAKE_ROLES = """
from django.db import transaction
from ibasho.people.models import KeeperRole

with transaction.atomic():
    KeeperRole.objects.filter(keeper__duty_name={name!r}).delete()
"""
_GIVE_ROLE = """
from django.db import transaction
from ibasho.lib import clock
from ibasho.people.models import Keeper

with transaction.atomic():
    Keeper.objects.get(duty_name={name!r}).roles.create(role={role!r}, given_on=clock.today())
"""
_TAKE_ROLE = """
from django.db import transaction
from ibasho.people.models import KeeperRole

with transaction.atomic():
    KeeperRole.objects.filter(keeper__duty_name={name!r}, role={role!r}).delete()
"""
_HAND_OVER = """
from datetime import timedelta
from django.db import transaction
from ibasho.duty.actions import write_handover
from ibasho.duty.models import Duty
from ibasho.lib import clock
from ibasho.people.models import Keeper
from ibasho.people.queries import facts_of

keeper, now = Keeper.objects.get(duty_name={name!r}), clock.now()
with transaction.atomic():
    if not keeper.duties.filter(ended_at=None).exists():
        Duty.objects.create(keeper=keeper, taken_at=now - timedelta(hours=1), until=now, ended_at=now)
    write_handover(facts_of(keeper), facts={facts!r}, plan={plan!r})
"""


def sign_in(guest: Guest, place: Place, name: str, *roles: str) -> Guest:
    """The guest's browser is now that keeper's."""
    file = place.data / SESSION_FILE
    place.tell(_SIGN_IN.format(name=name, roles=roles, file=str(file)))
    cookie = json.loads(file.read_text())
    guest.context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": place.url}])
    file.unlink()
    return guest


def open_staffed_room(
    place: Place, slug: str, title: str, needed: int = 2, standpoints: Sequence[str] = ()
) -> str:
    """For these standpoints; for everybody if none is named."""
    place.tell(_STAFFED_ROOM.format(slug=slug, title=title, needed=needed, standpoints=tuple(standpoints)))
    return slug


def leave_note_about_dying(place: Place) -> None:
    place.tell(_LIFE_NOTE)


def take_roles(place: Place, name: str) -> None:
    place.tell(_TAKE_ROLES.format(name=name))


def give_role(place: Place, name: str, role: str) -> None:
    place.tell(_GIVE_ROLE.format(name=name, role=role))


def take_role(place: Place, name: str, role: str) -> None:
    place.tell(_TAKE_ROLE.format(name=name, role=role))


def hand_over(place: Place, name: str, **words: str) -> None:
    """A note of this keeper's duty, which has just ended."""
    place.tell(_HAND_OVER.format(name=name, facts=words.get("facts", ""), plan=words.get("plan", "")))


def take_duty(keeper: Guest, title: str) -> None:
    """By the form on the desk: this room only, as long as it offers."""
    page = keeper.open("/desk/")
    form = page.locator("[data-panel=taking] form")
    for box in form.get_by_role("checkbox").all():
        box.set_checked(title in (box.locator("xpath=..").inner_text()))
    with page.expect_navigation():
        form.get_by_role("button", name="当番に入る").click()
