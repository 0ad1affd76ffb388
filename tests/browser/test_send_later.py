"""Who wants it has some seconds in which nobody has read it yet."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.guests import Come, Place

DELAY = {"theme": "system", "text_size": "100", "send_delay": "5"}


def test_words_wait_and_can_be_had_back(come: Come, room: str, place: Place) -> None:
    writer, reader = come().enter(), come().enter()
    writer.send("/me/settings/", **DELAY)
    page = writer.page
    page.clock.install()
    writer.sit(room)
    reader.sit(room)
    writer.write("いわなくてもいいこと")
    expect(page.get_by_text("5秒あとに送ります。")).to_be_visible()
    page.clock.run_for(4_000)
    page.get_by_role("button", name="もどす").click()
    expect(writer.field).to_have_value("いわなくてもいいこと")
    page.clock.run_for(10_000)
    assert place.stored(room) == []

    writer.field.fill("いいたいこと")
    writer.send_button.click()
    page.clock.run_for(4_000)
    assert place.stored(room) == []
    page.clock.run_for(1_500)
    reader.sees("いいたいこと")
    writer.sees("いいたいこと")
    assert place.stored(room) == ["いいたいこと"]
    expect(page.get_by_role("button", name="もどす")).to_have_count(0)
