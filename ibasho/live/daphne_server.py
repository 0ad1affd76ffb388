"""Daphne, with what a house needs of it and stock Daphne does not do.

Real close codes instead of 1006, small frames, frames shared between sockets, a bound
on what a slow reader may leave unread, no address in any log, security headers on the
server's own errors, time-outs that do not mind a corrected clock, and an end that says
1012 to everyone.
Importing this module installs Twisted's asyncio reactor.
"""

from __future__ import annotations

import asyncio
import ctypes
import errno
import gc
import logging
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from ibasho.live import given_sockets  # isort: skip - before Twisted, which would take them for its own
from channels.routing import get_default_application
from daphne import server as daphne  # installs the reactor, so before any import of it
from django.conf import settings
from twisted.internet import defer, reactor
from twisted.logger import LogEvent, globalLogBeginner

from ibasho.lib import env, pools
from ibasho.lib.sqlite import faithless
from ibasho.live import hub, lag, ports, times
from ibasho.live.http_edge import EdgeChannel, EdgeFactory
from ibasho.live.service_manager import ENDS, LIVES, SERVES, ServiceManager
from ibasho.live.unread import FRAME_BYTES, AllUnread
from ibasho.live.ws_edge import EdgeProtocol, EdgeSockets

logger = logging.getLogger(__name__)
loop_of_twisted: Any = reactor
loop_of_twisted.seconds = time.monotonic  # else whoever corrects the clock ends every wait there is

SWITCH_SECONDS = 0.0005  # else a thread that computes keeps the loop waiting 5 ms at a time
LOOK_SECONDS = 0.02  # while it ends: whether all is done and has gone out
REAP_SECONDS = 1.0
EARLY_SECONDS = 1  # autobahn's timers cut the second off
LOOPBACK = ("127.0.0.1", "::1")
ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - only where the house's own address is plain http


