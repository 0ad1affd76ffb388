"""deploy/roll before real nginx and PostgreSQL: every process is exchanged, and nobody is lost or turned away."""

from __future__ import annotations

import asyncio
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.proxied import Proxy, nginx
from tests.faults.visitors import Looker, Poller, Seen, Talker, Visitor
from tests.ops.managed import ByPath
from tests.ops.processes import Processes, processes
from tests.ops.served import ROOT, clean_environment, free_port
from tests.postgres import postgres
from tests.redis import redis

PROCESSES = 2
TALKERS, POLLERS, LOOKERS = 5, 3, 2
WITHIN_SECONDS = 90

_MIGRATION = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("rooms", {before!r})]
    operations = [
        migrations.CreateModel("Lantern", [("id", models.BigAutoField(primary_key=True))]),
        migrations.AddField("message", "lanterns", models.PositiveSmallIntegerField(db_default=0)),
        migrations.AddField("seat", "lantern", models.CharField(max_length=20, null=True)),
    ]
"""


@dataclass
class Street:
    house: Processes
    proxy: Proxy
    database: str
    slug: str
    cookies: list[dict[str, str]]

    def visitors(self, seen: Seen, chance: random.Random) -> list[Visitor]:
        ways: list[Callable[..., Visitor]] = (
            [Talker] * TALKERS + [Poller] * (POLLERS - 1) + [Looker] * LOOKERS
        )
        ways.append(partial(Poller, is_plain=True))
        return [
            way(f"ひと{number}さん", self.proxy.browser(**cookies), self.slug, seen, chance)
            for number, (way, cookies) in enumerate(zip(ways, self.cookies, strict=True))
        ]

    def fetch(self, process: int, path: str) -> tuple[int, str]:
        """From this process itself."""
        door = ByPath(self.house.doors / f"{process}.sock")
        try:
            door.request("GET", path, headers={"Host": f"localhost:{self.proxy.port}"})
            answer = door.getresponse()
            return answer.status, answer.read().decode()
        finally:
            door.close()


@pytest.fixture(scope="module")
def street() -> Iterator[Street]:
    # short: the name of a unix socket has little room
    with (
        tempfile.TemporaryDirectory(prefix="ibasho-roll-") as name,
        postgres() as database,
        redis() as between,
    ):
        folder, port = Path(name), free_port()
        before_it = folder / "proxy"
        before_it.mkdir()
        environment = {
            "IBASHO_URL": f"https://localhost:{port}",
            "IBASHO_PROXY_HOPS": "1",
            "DATABASE_URL": database,
            "REDIS_URL": between.url,
        }
        with processes(folder, PROCESSES, **environment) as house:
            house.start_all()
            seated = _seat(folder / "data", environment)
            cookies = [{seated["cookie"]: key} for key in seated["keys"]]
            with nginx(before_it, house.doors, PROCESSES, port) as proxy:
                yield Street(house, proxy, database, seated["slug"], cookies)


def _seat(data: Path, environment: dict[str, str]) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.seated", str(TALKERS + POLLERS + LOOKERS)],
        cwd=ROOT,
        env=clean_environment(IBASHO_DATA=str(data), **environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _next_release(folder: Path) -> Path:
    """A later program with more in its tables and other styles; returns what starts it."""
    for part in ("ibasho", "frontend"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    migrations = folder / "ibasho" / "rooms" / "migrations"
    before = max(file.stem for file in migrations.glob("0*.py"))
    later = migrations / f"{int(before[:4]) + 1:04}_lanterns.py"
    later.write_text(_MIGRATION.format(before=before))
    with (folder / "frontend" / "css" / "base.css").open("a") as style:
        style.write("\n.lantern { color: inherit; }\n")
    start = folder / "start"
    start.write_text(f'#!/bin/sh\ncd {folder} && exec {sys.executable} -m ibasho serve "$@"\n')
    start.chmod(0o755)
    return start


async def test_all_processes_are_exchanged_twice_and_nobody_is_lost(
    street: Street, tmp_path: Path, record_line: Callable[[str], None]
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    seen, chance = Seen(), random.Random(seed)
    visitors = street.visitors(seen, chance)
    stop, goal = asyncio.Event(), asyncio.Event()
    living = [asyncio.create_task(visitor.live(stop, goal)) for visitor in visitors]
    try:
        await _until_all_were_told_of_words(visitors, living)
        await _roll(street)
        await _until_all_were_told_of_words(visitors, living)
        street.house.start = _next_release(tmp_path)
        await _roll(street, 1)
        await asyncio.to_thread(_check_that_each_has_the_files_of_the_other, street)
        await _until_all_were_told_of_words(visitors, living)  # also by the old program on the new tables
        await _roll(street, 2)
        await _until_all_were_told_of_words(visitors, living)
        stop.set()
        await _until(lambda: not any(visitor.unanswered for visitor in visitors), living)
        stored = await _stored(visitors[0])
        await _until(lambda: all(visitor.view.in_order() == stored for visitor in _readers(visitors)), living)
        goal.set()
        await asyncio.gather(*living)
    finally:
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)
    acked = [text for visitor in visitors for text in visitor.acked]
    texts = Counter(message["text"] for message in stored)
    record_line(
        f"rolls 2 of {PROCESSES} processes, acked {len(acked)}, lines ended {dict(seen.ends)}, "
        f"answers {dict(seen.statuses)}, slowest {seen.slowest:.1f} s"
    )
    assert seen.troubles == []
    assert set(seen.ends) == {1012}
    assert texts == Counter(acked), "what was acked is stored, once, and nothing else is"
    assert [message["position"] for message in stored] == sorted(message["position"] for message in stored)
    with psycopg.connect(street.database) as line:
        applied = "SELECT count(*) FROM django_migrations WHERE app = 'rooms' AND name LIKE '%lanterns'"
        assert line.execute(applied).fetchone() == (1,)
    assert street.proxy.access_log == ""
    assert "127.0.0.1" not in street.proxy.error_log
    assert "Traceback" not in street.house.log


async def test_a_release_that_does_not_start_stops_the_roll_and_nobody_is_sent_to_it(
    street: Street, tmp_path: Path
) -> None:
    good, bad = street.house.start, tmp_path / "bad"
    bad.write_text("#!/bin/sh\nexit 2\n")
    bad.chmod(0o755)
    street.house.start = bad
    done = await asyncio.to_thread(street.house.roll)
    assert done.returncode == 1
    assert "ibasho@1 does not start. The others go on as they are" in done.stderr
    assert "journalctl -u ibasho@1" in done.stderr
    assert "go back: point /opt/ibasho/current to the release before" in done.stderr
    assert "ibasho@2" not in done.stderr
    guest = street.proxy.browser(**street.cookies[0])
    assert [(await guest.get("/livez")).status for _ in range(20)] == [200] * 20
    street.house.start = good
    await _roll(street)
    assert sorted(door.name for door in street.house.doors.iterdir()) == ["1.sock", "2.sock"]
    assert {street.fetch(process, "/livez")[0] for process in (1, 2)} == {200}


async def test_what_is_no_process_is_not_rolled(street: Street) -> None:
    done = await asyncio.to_thread(street.house.roll, 7)
    assert (done.returncode, done.stderr) == (2, "roll: no such process: 7 (1 2)\n")


def _readers(visitors: list[Visitor]) -> list[Visitor]:
    return [visitor for visitor in visitors if not isinstance(visitor, Looker)]


async def _roll(street: Street, *numbers: int) -> None:
    done = await asyncio.to_thread(street.house.roll, *numbers)
    assert done.returncode == 0, f"{done.stderr}\n{street.house.log}"


async def _until_all_were_told_of_words(visitors: list[Visitor], living: list[asyncio.Task[None]]) -> None:
    before = {visitor.name: len(visitor.acked) for visitor in _readers(visitors)}
    await _until(lambda: all(len(one.acked) > before[one.name] for one in _readers(visitors)), living)


async def _until(is_so: Callable[[], bool], living: list[asyncio.Task[None]]) -> None:
    async with asyncio.timeout(WITHIN_SECONDS):
        while not is_so():
            for task in living:
                if task.done() and task.exception():
                    task.result()
            await asyncio.sleep(0.2)


async def _stored(visitor: Visitor) -> list[dict[str, Any]]:
    await visitor.load()
    return visitor.view.in_order()


def _check_that_each_has_the_files_of_the_other(street: Street) -> None:
    styles = {}
    for process in (1, 2):
        status, page = street.fetch(process, "/")
        assert status == 200
        styles[process] = re.findall(r'href="(/static/[^"]+\.css)"', page)[0]
    assert styles[1].split("/")[2] != styles[2].split("/")[2], "two releases are served"
    for process in (1, 2):
        for style in styles.values():
            assert street.fetch(process, style)[0] == 200, f"{style} from process {process}"
