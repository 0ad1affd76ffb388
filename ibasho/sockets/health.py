"""Answers for whoever looks after the server: is it alive, can it serve, how much does it do."""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import shutil

from django.conf import settings
from django.db import connection
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ibasho.lib import pools
from ibasho.lib.asgi_types import Receive, Scope, Send
from ibasho.live import hub as hubs
from ibasho.live import lag
from ibasho.sockets.replies import reply, reply_text

logger = logging.getLogger(__name__)

ANSWER_WITHIN_SECONDS = 1.0
FREE_SHARE = 0.05


async def livez(scope: Scope, receive: Receive, send: Send) -> None:
    """The process serves. Never asks the database: restarting us would not bring that back."""
    await reply_text(send, 200, "ok\n")


async def readyz(scope: Scope, receive: Receive, send: Send) -> None:
    why_not = await _why_not()
    await reply_text(send, 503 if why_not else 200, f"{why_not or 'ok'}\n")


async def metrics(scope: Scope, receive: Receive, send: Send) -> None:
    if not _has_token(scope):
        await reply_text(send, 404, "not found\n")
        return
    await reply(send, 200, generate_latest(), CONTENT_TYPE_LATEST)


async def _why_not() -> str | None:
    if hubs.is_ending():
        return "stopping"
    try:
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            return await pools.read(_look) or _is_late()
    except TimeoutError:
        return "the database is slow"
    except Exception:
        logger.exception("not ready")
        return "the database does not answer"


def _is_late() -> str | None:
    return "the event loop is held up" if lag.here.worst > lag.SLOW_SECONDS else None


def _look() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM rooms_room LIMIT 1")
    disk = shutil.disk_usage(settings.DATA_DIR)
    return "the disk is nearly full" if disk.free < disk.total * FREE_SHARE else None


def _has_token(scope: Scope) -> bool:
    token = os.environ.get("IBASHO_METRICS_TOKEN", "")
    sent = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    return bool(token) and hmac.compare_digest(sent, b"Bearer " + token.encode())
