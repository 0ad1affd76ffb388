"""Which paths stand open to anybody, and where to send somebody who is not in yet."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

PUBLIC = frozenset(
    {
        "/",
        "/rules/",
        "/rules/print/",
        "/help/",
        "/enter/",
        "/return/",
        "/note/",
        "/away/",
        "/events.ics",
        "/favicon.ico",
    }
    | {"/livez", "/readyz", "/metrics"}
)
# The keepers' pages guard themselves: to everybody else they are a 404, not a door.
KEEPERS_BELOW = ("/keepers/", "/desk/")
PUBLIC_BELOW = (
    *("/about/", "/events/", "/feeds/", "/sign-ups/", "/receipts/", "/reviews/", "/static/"),
    *KEEPERS_BELOW,
)
# Entering anew would throw away who waits behind つづける.
SHUT_WHILE_AWAY = frozenset({"/enter/"})
# Pages that are the same for every stranger; only these may be kept by a browser.
SAME_FOR_ALL = frozenset({"/", "/rules/", "/help/", "/events.ics"})
SAME_FOR_ALL_BELOW = ("/about/", "/events/")

_LONGEST_TARGET = 512


def is_public(path: str) -> bool:
    """Whether a stranger may ask for this path (with or without its last slash)."""
    return path in PUBLIC or f"{path}/" in PUBLIC or f"{path}/".startswith(PUBLIC_BELOW)


def is_same_for_all(path: str) -> bool:
    return path in SAME_FOR_ALL or path.startswith(SAME_FOR_ALL_BELOW)


def is_way_out(request: HttpRequest) -> bool:
    """Whether this draws the curtain: a visit to すぐ閉じる, and not つづける."""
    return request.path_info == "/away/" and not (
        request.method == "POST" and request.POST.get("back") == "on"
    )


def is_sign_out(request: HttpRequest) -> bool:
    """Whether somebody asks to be let out of this browser, whoever is in."""
    return request.method == "POST" and request.path_info in ("/me/sign-out/", "/keepers/sign-out/")


def safe_next(target: str | None, default: str) -> str:
    """`target` if it is a path of this house, otherwise `default`."""
    if not target or len(target) > _LONGEST_TARGET or not target.startswith("/"):
        return default
    if "\\" in target or not target.isprintable():
        return default
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else default


def came_from(request: HttpRequest) -> str:
    """The page of this house that led here, as a path; empty for none."""
    before, host = request.headers.get("Referer", ""), request.get_host()
    ours = (f"{scheme}://{host}" for scheme in ("https", "http"))
    return next((safe_next(before.removeprefix(us), "") for us in ours if before.startswith(f"{us}/")), "")


def page_asked_for(request: HttpRequest) -> str:
    """This page; or the one whose form was sent, because a form's own address shows nothing.

    Of the desk it is the very page, for whoever signs in again; of the rest the one above.
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    before, path = came_from(request), request.path_info
    return (
        before if path.startswith(KEEPERS_BELOW) and before.startswith(KEEPERS_BELOW) else _page_above(path)
    )


def _page_above(path: str) -> str:
    parts = path.strip("/").split("/")
    depth = 2 if parts[0] == "rooms" else 1
    return "/" + "/".join(parts[:depth]) + "/"


def enter_then(target: str) -> str:
    """The way in that leads back to `target`."""
    return "/enter/?" + urlencode({"next": target})
