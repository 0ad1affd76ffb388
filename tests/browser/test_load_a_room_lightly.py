"""A room with fifty messages comes over a slow line, so its first load is weighed."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Response, expect

from ibasho.screening import screen
from tests.browser.guests import Come

MOST_BYTES = 60 * 1024
# what looks through drafts comes when the page can be used already, and has nothing else to do
_LATER, _WHEN_IDLE = "Later", re.compile(r"/(draft_care|draft_hints|hint_list)\.js$")
_A_SCRIPT = "document.querySelector('script[type=module]').getAttribute('src')"
_SYLLABLES = [chr(code) for code in range(ord("ぁ"), ord("ん"))] + list(
    "今日夜窓雨音人話書読見家朝眠茶空手紙。、\n"
)


def _kind_of(answer: dict[str, Any]) -> str:
    return _LATER if _WHEN_IDLE.search(answer["response"]["url"]) else str(answer["type"])


def _nonsense(dice: random.Random, said: list[str]) -> list[str]:
    """Words that nobody is asked about: among syllables thrown like dice there is much that reads as something."""
    while len(said) < 50:
        words = "".join(dice.choices(_SYLLABLES, k=dice.randint(8, 90)))
        if not screen(words) and not screen(words, earlier=said[-4:], audience="person"):
            said.append(words)
    return said


def test_the_first_load_of_a_room_is_at_most_sixty_kilobytes(
    come: Come, room: str, capsys: pytest.CaptureFixture[str]
) -> None:
    writer, reader = come().enter(), come().enter()
    dice = random.Random(2)
    writer.sit(room)
    writer.say_many(room, _nonsense(dice, []))
    reader.send(f"/rooms/{room}/door/", mode="speak", call_name="")
    kinds: dict[str, str] = {}
    weights: Counter[str] = Counter()
    wire = reader.context.new_cdp_session(reader.page)
    wire.on("Network.responseReceived", lambda it: kinds.update({it["requestId"]: _kind_of(it)}))
    wire.on(
        "Network.loadingFinished",
        lambda it: weights.update({kinds.get(it["requestId"], "Other"): int(it["encodedDataLength"])}),
    )
    wire.send("Network.enable")
    page = reader.open(f"/rooms/{room}/")
    reader.wait_for_line()
    page.wait_for_load_state("load")
    expect(page.locator("[data-message]")).to_have_count(50)
    total = weights.total() - weights[_LATER]
    with capsys.disabled():
        parts = ", ".join(f"{kind} {size}" for kind, size in weights.most_common())
        print(f"\nfirst load of a room with 50 messages: {total} bytes ({parts})")
    assert {"Document", "Script", "Stylesheet"} <= set(weights)
    assert total <= MOST_BYTES


def test_files_whose_own_policy_allows_nothing_still_do_their_work(come: Come, room: str) -> None:
    reader = come().enter()
    policies: dict[str, set[str]] = {}

    def note(answer: Response) -> None:
        kind = answer.request.resource_type
        policies.setdefault(kind, set()).add(answer.headers["content-security-policy"])

    reader.page.on("response", note)
    page = reader.sit(room)
    assert policies["script"] == policies["stylesheet"]
    (policy,) = policies["script"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert "script-src 'self'" in policies["document"].pop()
    reader.write("ことばが出ます。")  # modules ran, and the line they opened works
    touch = page.get_by_role("button", name="送信").evaluate("it => getComputedStyle(it).minBlockSize")
    assert touch != "auto"  # styles count

    file = page.goto(f"{reader.place.url}{page.evaluate(_A_SCRIPT)}")  # opened by itself
    assert file
    assert file.headers["content-security-policy"] == policy
