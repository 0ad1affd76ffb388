"""The one file that a backup is: a tar that any machine can look into, and its manifest before everything else."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import orjson

from ibasho.lib import env

FORMAT = 1
MANIFEST = "manifest.json"
_LONGEST_MANIFEST = 1_048_576
_NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_AT_ONCE = 1_048_576
_PACKED = 6


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was copied, when, by which program. `key` tells which house secret it belongs to, not what that is.

    `tables`: of each its number of rows, and its columns where they were copied one by one.
    """

    taken_at: datetime
    keep_until: date
    database: str
    mark: str
    key: str
    version: str
    release: str
    migrations: list[tuple[str, str]]
    tables: dict[str, dict[str, Any]]
    sequences: dict[str, int] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: int = FORMAT


def write(to: IO[bytes], manifest: Manifest, folder: Path) -> None:
    """The manifest with the sums of all files in `folder`, and then those files."""
    files = sorted(folder.iterdir())
    manifest.files.update({file.name: _facts_of(file) for file in files})
    with (
        gzip.GzipFile("", "wb", compresslevel=_PACKED, fileobj=to) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        _add(tar, MANIFEST, io.BytesIO(text := with_sum(asdict(manifest))), len(text))
        for file in files:
            with file.open("rb") as contents:
                _add(tar, file.name, contents, manifest.files[file.name]["bytes"])


def read(source: IO[bytes], into: Path | None = None) -> Manifest:
    """Check every sum, and unpack the files if a folder is named. Raises env.Wrong for what is not whole."""
    try:
        with tarfile.open(fileobj=source, mode="r|gz") as tar:
            members = iter(tar)
            manifest = _read_manifest(tar, next(members, None))
            _read_files(tar, members, manifest, into)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise env.Wrong("this is no whole backup of a house: take another copy.") from error
    return manifest


def _read_files(
    tar: tarfile.TarFile, members: Iterator[tarfile.TarInfo], manifest: Manifest, into: Path | None
) -> None:
    missing = dict(manifest.files)
    for member in members:
        facts = missing.pop(member.name, None)
        contents = tar.extractfile(member)
        if facts is None or contents is None or member.size != facts["bytes"]:
            raise env.Wrong("this backup holds what its manifest does not name: take another copy.")
        if _copy(contents, into / member.name if into else None) != facts["sha256"]:
            raise env.Wrong(f"{member.name} in this backup is not as it was written: take another copy.")
    if missing:
        raise env.Wrong(f"{min(missing)} is missing in this backup: take another copy.")


def _read_manifest(tar: tarfile.TarFile, member: tarfile.TarInfo | None) -> Manifest:
    wrong = env.Wrong("this is no backup of a house: `ibasho backup` makes one.")
    contents = tar.extractfile(member) if member is not None and member.name == MANIFEST else None
    if member is None or contents is None or member.size > _LONGEST_MANIFEST:
        raise wrong
    try:
        told = orjson.loads(contents.read())
        if told["format"] != FORMAT:
            raise env.Wrong("a newer program made this backup: install that one first.")
        if told.pop("sum") != _sum(told):
            raise env.Wrong("the manifest of this backup is not as it was written: take another copy.")
        told["taken_at"] = datetime.fromisoformat(told["taken_at"])
        told["keep_until"] = date.fromisoformat(told["keep_until"])
        told["migrations"] = [(app, name) for app, name in told["migrations"]]
        found = Manifest(**told)
        if not all(map(_NAME.fullmatch, found.files)):
            raise wrong
    except (ValueError, TypeError, KeyError) as error:
        raise wrong from error
    return found


def with_sum(told: dict[str, Any]) -> bytes:
    """The sums of all files stand in the manifest, and its own beside them."""
    return orjson.dumps(told | {"sum": _sum(told)})


def _sum(told: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(told)).hexdigest()


def _add(tar: tarfile.TarFile, name: str, contents: IO[bytes], size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, contents)


def _facts_of(file: Path) -> dict[str, Any]:
    with file.open("rb") as contents:
        return {"bytes": file.stat().st_size, "sha256": _copy(contents, None)}


def _copy(contents: IO[bytes], to: Path | None) -> str:
    """The sum of what was read."""
    sums = hashlib.sha256()
    with (to or Path("/dev/null")).open("wb") as file:
        while piece := contents.read(_AT_ONCE):
            sums.update(piece)
            file.write(piece)
    return sums.hexdigest()
