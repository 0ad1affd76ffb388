"""Which line, poll or question belongs to which path."""

from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from ibasho.lib.errors import Refusal
from ibasho.sockets.base_socket import BaseSocket
from ibasho.sockets.desk_socket import DeskSocket
from ibasho.sockets.health import livez, metrics, readyz
from ibasho.sockets.long_poll import long_poll
from ibasho.sockets.pages import Pages
from ibasho.sockets.room_socket import RoomSocket


class NoSuchLine(BaseSocket):
    """Any other path: accepted and closed, like a room that is not one's own."""

    async def enter(self) -> None:
        raise Refusal("not_found")

    async def hear(self, kind: str, fields: dict[str, Any]) -> None:
        return

    async def tell(self, frame: Any) -> None:
        return

    async def leave(self) -> None:
        return


def http() -> URLRouter:
    # URLRouter takes ASGI applications where Django's types expect views
    routes: list[Any] = [
        path("rooms/<slug:slug>/events/", long_poll),  # type: ignore[arg-type]
        path("livez", livez),  # type: ignore[arg-type]
        path("readyz", readyz),  # type: ignore[arg-type]
        path("metrics", metrics),  # type: ignore[arg-type]
        re_path("", Pages()),  # type: ignore[arg-type]
    ]
    return URLRouter(routes)


def websocket() -> URLRouter:
    return URLRouter(
        [
            path("rooms/<slug:slug>/live", RoomSocket.as_asgi()),
            path("desk/live", DeskSocket.as_asgi()),
            re_path("", NoSuchLine.as_asgi()),
        ]
    )
