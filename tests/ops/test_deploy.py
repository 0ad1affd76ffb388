"""What lies in deploy/ fits together, and the program."""

from __future__ import annotations

import re
from pathlib import Path

import psutil

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


def test_a_proxy_keeps_no_connection_for_a_form_that_nobody_could_account_for() -> None:
    assert not re.search(r"^\s*keepalive ", read("nginx.conf"), re.M)
    assert re.search(r"^\s*keepalive off$", read("Caddyfile.several"), re.M)


def test_a_process_stays_in_the_release_in_which_it_began(tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(ROOT)
    start = tmp_path / "current" / "bin" / "start"
    with serving(Managed([], begin(tmp_path / "data"), start=start)) as house:
        command = psutil.Process(house.process.pid).cmdline()
        assert command[0] == str(ROOT / ".venv" / "bin" / "python")
