"""A phone in a tunnel: words wait, go out once, and nothing that others wrote is missed or doubled."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.guests import Come, Guest, Place

MEANWHILE = ["ひとつめ", "ふたつめ", "みっつめ"]


def _posts(guest: Guest) -> list[str]:
    return [frame["id"] for frame in guest.said if frame["type"] == "post"]


def test_words_written_without_a_network_stay_and_go_out_once(come: Come, room: str, place: Place) -> None:
    walker, other = come(through_tunnel=True).enter(), come().enter()
    walker.forgive("net::ERR", "WebSocket connection")
    page = walker.sit(room)
    other.sit(room)
    walker.write("トンネルに入ります")
    other.sees("トンネルに入ります")
    walker.field.fill("トンネルの中で")

    walker.tunnel.cut()
    walker.context.set_offline(True)
    other.say_many(room, MEANWHILE)
    expect(page.get_by_text("いま、つながりを待っています。書いた言葉は残ります。")).to_be_visible()
    assert walker.field.input_value() == "トンネルの中で"
    walker.send_button.click()
    expect(page.get_by_role("button", name="もどす")).to_be_visible()
    walker.field.fill("もう一つ、書きかけの言葉")
    assert place.stored(room) == ["トンネルに入ります", *MEANWHILE]

    walker.tunnel.open()
    walker.context.set_offline(False)
    for text in [*MEANWHILE, "トンネルの中で"]:
        walker.sees(text)
        other.sees(text)
    expect(page.get_by_text("つながりを待っています")).not_to_be_visible()
    assert walker.field.input_value() == "もう一つ、書きかけの言葉"
    assert place.stored(room) == ["トンネルに入ります", *MEANWHILE, "トンネルの中で"]
    assert len(set(_posts(walker))) == 2
    walker.has_the_same_view_as_the_loaded_page()
    other.has_the_same_view_as_the_loaded_page()
    assert walker.field.input_value() == "もう一つ、書きかけの言葉"


def test_an_answer_that_is_lost_makes_no_second_message(come: Come, room: str, place: Place) -> None:
    walker, other = come(through_tunnel=True).enter(), come().enter()
    walker.forgive("net::ERR", "WebSocket connection")
    walker.sit(room)
    other.sit(room)
    walker.tunnel.swallow_answers()
    walker.write("届いたかな")
    other.sees("届いたかな")
    assert walker.row("届いたかな").count() == 0
    walker.tunnel.cut()
    walker.tunnel.open()
    walker.sees("届いたかな")
    walker.write("届きました")
    other.sees("届きました")
    first, again, last = _posts(walker)
    assert first == again != last
    assert place.stored(room) == ["届いたかな", "届きました"]
    other.has_the_same_view_as_the_loaded_page()


def test_waiting_words_can_be_taken_back_before_they_go_out(come: Come, room: str, place: Place) -> None:
    walker = come(through_tunnel=True).enter()
    walker.forgive("net::ERR", "WebSocket connection")
    page = walker.sit(room)
    walker.tunnel.cut()
    walker.context.set_offline(True)
    expect(page.get_by_text("つながりを待っています")).to_be_visible()
    walker.write("やっぱりやめる")
    page.get_by_role("button", name="もどす").click()
    expect(walker.field).to_have_value("やっぱりやめる")
    walker.field.fill("こちらにする")
    walker.tunnel.open()
    walker.context.set_offline(False)
    expect(page.get_by_text("つながりを待っています")).not_to_be_visible()
    walker.send_button.click()
    walker.sees("こちらにする")
    assert place.stored(room) == ["こちらにする"]
