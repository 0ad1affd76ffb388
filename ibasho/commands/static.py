"""The static files as they are served: freed of comments and compressed once per release, in a folder of its own."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

import orjson
from django.conf import settings
from servestatic.compress import Compressor

from ibasho.screening import HINTS

HINT_LIST = "js/models/hint_list.js"
RELEASES_KEPT = 3  # while processes are exchanged one by one two are served; and pages stay open for long
_RELEASE = re.compile(r"[0-9a-f]{12}")
_DRAFT = ".draft-"

# In a script only whole lines of comment go: within a line the same marks may be part of a text or an address.
_COMMENTS = {
    ".js": re.compile(r"^[ \t]*(?://[^\n]*|/\*.*?\*/[ \t]*)\n", re.MULTILINE | re.DOTALL),
    ".css": re.compile(r"[ \t]*/\*.*?\*/", re.DOTALL),
}


def hint_list() -> bytes:
    """The screening's short list for drafts as a module: it is kept in one place only, beside the screening."""
    return b"export const HINTS = " + orjson.dumps(HINTS) + b";\n"


def without_comments(suffix: str, source: str) -> str:
    """A script or style as browsers need it: whoever opens a room over a slow line need not wait for our notes."""
    return _COMMENTS[suffix].sub("", source)


def collect() -> None:
    """Lay out the present release in STATIC_ROOT, unless it is there already, beside those that are still asked for."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    release = root / settings.STATIC_RELEASE
    if not release.is_dir():
        # under its name only once it is whole: others serve from here already
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=root))
        _lay_out(draft)
        draft.rename(release)
    os.utime(release)  # the newest now, also where somebody goes back to it
    _forget_old(root)


def _lay_out(folder: Path) -> None:
    for name, source in settings.STATICFILES_DIRS:
        shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns(".*", "*~"))
    (folder / HINT_LIST).write_bytes(hint_list())
    for file in folder.rglob("*"):
        if file.suffix in _COMMENTS:
            file.write_text(without_comments(file.suffix, file.read_text()))
    compressor = Compressor(quiet=True)
    for file in sorted(folder.rglob("*")):
        if file.is_file() and compressor.should_compress(file.name):
            compressor.compress(file)


def _forget_old(root: Path) -> None:
    """The start that lays out is alone: a draft that is left now is of one that was killed."""
    releases = [folder for folder in root.iterdir() if _RELEASE.fullmatch(folder.name)]
    newest_first = sorted(releases, key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in [*newest_first[RELEASES_KEPT:], *root.glob(f"{_DRAFT}*")]:
        shutil.rmtree(folder, ignore_errors=True)
