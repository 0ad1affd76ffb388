"""Pages by HTTP: Django, a whole request in one thread, on a connection that stays open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import IO, Any

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from ibasho.lib import pools


class Pages(ASGIHandler):
    """Django's own goes to and fro between loop and thread, since no view of ours is a coroutine, and
    begins a thread and a connection for each request: a third of the time of a small page.
    """

    def __init__(self) -> None:
        super(ASGIHandler, self).__init__()
        self.load_middleware(is_async=False)

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Mapping[str, Any]]],
        send: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        leaving = asyncio.ensure_future(receive())  # nothing comes behind the body but the good-bye
        try:
            response = await pools.page(self._answer_who_waits, scope, body, leaving.done)
        finally:
            leaving.cancel()
        if response is not None:
            await self.send_response(response, send)

    def _answer_who_waits(
        self, scope: dict[str, Any], body: IO[bytes], has_left: Callable[[], bool]
    ) -> HttpResponseBase | None:
        """Whoever reloads impatiently leaves many requests behind; others shall not wait for those pages."""
        if scope["method"] in ("GET", "HEAD") and has_left():
            body.close()
            return None
        return self._answer(scope, body)

    def _answer(self, scope: dict[str, Any], body: IO[bytes]) -> HttpResponseBase:
        """No page of ours is made while it is sent, so with this all is over."""
        with body:
            set_script_prefix(get_script_prefix(scope))
            request_started.send(sender=self.__class__, scope=scope)
            request, refused = self.create_request(scope, body)
            response = self.get_response(request) if request is not None else refused
            assert response is not None  # one of the two is there
            response.close()
            return response
