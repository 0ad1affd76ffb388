"""Files of the present release, kept by browsers for ever; any other release is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from servestatic import ServeStaticASGI

from ibasho.lib.asgi_types import App, Receive, Scope, Send
from ibasho.lib.headers import FILES
from ibasho.sockets.replies import reply_text


class StaticFiles:
    def __init__(self, app: App, *, root: Path, prefix: str) -> None:
        self._app = app
        self._files: Any = ServeStaticASGI(
            _not_there,
            root=root if root.is_dir() else None,
            prefix=prefix,
            max_age=0,
            allow_all_origins=False,
            immutable_file_test=lambda path, url: True,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_file = scope["type"] == "http" and scope["path"].startswith(FILES)
        await (self._files if is_file else self._app)(scope, receive, send)


async def _not_there(scope: Scope, receive: Receive, send: Send) -> None:
    await reply_text(send, 404, "not found\n")
