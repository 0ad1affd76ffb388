"""知らせ on the desk: who reads what, deciding, and what who told hears."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.house.queries import notices_for
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import (
    decide_concern,
    forget_old_acts,
    forget_old_concerns,
    hide,
    reopen_concern,
    take_back_concern,
    tell_keepers,
)
from ibasho.moderation.models import Concern, LogDetail, LogEntry, SealedText
from ibasho.moderation.queries import case_of, check_log
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import leave_duty
from ibasho.rooms.models import Message, Room, Seat
from tests.conftest import EnterAs, KeeperClient, OpenRoom, SeatFor
from tests.desk.conftest import OnDuty, Says, page_of

pytestmark = pytest.mark.django_db
CANARY = "カナリアの言葉"
WORDS = "そんなことも分からないのですか。"


@pytest.fixture
def message(watched: Room, regular: Person, says: Says) -> Message:
    return says(regular, watched, WORDS, name="なのはな")


@pytest.fixture
def teller(watched: Room, other_regular: Person, seat_for: SeatFor) -> Person:
    """In the same room, by the name とりのす."""
    seat_for(other_regular, watched, name="とりのす")
    return other_regular


@pytest.fixture
def concern(watched: Room, message: Message, teller: Person) -> Concern:
    return tell_keepers(teller, watched, message.pk, reason="harm", words=CANARY)[0]


def _decide(keeper: KeeperFacts, concern: Concern, outcome: str = "spoken") -> Concern:
    return decide_concern(keeper, concern.pk, outcome=outcome, seen=concern.pk)


def _codes(person: Person) -> list[str]:
    return sorted(letter["code"] for letter in notices_for(person.pk))


def test_the_page_of_a_concern_does_not_call_it_something_else_to_look_at(
    watched: Room, message: Message, teller: Person, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    told, _ = tell_keepers(teller, watched, message.pk, reason="unsure")
    shown = keeper_client(keeper).get(f"/desk/concerns/{told.pk}/").content.decode()
    assert "かくす" in shown
    assert "ほかに、見てほしいことが" not in shown


def test_it_waits_on_the_desk_of_who_is_on_duty_there(
    concern: Concern, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    home = page_of(client, "/desk/")
    assert f'href="/desk/concerns/{concern.pk}/"' in home
    assert "「なのはな」の書き込み" in home
    page = page_of(client, f"/desk/concerns/{concern.pk}/")
    for words in (
        WORDS,
        CANARY,
        "とりのす",
        "人を傷つける言葉、親や家族を責める言葉",
        "知らせてくれた方（1人）",
    ):
        assert words in page
    assert f'href="/desk/concerns/{concern.pk}/"' in page_of(
        client, f"/desk/rooms/engawa/messages/{concern.message_key}/"
    )


def test_words_that_were_changed_between_two_who_told_are_there_twice(
    watched: Room,
    message: Message,
    concern: Concern,
    newcomer: Person,
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(text="いい天気ですね。", edited=True)
    tell_keepers(newcomer, watched, message.pk, reason="unsure")
    page = page_of(keeper_client(keeper), f"/desk/concerns/{concern.pk}/")
    assert page.index(WORDS) < page.index("言葉がかわっていました") < page.index("いい天気ですね。")


def test_who_is_on_duty_elsewhere_sees_how_many_and_no_word(
    concern: Concern, steward: KeeperFacts, keeper_client: KeeperClient, open_room: OpenRoom, on_duty: OnDuty
) -> None:
    client = keeper_client(steward)
    on_duty(steward, open_room(title="べつの部屋", keepers_needed=2))
    for path in ("/desk/", "/desk/concerns/"):
        page = page_of(client, path)
        assert '<span class="keep">（縁側の部屋 1件）。</span>' in page  # no bracket at the end of a line
        for secret in (WORDS, CANARY, "とりのす", "なのはな", f"/desk/concerns/{concern.pk}/"):
            assert secret not in page
    assert client.get(f"/desk/concerns/{concern.pk}/").status_code == 404
    assert (
        client.post(
            f"/desk/concerns/{concern.pk}/decision/", {"outcome": "kept", "seen": concern.pk}
        ).status_code
        == 404
    )
    assert Concern.objects.get().is_open


def test_a_duty_that_is_over_reads_no_more(
    concern: Concern, keeper: KeeperFacts, keeper_client: KeeperClient, clock: time_machine.Traveller
) -> None:
    client = keeper_client(keeper)
    clock.shift(dt.timedelta(minutes=61))  # the round that ends duties has not come by yet
    assert "とりのす" not in page_of(client, "/desk/concerns/")
    assert client.get(f"/desk/concerns/{concern.pk}/").status_code == 404


def test_a_keeper_never_hears_of_a_concern_about_their_own_words(
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    teller: Person,
    says: Says,
    keeper_client: KeeperClient,
) -> None:
    own = says(Person.objects.get(pk=keeper.person_id), watched, "早く書いてください。", name="みどり")
    concern, _ = tell_keepers(teller, watched, own.pk, reason="life", words=CANARY)
    client = keeper_client(keeper)
    for path in (
        "/desk/",
        "/desk/concerns/",
        f"/desk/rooms/engawa/messages/{own.pk}/",
        "/desk/rooms/engawa/",
    ):
        page = page_of(client, path)
        assert CANARY not in page
        assert "とどいて" not in page
        assert f"/desk/concerns/{concern.pk}/" not in page
    assert [alert.id for alert in alerts_for(keeper, desk_now())] == []
    assert client.get(f"/desk/concerns/{concern.pk}/").status_code == 404
    with pytest.raises(Refusal) as refused:
        _decide(keeper, concern, "kept")
    assert refused.value.code == "not_found"
    assert CANARY in page_of(keeper_client(second_keeper), f"/desk/concerns/{concern.pk}/")


def test_the_outcome_is_told_to_everybody_who_told_once(
    watched: Room,
    concern: Concern,
    teller: Person,
    newcomer: Person,
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
    message: Message,
) -> None:
    tell_keepers(teller, watched, message.pk, reason="unsure")
    last, _ = tell_keepers(newcomer, watched, message.pk, reason="unsure")
    desk = keeper_client(keeper)
    answer = desk.post(f"/desk/concerns/{concern.pk}/decision/", {"outcome": "spoken", "seen": last.pk})
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/concerns/{concern.pk}/")
    for person in (teller, newcomer):
        [letter] = notices_for(person.pk)
        assert letter["code"] == "concern_outcome"
        assert "部屋で声をかけました" in letter["text"]
        for secret in ("みどり", "なのはな", WORDS):
            assert secret not in letter["text"]
    assert {row.outcome for row in Concern.objects.all()} == {"spoken"}
    page = page_of(desk, answer["Location"])
    assert "結果を決めました" in page
    assert "部屋で声をかけた" in page
    assert "「なのはな」の書き込み" in page_of(keeper_client(keeper), "/desk/concerns/")
    assert "当番ではない部屋" not in page_of(keeper_client(keeper), "/desk/")


def test_the_writer_hears_of_the_copy_and_not_of_who_told(
    concern: Concern, regular: Person, keeper: KeeperFacts
) -> None:
    _decide(keeper, concern)
    [letter] = notices_for(regular.pk)
    assert letter["code"] == "sealed"
    assert "スタッフだけが読めるように残しています" in letter["text"]
    for secret in ("知らせ", "とりのす", CANARY, "みどり"):
        assert secret not in letter["text"]
    again = reopen_concern(keeper, concern.pk)
    _decide(keeper, again, "kept")
    assert _codes(regular) == ["sealed"]


def test_an_act_says_so_itself(watched: Room, concern: Concern, regular: Person, keeper: KeeperFacts) -> None:
    hide(keeper, watched.slug, concern.message_key or "", rule="listen")
    _decide(keeper, concern, "acted")
    [letter] = notices_for(regular.pk)
    assert letter["code"] == "hidden"
    assert (
        "大切なことなので、言葉のうつしを12月22日（火）まで、スタッフだけが読めるように残しています。"
        in letter["text"]
    )


def test_what_came_after_the_page_was_read_waits_on(
    watched: Room, concern: Concern, newcomer: Person, keeper: KeeperFacts, message: Message
) -> None:
    late, _ = tell_keepers(newcomer, watched, message.pk, reason="life")
    _decide(keeper, concern)
    late.refresh_from_db()
    assert late.is_open
    assert _codes(newcomer) == []
    _decide(keeper, late, "watched")
    assert [row.outcome for row in Concern.objects.order_by("pk")] == ["spoken", "watched"]


def test_a_second_tap_of_another_keeper_gets_the_first_answer(
    concern: Concern, teller: Person, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    _decide(keeper, concern, "kept")
    found = _decide(second_keeper, concern, "acted")
    assert (found.outcome, found.decided_by_id) == ("kept", keeper.keeper_id)
    assert _codes(teller) == ["concern_outcome"]
    assert LogEntry.objects.count() == 1


def test_it_is_undone_and_waits_again(
    concern: Concern,
    teller: Person,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    _decide(keeper, concern)
    client = keeper_client(second_keeper)
    assert "もう一度確かめる" in page_of(client, f"/desk/concerns/{concern.pk}/")
    for _ in range(2):
        assert client.post(f"/desk/concerns/{concern.pk}/decision/lift/").status_code == 303
    concern.refresh_from_db()
    assert (concern.is_open, concern.outcome, concern.decided_by) == (True, "", None)
    assert _codes(teller) == ["concern_outcome", "concern_reopened"]
    assert [entry.verb for entry in LogEntry.objects.all()] == ["decide_concern", "reopen_concern"]


def test_the_log_holds_no_word_of_who_told(
    concern: Concern, teller: Person, watched: Room, keeper: KeeperFacts
) -> None:
    seat = Seat.objects.get(person=teller, room=watched)
    _decide(keeper, concern)
    [detail] = LogDetail.objects.all()
    assert detail.seat == concern.about_id
    for secret in (CANARY, "とりのす", str(seat.pk)):
        assert secret not in detail.body
    assert check_log() is None


def test_a_form_without_an_outcome_comes_back(
    concern: Concern, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client, path = keeper_client(keeper), f"/desk/concerns/{concern.pk}/decision/"
    for sent in (
        {},
        {"seen": concern.pk},
        {"outcome": "kept"},
        {"outcome": "burn", "seen": concern.pk},
        {"outcome": "kept", "seen": "0"},
    ):
        answer = client.post(path, sent)
        assert answer.status_code == 400
        assert CANARY in answer.content.decode()
    assert Concern.objects.get().is_open
    assert LogEntry.objects.count() == 0


def test_what_was_taken_back_is_not_on_the_desk(
    concern: Concern, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    before = desk_now().version
    take_back_concern(concern.code_hash)
    assert desk_now().version != before
    client = keeper_client(keeper)
    assert client.get(f"/desk/concerns/{concern.pk}/").status_code == 404
    for path in ("/desk/", "/desk/concerns/"):
        assert CANARY not in page_of(client, path)
        assert f"/desk/concerns/{concern.pk}/" not in page_of(client, path)


def test_alerts_are_one_a_case_and_a_danger_to_life_reaches_every_desk(
    watched: Room,
    message: Message,
    concern: Concern,
    newcomer: Person,
    keeper: KeeperFacts,
    steward: KeeperFacts,
) -> None:
    tell_keepers(newcomer, watched, message.pk, reason="unsure")
    assert [(alert.id, alert.level) for alert in alerts_for(keeper, desk_now())] == [
        (f"told-{concern.pk}", "soon")
    ]
    assert alerts_for(steward, desk_now()) == []
    tell_keepers(newcomer, watched, reason="life")
    assert "命が心配な知らせが、届いています。" in alerts_for(keeper, desk_now())[0].text
    (alert,) = alerts_for(steward, desk_now())
    assert (alert.level, alert.act) == ("life", "")  # a steward alone takes no duty


def test_a_danger_to_life_stands_first_and_leads_there(
    watched: Room, concern: Concern, newcomer: Person, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    life, _ = tell_keepers(newcomer, watched, reason="life")
    page = page_of(keeper_client(keeper), "/desk/")
    assert page.index("命が心配な知らせが、届いています。") < page.index("申し送り</h2>")
    assert page.index(f'id="case-{life.pk}"') < page.index(f'id="case-{concern.pk}"')


def test_the_person_concerned_finds_nothing_of_it(
    concern: Concern, regular: Person, keeper: KeeperFacts, client: Client, enter_as: EnterAs
) -> None:
    writer = enter_as(client, regular)
    for _ in range(2):
        for path in ("/me/", "/me/download/", "/rooms/engawa/", "/rooms/", "/receipts/"):
            page = writer.get(path).content.decode()
            for secret in (CANARY, "とりのす"):
                assert secret not in page
        _decide(keeper, concern)


def test_after_an_erasure_the_case_can_still_be_decided(
    concern: Concern, regular: Person, teller: Person, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    erase(teller)
    erase(regular)
    page = page_of(keeper_client(keeper), f"/desk/concerns/{concern.pk}/")
    assert CANARY not in page
    assert WORDS in page  # sealed until the review window ends
    assert "席のない方" in page
    _decide(keeper, concern)
    assert check_log() is None


def test_it_ends_thirty_days_after_it_was_decided_and_the_copy_before(
    concern: Concern, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(days=35))
    forget_old_acts()
    forget_old_concerns()
    assert SealedText.objects.count() == 1  # nobody has decided yet
    with transaction.atomic():
        Concern.objects.update(outcome="kept", decided_at=concern.at + dt.timedelta(days=35))
    forget_old_acts()
    assert SealedText.objects.count() == 0
    clock.shift(dt.timedelta(days=29))
    forget_old_concerns()
    assert Concern.objects.count() == 1
    clock.shift(dt.timedelta(days=2))
    forget_old_concerns()
    assert Concern.objects.count() == 0


def test_what_nobody_decides_ends_after_ninety_days(concern: Concern, clock: time_machine.Traveller) -> None:
    clock.shift(dt.timedelta(days=91))
    forget_old_concerns()
    forget_old_acts()
    assert (Concern.objects.count(), SealedText.objects.count()) == (0, 0)


def test_the_quiet_box_is_for_the_coordinator_alone(
    watched: Room,
    newcomer: Person,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
    client: Client,
    enter_as: EnterAs,
) -> None:
    enter_as(client, newcomer).post("/quiet-box/", {"text": f"{CANARY}。もう死にたい"})
    moderator, coordinator = keeper_client(keeper), keeper_client(steward)
    for path in ("/desk/", "/desk/concerns/", "/desk/notes/", "/desk/rooms/engawa/"):
        assert CANARY not in page_of(moderator, path)
        assert "ポスト" not in page_of(moderator, path)
    assert [alert.level for alert in alerts_for(keeper, desk_now())] == []
    assert [alert.level for alert in alerts_for(steward, desk_now())] == ["life"]
    assert "言いにくいことポストに、1通届いています" in page_of(coordinator, "/desk/")
    page = page_of(coordinator, "/desk/quiet-box/")
    assert CANARY in page
    (action,) = re.findall(r'action="(/desk/quiet-box/\d+/read/)"', page)
    assert coordinator.post(action)["Location"] == "/desk/quiet-box/"
    assert "いまは、ありません" in page_of(coordinator, "/desk/quiet-box/")
    assert coordinator.post(f"{action}lift/").status_code == 303


def test_leaving_the_duty_ends_the_reading(
    concern: Concern, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    assert CANARY in page_of(client, f"/desk/concerns/{concern.pk}/")
    leave_duty(keeper)
    assert client.get(f"/desk/concerns/{concern.pk}/").status_code == 404


def test_the_number_of_who_took_it_back_leads_to_what_others_told_of_the_same_words(
    concern: Concern, message: Message, watched: Room, keeper: KeeperFacts, newcomer: Person
) -> None:
    other, _ = tell_keepers(newcomer, watched, message.pk, reason="harm")
    take_back_concern(concern.code_hash)
    assert case_of(keeper, concern.pk).id == other.pk
    take_back_concern(other.code_hash)
    with pytest.raises(Refusal):
        case_of(keeper, concern.pk)
