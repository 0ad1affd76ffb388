"""The doors by HTTP. docs/protocol.md lists them; a test compares."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, register_converter
from django.views.decorators.http import require_safe

from ibasho.lib.path_numbers import PathNumber

_ICON = (settings.ROOT / "frontend" / "images" / "favicon.ico").read_bytes()


handler429 = "ibasho.people.views.keepers.too_many"  # asked for by allauth


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_ICON, content_type="image/x-icon")


register_converter(PathNumber, "id")

urlpatterns = [
    path("favicon.ico", favicon, name="favicon"),
    path("", include("ibasho.house.urls")),
    path("", include("ibasho.people.urls")),
    path("keepers/", include("ibasho.people.keepers_urls")),
    path("", include("ibasho.duty.urls")),
    path("", include("ibasho.rooms.urls")),
    path("", include("ibasho.events.urls")),
    path("", include("ibasho.moderation.urls")),
    path("", include("ibasho.reports.urls")),
    path("", include("ibasho.desk.urls")),
]