def serve(port: int, ready: Callable[[str], None]) -> int:
    """Serve until SIGTERM or SIGINT; the exit code is 1 if the disk did not keep what was written.

    `ready` gets the house's address once it answers.

    Raises env.Wrong with the remedy if nobody can listen there.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    _allow_many_files()
    sockets = _listen(port)
    settings.PORT = _port_of(sockets[0]) or port
    address = settings.ADDRESS.origin if settings.ADDRESS else f"http://localhost:{settings.PORT}"
    try:
        Server(get_default_application(), sockets, lambda: ready(f"{address}/")).run()
    finally:
        pools.shutdown()
    return int(faithless.is_faithless())


def _give_memory_back() -> None:
    """What only the beginning needed, where the system's library can do that (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _allow_many_files() -> None:
    """Each line is a file; many systems give a process 1,024 unless it asks for what it may have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _listen(port: int) -> list[socket.socket]:
    """The sockets given to this process; without any, one of our own for each family, all on one port."""
    is_open = settings.ADDRESS is not None and settings.ADDRESS.scheme == "http"
    if given := given_sockets.take(may_be_public=is_open):
        return given
    four, six = ANYWHERE if is_open else LOOPBACK
    sockets = [_bound(socket.AF_INET, four, port)]
    try:
        sockets.append(_bound(socket.AF_INET6, six, sockets[0].getsockname()[1]))
    except env.Wrong:
        sockets[0].close()
        raise
    except OSError:
        logger.info("this machine has no IPv6; listening by IPv4 only")
    return sockets


def _port_of(listener: socket.socket) -> int | None:
    return None if listener.family == socket.AF_UNIX else int(listener.getsockname()[1])


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        listener.listen(ports.BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise env.Wrong(f"port {port} cannot be used: choose another with --port.") from error
        raise
    return listener


class Server(daphne.Server):  # type: ignore[misc]
    def __init__(
        self,
        application: Any,
        sockets: list[socket.socket],
        ready: Callable[[], None] | None = None,
        waits: times.Times | None = None,
    ) -> None:
        self.times = waits or times.SHIPPED
        super().__init__(
            application,
            endpoints=["our own sockets"],
            signal_handlers=False,
            ready_callable=ready,
            websocket_timeout=-1,
            websocket_handshake_timeout=self.times.handshake,
            websocket_max_message_size=FRAME_BYTES,
            websocket_max_frame_size=FRAME_BYTES,
            ping_timeout=self.times.pong_within,
            server_name="",
        )
        self.connections: dict[Any, dict[str, Any]] = {}
        self.unread = AllUnread()
        self.is_ending = False
        self.unheard: set[EdgeChannel] = set()  # those who came, and have not said all that they came for
        self._manager = ServiceManager()
        self._sockets = sockets
        self._ports: list[Any] = []
        self._end_task: asyncio.Task[None] | None = None

    def run(self) -> None:
        # Twisted would log addresses; only its failures are worth a line.
        observers: list[Any] = [_log_failure]
        globalLogBeginner.beginLoggingTo(observers, redirectStandardIO=False, discardBuffer=True)
        self.http_factory = EdgeFactory(self)
        self.ws_factory = self._socket_factory()
        loop = loop_of_twisted
        loop.callLater(1, self.application_checker)
        loop.callLater(2, self.timeout_checker)
        for listener in self._sockets:
            self._ports.append(ports.adopt(loop, listener, self.http_factory))
            listener.close()
        asyncio.set_event_loop(loop._asyncioEventloop)
        loop.addSystemEventTrigger("before", "shutdown", self.kill_all_applications)
        loop.callWhenRunning(self._begin)
        loop.run(installSignalHandlers=False)

    def _socket_factory(self) -> Any:
        factory = EdgeSockets(self, server="")
        factory.setProtocolOptions(
            versions=[13],
            autoPingTimeout=self.ping_timeout + EARLY_SECONDS,
            allowNullOrigin=True,  # lib.trust refuses it, and every other foreign one
            openHandshakeTimeout=self.websocket_handshake_timeout,
            maxMessagePayloadSize=self.websocket_max_message_size,
            maxFramePayloadSize=self.websocket_max_frame_size,
            failByDrop=False,
            closeHandshakeTimeout=self.times.close_within,
        )
        return factory

    def _begin(self) -> None:
        loop = asyncio.get_event_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.end)
        lag.here.start(loop)
        if self.ready_callable:
            self.ready_callable()
        self._manager.tell(SERVES)
        self._beat()
        # What is here by now stays to the end. Looked through again and again, it stops every line for 60 ms.
        gc.collect()
        gc.freeze()
        _give_memory_back()

    def _beat(self) -> None:
        if self._manager.beat_seconds is not None:
            self._manager.tell(LIVES)
            loop_of_twisted.callLater(self._manager.beat_seconds, self._beat)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        scope["root_path"] = self.root_path  # Daphne takes it from a header of the client's
        if scope["type"] == "websocket":
            scope["extensions"] = {
                "ibasho.frames": protocol.outlet,
                "ibasho.answer": protocol.expect_answer,
            }
        return super().create_application(protocol, scope)

    def protocol_disconnected(self, protocol: Any) -> None:
        details = self.connections.get(protocol)
        if details is not None:
            details.setdefault("disconnected", time.monotonic())

    def timeout_checker(self) -> None:
        super().timeout_checker()
        self.unread.look()

    def application_checker(self) -> None:
        """As Daphne's, by a clock that nobody sets, and without an error's text, which may be anybody's words."""
        loop_of_twisted.callLater(REAP_SECONDS, self.application_checker)
        for protocol, details in list(self.connections.items()):
            self._look_after(protocol, details)

    def _look_after(self, protocol: Any, details: dict[str, Any]) -> None:
        running, left_at = details.get("application_instance"), details.get("disconnected")
        if running is not None and running.done():
            del details["application_instance"]
            self._report(protocol, running, has_left=left_at is not None)
        elif running is not None:
            if left_at is not None and time.monotonic() - left_at > self.application_close_timeout:
                logger.warning("a handler did not end after its connection, and was cancelled")
                running.cancel()
            return
        if left_at is not None:
            self.connections.pop(protocol, None)

    @staticmethod
    def _report(protocol: Any, ended: asyncio.Future[None], *, has_left: bool) -> None:
        error = None if ended.cancelled() else ended.exception()
        if error is not None:
            logger.error("a handler failed", exc_info=error)
            if not has_left:
                protocol.handle_exception(error)

    def end(self) -> None:
        """Say 1012 to everyone, let what runs come to its end, and stop."""
        if self._end_task is None:
            self._end_task = asyncio.get_event_loop().create_task(self._end())

    async def _end(self) -> None:
        try:
            self.is_ending = True
            self._manager.tell(ENDS)
            for port in self._ports:
                port.stopListening()
            hub.end()
            for protocol in list(self.connections):
                if isinstance(protocol, EdgeProtocol):
                    protocol.end()
            await self._hear_out()
            await self._rest()
        finally:
            self.stop()

    async def _hear_out(self) -> None:
        """Whoever was let in by this process is not known to the next: their request is on its way."""
        due = time.monotonic() + self.times.hear_out
        while self.unheard and time.monotonic() < due:  # noqa: ASYNC110 - see _rest
            await asyncio.sleep(LOOK_SECONDS)

    async def _rest(self) -> None:
        """Until every handler has finished, those of closed sockets too, and what they said has gone out."""
        due = time.monotonic() + self.times.drain
        # nothing tells when the last has ended: others may begin meanwhile
        while (self._running() or loop_of_twisted.getWriters()) and time.monotonic() < due:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)

    def kill_all_applications(self) -> Any:
        """As Daphne's, which fails over a request that has only half arrived."""
        left = self._running()
        for application in left:
            application.cancel()
        ended = asyncio.gather(*left, return_exceptions=True) if left else None
        return defer.succeed(None) if ended is None else defer.Deferred.fromFuture(ended)

    def _running(self) -> list[asyncio.Future[None]]:
        found = [details.get("application_instance") for details in self.connections.values()]
        return [application for application in found if application is not None and not application.done()]


def _log_failure(event: LogEvent) -> None:
    failure = event.get("log_failure")
    if failure is not None:
        logger.error("%s", failure.getTraceback())
