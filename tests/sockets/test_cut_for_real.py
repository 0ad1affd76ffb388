"""Whoever may not be there any more is out within seconds, by the pace that is shipped."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.patience import PATIENCE_SECONDS, Unhindered
from tests.sockets.server import ROOT, TRIAL_ROOM, RunningHouse, seated, welcomed

WITHIN_SECONDS = 5.0
BAR = """
import datetime as dt
from django.db import transaction
from ibasho.lib import clock
from ibasho.people.actions import bump_facts
from ibasho.people.models import Person
from ibasho.rooms.models import Seat
with transaction.atomic():
    seat = Seat.objects.get(pk="{seat}")
    until = clock.now() + dt.timedelta(hours=1)
    if "{how}" == "removed":
        Seat.objects.filter(pk=seat.pk).update(removed_until=until)
    else:
        Person.objects.filter(pk=seat.person_id).update(suspended_until=until)
    bump_facts([seat.person_id])
"""


@pytest.mark.parametrize("how", ["removed", "suspended"])
async def test_a_writer_is_cut_and_the_words_on_their_way_are_refused(tmp_path: Path, how: str) -> None:
    with RunningHouse(tmp_path, IBASHO_RATE_LIMITS="off") as house:
        writer, reader = await seated(house), await seated(house, "observe")
        async with await welcomed(reader) as theirs:
            line = await writer.line(f"/rooms/{TRIAL_ROOM}/live")
            seat = (await line.frame())["you"]["seat"]
            closing = asyncio.create_task(line.closed())
            await asyncio.to_thread(_run, house, BAR.format(seat=seat, how=how))
            waited = Unhindered(house.process.pid)
            line.send({"type": "post", "id": str(uuid.uuid4()), "text": "おそすぎた言葉"})
            closed = await closing
            assert (closed.code, closed.reason) == (4403, how)
            assert waited.seconds < WITHIN_SECONDS
            fields = {"id": str(uuid.uuid4()), "text": "べつの口から"}
            answer = await writer.post(f"/rooms/{TRIAL_ROOM}/messages/", fields, as_json=True)
            assert (answer.status, answer.json()["code"]) == (403, how)
            with pytest.raises(TimeoutError):
                await theirs.frame_of("message_posted", 0.5)
            await line.close()


def _run(house: RunningHouse, code: str) -> None:
    command = [
        sys.executable,
        "-m",
        "ibasho",
        "django",
        "--data",
        str(house.folder / "data"),
        "shell",
        "-c",
        code,
    ]
    subprocess.run(
        command, cwd=ROOT, env=house.environment, check=True, timeout=PATIENCE_SECONDS, capture_output=True
    )
