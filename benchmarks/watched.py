"""`ibasho serve`, watched from inside: queries are counted, and one table may be made slow.

SIGUSR1 writes what was counted so far to the file named by IBASHO_BENCH_COUNTS.
IBASHO_BENCH_SLOW=table:seconds makes every query that names the table take so long.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.backends.signals import connection_created

from ibasho.__main__ import main

WORDS = '"rooms_message"."text"'  # a query that reads words, and not only where they lie
_TABLE = re.compile(r'\b(?:FROM|UPDATE|INTO)\s+"?(\w+)"?', re.IGNORECASE)
_counts: Counter[str] = Counter()
_slow, _, _seconds = os.environ.get("IBASHO_BENCH_SLOW", "").partition(":")


def _watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    found = _TABLE.search(sql)
    _counts["words" if WORDS in sql else found[1] if found else "other"] += 1
    if _slow and _slow in sql:
        time.sleep(float(_seconds))
    return execute(sql, params, many, context)


def _begin(connection: Any, **_: object) -> None:
    connection.execute_wrappers.append(_watch)


def _tell(*_: object) -> None:
    Path(os.environ["IBASHO_BENCH_COUNTS"]).write_text(json.dumps(_counts))


if __name__ == "__main__":
    connection_created.connect(_begin)
    signal.signal(signal.SIGUSR1, _tell)
    sys.exit(main())
