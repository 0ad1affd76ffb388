"""A real mail server on loopback (aiosmtpd) that keeps what it took, and can be away, full, slow, or refuse somebody."""

from __future__ import annotations

import asyncio
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class MailServer:
    """`letters` in the order in which they came; `refuses` names those it never takes a mail for."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.letters: list[EmailMessage] = []
        self.has_one = threading.Event()
        self.to: list[str] = []
        self.refuses: set[str] = set()
        self.is_full = False
        self.seconds = 0.0
        self._controller: Controller | None = None

    def begin(self) -> None:
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        self._controller = controller

    def end(self) -> None:
        if self._controller is not None:
            self._controller.stop()
        self._controller = None

    async def handle_RCPT(  # noqa: N802 - so aiosmtpd calls it
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.is_full:
            return "452 full"
        if address in self.refuses:
            return "550 nobody"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.seconds)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        self.has_one.set()
        self.to += envelope.rcpt_tos
        return "250 OK"
