"""ibasho（居場所）: an online place to be.

SQLite 3.7.0–3.51.2 can lose committed words in WAL mode, so the maintained build
takes the place of the system's library here, before anything imports it.
"""

import sys

try:
    import pysqlite3
except ImportError:  # no wheel for this machine: lib.sqlite then never uses WAL
    pass
else:
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
