"""The least a server can do: whatever a writer sends goes, ready-made, to every reader at once.

It stores, checks and orders nothing; how fast the load takes that in is the load's own limit.
Run as `python -m benchmarks.peers.firehose PORT`.
"""

from __future__ import annotations

import contextlib
import select
import socket
import sys
from collections.abc import Iterator

from benchmarks import processes
from benchmarks.wires import WORDS, spelled

PADDING = b'{"type":"message_posted","message":"' + b"-" * 330 + b'"}'
NUMBER_BYTES = len(spelled(0).encode())


def frame(number: bytes) -> bytes:
    payload = number + WORDS.encode() + PADDING
    return b"\x81\x7e" + len(payload).to_bytes(2, "big") + payload


def serve(port: int) -> None:
    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    poll = select.epoll()
    poll.register(listener.fileno(), select.EPOLLIN)
    socks: dict[int, socket.socket] = {}
    readers: list[socket.socket] = []
    writers: set[int] = set()
    while True:
        said = b""
        for fd, _ in poll.poll():
            if fd == listener.fileno():
                sock, _ = listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                socks[sock.fileno()] = sock
                poll.register(sock.fileno(), select.EPOLLIN)
                continue
            data = socks[fd].recv(65536)
            if not data:
                poll.unregister(fd)
            elif fd in writers:
                said += data
            elif data[:1] == b"R":
                readers.append(socks[fd])
            else:
                writers.add(fd)
                said += data[1:]
        if said:
            numbers = [said[at : at + NUMBER_BYTES] for at in range(0, len(said), NUMBER_BYTES)]
            package = b"".join(map(frame, numbers))
            for reader in readers:
                reader.sendall(package)


@contextlib.contextmanager
def serving() -> Iterator[tuple[int, int]]:
    port = processes.free_port()
    command = [sys.executable, "-m", "benchmarks.peers.firehose", str(port)]
    with processes.running(command, port=port, core=processes.cores()[0]) as process:
        yield port, process.pid


if __name__ == "__main__":
    serve(int(sys.argv[1]))
