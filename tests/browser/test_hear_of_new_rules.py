"""The promises change while people sit in a room: they are shown, and nothing typed is lost."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.guests import Come, Place

_PUBLISH = """
from ibasho.house.actions import Clause, draft_rules, publish_rules
from ibasho.house.queries import current_rules

old = [Clause(one.key, one.group, one.text) for one in current_rules().clauses.order_by("position")]
publish_rules(draft_rules([*old, Clause("window", old[-1].group, "窓は、あけても しめても いいです。")]))
"""


def test_the_difference_stands_above_the_composer_and_the_words_stay(
    come: Come, room: str, place: Place
) -> None:
    writer, reader = come().enter(), come().enter()
    page = writer.sit(room)
    reader.sit(room, mode="observe")
    writer.write("まえの約束で書きました")
    reader.sees("まえの約束で書きました")
    writer.field.fill("書いているうちに、約束が変わりました")
    place.tell(_PUBLISH)
    writer.send_button.click()
    rules = page.locator("[data-rules]")
    expect(rules).to_contain_text("窓は、あけても")
    expect(writer.field).to_have_value("書いているうちに、約束が変わりました")
    assert rules.bounding_box()["y"] < writer.field.bounding_box()["y"]  # type: ignore[index]
    assert place.stored(room) == ["まえの約束で書きました"]

    with page.expect_navigation():
        rules.get_by_role("button", name="約束を読みました").click()
    page.wait_for_url(f"**/rooms/{room}/*")
    writer.wait_for_line()
    expect(writer.field).to_have_value("書いているうちに、約束が変わりました")
    assert rules.count() == 0
    writer.send_button.click()
    reader.sees("書いているうちに、約束が変わりました")
    assert reader.page.locator("[data-rules]").count() == 0
