"""ejabberd, the XMPP server in Erlang, with a room that keeps no history and no limits on anybody."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import processes

PACKAGE = "ejabberd"
LIBRARIES = "/usr/lib/x86_64-linux-gnu"
CONFIG = """
hosts: [localhost]
loglevel: 2
listen:
  - port: {port}
    ip: 127.0.0.1
    module: ejabberd_c2s
    max_stanza_size: 262144
    shaper: none
auth_method: anonymous
anonymous_protocol: sasl_anon
allow_multiple_connections: true
shaper_rules: {{max_user_sessions: infinity}}
modules:
  mod_muc:
    history_size: 0
    max_users: 5000
    min_message_interval: 0
    min_presence_interval: 0
    default_room_options:
      presence_broadcast: []
      max_users: 5000
      anonymous: true
"""


def is_there() -> bool:
    return bool(shutil.which("ejabberdctl") and shutil.which("erl"))


@contextlib.contextmanager
def serving() -> Iterator[tuple[int, int]]:
    """Its port and its process: the emulator itself, without the script around it."""
    folder, port = Path(tempfile.mkdtemp(prefix="ejabberd-bench-")), processes.free_port()
    (folder / "ejabberd.yml").write_text(CONFIG.format(port=port))
    environment = {
        "ERL_LIBS": LIBRARIES,
        "EJABBERD_CONFIG_PATH": str(folder / "ejabberd.yml"),
        "EJABBERD_LOG_PATH": str(folder / "ejabberd.log"),
        "ERL_CRASH_DUMP": "/dev/null",
        "HOME": str(folder),
    }
    command = ["erl", "+K", "true", "+P", "250000", "+Q", "65536", "-noinput"]
    command += ["-mnesia", "dir", f'"{folder}/mnesia"', "-s", "ejabberd"]
    try:
        with processes.running(
            command, port=port, core=processes.cores()[0], environment=environment
        ) as process:
            yield port, process.pid
    finally:
        shutil.rmtree(folder, ignore_errors=True)
