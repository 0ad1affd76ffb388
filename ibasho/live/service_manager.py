"""What a service manager asks to be told, as sd_notify(3) says: that the house serves, that it ends, that it lives."""

from __future__ import annotations

import logging
import os
import re
import socket

logger = logging.getLogger(__name__)

MICROSECONDS = 1_000_000
SERVES = "READY=1"
ENDS = "STOPPING=1"
LIVES = "WATCHDOG=1"


class ServiceManager:
    """Whoever started this process, if it wants to hear of it. What this process starts does not speak to it.

    `beat_seconds`: how often it wants to hear LIVES, or None.
    """

    def __init__(self) -> None:
        self._address = os.environ.pop("NOTIFY_SOCKET", "")
        within, watched = os.environ.pop("WATCHDOG_USEC", ""), os.environ.pop("WATCHDOG_PID", "")
        is_meant = watched in ("", str(os.getpid())) and re.fullmatch(r"[1-9][0-9]{0,15}", within)
        self.beat_seconds = int(within) / MICROSECONDS / 2 if is_meant else None

    def tell(self, state: str) -> None:
        """Never a reason to stop serving: nobody there is a line in the log."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
                way.setblocking(False)
                way.sendto(state.encode(), address)
        except OSError:
            logger.warning("the service manager could not be told %s", state)
