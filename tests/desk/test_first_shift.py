"""はじめての見守り役 (E07), played without a script: only what stands on a page is pressed."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import dataclass
from urllib.parse import urldefrag

import time_machine
from django.test import Client

from ibasho.moderation.queries import check_log
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, OpeningHours, Room, RoomSession, Seat
from tests.conftest import EnterAs, KeeperClient
from tests.desk.conftest import Says
from tests.duty.conftest import handed_over

_FORM = re.compile(r"<form\b(?P<head>[^>]*)>(?P<body>.*?)</form>", re.S)
_BUTTON = re.compile(r"<button\b(?P<head>[^>]*)>(?P<words>.*?)</button>", re.S)


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


@dataclass
class Desk:
    """A browser without scripts. `taps`: how often something was pressed since the last look at the count."""

    client: Client
    page: str = ""
    at: str = ""
    taps: int = 0

    def open(self, path: str) -> Desk:
        self.at = urldefrag(path).url
        response = self.client.get(self.at, follow=True)
        assert response.status_code == 200, (path, response.status_code)
        self.page = response.content.decode()
        return self

    def follow(self, words: str, beside: str = "") -> Desk:
        links = re.findall(r'<a\b[^>]*href="([^"]*)"[^>]*>(.*?)</a>', self._part(beside), re.S)
        (target,) = {html.unescape(href) for href, inner in links if _plain(inner) == words}
        self.taps += 1
        return self.open(target if target.startswith("/") else self.at + target)

    def press(self, words: str, **typed: str | list[str]) -> Desk:
        form, button = self._button(words)
        data: dict[str, str | list[str]] = {}
        for tag in re.findall(r"<input\b[^>]*>", form["body"]):
            is_box = _attribute(tag, "type") in ("checkbox", "radio")
            if not is_box or " checked" in tag:
                data.setdefault(_attribute(tag, "name"), []).append(_attribute(tag, "value"))  # type: ignore[union-attr]
        for name, options in re.findall(r'<select\b[^>]*name="(\w+)".*?>(.*?)</select>', form["body"], re.S):
            data[name] = re.findall(r'value="([^"]*)" selected', options)
        if name := _attribute(button["head"], "name"):
            data[name] = _attribute(button["head"], "value")
        target = _attribute(button["head"], "formaction") or _attribute(form["head"], "action")
        self.taps += 1
        answer = self.client.post(target, data | typed)
        assert answer.status_code == 303, (target, answer.status_code, answer.content.decode()[:500])
        return self.open(answer["Location"])

    def choose(self, words: str) -> str:
        """The value of the choice with these words; choosing is a tap."""
        self.taps += 1
        labels: list[tuple[str, str]] = re.findall(
            r'<label class="choice"><input[^>]*value="([^"]*)"[^>]*>(.*?)</label>', self.page, re.S
        )
        return next(value for value, inner in labels if words in _plain(inner))

    def counted(self) -> int:
        taps, self.taps = self.taps, 0
        return taps

    def _button(self, words: str) -> tuple[re.Match[str], re.Match[str]]:
        for form in _FORM.finditer(self.page):
            for button in _BUTTON.finditer(form["body"]):
                if _plain(button["words"]).startswith(words):
                    return form, button
        raise AssertionError(f"no button says {words}")

    def _part(self, beside: str) -> str:
        if not beside:
            return self.page
        rows: list[str] = re.findall(r"<article.*?</article>", self.page, re.S)
        return next(row for row in rows if beside in row)


def _plain(markup: str) -> str:
    return re.sub(r"<[^>]+>", "", markup).strip()


def test_a_first_shift_of_two(
    engawa: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    regular: Person,
    keeper_client: KeeperClient,
    enter_as: EnterAs,
    says: Says,
    clock: time_machine.Traveller,
) -> None:
    RoomSession.objects.filter(room=engawa).update(state="preparing")
    handed_over(steward, facts="静かでした。", plan="見守ります。")
    midori, susuki = Desk(keeper_client(keeper)), Desk(keeper_client(second_keeper))

    # the handover first, then duty: two taps
    midori.open("/desk/")
    assert midori.page.index("静かでした。") < midori.page.index("当番に入る</h2>")
    midori.press("読みました").press("当番に入る")
    assert midori.counted() == 2
    assert "あと1人いると、あけられます。" in midori.page

    # the second one is ready, and the room opens
    susuki.open("/desk/").press("当番に入る")
    midori.open("/desk/")
    assert "しずか" in midori.page
    assert "みどり" in midori.page
    assert "すすき" in midori.page

    # a line comes, and is hidden with a promise: three taps from the room
    line = says(regular, engawa, "駅の前にいます。帽子は あおいつばめがら です。")
    midori.follow("縁側の部屋").counted()
    midori.follow("この書き込みについて", beside=str(line.pk))
    midori.press("かくす", rule=midori.choose("約束一"))
    assert midori.counted() == 3
    line.refresh_from_db()
    assert line.state == Message.State.HIDDEN

    # its writer sees why, and can ask for another look
    theirs = enter_as(Client(), regular).get("/rooms/engawa/").content.decode()
    assert "理由：" in theirs
    assert "約束一" in theirs
    assert "もう一度 見てほしい" in theirs
    assert "あおいつばめがら" not in theirs

    # a rest of thirty minutes, and its undo: three taps and one
    midori.follow("この書き込みについて", beside=str(line.pk))
    midori.press("30分", rule=midori.choose("約束一"))
    assert midori.counted() == 3
    assert Seat.objects.get(pk=line.seat_id).resting_until is not None
    midori.press("お休みを終わりにする")
    assert midori.counted() == 1
    assert Seat.objects.get(pk=line.seat_id).resting_until is None

    # the handover, and the duty ends: the room rests, the rights are gone
    clock.shift(dt.timedelta(minutes=10))
    susuki.open("/desk/")
    midori.open("/desk/").follow("当番をおわる")
    assert "縁側の部屋" in midori.page
    midori.press("申し送りをのこして、おわる", facts="連絡先のような言葉を、1つかくしました。", plan="")
    assert midori.counted() == 2
    assert RoomSession.objects.get(room=engawa).state == "paused"
    assert midori.client.get("/desk/rooms/engawa/").status_code == 404
    assert "連絡先のような言葉を、1つかくしました。" in susuki.open("/desk/").page
    assert "見守り役を待って休けいしています" in susuki.page
    assert OpeningHours.objects.filter(room=engawa).exists()  # nothing of the room itself was touched
    assert check_log() is None
