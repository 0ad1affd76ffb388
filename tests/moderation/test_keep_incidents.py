"""A danger to a life: how it begins, who looks after it, how it ends, and what is kept of it."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction

from ibasho.duty.actions import note_there
from ibasho.duty.models import Duty
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import (
    ask_colleague,
    ask_quiet_room,
    begin_by_hand,
    close_incident,
    forget_old_acts,
    forget_old_incidents,
    look_at_incident,
    release_incident,
    reopen_incident,
    take_back_concern,
    take_incident,
    tell_after_incident,
    tell_keepers,
    tell_whose_words_are_sealed,
)
from ibasho.moderation.models import Incident, IncidentStep, LogDetail, LogEntry, SealedText
from ibasho.moderation.own_record import sections
from ibasho.moderation.queries import check_log
from ibasho.people.actions import erase
from ibasho.people.models import Keeper, Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import noticed
from ibasho.rooms.actions import end_due_duties, leave_duty, resign, take_seat, withdraw_message
from ibasho.rooms.actions.duties import end_duty_of, take_over
from ibasho.rooms.models import Finding, HeldPost, Message, Room, Seat
from ibasho.rooms.queries import keeper_room
from tests.moderation.conftest import Say, letters_to
from tests.rooms.conftest import Hear, LineFor

pytestmark = pytest.mark.django_db
WORDS = "川の音がします。"  # in which the screening sees nothing
DANGER = "いま橋の上にいます。"


@pytest.fixture
def words(room: Room, seat: object, regular: Person, say: Say) -> Message:
    return say(regular, room, WORDS)


@pytest.fixture
def incident(words: Message, room: Room, other_regular: Person) -> Incident:
    """Somebody told of it, and nobody has looked yet."""
    tell_keepers(other_regular, room, words.pk, reason="life")
    return Incident.objects.get()


def _steps(incident: Incident) -> list[str]:
    return list(incident.steps.values_list("what", flat=True))


def test_a_keeper_who_worries_has_it_at_once(words: Message, room: Room, keeper: KeeperFacts) -> None:
    incident = begin_by_hand(keeper, room.slug, words.pk, about_other=True)
    assert (incident.level, incident.about_other, incident.taken_by_id) == ("now", True, keeper.keeper_id)
    assert _steps(incident) == ["begun", "taken"]
    assert SealedText.objects.get().text == WORDS
    assert LogEntry.objects.latest("number").verb == "begin_incident"
    assert check_log() is None


def test_nobody_worries_about_words_or_asks_about_them_once_they_are_erased(
    words: Message, room: Room, regular: Person, keeper: KeeperFacts
) -> None:
    erase(regular)
    with pytest.raises(Refusal, match="not_shown"):
        begin_by_hand(keeper, room.slug, words.pk, about_other=False)
    with pytest.raises(Refusal, match="not_shown"):
        ask_colleague(keeper, room.slug, words.pk)
    assert not Incident.objects.exists()
    assert not LogDetail.objects.filter(seat=words.seat_id).exists()


def test_who_worries_twice_about_the_same_words_has_worried_once(
    words: Message, room: Room, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    incident = begin_by_hand(keeper, room.slug, words.pk, about_other=True)
    for who in (keeper, second_keeper):
        assert begin_by_hand(who, room.slug, words.pk, about_other=True) == incident
    assert LogEntry.objects.filter(verb="begin_incident").count() == 1
    assert not begin_by_hand(second_keeper, room.slug, words.pk, about_other=False).about_other
    assert LogEntry.objects.filter(verb="begin_incident").count() == 2
    assert _steps(incident) == ["begun", "taken"]


def test_a_concern_for_a_life_begins_one_and_more_words_of_the_seat_join_it(
    incident: Incident, regular: Person, room: Room, keeper: KeeperFacts, say: Say, newcomer: Person
) -> None:
    assert (incident.level, incident.seen_at, incident.taken_by) == ("look", None, None)
    more = say(regular, room, "お茶がはいりました。")
    assert begin_by_hand(keeper, room.slug, more.pk, about_other=False) == incident
    tell_keepers(newcomer, room, more.pk, reason="life")
    incident.refresh_from_db()
    assert incident.level == "now"
    assert incident.words.count() == 3
    assert _steps(incident) == ["begun", "joined", "raised", "joined"]


def _find(words: Message, **fields: object) -> None:
    """As the screening has it written beside the words."""
    with transaction.atomic():
        of_words = {"room": words.room, "session": words.session, "seat": words.seat, "message": words}
        found = Finding.objects.create(**{"label": "crisis", "at": house_clock.now()} | of_words | fields)
        noticed.tell([found])


def test_words_that_the_screening_finds_begin_one_for_every_desk(
    room: Room, seat: Seat, regular: Person, say: Say
) -> None:
    say(regular, room, "今日は、いい天気でした。")
    assert not Incident.objects.exists()
    found = say(regular, room, DANGER)
    incident = Incident.objects.get()
    assert (incident.seat, incident.seen_at, incident.taken_by) == (seat, None, None)
    (said,) = incident.words.all()
    assert (said.origin, said.message_key, said.seal.text) == ("found", found.pk, DANGER)
    say(regular, room, "もう死にたいです。")
    assert (Incident.objects.count(), incident.words.count()) == (1, 2)


def test_it_is_as_urgent_as_the_most_urgent_of_its_words_and_about_whom_they_are(
    words: Message, regular: Person, room: Room, say: Say
) -> None:
    _find(words, label="abuse", level="now")
    assert not Incident.objects.exists()
    _find(words, level="look", about_other=True)
    incident = Incident.objects.get()
    assert (incident.level, incident.about_other) == ("look", True)
    _find(say(regular, room, "お茶を飲みました。"), level="now", about_other=True)
    incident.refresh_from_db()
    assert (incident.level, incident.about_other) == ("now", True)
    _find(say(regular, room, "ねこがいます。"), level="look")
    incident.refresh_from_db()
    assert (incident.level, incident.about_other) == ("now", False)
    assert _steps(incident) == ["begun", "joined", "raised", "joined"]


def test_a_name_about_dying_is_let_in_and_every_desk_hears_once(room: Room, newcomer: Person) -> None:
    for name in ("もう死にたい", "もう死にたい", "自殺したい"):
        seat = take_seat(newcomer, room, mode="speak", call_name=name)
    assert seat.call_name == "自殺したい"
    incident = Incident.objects.get()
    assert (incident.seat_id, incident.level) == (seat.pk, "now")
    assert [said.seal.text for said in incident.words.all() if said.seal] == ["もう死にたい"]
    take_seat(newcomer, room, mode="speak", call_name="なぎ")
    assert incident.words.count() == 1


def test_words_that_wait_are_sealed_too(words: Message) -> None:
    held = HeldPost.objects.create(
        id=uuid4(),
        room=words.room,
        session=words.session,
        seat=words.seat,
        request_id=uuid4(),
        text="くわしいことは書きません。",
        code="care",
        at=house_clock.now(),
    )
    with transaction.atomic():
        fields = {"label": "crisis", "level": "now", "at": house_clock.now()}
        found = Finding.objects.create(
            room=words.room, session=words.session, seat=words.seat, held=held, **fields
        )
        noticed.tell([found])
    (said,) = Incident.objects.get().words.all()
    assert (said.message_key, said.seal.text) == (held.pk, held.text)


def test_a_worry_about_a_room_without_words_is_one_for_its_room(
    room: Room, newcomer: Person, other_regular: Person
) -> None:
    tell_keepers(newcomer, room, reason="life")
    tell_keepers(other_regular, room, reason="unsure", words="だれかが、もう死にたいと言っていました。")
    incident = Incident.objects.get()
    assert incident.seat is None
    assert incident.words.count() == 2


def test_words_of_a_keeper_begin_none(
    room: Room, keeper: KeeperFacts, other_regular: Person, say_on_duty: Say
) -> None:
    own = say_on_duty(keeper, room)
    tell_keepers(other_regular, room, own.pk, reason="life")
    assert not Incident.objects.exists()


def test_a_concern_taken_back_leaves_nothing_that_nobody_has_seen(
    words: Message, room: Room, other_regular: Person, keeper: KeeperFacts
) -> None:
    concern, _ = tell_keepers(other_regular, room, words.pk, reason="life")
    take_back_concern(concern.code_hash)
    assert not Incident.objects.exists()
    concern, _ = tell_keepers(other_regular, room, words.pk, reason="life")
    look_at_incident(keeper, Incident.objects.get().pk)
    take_back_concern(concern.code_hash)
    assert Incident.objects.get().words.count() == 0


def test_one_keeper_looks_after_it_whoever_taps_second(
    incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    look_at_incident(second_keeper, incident.pk)
    for who in (keeper, second_keeper, keeper):
        assert take_incident(who, incident.pk).taken_by_id == keeper.keeper_id
    assert _steps(incident) == ["begun", "seen", "taken"]
    assert take_incident(second_keeper, incident.pk, instead_of=keeper.keeper_id).taken_by_id == (
        second_keeper.keeper_id
    )


def test_who_has_it_can_let_another_have_it(
    incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    take_incident(keeper, incident.pk)
    with pytest.raises(Refusal) as refused:
        release_incident(second_keeper, incident.pk)
    assert refused.value.code == "malformed"
    clock.shift(dt.timedelta(minutes=5))
    released = release_incident(keeper, incident.pk)
    assert (released.taken_by, released.seen_at) == (None, None)
    assert released.alerted_at > released.begun_at
    assert release_incident(keeper, incident.pk) == released


def test_without_a_duty_nobody_acts(incident: Incident, keeper: KeeperFacts, steward: KeeperFacts) -> None:
    end_duty_of(keeper.keeper_id)
    for who in (keeper, steward):
        for act in (look_at_incident, take_incident, release_incident, reopen_incident):
            with pytest.raises(Refusal) as refused:
                act(who, incident.pk)
            assert refused.value.code == "not_found"


def test_a_duty_with_an_open_incident_does_not_end_by_the_clock(
    incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    take_incident(keeper, incident.pk)
    for _ in range(30):
        clock.shift(dt.timedelta(minutes=4))
        end_due_duties()
    assert _on_duty() == [keeper.keeper_id]
    with pytest.raises(Refusal) as refused:
        leave_duty(keeper)
    assert "あなたが見ている、命が心配なことがあります。" in refused.value.text
    close_incident(keeper, incident.pk, outcome="talked")
    clock.shift(dt.timedelta(minutes=16))
    end_due_duties()
    assert _on_duty() == []


def test_while_nobody_has_it_those_who_are_there_stay_and_the_others_go(
    incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(minutes=58))
    note_there(keeper.keeper_id)
    end_due_duties()
    clock.shift(dt.timedelta(minutes=3))
    end_due_duties()
    assert _on_duty() == [keeper.keeper_id]


def test_what_nobody_has_holds_only_the_last_who_is_there(
    incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    leave_duty(second_keeper)
    with pytest.raises(Refusal, match="asked"):
        leave_duty(keeper)
    assert _on_duty() == [keeper.keeper_id]


def test_of_two_whose_time_is_over_together_one_stays_with_what_nobody_has(
    incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(minutes=59, seconds=30))
    for who in (keeper, second_keeper):
        note_there(who.keeper_id)
    end_due_duties()
    clock.shift(dt.timedelta(minutes=1))
    end_due_duties()
    assert _on_duty() == [second_keeper.keeper_id]


def test_who_takes_the_duty_over_has_it_from_then_on(
    incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts, room: Room
) -> None:
    take_incident(keeper, incident.pk)
    quiet = ask_quiet_room(keeper, incident.pk)
    take_over(steward, Duty.objects.get(keeper=keeper.keeper_id).pk)
    assert Incident.objects.get().taken_by_id == steward.keeper_id
    assert {keeper_room(steward, slug) for slug in (room.slug, quiet.slug)} == {room, quiet}
    assert _on_duty() == [second_keeper.keeper_id, steward.keeper_id]


def test_whoever_keeps_the_house_no_more_gives_it_back(
    incident: Incident, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    take_incident(keeper, incident.pk)
    with transaction.atomic():  # as when the last role is taken
        resign(keeper.keeper_id, keeper.roles)
    assert Incident.objects.get().taken_by is None
    assert _steps(incident) == ["begun", "taken", "released"]
    assert take_incident(second_keeper, incident.pk).taken_by_id == second_keeper.keeper_id


def _on_duty() -> list[int]:
    return list(Duty.objects.filter(ended_at=None).order_by("keeper").values_list("keeper", flat=True))


def test_it_ends_with_an_outcome_and_can_be_opened_again(
    incident: Incident, keeper: KeeperFacts, regular: Person, room: Room, say: Say, newcomer: Person
) -> None:
    with pytest.raises(Refusal):
        close_incident(keeper, incident.pk, outcome="")
    close_incident(keeper, incident.pk, outcome="talked", facts="話を聞きました。")
    close_incident(keeper, incident.pk, outcome="lost")  # a second tap
    closed = Incident.objects.get()
    assert (closed.outcome, closed.facts, closed.is_open) == ("talked", "話を聞きました。", False)
    assert reopen_incident(keeper, incident.pk).is_open
    assert reopen_incident(keeper, incident.pk).is_open
    close_incident(keeper, incident.pk, outcome="connected")
    tell_keepers(newcomer, room, say(regular, room, "また、つらいです。").pk, reason="life")
    with pytest.raises(Refusal) as refused:
        reopen_incident(keeper, incident.pk)
    assert refused.value.code == "malformed"
    verbs = list(LogEntry.objects.order_by("number").values_list("verb", flat=True))
    assert verbs == ["close_incident", "reopen_incident", "close_incident"]


def test_the_tables_know_one_open_incident_a_seat_and_how_one_ended(incident: Incident) -> None:
    for wrong in (
        {"closed_at": incident.begun_at},
        {"outcome": "talked"},
        {"taken_by": Keeper.objects.first()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Incident.objects.filter(pk=incident.pk).update(**wrong)
    incident.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        incident.save()


def test_afterwards_the_person_hears_once_and_of_the_sealed_copy_too(
    incident: Incident, keeper: KeeperFacts, regular: Person
) -> None:
    with pytest.raises(Refusal) as refused:
        tell_after_incident(keeper, incident.pk)
    assert refused.value.code == "malformed"
    close_incident(keeper, incident.pk, outcome="talked")
    for _ in range(2):
        tell_after_incident(keeper, incident.pk, words="また来てください。")
    (letter,) = letters_to(regular)
    assert letter["code"] == "after_incident"
    for words in ("スタッフから：また来てください。", "お返事はいりません。", "うつし"):
        assert words in letter["text"]
    assert "みどり" not in letter["text"]


def test_who_got_no_letter_hears_of_the_sealed_copy_a_day_later(
    words: Message, room: Room, keeper: KeeperFacts, regular: Person, clock: time_machine.Traveller
) -> None:
    incident = begin_by_hand(keeper, room.slug, words.pk, about_other=False)
    close_incident(keeper, incident.pk, outcome="no_danger")
    tell_whose_words_are_sealed()
    assert letters_to(regular) == []
    clock.shift(dt.timedelta(days=1))
    for _ in range(2):
        tell_whose_words_are_sealed()
    assert [letter["code"] for letter in letters_to(regular)] == ["sealed"]


def test_the_words_stay_readable_for_keepers_whatever_their_writer_does(
    incident: Incident, words: Message, regular: Person, line_for: LineFor, words_of: Hear, room: Room
) -> None:
    withdraw_message(words_of(line_for(regular, room), verb="withdraw", message=str(words.pk)))
    assert incident.words.get().seal.text == WORDS


def test_the_seal_stays_as_long_as_the_incident_is_open(
    incident: Incident, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    SealedText.objects.update(until=house_clock.now())
    forget_old_acts()
    assert SealedText.objects.count() == 1
    close_incident(keeper, incident.pk, outcome="talked")
    Incident.objects.get().words.get().concern.delete()
    forget_old_acts()
    assert SealedText.objects.count() == 0
    clock.shift(dt.timedelta(days=89))
    forget_old_incidents()
    assert Incident.objects.count() == 1
    clock.shift(dt.timedelta(days=2))
    forget_old_incidents()
    assert (Incident.objects.count(), IncidentStep.objects.count()) == (0, 0)


def test_its_person_reads_of_it_once_they_were_told_and_not_in_the_minute_of_the_telling(
    incident: Incident, keeper: KeeperFacts, regular: Person
) -> None:
    def record() -> str:
        return str([section.rows for section in sections(regular)])

    assert "気にかけて" not in record()
    close_incident(keeper, incident.pk, outcome="talked", facts="声をかけました。")
    tell_after_incident(keeper, incident.pk)
    assert "気にかけて" in record()
    assert "声をかけました。" not in record()
    assert "声をかけました。" in str([section.everything for section in sections(regular)])
    assert not any("命" in section.title for section in sections(regular) if section.rows)


def test_who_erases_everything_leaves_times_without_words(
    incident: Incident, keeper: KeeperFacts, regular: Person
) -> None:
    close_incident(keeper, incident.pk, outcome="talked", facts="声をかけました。")
    erase(regular)
    left = Incident.objects.get()
    assert (left.seat, left.facts, left.outcome) == (None, "", "talked")
