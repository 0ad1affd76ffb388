"""The house's own settings on a data folder that is thrown away."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_FOLDER = Path(tempfile.mkdtemp(prefix="ibasho-tests-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ["IBASHO_DATA"] = str(_FOLDER)
for _name in (
    "IBASHO_URL",
    "IBASHO_PROXY_HOPS",
    "IBASHO_RATE_LIMITS",
    "IBASHO_SECRET",
    "IBASHO_STATIC",
    "IBASHO_MAIL_URL",
):
    os.environ.pop(_name, None)

from ibasho.settings import *

if DATABASES["default"]["ENGINE"] == "ibasho.lib.sqlite":
    # a file, because threads and processes look at it; Django's default is memory
    DATABASES["default"]["TEST"] = {"NAME": str(_FOLDER / "test.sqlite3")}
