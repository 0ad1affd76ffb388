"""`ibasho restore`: the house as a backup has it, without what was erased since."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
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
from ibasho.people import erased, erasure_list
from ibasho.people.actions import sign_out_all_keepers, sign_out_everybody
from ibasho.people.models import Erased
from ibasho.rooms import epoch

Marks = dict[UUID, Erased]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known outside of the copy: the marks, since when none is missing, how far the log had come."""

    marks: Marks
    since: datetime | None
    log_rows: int

    def reaches(self, moment: datetime) -> bool:
        return self.since is not None and self.since <= moment


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
    is_complete = manifest.key == erasure_list.key_mark() and known.reaches(manifest.taken_at)
    if not (is_complete or without_list):
        raise env.Wrong(_INCOMPLETE.format(moment=clock.rfc3339(manifest.taken_at)))

    try:
        house.prepare(contents, manifest)
        call_command("migrate", interactive=False, verbosity=0)
        _bring_up_to_now(known, _marks_in(contents), is_complete=is_complete)
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
    say("every keeper is signed out, and links that were unused count no more. Start the house now")


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
    """From the list in the data folder, and from the present database if it can be read."""
    noted = erasure_list.noted()
    marks = dict(noted.marks) if noted is not None and noted.is_ours else {}
    since = noted.since if noted is not None and noted.is_ours else None
    present, log_rows = _ask_present() if house.is_there() else ([], 0)
    marks.update({mark.pk: mark for mark in present})
    return _Known(marks, since or min((mark.at for mark in present), default=None), log_rows)


def _ask_present() -> tuple[list[Erased], int]:
    try:
        return list(Erased.objects.all()), log_head().number
    except DatabaseError:  # nothing is in it yet, or it is damaged
        return [], 0


def _marks_in(contents: Path) -> Iterable[Erased]:
    file = contents / "erased.list"
    found = erasure_list.read_list(file.read_text("ascii")) if file.exists() else None
    return found.marks.values() if found is not None and found.is_ours else ()


def _bring_up_to_now(known: _Known, noted_then: Iterable[Erased], *, is_complete: bool) -> None:
    in_the_copy = set(Erased.objects.values_list("pk", flat=True))
    since = [mark for mark in known.marks.values() if mark.pk not in in_the_copy]
    for kind, number in erased.erase_again(since).items():
        say(f"erased once more: {number} of the kind {kind}")
    with transaction.atomic():
        Erased.objects.bulk_create(since, ignore_conflicts=True)
    sign_out_all_keepers()
    if not is_complete:
        sign_out_everybody()
        say(
            "everybody is signed out, since nobody knows who was. What was erased since the copy may be there again"
        )
    due.forget_what_is_over()
    epoch.begin_anew()
    # before the present table goes, and with it what only that knew
    erasure_list.add_marks(
        [*noted_then, *known.marks.values(), *Erased.objects.all()],
        since=None if is_complete else clock.now(),
    )


def _say_if_log_is_broken() -> None:
    if (fault := check_log()) is not None:
        say(
            f"the log of keepers' acts was changed in this backup already, at row {fault.number}: `ibasho check-log`"
        )


_INCOMPLETE = (
    "no list tells what was erased since {moment}, so it would be there again. Put erased.list and house.secret of"
    " this house into the data folder, or accept that with --without-list."
)
