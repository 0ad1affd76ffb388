"""What a keeper is alerted to, and the word that says that the desk looks different."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.duty.actions import note_there, read_handover
from ibasho.house.actions import leave_note
from ibasho.house.queries import notices_for
from ibasho.moderation.actions import ask_review, hide, pause_room, set_topic
from ibasho.moderation.models import ReviewRequest
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import leave_duty, step_out
from ibasho.rooms.models import Room
from tests.conftest import KeeperClient
from tests.desk.conftest import OnDuty, Says, page_of
from tests.duty.conftest import handed_over


def _texts(keeper: KeeperFacts) -> list[str]:
    return [alert.text for alert in alerts_for(keeper, desk_now())]


def test_a_quiet_desk_alerts_to_nothing(watched: Room, keeper: KeeperFacts) -> None:
    assert alerts_for(keeper, desk_now()) == []


def test_a_note_about_dying_is_a_danger_to_life_for_every_keeper(
    watched: Room, keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    leave_note("もう、死にたいです。")
    assert [alert.level for who in (keeper, steward) for alert in alerts_for(who, desk_now())] == [
        "life",
        "life",
    ]


def test_a_review_with_words_about_dying_is_a_danger_to_life_for_stewards(
    watched: Room,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    regular: Person,
    says: Says,
    keeper_client: KeeperClient,
) -> None:
    hide(keeper, watched.slug, says(regular, watched, "こんばんは。").pk, rule="listen")
    before = desk_now().version
    review = ask_review(notices_for(regular.pk)[0]["act"], "もう死にたい。")
    (alert,) = alerts_for(steward, desk_now())
    assert (alert.id, alert.level) == (f"review-{review.pk}", "life")
    assert alert.text == "命が心配な見直しのお願いが、届いています。"
    assert alerts_for(keeper, desk_now()) == []
    assert desk_now().version != before
    page = page_of(keeper_client(steward), "/desk/")
    assert f'href="#{alert.id}"' in page
    assert f'id="{alert.id}"' in page
    ReviewRequest.objects.update(words="", about_dying=False)  # as when its writer erases all
    assert alerts_for(steward, desk_now()) == []


def test_a_review_with_other_words_only_waits(
    watched: Room, keeper: KeeperFacts, steward: KeeperFacts, regular: Person, says: Says
) -> None:
    hide(keeper, watched.slug, says(regular, watched, "こんばんは。").pk, rule="listen")
    ask_review(notices_for(regular.pk)[0]["act"], "もう一度 見てください。")
    assert alerts_for(steward, desk_now()) == []


def test_a_colleague_whose_line_is_quiet(
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    clock: time_machine.Traveller,
) -> None:
    clock.shift(dt.timedelta(seconds=89))
    assert alerts_for(keeper, desk_now()) == []
    clock.shift(dt.timedelta(seconds=1))
    note_there(keeper.keeper_id)
    assert _texts(keeper) == ["すすきさんは、いま、線が切れています。"]
    assert alerts_for(steward, desk_now()) == []  # not on duty there
    clock.shift(dt.timedelta(seconds=90))
    note_there(keeper.keeper_id)
    assert _texts(keeper) == ["すすきさんは、線が切れて、3分たちました。"]
    note_there(second_keeper.keeper_id)
    assert alerts_for(keeper, desk_now()) == []


def test_a_colleague_whose_duty_is_just_over_has_not_lost_the_line(
    engawa: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    on_duty: OnDuty,
    clock: time_machine.Traveller,
) -> None:
    on_duty(keeper, engawa)
    on_duty(second_keeper, engawa, minutes=1)
    clock.shift(dt.timedelta(seconds=61))
    assert [duty.keeper_id for duty in desk_now().duties] == [keeper.keeper_id, second_keeper.keeper_id]
    assert _texts(keeper) == []


def test_a_room_that_rests_for_want_of_keepers(
    watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    step_out(second_keeper)
    assert _texts(keeper) == [
        "「縁側の部屋」が、見守り役を待って休けいしています。",
        "すすきさんは、ひと休みしています。",
    ]


def test_the_own_end_is_near(
    engawa: Room, keeper: KeeperFacts, on_duty: OnDuty, clock: time_machine.Traveller
) -> None:
    on_duty(keeper, engawa, minutes=30)
    assert not any("当番は" in text for text in _texts(keeper))
    clock.shift(dt.timedelta(minutes=20))
    note_there(keeper.keeper_id)
    assert "あなたの当番は、20:32までです。のばすこともできます。" in _texts(keeper)


def test_an_alert_keeps_its_id_as_long_as_its_cause(watched: Room, keeper: KeeperFacts) -> None:
    leave_note("もう、死にたいです。")
    assert alerts_for(keeper, desk_now()) == alerts_for(keeper, desk_now())


def _note_waits(room: Room, keeper: KeeperFacts, other: KeeperFacts) -> None:
    leave_note("こんにちは。")


def _handover_is_written(room: Room, keeper: KeeperFacts, other: KeeperFacts) -> None:
    handed_over(keeper, facts="静かでした。", plan="")


def _handover_is_read(room: Room, keeper: KeeperFacts, other: KeeperFacts) -> None:
    read_handover(other, handed_over(keeper, facts="静かでした。", plan="").pk)


def _duty_ends(room: Room, keeper: KeeperFacts, other: KeeperFacts) -> None:
    leave_duty(other)


def _room_rests(room: Room, keeper: KeeperFacts, other: KeeperFacts) -> None:
    pause_room(keeper, room.slug, minutes=5)


def _topic_is_set(room: Room, keeper: KeeperFacts, other: KeeperFacts) -> None:
    set_topic(keeper, room.slug, text="雨の日")


@pytest.mark.parametrize(
    "happens",
    [_note_waits, _handover_is_written, _handover_is_read, _duty_ends, _room_rests, _topic_is_set],
    ids=lambda it: it.__name__.strip("_"),
)
def test_what_happens_at_the_desk_changes_its_version(
    happens: Callable[[Room, KeeperFacts, KeeperFacts], None],
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
) -> None:
    before = desk_now().version
    assert desk_now().version == before
    happens(watched, keeper, second_keeper)
    assert desk_now().version != before


def test_an_act_changes_the_version_and_words_of_the_room_do_not(
    watched: Room, keeper: KeeperFacts, regular: Person, says: Says
) -> None:
    before = desk_now().version
    message = says(regular, watched, "こんばんは。")
    assert desk_now().version == before
    hide(keeper, watched.slug, message.pk, rule="listen")
    assert desk_now().version != before


def test_a_line_that_grows_quiet_changes_the_version(
    watched: Room, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    before = desk_now().version
    clock.shift(dt.timedelta(seconds=90))
    assert desk_now().version != before


def test_the_version_asks_few_questions_however_many_rooms(watched: Room, hondana: Room) -> None:
    assert desk_now().version
    with CaptureQueriesContext(connection) as asked:
        assert desk_now().version
    assert len(asked) <= 8
