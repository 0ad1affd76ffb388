"""`ibasho restore`: the house as a backup has it, without what was erased since."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from ibasho.commands import archive, embedded
from ibasho.commands.archive import Manifest
from ibasho.commands.backup import make_backup
from ibasho.commands.database import copies_folder
from ibasho.commands.engines import Engine, engine
from ibasho.commands.lock import holding
from ibasho.commands.output import say
from ibasho.commands.workplace import told_plainly, workplace
from ibasho.lib import clock, due, env
from ibasho.moderation.queries import check_log, log_head
from ibasho.people import erased, erasure_lines, erasure_list
from ibasho.people.actions import sign_out_all_keepers, sign_out_everybody
from ibasho.people.models import MARK_DAYS, Erased
from ibasho.rooms import epoch

Marks = dict[UUID, Erased]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known outside of the copy: the marks, since when and until when none is missing, how far the log had come.

    With the present table nothing is missing until now; a list alone knows nothing younger than its last copying.
    """

    marks: Marks
    since: datetime | None
    until: datetime | None
    is_until_now: bool
    log_rows: int

    def reaches(self, moment: datetime) -> bool:
        return self.since is not None and self.since <= moment and self.lasts(moment)

    def lasts(self, moment: datetime) -> bool:
        return self.is_until_now or (self.until is not None and moment < self.until)

    def missing_in(self, table: Collection[UUID], taken_at: datetime) -> list[Erased]:
        """What was erased since. Of an older mark the copy may have known, and forgotten it as too old."""
        oldest = taken_at - timedelta(days=MARK_DAYS)
        return [mark for mark in self.marks.values() if mark.pk not in table and mark.at >= oldest]


def run(options: argparse.Namespace) -> int:
    folder = Path(settings.DATA_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with holding(folder), told_plainly(), workplace(folder) as place:
        _restore(options.file, place, without_list=options.without_list)
    return 0


def _restore(source: str, place: Path, *, without_list: bool) -> None:
    house, contents = engine(), place / "contents"
    contents.mkdir(mode=0o700)
    manifest = _read(source, contents)
    _refuse_foreign(manifest)
    house.refuse_others()
    known = _what_is_known(house)
    is_same_secret = manifest.key == erasure_lines.key_mark()
    is_complete = is_same_secret and known.reaches(manifest.taken_at)
    if not (is_complete or without_list):
        raise env.Wrong(_INCOMPLETE.format(moment=clock.rfc3339(manifest.taken_at)))

    try:
        house.prepare(contents, manifest)
        call_command("migrate", interactive=False, verbosity=0)
        _bring_up_to_now(known, _marks_in(contents), manifest.taken_at, is_complete=is_complete)
        lost = max(0, known.log_rows - log_head().number)
        _say_if_log_is_broken()
        _put_in_place(house, place)
    finally:
        house.clear()
    say(f"the house is as it was at {clock.rfc3339(manifest.taken_at)}: what was done since is gone")
    if lost:
        say(
            f"gone with it: the last {lost} rows of the keepers' log. Rests, removals and suspensions among them hold no more"
        )
    say("every keeper is signed out, and links that were unused count no more")
    say("start the house now" if is_same_secret else _OF_ANOTHER_KEY)


def _put_in_place(house: Engine, place: Path) -> None:
    (place / "present").mkdir(mode=0o700)
    aside = house.keep_aside(copies_folder(), lambda target: make_backup(place / "present", target))
    if aside is not None:
        say(f"the database as it was until now is kept in {aside}")
    house.put_in_place()


def _read(source: str, contents: Path) -> Manifest:
    if source == "-":
        return archive.read(sys.stdin.buffer, contents)
    try:
        with Path(source).open("rb") as file:
            if embedded.is_database(file):
                return embedded.read_copy(Path(source), contents)
            return archive.read(file, contents)
    except FileNotFoundError as error:
        raise env.Wrong(f"{source} is not there.") from error


def _refuse_foreign(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise env.Wrong(
            f"this backup is of a house on {manifest.database}: set or unset DATABASE_URL to match."
        )
    if set(manifest.migrations) - set(MigrationLoader(None).disk_migrations or ()):
        raise env.Wrong(
            f"a newer program made this backup ({manifest.version}, {manifest.release}): install that one first."
        )


def _what_is_known(house: Engine) -> _Known:
    """From the list in the data folder, and from the present database if it can be read and is what the list is of."""
    noted = erasure_list.noted()
    present, log_rows = _ask_present() if house.is_there() else (None, 0)
    table = {mark.pk: mark for mark in present or ()}
    if noted is None:
        oldest = min((mark.at for mark in table.values()), default=None)
        return _Known(table, oldest, None, present is not None, log_rows)
    is_until_now = present is not None and noted.is_known_to(table)
    return _Known(noted.marks | table, noted.since, noted.until, is_until_now, log_rows)


def _ask_present() -> tuple[list[Erased] | None, int]:
    try:
        return list(Erased.objects.all()), log_head().number
    except DatabaseError:  # nothing is in it yet, or it is damaged
        return None, 0


def _marks_in(contents: Path) -> Collection[Erased]:
    file = contents / "erased.list"
    found = erasure_lines.read_list(file.read_text("ascii", "replace")) if file.exists() else None
    return found.marks.values() if found is not None and found.is_ours else ()


def _bring_up_to_now(
    known: _Known, noted_then: Collection[Erased], taken_at: datetime, *, is_complete: bool
) -> None:
    missing = known.missing_in(set(Erased.objects.values_list("pk", flat=True)), taken_at)
    for kind, number in erased.erase_again(missing).items():
        say(f"erased once more: {number} of the kind {kind}")
    with transaction.atomic():
        # all that the list will hold, or the table could not say that the list is whole
        Erased.objects.bulk_create([*missing, *noted_then], ignore_conflicts=True)
    sign_out_all_keepers()
    if not is_complete:
        sign_out_everybody()
        say(
            "everybody is signed out, since nobody knows who was. What was erased since the copy may be there again"
        )
    elif not known.is_until_now and known.until is not None:
        say(f"erased.list goes until {clock.rfc3339(known.until)}: what was erased after that is there again")
    # Before the present table goes, and with it what only that knew; and before anything else writes the list, which
    # would begin one by what the copy remembers. What was whole stays so: this may be killed, and the old house stay.
    since = known.since if known.since is not None and known.lasts(taken_at) else clock.now()
    erasure_list.add_marks([*known.marks.values(), *Erased.objects.all()], since=since)
    due.forget_what_is_over()
    epoch.begin_anew()


def _say_if_log_is_broken() -> None:
    if (fault := check_log()) is not None:
        say(
            f"the log of keepers' acts was changed in this backup already, at row {fault.number}: `ibasho check-log`"
        )


_OF_ANOTHER_KEY = (
    "the house secret is another one than the backup's: bring that one, or if it is lost for good `ibasho new-secret`, "
    "before the start"
)
_INCOMPLETE = (
    "no list tells what was erased since {moment}, so it would be there again. Put erased.list and house.secret of"
    " this house into the data folder, as they were after that, or accept it with --without-list."
)
