"""The static files as they are served: collected, freed of comments and compressed once per release."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
from django.conf import settings
from django.core.management import call_command
from servestatic.compress import Compressor

from ibasho.screening import HINTS

HINT_LIST = "js/models/hint_list.js"

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
    """Lay out STATIC_ROOT for the present release, unless it is there already."""
    root = Path(settings.STATIC_ROOT)
    mark = root.with_name(f"{root.name}.release")
    if mark.is_file() and mark.read_text() == settings.STATIC_RELEASE:
        return
    mark.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=root.is_dir(), verbosity=0)
    (root / HINT_LIST).write_bytes(hint_list())
    for file in root.rglob("*"):
        if file.suffix in _COMMENTS:
            file.write_text(without_comments(file.suffix, file.read_text()))
    compressor = Compressor(quiet=True)
    for file in sorted(root.rglob("*")):
        if file.is_file() and compressor.should_compress(file.name):
            compressor.compress(file)
    mark.write_text(settings.STATIC_RELEASE)
