"""Documents that say where things are, checked against where they are."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture.tree import DOCS, ROOT, code_words, defines, table

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def test_every_place_named_in_the_architecture_exists() -> None:
    places = re.findall(
        r"`((?:ibasho|frontend|tests)/[^`:]+):([A-Za-z_.#]+)`", (DOCS / "architecture.md").read_text()
    )
    assert len(places) > 20
    missing = [f"{file}:{name}" for file, name in places if not _is_there(ROOT / file, name)]
    assert missing == []


def _is_there(file: Path, name: str) -> bool:
    if not file.is_file():
        return False
    if file.suffix == ".py":
        return defines(file, name)
    # a function, class or method of a script, or a block or id of a template
    last = re.escape(name.split(".")[-1])
    return (
        re.search(
            rf"(?:function|class|const|block|id=\")\s*{last}\b|^\s+(?:async |static |get )*{last}\(",
            file.read_text(),
            re.M,
        )
        is not None
    )


def test_every_file_named_in_a_document_exists() -> None:
    missing = []
    for page in PAGES:
        text = page.read_text()
        named = re.findall(
            r"`((?:ibasho|frontend|tests|docs|deploy|bin|\.ci)/[A-Za-z0-9_./-]+\.?[a-z]*)`", text
        )
        linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
        missing += [(page.name, name) for name in named if not (ROOT / name).exists()]
        missing += [(page.name, name) for name in linked if not (page.parent / name).exists()]
    assert missing == []


def test_every_picture_of_a_handbook_is_there_and_shown() -> None:
    shown = [name for page in PAGES for name in re.findall(r'<img src="([^"]+)"', page.read_text())]
    assert [name for name in shown if not (DOCS / name).is_file()] == []
    drawn = [f"pictures/{file.name}" for file in sorted((DOCS / "pictures").glob("*.png"))]
    kept = [name for name in drawn if re.match(r"pictures/(?:handbook|first)-", name)]
    assert [name for name in kept if shown.count(name) != 1] == []


def test_every_heading_linked_in_a_document_exists() -> None:
    missing = []
    for page in PAGES:
        for file, anchor in re.findall(r"\]\(([^)#:]*\.md)#([^)]+)\)", page.read_text()):
            headings = re.findall(r"^#+ (.+)$", (page.parent / file).read_text(), re.M)
            missing += [] if anchor in map(_anchor, headings) else [(page.name, anchor)]
    assert missing == []


def _anchor(heading: str) -> str:
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_readme_fits_one_screen_and_architecture_two() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 48
    assert len((DOCS / "architecture.md").read_text().splitlines()) <= 120


@pytest.mark.parametrize("note", sorted((DOCS / "decisions").glob("[0-9]*.md")), ids=lambda note: note.stem)
def test_a_decision_is_short_and_says_its_context_choice_and_price(note: Path) -> None:
    text = note.read_text()
    assert len(text.splitlines()) <= 30
    assert text.startswith(f"# {int(note.stem[:4])}. ")
    assert all(f"**{part}.**" in text for part in ("Context", "Choice", "Price"))


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {re.split(r"[\[<>=;, ]", line)[0] for line in declared}
    text = (DOCS / "decisions" / "dependencies.md").read_text()
    explained = set(re.findall(r"^\| ([A-Za-z][\w.-]+) \|", text, re.M)) - {"package"}
    assert explained == names
    assert all(metadata.version(name) for name in names if name != "pysqlite3")


def test_every_model_is_in_the_glossary() -> None:
    words = set(code_words((DOCS / "glossary.md").read_text()))
    ours = [model for model in apps.get_models() if model.__module__.startswith("ibasho.")]
    assert ours
    assert [model.__name__ for model in ours if model.__name__ not in words] == []


def test_every_setting_from_the_environment_is_explained() -> None:
    read = set(re.findall(r'"((?:IBASHO|DATABASE|REDIS)_[A-Z_]+)"', _python_of("ibasho")))
    explained = {code_words(row[0])[0] for row in table((DOCS / "operating.md").read_text(), "Settings")}
    assert read == explained


def _python_of(folder: str) -> str:
    return "\n".join(file.read_text() for file in (ROOT / folder).rglob("*.py"))
