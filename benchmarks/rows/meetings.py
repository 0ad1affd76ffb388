"""A house of five years: the calendar, a sign-up, the feed, and the figures of a year."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.house import House, house
from benchmarks.pages import Browser
from benchmarks.table import Row, milliseconds, percentile

EVENTS, SIGN_UPS, VISITS = 2_000, 50_000, 200_000
PER_SECOND = 20
PAGE_P99, FEED_P99, REPORT = 0.080, 0.200, 2.0


def rows(seconds: float) -> Iterator[Row]:
    with house(seats=1) as here:
        told = here.order("fill_meetings", EVENTS, SIGN_UPS, VISITS)
        size = f"{EVENTS:,} meetings, {SIGN_UPS:,} sign-ups, {VISITS:,} who came"
        guest = here.members[0].cookie
        keeper = f"{guest.partition('=')[0]}={told['key']}"
        yield _page(here, guest, "/events/", "the calendar", seconds, PAGE_P99, size)
        yield _page(here, guest, f"/events/{told['event']}/sign-up/", "a sign-up", seconds, PAGE_P99, size)
        full = "full, 400 parties wait"
        yield _page(here, guest, f"/events/{told['event']}/", "a full meeting", seconds, PAGE_P99, full)
        yield _page(here, guest, "/events.ics", "the public feed", seconds, FEED_P99, size)
        longest = here.order("close_years")
        for period, took in longest.items():
            yield Row(f"figures of a {period} taken from who came", f"{took:.2f} s", beside="once, by itself")
        browser, path = Browser(here.port, keeper), f"/desk/figures/?period={told['year']}"
        browser.get("/desk/")
        began = time.perf_counter()
        if browser.get(path).status != 200:
            raise AssertionError("the report did not come")
        took = time.perf_counter() - began
        yield Row("the yearly report", f"{took:.2f} s", f"≤{REPORT:.0f} s", took <= REPORT, size)


def _page(here: House, cookie: str, path: str, what: str, seconds: float, must: float, beside: str) -> Row:
    took = _ask(here, cookie, path, seconds)
    half, worst = percentile(took, 0.5), percentile(took, 0.99)
    return Row(
        f"server time of {what} at {PER_SECOND} requests/s, p50 / p99",
        f"{milliseconds(half)} / {milliseconds(worst)}",
        f"p99 ≤{must * 1000:.0f} ms",
        worst <= must,
        f"{len(took)} requests; {beside}",
    )


def _ask(here: House, cookie: str, path: str, seconds: float) -> list[float]:
    """Requests at even moments; one that waits for the one before has waited."""
    browser = Browser(here.port, cookie)
    browser.get(path)
    took = []
    began = time.perf_counter()
    for number in range(int(seconds * PER_SECOND)):
        due = began + number / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        if browser.get(path).status != 200:
            raise AssertionError(f"{path} did not come")
        took.append(time.perf_counter() - due)
    return took
