"""A small real mail server on loopback: it speaks as much SMTP as a sender needs, and keeps what it was given."""

from __future__ import annotations

import socketserver
import threading
from email import message_from_bytes
from email.message import Message


class MailServer:
    """`letters` are what came in, `to` for whom. While `is_full` it takes nothing, and while
    `answers` is not set it lets everybody wait.
    """

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.to: list[str] = []
        self.is_full = False
        self.answers = threading.Event()
        self.answers.set()
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def __enter__(self) -> MailServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        house = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                house.answers.wait(4)
                self._say("220 here")
                while line := self.rfile.readline():
                    verb = line[:4].upper()
                    if verb == b"QUIT":
                        self._say("221 bye")
                        return
                    if verb == b"RCPT" and house.is_full:
                        self._say("452 full")
                    elif verb == b"RCPT":
                        house.to.append(line.decode().split("<")[1].split(">")[0])
                        self._say("250 ok")
                    elif verb == b"DATA":
                        self._say("354 go on")
                        house.letters.append(message_from_bytes(self._data()))
                        self._say("250 taken")
                    else:
                        self._say("250 ok")

            def _data(self) -> bytes:
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line)
                return b"".join(lines)

            def _say(self, text: str) -> None:
                self.wfile.write(f"{text}\r\n".encode())

        return Talk
