"""Scripts and styles as they are laid out for browsers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytest_django import Settings

from ibasho.commands import static

FRONTEND = Path(__file__).parents[2] / "frontend"
SOURCES = sorted(file for suffix in ("js", "css") for file in FRONTEND.rglob(f"*.{suffix}"))


def test_whole_lines_of_comment_go_from_a_script_and_nothing_else() -> None:
    script = (
        "/** Opens the door. */\n"
        'const DOOR = "https://ibasho.example/"; // stays open\n'
        "/**\n * Two lines,\n * and a name.\n */\n"
        "  // at night\n"
        'const NIGHT = "/* 夜 */";\n'
    )
    assert static.without_comments(".js", script) == (
        'const DOOR = "https://ibasho.example/"; // stays open\nconst NIGHT = "/* 夜 */";\n'
    )


def test_comments_go_from_a_style_wherever_they_stand() -> None:
    style = ".door {\n  /* two\n     lines */\n  z-index: 6; /* above */\n}\n"
    assert static.without_comments(".css", style) == ".door {\n\n  z-index: 6;\n}\n"


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_what_is_left_are_lines_of_the_source_in_their_order(file: Path) -> None:
    source = iter(file.read_text().splitlines())
    left = static.without_comments(file.suffix, file.read_text())
    assert all(any(whole.startswith(line) for whole in source) for line in left.splitlines())
    assert left.count("{") == left.count("}")


@pytest.fixture
def root(settings: Settings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path / "static"
    return tmp_path / "static"


def test_the_files_of_a_release_are_laid_out_without_comments_and_compressed(
    settings: Settings, root: Path
) -> None:
    static.collect()
    room = root / settings.STATIC_RELEASE / "js" / "room.js"
    assert "/**" in (FRONTEND / "js" / "room.js").read_text()
    assert "/**" not in room.read_text()
    assert "new Room();" in room.read_text()
    assert room.with_name("room.js.br").stat().st_size < room.stat().st_size / 3


def test_releases_before_stay_for_those_who_still_ask_and_come_to_an_end(
    settings: Settings, root: Path
) -> None:
    others = root / "of somebody else"
    others.mkdir(parents=True)
    (root / ".draft-of-a-killed-start").mkdir()
    releases = [f"{number:012x}" for number in range(static.RELEASES_KEPT + 1)]
    for age, release in enumerate(releases):
        settings.STATIC_RELEASE = release
        static.collect()
        os.utime(root / release, (age, age))
    assert {folder.name for folder in root.iterdir()} == {others.name, *releases[1:]}
    settings.STATIC_RELEASE = releases[1]  # somebody goes back
    static.collect()
    settings.STATIC_RELEASE = "f" * 12
    static.collect()
    assert {folder.name for folder in root.iterdir()} == {others.name, "f" * 12, releases[1], releases[3]}


def test_a_start_that_was_killed_leaves_no_half_release(settings: Settings, root: Path) -> None:
    settings.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, ("more", root / "not there")]
    with pytest.raises(FileNotFoundError):
        static.collect()
    assert not (root / settings.STATIC_RELEASE).exists()
