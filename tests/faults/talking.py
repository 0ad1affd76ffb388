"""Words on their way, and which answer each of them must get."""

from __future__ import annotations

import datetime as dt
import time
from uuid import uuid4

from ibasho.lib import clock
from ibasho.rooms.models import Message
from tests.faults import truth
from tests.faults.company import Company
from tests.faults.guests import RETRIED, Guest, Said, Sent, Tab
from tests.wire import Answer

TEXTS = {  # as they are sent, and as they must be kept
    "こんばんは。": "こんばんは。",
    "一行\r\n二行": "一行\n二行",
    "か\u3099": "が",
    "👨‍👩‍👧‍👦": "👨‍👩‍👧‍👦",
    "<b>&amp;</b>": "<b>&amp;</b>",
    "\u202eうら\u200b": "うら",
    "ながい" * 20: "ながい" * 20,
}


class TalkingCompany(Company):
    """What the model foresees must come."""

    number = 0

    def words(self, text: str, cover: str, tone: str, verb: str = "post", **more: str) -> Sent:
        self.number += 1
        fields = {"id": str(uuid4()), "text": f"{self.number} {text}", **more}
        fields |= {name: value for name, value in (("cover", cover), ("tone", tone)) if value}
        return self.sent(verb, fields, (f"{self.number} {TEXTS.get(text, text)}", cover, tone))

    def sent(self, verb: str, fields: dict[str, str], said: Said) -> Sent:
        return Sent(verb, fields, said, self.room_seq(), self.sessions[-1].pk, time.time())

    def answered(self, tab: Tab, sent: Sent) -> str:
        """Hand in and wait; what the model foresees must come."""
        is_clear = not any(other.outbox for other in self.tabs if other.guest is tab.guest)
        foreseen = self.foreseen(tab.guest)
        tab.hand_in(sent)
        code = self.code_of(tab, sent)
        if is_clear and sent.verb == "post":
            assert code == foreseen or (code == "pace" and self.pace()), f"{code} instead of {foreseen}"
        return code

    def code_of(self, tab: Tab, sent: Sent) -> str:
        request_id = sent.fields["id"]
        told = tab.guest.answers
        self.until(lambda: request_id in told or request_id in tab.refused, "no answer")
        return tab.refused.get(request_id, "posted")

    def asked_again(self, tab: Tab, frame: dict[str, str]) -> str:
        wire = tab.wire
        assert wire is not None
        tab.heard.clear()
        wire.send(frame)

        def answers() -> list[str]:
            found = [heard for heard in tab.heard if heard.get("id") == frame["id"]]
            return [heard.get("code", heard["type"]) for heard in found]

        self.until(lambda: bool(answers()), "no answer")
        tab.refused.pop(frame["id"], None)
        return answers()[0]

    def form_answered(self, guest: Guest, sent: Sent, answer: Answer) -> None:
        body = answer.json()
        if answer.status == 201:
            guest.be_told({**body, "id": sent.fields["id"]})
            guest.attended.add(sent.session)  # whoever wrote was there, also without a line
        else:
            assert body["code"] == self.foreseen(guest) or body["code"] in RETRIED, body

    def foreseen(self, guest: Guest) -> str:
        if guest.mode == "observe":
            return "observing"
        return {"paused": "room_paused", "closed": "room_closed"}.get(self.state(), "posted")

    def change(self, tab: Tab, row: Message, is_heard: bool, sent: Sent) -> None:
        sent.about = str(row.request_id)
        if not is_heard:
            tab.hand_in(sent)
            self.hang_up(tab)
            return
        is_clear = not self.is_in_flight()
        row.refresh_from_db()
        is_late = clock.now() > row.at + dt.timedelta(minutes=5)
        code = self.answered(tab, sent)
        if is_clear and str(row.seat_id) != tab.guest.seat:
            assert code != "posted", "somebody else's words"
        elif is_clear and (row.state != "shown" or (sent.verb == "edit" and is_late)):
            assert code != "posted", "words that cannot be changed any more"
        elif is_clear and sent.verb == "withdraw":
            assert code == "posted", f"one's own words can always be taken back, but {code}"

    def known(self, guest: Guest, pick: int) -> Sent | None:
        """Something that was answered, whose row is still there."""
        kept = {
            str(pk) for pk in Message.objects.filter(seat__person=guest.person).values_list("pk", flat=True)
        }
        known = [request for request, (message, _) in guest.answers.items() if message in kept]
        return guest.sent[known[pick % len(known)]] if known else None

    def row_for(self, tab: Tab, pick: int) -> Message | None:
        """Words to be changed: mostly one's own, written now if there are none; sometimes somebody else's."""
        rows = truth.rows_of(self.room)
        mine = [row for row in rows if str(row.seat_id) == tab.guest.seat]
        if pick % 4 == 0 and rows:
            return rows[pick % len(rows)]
        if not mine and self.answered(tab, self.words("すぐなおす", "", "")) == "posted":
            mine = list(Message.objects.filter(seat_id=tab.guest.seat))
        return mine[-1 if pick % 4 == 1 else pick % len(mine)] if mine else None

    def watch(self, tab: Tab) -> None:
        self.hang_up(tab)
        self.connect(tab, "fresh")
        self.fill(tab)
        page = self.ask("GET", tab.guest, "")
        assert page.status == 200
        self.ask("GET", tab.guest, "events/")
        assert self.answered(tab, self.words("きこえますか", "", "")) == "observing"
        self.until(lambda: not tab.is_filling, "no answer to a fill")
