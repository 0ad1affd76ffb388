"""Files by release, kept by browsers for ever. A release that is not laid out is not there.

Other releases than this process's own are asked for while old and new processes serve side by side, and by
pages that were open before.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from servestatic import ServeStaticASGI

from ibasho.lib.asgi_types import App, Receive, Scope, Send
from ibasho.lib.headers import FILES
from ibasho.sockets.replies import reply_text

_RELEASE = re.compile(r"[0-9a-f]{12}")
_MOST_RELEASES = 8  # known to one process; the oldest is read anew when somebody asks for it


class StaticFiles:
    """`root` holds a folder for each release, `own` is the one that most will ask for."""

    def __init__(self, app: App, *, root: Path, own: str) -> None:
        self._app = app
        self._root = root
        self._releases: dict[str, Any] = {}
        self._files_of(own)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(FILES):
            await self._app(scope, receive, send)
            return
        release = scope["path"].removeprefix(FILES).partition("/")[0]
        files = self._files_of(release) or _not_there
        await files(scope, receive, send)

    def _files_of(self, release: str) -> Any:
        folder = self._root / release
        if not (_RELEASE.fullmatch(release) and folder.is_dir()):
            return None
        found = self._releases.get(release)
        if found is None:
            while len(self._releases) >= _MOST_RELEASES:
                del self._releases[next(iter(self._releases))]
            found = self._releases[release] = ServeStaticASGI(
                _not_there,
                root=folder,
                prefix=f"{FILES}{release}/",
                max_age=0,
                allow_all_origins=False,
                immutable_file_test=lambda path, url: True,
            )
        return found


async def _not_there(scope: Scope, receive: Receive, send: Send) -> None:
    await reply_text(send, 404, "not found\n")
