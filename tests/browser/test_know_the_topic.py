"""What the keepers named as the topic of now stands by the room's facts, for everybody who is there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come, Place, until
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty

TOPIC = "夜ふかしと<b>朝ねぼう</b>"
_AT_END = "() => innerHeight + scrollY >= document.documentElement.scrollHeight - 64"


@pytest.fixture
def staffed(place: Place) -> tuple[str, str]:
    """A room that one keeper opens: its slug and its title."""
    title = "わだいの部屋"
    return open_staffed_room(place, "wadai", title, needed=1), title


def test_the_topic_is_read_at_once_and_on_the_next_page(
    come: Come, keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    slug, title = staffed
    keeper = keeper_browser("あけぼの")
    take_duty(keeper, title)
    reader, plain = come().enter(), come(java_script_enabled=False).enter()
    page = reader.sit(slug)
    reader.say_many(slug, [f"{number}番めの言葉です。" for number in range(20)])
    plain.send(f"/rooms/{slug}/door/", mode="observe")
    topic = page.locator("[data-topic]")
    expect(topic).to_be_hidden()

    keeper.send(f"/desk/rooms/{slug}/topic/", text=TOPIC)
    expect(topic).to_have_text(f"いまの話題：{TOPIC}")
    expect(topic).to_be_in_viewport()
    until(page, _AT_END)
    expect(plain.open(f"/rooms/{slug}/").locator("[data-topic]")).to_have_text(f"いまの話題：{TOPIC}")

    keeper.send(f"/desk/rooms/{slug}/topic/", text="")
    expect(topic).to_be_hidden()
    expect(plain.open(f"/rooms/{slug}/").locator("[data-topic]")).to_be_hidden()
