"""bin/test itself: what it says when it cannot go on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.ops.served import ROOT, clean_environment
from tests.patience import PATIENCE_SECONDS

TOOLS = ("bash", "env", "mktemp", "rm", "dirname", "python3")


def _bin_test(*steps: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "bin" / "test", *steps],
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_without_the_right_to_install_it_says_what_is_missing_and_stops(tmp_path: Path) -> None:
    for tool in TOOLS:
        (tmp_path / tool).symlink_to(Path(shutil.which(tool) or ""))
    for name, line in {"id": "echo 1000", "sudo": "exit 1"}.items():
        (tmp_path / name).write_text(f"#!{shutil.which('bash')}\n{line}\n")
        (tmp_path / name).chmod(0o755)
    done = _bin_test("packages", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "sudo apt-get install -y" in done.stderr
    for package in ("chromium-headless-shell", "fonts-noto-cjk", "nodejs", "redis-server", "gcc"):
        assert package in done.stderr
    assert done.stdout.splitlines()[-1] == "bin/test: failed at step: packages"


def test_what_one_server_compiled_is_kept_for_the_next_also_where_it_is_forbidden(tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\nenv\n")
    node.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    said = _bin_test("javascript", PATH=path, PYTHONDONTWRITEBYTECODE="1").stdout
    assert "PYTHONPYCACHEPREFIX=/" in said
    assert "PYTHONDONTWRITEBYTECODE" not in said


def test_it_knows_its_steps() -> None:
    done = _bin_test("dance")
    assert done.returncode == 2
    assert "no such step: dance (packages environment lint" in done.stderr


def test_every_step_is_explained_to_developers() -> None:
    steps = _bin_test("dance").stderr.split("(")[1].split(")")[0].split()
    text = (ROOT / "docs" / "development.md").read_text()
    assert [step for step in steps if f"`{step}`" not in text] == []


def test_ci_runs_what_a_developer_runs() -> None:
    assert "bin/ci" in (ROOT / ".ci" / "run").read_text()
    assert "exec bin/test" in (ROOT / "bin" / "ci").read_text()


def test_a_lane_that_dies_is_a_failure_and_what_it_said_is_kept(tmp_path: Path) -> None:
    """In a tree whose tools do nothing; one kills the lane it runs in, where that is not the first."""
    tools = tmp_path / ".venv" / "bin"
    tools.mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "bin" / "test", tmp_path / "bin" / "test")
    python = f"""
[ "$1" != - ] || exec {sys.executable} "$@"
sleep 0.3
read -r _ _ _ lane _ < /proc/$PPID/stat
read -r _ _ _ first _ < /proc/$lane/stat
[ "$(< /proc/$first/comm)" != bash ] || kill -9 $lane
"""
    for tool, does in {
        tmp_path / "bin" / "venv": "",
        tools / "python": python,
        tools / "lint-imports": "",
        tools / "node": "",
    }.items():
        tool.write_text(f"#!/bin/bash\n{does}\n")
        tool.chmod(0o755)
    done = subprocess.run(
        [tmp_path / "bin" / "test"],
        env=clean_environment(PATH=f"{tools}:{os.environ['PATH']}"),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.count("── ") > 5
    assert "a lane that ended before its steps" in done.stdout.splitlines()[-1]
