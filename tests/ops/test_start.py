"""bin/start against real folders: it serves, it is killed, it serves again."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.ops.served import (
    ROOT,
    START,
    House,
    Visitor,
    begin,
    clean_environment,
    command,
    free_port,
    make_tables,
    served,
)
from tests.patience import PATIENCE_SECONDS

TRIAL = "/rooms/tameshi/"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "shopping list.txt").write_text("お茶")
    return folder


@pytest.fixture(scope="module")
def house(data: Path) -> Iterator[House]:
    with served(data) as house:
        yield house


def test_it_says_one_line_and_serves_at_that_address(house: House) -> None:
    assert house.said[0] == f"address: http://localhost:{house.port}/"
    assert Visitor(house.port).get("/").status == 200
    assert Visitor(house.port).get("/livez").status == 200
    assert Visitor(house.port).becomes_ready()


def test_every_process_belongs_to_the_one_that_was_started(house: House) -> None:
    group = os.getpgid(house.process.pid)
    assert group == house.process.pid
    family = [psutil.Process(house.process.pid), *psutil.Process(house.process.pid).children(recursive=True)]
    assert {os.getpgid(one.pid) for one in family} == {group}
    assert {os.getsid(one.pid) for one in family} == {os.getsid(house.process.pid)}


def test_the_first_start_furnishes_a_house_to_try(house: House) -> None:
    visitor = Visitor(house.port)
    visitor.enter("undecided")
    rooms = visitor.get("/rooms/").text
    assert f'href="{TRIAL}"' in rooms
    assert visitor.get(TRIAL).status == 200


def test_a_second_one_on_the_same_folder_is_refused_with_a_remedy(house: House, data: Path) -> None:
    second = House(data)
    assert second.process.wait(PATIENCE_SECONDS) == 2
    second.end()
    assert second.said == []
    assert "already serves" in second.log
    assert f"process {house.process.pid}" in second.log
    assert "--data DIR" in second.log
    assert "Traceback" not in second.log
    assert Visitor(house.port).get("/livez").status == 200


def test_commands_work_beside_a_house_that_serves(house: House, data: Path) -> None:
    for arguments in (["tend", "--once"], ["migrate"], ["furnish"], ["django", "check"]):
        done = command(data, *arguments)
        assert done.returncode == 0, done.stderr
    assert Visitor(house.port).becomes_ready()


def test_other_files_in_the_folder_are_left_alone_and_ours_are_private(house: House, data: Path) -> None:
    assert (data / "shopping list.txt").read_text() == "お茶"
    for name in ("house.secret", "serve.lock", "ibasho.sqlite3"):
        assert (data / name).stat().st_mode & 0o077 == 0, name


def test_a_request_that_came_through_a_proxy_is_told_to_set_the_address(house: House) -> None:
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Proto"):
        answer = Visitor(house.port, headers={name: "203.0.113.9"}).get("/")
        assert answer.status == 421, name
    assert house.logs("IBASHO_URL")


def files_in(folder: Path) -> dict[Path, int]:
    """When each was written."""
    return {file: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}


def test_words_survive_a_kill_and_the_same_command_serves_again_without_beginning_anew(
    tmp_path: Path,
) -> None:
    port = free_port()
    killed = House(begin(tmp_path), port=port)
    try:
        killed.wait_until_it_serves()
        visitor = Visitor(port)
        visitor.enter()
        assert visitor.send(TRIAL, f"{TRIAL}door/", {"mode": "speak", "call_name": ""}).status in (302, 303)
        fields = {"id": str(uuid.uuid4()), "text": "ここに います"}
        assert visitor.send(TRIAL, f"{TRIAL}messages/", fields).status in (201, 302, 303)
    finally:
        killed.end(signal.SIGKILL)
    laid_out = files_in(tmp_path / "static")
    again = House(tmp_path, port=port)
    try:
        again.wait_until_it_serves()
        assert "furnishing" not in again.log
        assert "copied the database" not in again.log
        assert files_in(tmp_path / "static") == laid_out
        assert "ここに います" in visitor.get(TRIAL).text
    finally:
        assert again.end(signal.SIGTERM) == 0
    assert [line.split(": ")[0] for line in again.said] == ["address", "first keeper"], (
        "nobody has kept it yet"
    )


def test_an_empty_house_stays_empty(tmp_path: Path) -> None:
    make_tables(tmp_path)
    for arguments in (["--empty"], []):
        with served(tmp_path, *arguments) as house:
            assert Visitor(house.port).get("/").status == 200
        with sqlite3.connect(tmp_path / "ibasho.sqlite3") as table:
            assert table.execute("SELECT count(*) FROM rooms_room").fetchone() == (0,)
        table.close()


def test_a_wrong_setting_stops_the_start_with_one_line() -> None:
    wrong = {
        "IBASHO_PROXY_HOPS": {"IBASHO_URL": "https://house.example"},
        "IBASHO_RATE_LIMITS": {"IBASHO_URL": "http://house.example", "IBASHO_RATE_LIMITS": "off"},
        "IBASHO_PORT": {"IBASHO_PORT": "many"},
    }
    for name, environment in wrong.items():
        done = subprocess.run(
            [START],
            env=clean_environment(**environment),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 2
        assert name in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert done.stdout == ""


def test_without_python3_venv_it_prints_the_line_that_installs_it(tmp_path: Path) -> None:
    shim = tmp_path / "python3"
    shim.write_text('#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexit 0\n')
    shim.chmod(0o755)
    environment = clean_environment(PATH=f"{tmp_path}:{os.environ['PATH']}")
    done = subprocess.run(
        [START], env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert done.returncode == 1
    assert "sudo apt-get install -y python3-venv" in done.stderr
    assert done.stdout == ""


def test_whoever_may_not_write_there_is_told_who_makes_venv() -> None:
    """As the user of a unit, after the machine got another Python."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bin").mkdir()
        shutil.copy(ROOT / "bin" / "venv", folder / "bin")
        (folder / "pyproject.toml").touch(0o644)
        folder.chmod(0o555)
        done = subprocess.run(
            [folder / "bin" / "venv"],
            env=clean_environment(PATH="/usr/local/bin:/usr/bin:/bin"),
            user=65534 if os.geteuid() == 0 else None,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        folder.chmod(0o755)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert f"sudo {folder}/bin/venv" in done.stderr


def test_the_units_in_deploy_fit_the_program() -> None:
    unit = (ROOT / "deploy" / "ibasho.service").read_text()
    assert "ExecStart=/opt/ibasho/bin/start" in unit
    port = unit.split("IBASHO_PORT=")[1].split()[0]
    assert f"reverse_proxy 127.0.0.1:{port}" in (ROOT / "deploy" / "Caddyfile").read_text()
