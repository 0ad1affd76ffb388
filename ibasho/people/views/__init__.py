"""The pages of people, by what one comes for."""

from ibasho.people.views.coming_and_going import away, come_back_in, erasure, sign_out
from ibasho.people.views.me import download, look, me, notice_seen, phrase, settings

__all__ = [
    "away",
    "come_back_in",
    "download",
    "erasure",
    "look",
    "me",
    "notice_seen",
    "phrase",
    "settings",
    "sign_out",
]
