"""What may be imported where, as far as import-linter does not say it."""

from __future__ import annotations

from tests.architecture.tree import ROOT, imported, modules


def _who_imports(package: str) -> set[str]:
    return {str(file.relative_to(ROOT)) for file in modules("ibasho") if package in imported(file)}


def test_only_one_module_cleans_rich_text() -> None:
    assert _who_imports("bleach") <= {"ibasho/lib/clean_text.py"}


def test_the_sqlite_library_is_swapped_in_one_place() -> None:
    assert _who_imports("pysqlite3") == {"ibasho/__init__.py"}


def test_nothing_of_the_tests_is_needed_to_run_a_house() -> None:
    for package in ("pytest", "hypothesis", "playwright", "time_machine", "nh3", "psutil", "tests"):
        assert _who_imports(package) == set()


def test_lib_knows_no_part_of_the_product() -> None:
    apps = ("people", "house", "rooms", "events", "sockets", "live", "screening")
    for file in modules("ibasho/lib"):
        text = file.read_text()
        assert not [
            app for app in apps if f"ibasho.{app} import" in text or f"import ibasho.{app}" in text
        ], file


def test_no_test_sleeps_skips_or_expects_to_break() -> None:
    words = ("time." + "sleep(", "pytest." + "skip", "mark." + "skip", "x" + "fail(", "mark.x" + "fail")
    found = [(file.name, word) for file in modules("tests") for word in words if word in file.read_text()]
    assert found == []
