"""Twisted's ports, on sockets that listen already and belong to whoever opened them."""

from __future__ import annotations

import socket
from typing import Any

from twisted.internet import tcp, unix

BACKLOG = 1024
_OF_NO_FILE = b"\0"


def adopt(loop: Any, listener: socket.socket, factory: Any) -> Any:
    """A port that takes in what comes to a duplicate of `listener`, and shuts nothing down at its end."""
    if listener.family == socket.AF_UNIX:
        return _adopt_unix(loop, listener, factory)
    adopted: Any = tcp.Port
    port = adopted._fromListeningDescriptor(loop, listener.fileno(), listener.family, factory)
    port.startListening()
    return port


def _adopt_unix(loop: Any, listener: socket.socket, factory: Any) -> Any:
    adopted: Any = unix.Port
    port = adopted._fromListeningDescriptor(loop, listener.fileno(), factory)
    # Twisted would open the file to everybody on the machine, delete it at its end, shut the socket down for the
    # next process too (not so for TCP), and turn away the fifty-first who waits.
    port._bindPath = _OF_NO_FILE
    port._shouldShutdown = False
    port.backlog = BACKLOG
    port.startListening()
    return port
