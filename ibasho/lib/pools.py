"""Database work off the event loop: named threads, a whole action at a time.

Four readers and one writer, apart from each other and from the threads that make pages,
so that a slow page never holds up a word that waits to be written.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

PAGES = 4
P = ParamSpec("P")
T = TypeVar("T")


class Pool:
    """A few named threads that begin with the first job, and again after `shutdown`."""

    def __init__(self, name: str, threads: int) -> None:
        self._name = name
        self._threads = threads
        self._guard = threading.Lock()
        self._executor: ThreadPoolExecutor | None = None
        self._connections: set[BaseDatabaseWrapper] = set()

    async def run(self, func: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        job = partial(self._work, partial(func, *args, **kwargs))
        return await asyncio.get_running_loop().run_in_executor(self._ready(), job)

    async def run_with_loop(self, func: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for a job that hands work back to this loop (`async_to_sync`) and waits for it."""
        work = sync_to_async(self._work, thread_sensitive=False, executor=self._ready())
        done: T = await work(partial(func, *args, **kwargs))
        return done

    def shutdown(self) -> None:
        """Finish what has begun, end the threads, close their connections."""
        with self._guard:
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)
        # In a thread of its own: Django closes nothing where an event loop runs.
        closing = threading.Thread(target=self._close_connections)
        closing.start()
        closing.join()

    def _close_connections(self) -> None:
        while self._connections:
            connection = self._connections.pop()
            connection.inc_thread_sharing()
            connection.close()

    def _ready(self) -> ThreadPoolExecutor:
        with self._guard:
            if self._executor is None:
                self._executor = ThreadPoolExecutor(self._threads, thread_name_prefix=self._name)
            return self._executor

    def _work(self, func: Callable[[], T]) -> T:
        try:
            return func()
        finally:
            self._tidy()

    def _tidy(self) -> None:
        # Closing after every job would throw away the page cache and, on PostgreSQL, a
        # round trip; only a connection that broke is given up.
        for connection in connections.all(initialized_only=True):
            self._connections.add(connection)
            if connection.connection is not None and connection.errors_occurred:
                if connection.is_usable():
                    connection.errors_occurred = False
                else:
                    connection.close()


_readers = Pool("ibasho-read", 4)
_writer = Pool("ibasho-write", 1)
# Few: they share one interpreter with the loop and the writer. With sixteen at work no more pages were made
# in a second than with these, and words took five times as long.
_pages = Pool("ibasho-page", PAGES)


async def read(func: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `func` on one of the readers; it must not write."""
    return await _readers.run(func, *args, **kwargs)


async def write(func: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `func` on the writer; calls run one after the other, in their order."""
    return await _writer.run(func, *args, **kwargs)


async def page(func: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `func`, which answers one request from its beginning to its end, on a thread for pages."""
    return await _pages.run_with_loop(func, *args, **kwargs)


def shutdown() -> None:
    """End all pools once their running jobs are done; the next job starts them again."""
    _pages.shutdown()
    _readers.shutdown()
    _writer.shutdown()
