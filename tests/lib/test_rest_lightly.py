"""What a house at rest, or a command beside it, does not carry."""

from __future__ import annotations

import os
import subprocess
import sys

_LOADED = """
import sys
import django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print([name for name in ("autobahn", "icalendar", "psycopg", "redis", "segno", "twisted") if name in sys.modules])
"""


def test_what_not_every_house_needs_is_loaded_by_who_asks_first() -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    said = subprocess.run(
        [sys.executable, "-c", _LOADED], env=os.environ | settings, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"
