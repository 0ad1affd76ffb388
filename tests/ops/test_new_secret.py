"""A start with another house secret than the database knows is refused, until somebody says that the old one is lost."""

from __future__ import annotations

from pathlib import Path

from tests.ops.served import begin, command, served

OTHER = "ab" * 32


def test_a_house_goes_on_with_another_secret_only_when_told_to(tmp_path: Path) -> None:
    data = begin(tmp_path / "data")
    assert command(data, "tend", "--once").returncode == 0
    refused = command(data, "serve", "--port", "0", IBASHO_SECRET=OTHER)
    assert refused.returncode == 2
    assert "ibasho new-secret" in refused.stderr
    assert "Traceback" not in refused.stderr
    for words in (("backup",), ("tend", "--once"), ("keeper-link", "--roles", "moderator")):
        other = command(data, *words, IBASHO_SECRET=OTHER)
        assert (other.returncode, other.stdout) == (2, ""), words
        assert "ibasho new-secret" in other.stderr
    said = command(data, "new-secret", IBASHO_SECRET=OTHER)
    assert said.returncode == 0
    assert "keeper-link" in said.stdout
    assert "erased.list begins anew" in said.stdout
    with served(data, IBASHO_SECRET=OTHER) as house:
        assert house.end() == 0, house.log
    assert command(data, "serve", "--port", "0").returncode == 2


def test_another_secret_takes_nothing_from_the_list_of_what_was_erased(tmp_path: Path) -> None:
    data = begin(tmp_path / "data")
    assert command(data, "tend", "--once").returncode == 0
    as_it_was = (data / "erased.list").read_text()
    (data / "ibasho.sqlite3").unlink()  # a new machine, where one file was forgotten
    (data / "house.secret").unlink()
    refused = command(data, "serve", "--port", "0")
    assert refused.returncode == 2
    assert "erased.list was kept with another house secret" in refused.stderr
    assert (data / "erased.list").read_text() == as_it_was
