"""Sockets that listen already, given to this process by whoever starts it, as sd_listen_fds(3) says.

They are open before the house serves and after it ends: who comes meanwhile waits in the kernel's queue
for the next process, and is not turned away.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket

from ibasho.lib import env

FIRST = 3
# As soon as this is loaded: Twisted takes the same words away when it is.
_SAID = [os.environ.pop(f"LISTEN_{word}", "") for word in ("PID", "FDS", "FDNAMES")]
_FAMILIES = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)


def take(*, may_be_public: bool) -> list[socket.socket]:
    """The sockets given to this process, or none; what it starts gets none of them and does not hear of them.

    Raises env.Wrong with the remedy for what nobody may or can serve on.
    """
    receiver, number, names = _SAID
    if receiver != str(os.getpid()):
        return []
    if not re.fullmatch(r"[1-9][0-9]?", number):
        raise env.Wrong("LISTEN_FDS must be a number from 1 to 99: start the house by its socket unit.")
    named = dict(enumerate(names.split(":"), FIRST))
    given = range(FIRST, FIRST + int(number))
    return [
        _taken(handle, named.get(handle) or f"number {handle}", may_be_public=may_be_public)
        for handle in given
    ]


def _taken(handle: int, name: str, *, may_be_public: bool) -> socket.socket:
    try:
        os.set_inheritable(handle, False)
        listener = socket.socket(fileno=handle)
    except OSError as error:
        raise env.Wrong(
            f"socket {name} is none: give the house nothing but sockets, by ListenStream=."
        ) from error
    if listener.family not in _FAMILIES or listener.type != socket.SOCK_STREAM:
        raise env.Wrong(f"socket {name} takes no connections: use ListenStream= in its socket unit.")
    if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        raise env.Wrong(f"socket {name} is one connection: use Accept=no in its socket unit.")
    if not may_be_public and not _is_near(listener):
        raise env.Wrong(
            f"socket {name} listens to everybody, without encryption: "
            "use ListenStream=127.0.0.1:8000 or the path of a socket, and a proxy before it."
        )
    listener.setblocking(False)
    return listener


def _is_near(listener: socket.socket) -> bool:
    """A unix socket, or one that only this machine reaches."""
    return listener.family == socket.AF_UNIX or ipaddress.ip_address(listener.getsockname()[0]).is_loopback
