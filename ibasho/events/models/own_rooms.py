"""集まりの部屋: which room is whose meeting's, and who came into it by which sign-up."""

from __future__ import annotations

from django.db import models

from ibasho.events.models.plan import Event
from ibasho.events.models.sign_ups import SignUp
from ibasho.lib.kept import kept
from ibasho.people.models import Person
from ibasho.rooms.models import Room

_UNTIL = "会の7日あと。とりけしたときは、すぐ。"


class MeetingRoom(models.Model):
    """A meeting and its own room. Rooms know nothing of meetings."""

    about_no_person = "どの部屋が、どの集まりのものかです。"

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="own_room")
    room = models.OneToOneField(Room, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["event"]

    def __str__(self) -> str:
        return f"{self.event} {self.room}"


class Admission(models.Model):
    """Somebody opened the way into the room with this sign-up. As many as it has seats, the last who came.

    It is no guest list of who is there: nothing tells whether they sat down.
    """

    sign_up = kept(
        models.ForeignKey(SignUp, on_delete=models.CASCADE, related_name="admissions", db_index=False),
        purpose="参加する方だけが 部屋に入れるようにするためです。",
        until=_UNTIL,
    )
    person = kept(
        models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+"),
        purpose="部屋の入口を 開けた方だけが 入れるようにするためです。ほかの人には 見えません。",
        until=_UNTIL,
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sign_up", "person"], name="one_admission_a_sign_up"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
