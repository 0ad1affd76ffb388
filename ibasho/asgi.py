"""Everything that comes over the wire passes here, outermost first: headers, trust, files, doors."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ibasho.settings")
django.setup()

from channels.routing import ProtocolTypeRouter  # noqa: E402 - models must be loaded before what uses them
from django.conf import settings  # noqa: E402

from ibasho.lib.headers import Headers  # noqa: E402
from ibasho.lib.trust import Trust  # noqa: E402
from ibasho.sockets import routing  # noqa: E402
from ibasho.sockets.static_files import StaticFiles  # noqa: E402


def assemble() -> Any:
    """A new application; its files are those that lie in STATIC_ROOT now."""
    doors = ProtocolTypeRouter({"http": routing.http(), "websocket": routing.websocket()})
    files = StaticFiles(doors, root=Path(settings.STATIC_ROOT), own=settings.STATIC_RELEASE)
    return Headers(Trust(files))


application = assemble()
