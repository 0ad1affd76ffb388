"""`ibasho backup`: the whole house as one file, while it is open."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from ibasho.commands import archive
from ibasho.commands.copies import DAYS_KEPT, name_of_copy, thin_backups
from ibasho.commands.database import copies_folder, reach_the_house
from ibasho.commands.engines import engine
from ibasho.commands.one_secret import refuse_another_secret
from ibasho.commands.output import say
from ibasho.commands.workplace import told_plainly, workplace
from ibasho.lib import clock, env, on_disk
from ibasho.people import erasure_lines, erasure_list
from ibasho.rooms import epoch
from ibasho.rooms.queries import shortest_retention

STDOUT = "-"


def run(options: argparse.Namespace) -> int:
    reach_the_house()
    with told_plainly(), workplace(Path(settings.DATA_DIR)) as place:
        refuse_another_secret()
        if options.file == STDOUT:
            made = _to_stdout(place)
        else:
            made = _to_file(place, Path(options.file) if options.file else None)
    rows = sum(table["rows"] for table in made.tables.values())
    say(
        f"{len(made.tables)} tables with {rows} rows, as they were at {clock.rfc3339(made.taken_at)}, checked"
    )
    say(f"delete it after {made.keep_until}: from then on it would hold words longer than a room promised")
    say(
        "keep it encrypted and apart from house.secret; without that secret it opens no phrase and no account"
    )
    return 0


def make_backup(place: Path, target: Path) -> archive.Manifest:
    """Write the house to `target`, under another name until it is whole and was read once more."""
    manifest = _copy_house(place)
    unfinished = target.with_name(f".{target.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        with open(unfinished, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            archive.write(file, manifest, place / "contents")
            file.flush()
            os.fsync(file.fileno())
        with unfinished.open("rb") as file:
            archive.read(file)
        unfinished.rename(target)
        on_disk.keep(target.parent)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _to_file(place: Path, target: Path | None) -> archive.Manifest:
    if target is not None:
        if target.exists():
            raise env.Wrong(f"{target} is there already: name a file that is not.")
        if not target.parent.is_dir():
            raise env.Wrong(f"{target.parent} is no folder: make it first.")
        made = make_backup(place, target)
    else:
        copies_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        target = copies_folder() / name_of_copy("tar.gz")
        made = make_backup(place, target)
        thin_backups(copies_folder())
    print(target)
    return made


def _to_stdout(place: Path) -> archive.Manifest:
    if sys.stdout.isatty():
        raise env.Wrong("a backup is no text: lead it on, as in `ibasho backup - | age -r KEY > FILE`.")
    manifest = _copy_house(place)
    archive.write(sys.stdout.buffer, manifest, place / "contents")
    sys.stdout.buffer.flush()
    return manifest


def _copy_house(place: Path) -> archive.Manifest:
    contents = place / "contents"
    contents.mkdir(mode=0o700)
    erasure_list.note_erased()
    (contents / "erased.list").write_bytes(erasure_list.list_file().read_bytes())
    taken_at = clock.now()
    tables, sequences = engine().copy_into(contents)
    erasure_list.say_whole()  # the list that stays here goes beyond this copy, also if the house ends now
    days = min(DAYS_KEPT, shortest_retention() or DAYS_KEPT)
    return archive.Manifest(
        taken_at=taken_at,
        keep_until=(taken_at + timedelta(days=days)).date(),
        database=connection.vendor,
        mark=epoch.mark(),
        key=erasure_lines.key_mark(),
        version=version("ibasho"),
        release=settings.STATIC_RELEASE,
        migrations=sorted(MigrationRecorder(connection).applied_migrations()),
        tables=tables,
        sequences=sequences,
    )
