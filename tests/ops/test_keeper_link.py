"""The first keeper's link at the start, and links made on the command line beside a house that serves."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.ops.served import House, Visitor, begin, comes_about, command, make_tables, served

PASSWORD = "あめの日は ゆっくり 歩く"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with served(begin(tmp_path_factory.mktemp("keepers"))) as house:
        yield house


def _data(house: House) -> Path:
    return Path(house.process.args[house.process.args.index("--data") + 1])  # type: ignore[index, union-attr, arg-type]


def _first_link(house: House) -> str:
    # the second line is on its way when the first is read
    assert comes_about(lambda: len(house.said) > 1)
    found = re.fullmatch(
        rf"first keeper: http://localhost:{house.port}(/keepers/link/[\w-]{{43}}/)", house.said[1]
    )
    assert found, house.said
    return found[1]


def _begin(house: House, path: str, name: str) -> Visitor:
    visitor = Visitor(house.port)
    fields = {"login_name": name, "duty_name": name, "password": PASSWORD, "password_again": PASSWORD}
    answer = visitor.send(path, path, fields)
    assert (answer.status, answer.headers["Location"]) == (303, "/keepers/")
    return visitor


def test_a_house_without_a_keeper_says_the_first_link_and_then_no_more(house: House) -> None:
    path = _first_link(house)
    token = path.split("/")[-2]
    assert Visitor(house.port).post_bare(path).status == 403, "a form without its token"
    first = _begin(house, path, "midori")
    assert first.get("/keepers/").status == 200
    led = first.get("/desk/")
    assert (led.status, led.headers["Location"]) == (303, "/keepers/?next=%2Fdesk%2F"), "to the second factor"
    assert Visitor(house.port).get(path).status == 404
    assert token not in house.log
    stored = b"".join(file.read_bytes() for file in _data(house).iterdir() if file.is_file())
    assert token.encode() not in stored

    lost = command(_data(house), "keeper-link", "--login", "MIDORI", IBASHO_PORT=str(house.port))
    assert re.fullmatch(rf"http://localhost:{house.port}/keepers/link/[\w-]{{43}}/\n", lost.stdout), (
        lost.stderr
    )
    back = Visitor(house.port)
    path = lost.stdout.strip().removeprefix(f"http://localhost:{house.port}")
    answer = back.send(path, path, {"password": PASSWORD + "！", "password_again": PASSWORD + "！"})
    assert answer.status == 303
    assert first.get("/keepers/").status == 404, "signed out everywhere"
    assert back.get("/keepers/").status == 200

    assert house.end() == 0
    with served(_data(house)) as again:
        assert Visitor(again.port).get("/").status == 200
        assert again.end() == 0
        assert len(again.said) == 1


def test_a_link_has_roles_and_a_name_must_be_somebodys(tmp_path: Path) -> None:
    make_tables(tmp_path)
    assert command(tmp_path, "keeper-link").returncode == 0, "for the first, with every role"
    assert command(tmp_path, "keeper-link", "--roles", "moderator,facilitator").returncode == 0
    with closing(sqlite3.connect(tmp_path / "ibasho.sqlite3")) as table:
        rows = [row[0] for row in table.execute("SELECT roles FROM people_keeperlink ORDER BY expires_at")]
    assert rows == ["moderator facilitator coordinator steward", "moderator facilitator"]
    for arguments in (["--login", "nobody"], ["--roles", "king"], ["--roles", ""]):
        refused = command(tmp_path, "keeper-link", *arguments)
        assert refused.returncode == 2
        assert refused.stdout == ""
        assert re.fullmatch(r"ibasho: .+\n", refused.stderr), "one line that says what to do"
