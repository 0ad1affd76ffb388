"""ほかのスタッフに聞く: one tap before an act, a short answer on both desks, and nothing for anybody else."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import answer_colleague, ask_colleague, forget_old_opinions
from ibasho.moderation.models import LogEntry, Opinion
from ibasho.people.models import Person
from ibasho.people.my_record import sections_of
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import step_out
from ibasho.rooms.models import Message, Room
from tests.conftest import EnterAs, KeeperClient
from tests.desk.conftest import OnDuty, Says, page_of


@pytest.fixture
def message(watched: Room, regular: Person, says: Says) -> Message:
    return says(regular, watched, "きょうは雨でした。")


@pytest.fixture
def page(message: Message) -> str:
    return f"/desk/rooms/engawa/messages/{message.pk}/"


def _alerts(keeper: KeeperFacts) -> list[str]:
    return [alert.text for alert in alerts_for(keeper, desk_now())]


def test_one_tap_asks_and_one_answers(
    page: str, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    mine, theirs = keeper_client(keeper), keeper_client(second_keeper)
    assert "迷うときは、すすきさんに聞けます。" in page_of(mine, page)
    version = desk_now().version
    assert mine.post(f"{page}opinion/")["Location"] == page
    assert desk_now().version != version
    assert (_alerts(keeper), _alerts(second_keeper)) == ([], ["みどりさんが、どう思うか聞いています。"])
    assert f'href="{page}"' in page_of(theirs, "/desk/")
    asked = page_of(theirs, page)
    assert "みどりさん</span>が、この書き込みのことで、どうするか迷っています。" in asked
    assert "ほかのスタッフに、どう思うかを聞いています。" in page_of(mine, page)
    theirs.post(f"{page}opinion/answer/", {"answer": "wait"})
    assert (_alerts(keeper), _alerts(second_keeper)) == (["聞いたことに、答えがありました。"], [])
    assert "すすきさん</span>：「もう少し、ようすを見たいです」" in page_of(mine, page)
    mine.post(f"{page}opinion/lift/")
    assert not Opinion.objects.exists()
    assert "ほかのスタッフに聞く" in page_of(mine, page)
    entries = [(entry.verb, entry.actor) for entry in LogEntry.objects.order_by("number")]
    assert entries == [("ask_colleague", keeper.keeper_id), ("answer_colleague", second_keeper.keeper_id)]


def test_the_first_answer_stands_and_nobody_answers_themself(
    message: Message,
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    on_duty: OnDuty,
) -> None:
    on_duty(steward, watched)
    with pytest.raises(Refusal, match="not_found"):
        answer_colleague(second_keeper, watched.slug, message.pk, answer="go")
    asked = ask_colleague(keeper, watched.slug, message.pk)
    assert ask_colleague(second_keeper, watched.slug, message.pk) == asked, "one at a time"
    with pytest.raises(Refusal, match="not_found"):
        answer_colleague(keeper, watched.slug, message.pk, answer="go")
    for answer in ("", "yes"):
        with pytest.raises(Refusal, match="malformed"):
            answer_colleague(second_keeper, watched.slug, message.pk, answer=answer)
    answer_colleague(second_keeper, watched.slug, message.pk, answer="talk")
    answer_colleague(steward, watched.slug, message.pk, answer="go")
    row = Opinion.objects.get()
    assert (row.answer, row.answered_by_id) == ("talk", second_keeper.keeper_id)


def test_only_who_asked_ends_it(
    page: str, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    keeper_client(keeper).post(f"{page}opinion/")
    keeper_client(second_keeper).post(f"{page}opinion/lift/")
    assert Opinion.objects.count() == 1


def test_who_is_alone_is_not_asked_to_ask(
    page: str, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    step_out(second_keeper)
    shown = page_of(keeper_client(keeper), page)
    assert "いま、この部屋の当番は、あなただけです。" in shown
    assert "ほかのスタッフに聞く" not in shown


def test_whose_words_they_are_learns_nothing_of_it(
    page: str,
    message: Message,
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    regular: Person,
    newcomer: Person,
    enter_as: EnterAs,
) -> None:
    browser = enter_as(Client(), regular)

    def what_they_see() -> tuple[int, int, list[str]]:
        watched.refresh_from_db()
        record = [str(section) for section in sections_of(regular)]
        return watched.seq, browser.get("/rooms/engawa/").content.decode().count("スタッフ"), record

    before = what_they_see()
    ask_colleague(keeper, watched.slug, message.pk)
    answer_colleague(second_keeper, watched.slug, message.pk, answer="go")
    assert what_they_see() == before
    assert enter_as(Client(), newcomer).post(f"{page}opinion/").status_code == 404


def test_it_is_gone_within_the_hour(
    message: Message, watched: Room, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    ask_colleague(keeper, watched.slug, message.pk)
    clock.shift(dt.timedelta(minutes=59))
    forget_old_opinions()
    assert Opinion.objects.exists()
    clock.shift(dt.timedelta(minutes=2))
    forget_old_opinions()
    assert not Opinion.objects.exists()
