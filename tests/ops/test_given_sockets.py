"""Sockets that somebody else opens and keeps: nobody is turned away while a process goes and the next comes."""

from __future__ import annotations

import http.client
import os
import signal
import socket
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.ops.managed import ByPath, Managed, hearing, listening, listening_at
from tests.ops.served import Visitor, begin, served, serving

MANY = 200  # more than Twisted would let wait


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return begin(tmp_path_factory.mktemp("data"))


def ask(connection: http.client.HTTPConnection, port: int) -> None:
    connection.request("GET", "/livez", headers={"Host": f"localhost:{port}"})


def test_it_serves_on_a_given_port_and_leaves_it_open_to_the_next(data: Path) -> None:
    with listening("127.0.0.1") as listener:
        port = int(listener.getsockname()[1])
        with serving(Managed([listener], data)) as house:
            assert house.said[0] == f"address: http://localhost:{port}/"
            assert Visitor(port).get("/livez").status == 200
            assert house.end() == 0, house.log
        waiting = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        ask(waiting, port)  # nobody serves: refused, if the process had shut it down
        with serving(Managed([listener], data)):
            assert waiting.getresponse().read() == b"ok\n"
        waiting.close()


def test_many_wait_at_a_given_path_and_the_file_stays_as_it_was_made(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "house.sock"
    with listening_at(path) as listener:
        mode = path.stat().st_mode
        with serving(Managed([listener], data)) as house:
            assert path.stat().st_mode == mode
            assert house.end() == 0, house.log
        assert path.stat().st_mode == mode
        with ExitStack() as stack:
            waiting = [stack.enter_context(closing(ByPath(path))) for _ in range(MANY)]
            for connection in waiting:
                ask(connection, house.port)
            stack.enter_context(serving(Managed([listener], data, port=house.port)))
            assert {connection.getresponse().read() for connection in waiting} == {b"ok\n"}


def test_who_was_let_in_before_the_end_is_heard_out(data: Path, tmp_path: Path) -> None:
    with hearing(tmp_path) as manager, listening("127.0.0.1") as listener:
        port = int(listener.getsockname()[1])
        with serving(Managed([listener], data, NOTIFY_SOCKET=manager.getsockname())) as house:
            let_in = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            let_in.connect()
            assert Visitor(port).get("/livez").status == 200, "so the one before was let in too"
            os.kill(house.process.pid, signal.SIGTERM)
            assert [manager.recv(100) for _ in range(2)] == [b"READY=1", b"STOPPING=1"]
            ask(let_in, port)
            assert let_in.getresponse().status == 200
            let_in.close()
            assert house.end() == 0


def test_a_socket_for_everybody_is_refused_where_the_address_is_encrypted(data: Path) -> None:
    with listening("0.0.0.0") as listener:
        house = Managed([listener], data, IBASHO_URL="https://house.example", IBASHO_PROXY_HOPS="1")
        assert house.process.wait(timeout=30) == 2
        house.end()
        assert "number 3 listens to everybody" in house.log
        assert "ListenStream=127.0.0.1:8000" in house.log
        assert "Traceback" not in house.log


def test_what_takes_no_connections_is_refused_with_a_remedy(data: Path) -> None:
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("127.0.0.1", 0))
    one, other = socket.socketpair()
    for given, remedy in ((datagrams, "use ListenStream="), (one, "use Accept=no")):
        house = Managed([given], data, LISTEN_FDNAMES="of-the-house")
        assert house.process.wait(timeout=30) == 2
        house.end()
        assert "socket of-the-house" in house.log
        assert remedy in house.log
        assert "Traceback" not in house.log
    for each in (datagrams, one, other):
        each.close()


def test_what_is_meant_for_another_process_is_left_alone(data: Path) -> None:
    with served(data, LISTEN_PID="1", LISTEN_FDS="3") as house:
        assert Visitor(house.port).get("/livez").status == 200


def test_a_service_manager_hears_when_the_house_serves_lives_and_ends(data: Path, tmp_path: Path) -> None:
    with hearing(tmp_path) as manager:
        environment = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "200000"}
        with served(data, **environment) as house:
            heard = [manager.recv(100) for _ in range(4)]
            assert heard == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"WATCHDOG=1"]
            assert Visitor(house.port).get("/livez").status == 200
            os.kill(house.process.pid, signal.SIGTERM)
            while (said := manager.recv(100)) == b"WATCHDOG=1":
                continue
            assert said == b"STOPPING=1"
            assert house.end() == 0


def test_a_service_manager_that_has_gone_keeps_nobody_from_serving(data: Path, tmp_path: Path) -> None:
    with served(data, NOTIFY_SOCKET=str(tmp_path / "nobody")) as house:
        assert Visitor(house.port).get("/livez").status == 200
        assert house.logs("the service manager could not be told READY=1")
