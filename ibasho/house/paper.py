"""What every sheet for paper carries."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from ibasho.house.context import house
from ibasho.lib.qr import qr_of


def on_paper(request: HttpRequest, path: str) -> dict[str, Any]:
    """The address by which the sheet is found again, as words and as dots, and readings for who wants them."""
    host = request.get_host()
    with_readings = request.GET.get("furigana") == "on"
    wishes = house(request)["visitor_settings"]
    return {
        "address": f"{host}{path}",
        "qr": qr_of(f"{request.scheme}://{host}{path}"),
        "furigana": with_readings,
        "visitor_settings": {**wishes, "furigana": with_readings or wishes["furigana"]},
    }
