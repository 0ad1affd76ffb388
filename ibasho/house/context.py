"""What every template knows: the house, this reader's wishes about the screen, whether one is inside."""

from __future__ import annotations

from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest

from ibasho.house import queries
from ibasho.house.models import HouseProfile
from ibasho.people.actions import look_of
from ibasho.people.models import Person
from ibasho.people.requests import maybe_person, session_of


class VisitorSettings(TypedDict):
    theme: str
    text_size: int
    spacing: bool
    furigana: bool
    send_delay: int
    enter_sends: bool


class HouseContext(TypedDict):
    house: HouseProfile
    visitor_settings: VisitorSettings
    release: str
    is_inside: bool


def house(request: HttpRequest) -> HouseContext:
    person = maybe_person(request) if hasattr(request, "session") else None
    return {
        "house": queries.profile(),
        "visitor_settings": _settings_of(person or _passer_by(request)),
        "release": settings.STATIC_RELEASE,
        "is_inside": person is not None,
    }


def _passer_by(request: HttpRequest) -> Person:
    """Nobody in particular, with the look of this browser."""
    # an answer made before the sessions were read (a refused Host) has none
    return Person(**look_of(session_of(request))) if hasattr(request, "session") else Person()


def _settings_of(person: Person) -> VisitorSettings:
    return {
        "theme": person.theme,
        "text_size": person.text_size,
        "spacing": person.spacing,
        "furigana": person.furigana,
        "send_delay": person.send_delay,
        "enter_sends": person.enter_sends,
    }
