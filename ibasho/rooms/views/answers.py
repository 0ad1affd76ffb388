"""Small agreements of all room views: how a page is answered, and what a query may ask for."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ibasho.lib.errors import Refusal


def fill_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], refusal: Refusal | None = None
) -> HttpResponse:
    """The page; after a refused form with its status, so that a program can tell."""
    response = render(request, template, dict(context), status=refusal.status if refusal else 200)
    if refusal is not None and refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def position_from(text: str | None) -> int | None:
    """A position in a query; None where it is missing. Raises Refusal `malformed`."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Refusal("malformed")
    return int(text)


def message_id_from(text: str | None) -> str:
    """A message's id in a query; empty where it is missing or none."""
    try:
        return str(uuid.UUID(text or ""))
    except ValueError:
        return ""
