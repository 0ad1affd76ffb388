"""The room page names every module its script needs, so that none is found late."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.tree import ROOT, TEMPLATES

SCRIPTS = ROOT / "frontend" / "js"


def test_the_room_page_asks_for_all_modules_at_once() -> None:
    named = set(re.findall(r"static 'js/([^']+)'", (TEMPLATES / "rooms" / "_modules.html").read_text()))
    linked = {"room.js", "house.js"}
    assert named | linked == _closure(SCRIPTS / "room.js") | {"house.js"}


def _closure(entry: Path) -> set[str]:
    found: set[Path] = set()
    todo = [entry.resolve()]
    while todo:
        file = todo.pop()
        if file not in found:
            found.add(file)
            imports = re.findall(r"""^import (?:[^;]*? from )?["'](\.[^"']+)["'];""", file.read_text(), re.M)
            todo += [(file.parent / name).resolve() for name in imports]
    return {str(file.relative_to(SCRIPTS.resolve())) for file in found}
