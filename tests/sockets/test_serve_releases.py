"""Old and new processes serve side by side: each gives out the files of the other's pages."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from ibasho.lib.asgi_types import Receive, Scope, Send
from ibasho.sockets.static_files import StaticFiles

OLD, NEW = "0" * 12, "1" * 12


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("no page is asked for")


async def fetch(files: StaticFiles, path: str) -> tuple[int, bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    await files(
        {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}, receive, send
    )
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def lay_out(root: Path, release: str) -> Path:
    folder = root / release
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "room.css").write_text(f"/* {release} */")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    lay_out(tmp_path, OLD)
    return tmp_path


async def test_files_of_a_release_that_is_laid_out_later_are_found(root: Path) -> None:
    old_process = StaticFiles(_page, root=root, own=OLD)
    assert (await fetch(old_process, f"/static/{NEW}/css/room.css"))[0] == 404
    lay_out(root, NEW)
    assert await fetch(old_process, f"/static/{NEW}/css/room.css") == (200, f"/* {NEW} */".encode())
    assert await fetch(old_process, f"/static/{OLD}/css/room.css") == (200, f"/* {OLD} */".encode())


async def test_files_of_the_release_before_are_still_found(root: Path) -> None:
    lay_out(root, NEW)
    new_process = StaticFiles(_page, root=root, own=NEW)
    assert (await fetch(new_process, f"/static/{OLD}/css/room.css"))[0] == 200


async def test_a_release_that_has_come_to_its_end_is_not_there(root: Path) -> None:
    process = StaticFiles(_page, root=root, own=OLD)
    assert (await fetch(process, f"/static/{OLD}/css/room.css"))[0] == 200
    shutil.rmtree(root / OLD)
    assert (await fetch(process, f"/static/{OLD}/css/room.css"))[0] == 404


@pytest.mark.parametrize("name", ["..", "", "backups", ".draft-1", "0" * 11, OLD + "/.."])
async def test_nothing_else_in_the_folder_is_given_out(root: Path, name: str) -> None:
    for folder in ("backups", ".draft-1", "0" * 11):
        lay_out(root, folder)
    (root / "house.secret").write_text("secret")
    process = StaticFiles(_page, root=root, own=OLD)
    for file in ("css/room.css", "house.secret", f"../{OLD}/css/room.css"):
        assert (await fetch(process, f"/static/{name}/{file}"))[0] == 404


async def test_one_process_knows_few_releases_and_forgets_none_for_good(root: Path) -> None:
    process = StaticFiles(_page, root=root, own=OLD)
    for number in range(2, 20):
        lay_out(root, f"{number:012d}")
        assert (await fetch(process, f"/static/{number:012d}/css/room.css"))[0] == 200
    assert len(process._releases) < 10
    assert (await fetch(process, f"/static/{OLD}/css/room.css"))[0] == 200
