"""The chat consumer of Channels' tutorial on Daphne as it comes, with the layer inside one process.

Run as `python -m benchmarks.peers.tutorial PORT`. Written after the tutorial's text: a room
group, JSON in, the same JSON out to everyone.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import Any

from benchmarks import processes

CAPACITY = 100_000  # else the layer drops what a busy room says


def application() -> Any:
    import django
    from django.conf import settings

    settings.configure(
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=["daphne", "channels"],
        CHANNEL_LAYERS={
            "default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": CAPACITY}}
        },
    )
    django.setup()
    from channels.generic.websocket import AsyncWebsocketConsumer
    from channels.routing import ProtocolTypeRouter, URLRouter
    from django.urls import path

    class ChatConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
        async def connect(self) -> None:
            self.group = f"chat_{self.scope['url_route']['kwargs']['room']}"
            await self.channel_layer.group_add(self.group, self.channel_name)
            await self.accept("ibasho.v1")

        async def disconnect(self, code: int) -> None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

        async def receive(self, text_data: str) -> None:
            message = json.loads(text_data)["message"]
            await self.channel_layer.group_send(self.group, {"type": "chat.message", "message": message})

        async def chat_message(self, event: dict[str, Any]) -> None:
            await self.send(text_data=json.dumps({"message": event["message"]}))

    return ProtocolTypeRouter({"websocket": URLRouter([path("ws/chat/<room>/", ChatConsumer.as_asgi())])})


def main(port: int) -> None:
    from daphne.endpoints import build_endpoint_description_strings
    from daphne.server import Server

    endpoints = build_endpoint_description_strings(host="127.0.0.1", port=port)
    Server(application(), endpoints=endpoints, websocket_connect_timeout=60).run()


@contextlib.contextmanager
def serving() -> Iterator[tuple[int, int]]:
    port = processes.free_port()
    command = [sys.executable, "-m", "benchmarks.peers.tutorial", str(port)]
    with processes.running(command, port=port, core=processes.cores()[0]) as process:
        yield port, process.pid


if __name__ == "__main__":
    main(int(sys.argv[1]))
