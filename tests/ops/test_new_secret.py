"""A start with another house secret than the database knows is refused, until somebody says that the old one is lost."""

from __future__ import annotations

from pathlib import Path

from tests.ops.served import begin, command, served

OTHER = "ab" * 32


def test_a_house_goes_on_with_another_secret_only_when_told_to(tmp_path: Path) -> None:
    data = begin(tmp_path / "data")
    refused = command(data, "serve", "--port", "0", IBASHO_SECRET=OTHER)
    assert refused.returncode == 2
    assert "ibasho new-secret" in refused.stderr
    assert "Traceback" not in refused.stderr
    said = command(data, "new-secret", IBASHO_SECRET=OTHER)
    assert said.returncode == 0
    assert "keeper-link" in said.stdout
    with served(data, IBASHO_SECRET=OTHER) as house:
        assert house.end() == 0, house.log
    assert command(data, "serve", "--port", "0").returncode == 2
