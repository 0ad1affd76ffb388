"""What lies in deploy/ fits together, and the program."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import psutil
import pytest

from ibasho.live.http_edge import BODY_BYTES
from tests.ops.managed import Managed
from tests.ops.served import ROOT, begin, serving

DEPLOY = ROOT / "deploy"


def read(name: str) -> str:
    return (DEPLOY / name).read_text()


def test_a_unit_for_several_is_as_shut_in_as_the_unit_for_one() -> None:
    def hardening(name: str) -> list[str]:
        return read(name).split("\nUMask=")[1].split("\n\n")[0].splitlines()

    assert len(hardening("ibasho.service")) > 10
    assert hardening("ibasho@.service") == hardening("ibasho.service")


def test_all_of_them_mean_the_same_doors_and_settings() -> None:
    doors = re.findall(r"^ListenStream=(.*)/%i\.sock$", read("ibasho@.socket"), re.M)
    assert doors == re.findall(r"IBASHO_DOORS:-([^}]*)}", read("roll")) == ["/run/ibasho"]
    of_nginx = re.findall(r"^\tserver unix:(\S+) max_fails=0;$", read("nginx.conf"), re.M)
    assert of_nginx == [f"/run/ibasho/{number}.sock" for number in (1, 2, 3, 4)]
    assert re.findall(r"unix/(/\S+)", read("Caddyfile.several")) == of_nginx
    settings = re.findall(r"^EnvironmentFile=(.*)$", read("ibasho@.service"), re.M)
    assert settings == re.findall(r"IBASHO_ENVIRONMENT:-([^}]*)}", read("roll")) == ["/etc/ibasho/house.env"]


def test_a_backup_is_of_the_house_that_the_units_serve() -> None:
    unit = read("ibasho-backup.service")
    assert "-/etc/ibasho/house.env" in re.findall(r"^EnvironmentFile=(.*)$", unit, re.M)
    folders = [
        re.findall(r"^Environment=IBASHO_DATA=(.*)$", of, re.M) for of in (unit, read("ibasho.service"))
    ]
    assert folders[0] == folders[1] != []
    assert re.findall(r"^IBASHO_DATA=(.*)$", read("house.env"), re.M) == folders[0]
    assert re.findall(r"^ReadWritePaths=(.*)$", unit, re.M) == folders[0]


@pytest.mark.parametrize("release", ["", "current"])
def test_a_backup_is_made_by_the_program_that_serves(release: str, tmp_path: Path) -> None:
    (order,) = re.findall(r"^ExecStart=(.*)$", read("ibasho-backup.service"), re.M)
    for folder in {"", release}:
        program = tmp_path / folder / ".venv" / "bin" / "ibasho"
        program.parent.mkdir(parents=True)
        program.write_text('#!/bin/sh\nprintf "%s" "$0 $1 $(pwd -P)"\n')
        program.chmod(0o755)
    said = subprocess.run(shlex.split(order), cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said == f".venv/bin/ibasho backup {tmp_path / release}"


def test_caddy_lets_through_as_much_as_the_house_takes_and_no_more() -> None:
    for name in ("Caddyfile", "Caddyfile.several"):
        assert re.findall(r"max_size (\d+)KiB", read(name)) == [str(BODY_BYTES // 1024)]


def test_a_proxy_keeps_no_connection_for_a_form_that_nobody_could_account_for() -> None:
    assert not re.search(r"^\s*keepalive ", read("nginx.conf"), re.M)
    assert re.search(r"^\s*keepalive off$", read("Caddyfile.several"), re.M)


def test_a_process_stays_in_the_release_in_which_it_began(tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(ROOT)
    start = tmp_path / "current" / "bin" / "start"
    with serving(Managed([], begin(tmp_path / "data"), start=start)) as house:
        command = psutil.Process(house.process.pid).cmdline()
        assert command[0] == str(ROOT / ".venv" / "bin" / "python")
