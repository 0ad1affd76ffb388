"""利用を止める: two keepers, both with a second factor shown just now; the whole house; told, and given back."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction
from django.test import Client

from ibasho.house.models import HouseProfile
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import (
    approve_suspension,
    ask_review,
    claim,
    decline_suspension,
    erase_acts_in,
    forget_old_acts,
    hide,
    lapse_proposals,
    lift_suspension,
    overturn_act,
    propose_suspension,
    rest,
    take_back_suspension,
    uphold_act,
)
from ibasho.moderation.models import LogDetail, LogEntry, SealedText, Suspension, SuspensionProposal
from ibasho.moderation.queries import (
    act_by,
    acts_in,
    acts_on,
    check_log,
    proposal_shown,
    proposals_for,
    suspensions_in_force,
)
from ibasho.people.actions import erase, forget_ended_suspensions
from ibasho.people.models import Keeper, Person, Role
from ibasho.people.queries import KeeperFacts, facts_of
from ibasho.rooms.actions import leave_duty, post_messages, withdraw_message
from ibasho.rooms.models import Message, Room, Seat
from ibasho.rooms.queries import line_facts, line_still_allowed
from tests.conftest import EnterAs, OpenRoom, SeatFor, new_keeper
from tests.moderation.conftest import RULE, Say, letters_to, on_duty
from tests.rooms.conftest import Hear, LineFor, VisitorFor

pytestmark = pytest.mark.django_db
WHY = "なんども、ほかの方をおどしました。"
WORDS = "帽子は あおいつばめがら です。"  # of the message in the conftest
Propose = Callable[..., SuspensionProposal]


@pytest.fixture
def coordinator(house: HouseProfile) -> KeeperFacts:
    """調整役「つばき」, on duty nowhere."""
    return new_keeper("つばき", "tsubaki", Role.COORDINATOR)


@pytest.fixture
def propose(room: Room, message: Message, keeper: KeeperFacts) -> Propose:
    """みどり proposes it because of なのはな's words; fields may differ."""

    def make(by: KeeperFacts = keeper, **fields: object) -> SuspensionProposal:
        fields = {
            "days": 7,
            "rule": RULE,
            "words": WHY,
            "message_id": message.pk,
            "shown_at": house_clock.now(),
        } | fields
        return propose_suspension(by, room.slug, message.seat_id, **fields)  # type: ignore[arg-type]

    return make


def _agree(keeper: KeeperFacts, proposal: SuspensionProposal) -> SuspensionProposal:
    return approve_suspension(keeper, proposal.pk, shown_at=house_clock.now())


def _refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def _verbs() -> list[str]:
    return [entry.verb for entry in LogEntry.objects.all()]


def test_a_proposal_alone_does_nothing_to_the_person(
    propose: Propose, regular: Person, room: Room, line_for: LineFor
) -> None:
    line = line_for(regular, room)
    proposal = propose()
    regular.refresh_from_db()
    assert (regular.suspended_until, letters_to(regular)) == (None, [])
    assert line_still_allowed(line) is None
    assert acts_in(room.pk) == []
    assert SealedText.objects.get().message_key == proposal.message_key
    assert _verbs() == ["propose_suspension"]


def test_the_letter_of_a_rest_is_put_away_when_the_whole_house_is_closed(
    propose: Propose, second_keeper: KeeperFacts, keeper: KeeperFacts, room: Room, seat: Seat, regular: Person
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=60, rule=RULE)
    proposal = propose()
    assert [letter["code"] for letter in letters_to(regular)] == ["resting"]
    _agree(second_keeper, proposal)
    assert [letter["code"] for letter in letters_to(regular)] == ["suspended"]


def test_a_second_keeper_closes_every_room_of_the_house_to_them(
    propose: Propose,
    second_keeper: KeeperFacts,
    room: Room,
    regular: Person,
    open_room: OpenRoom,
    seat_for: SeatFor,
    line_for: LineFor,
    visitor_for: VisitorFor,
) -> None:
    other = open_room(keepers_needed=2)
    seat_for(regular, other)
    lines = [line_for(regular, room), line_for(regular, other)]
    facts = regular.facts
    assert _agree(second_keeper, propose()).outcome == "approved"
    assert [getattr(line_still_allowed(line), "code", "") for line in lines] == ["suspended", "suspended"]
    assert _refused(lambda: seat_for(regular, open_room(keepers_needed=2))) == "suspended"
    assert _refused(lambda: line_facts(visitor_for(regular), other.slug)) == "suspended"
    regular.refresh_from_db()
    assert regular.suspended_until == house_clock.now() + dt.timedelta(days=7)
    assert regular.facts > facts
    assert _verbs() == ["propose_suspension", "suspend"]
    assert check_log() is None


@pytest.mark.parametrize(
    ("days", "until"),
    [(1, "11月23日（月・祝） 20:02"), (30, "12月22日（火） 20:02"), (365, "2027年11月22日（月） 20:02")],
)
def test_the_person_is_told_by_how_many_until_when_why_and_how_to_ask_again(
    propose: Propose, second_keeper: KeeperFacts, regular: Person, reader: Seat, days: int, until: str
) -> None:
    _agree(second_keeper, propose(days=days))
    [letter] = letters_to(regular)
    assert (letter["code"], letter["actions"]) == ("suspended", ["review"])
    for words in (
        f"{until}まで、この場所の利用を止めることにしました。".replace("） ", "）"),
        "スタッフ2人が、それぞれ考えて決めました。",
        "（約束一）。",
        f"スタッフから：{WHY}",
        "みんなが安心していられるようにするためです。",
        "あなたの記録を見たり、消したりすることは、今もできます。",
        letter["act"],
        "12月21日（月）まで",
    ):
        assert words in letter["text"]
    for name in ("みどり", "すすき"):
        assert name not in letter["text"]
    assert reader.person is not None
    assert letters_to(reader.person) == []


def test_the_rooms_are_shut_and_all_that_is_theirs_stays_open(
    propose: Propose,
    second_keeper: KeeperFacts,
    room: Room,
    regular: Person,
    client: Client,
    enter_as: EnterAs,
    message: Message,
    line_for: LineFor,
    words_of: Hear,
) -> None:
    browser = enter_as(client, regular)
    _agree(second_keeper, propose())
    [letter] = letters_to(regular)
    here = f"/rooms/{room.slug}/"
    for path in (here, f"{here}messages/"):
        assert browser.get(path).status_code == 403
    assert str(message.text) not in browser.get(here).content.decode()
    assert (
        getattr(post_messages([words_of(line_for(regular, room), "まだいます。")])[0], "code", "")
        == "suspended"
    )
    assert browser.post(f"{here}door/", {"mode": "observe"}).status_code == 403
    for path in ("/me/", "/rooms/"):
        assert letter["act"] in browser.get(path).content.decode()
    for path in ("/reviews/", "/receipts/", "/me/erasure/", "/me/download/", "/help/", "/note/"):
        assert browser.get(path).status_code == 200
    assert "この場所の利用を止めました" in str(browser.get("/me/download/").json())
    withdraw_message(words_of(line_for(regular, room), verb="withdraw", message=str(message.pk)))
    assert browser.post("/me/erasure/", {"sure": "on"}).status_code in (200, 303)
    assert not Person.objects.filter(pk=regular.pk).exists()


def test_nobody_agrees_with_themselves(propose: Propose, keeper: KeeperFacts, regular: Person) -> None:
    proposal = propose()
    assert _refused(lambda: _agree(keeper, proposal)) == "malformed"
    assert _refused(lambda: decline_suspension(keeper, proposal.pk, words="やめます。")) == "malformed"
    proposal.refresh_from_db()
    assert proposal.outcome == ""
    assert not Suspension.objects.exists()


def test_a_steward_who_proposed_it_is_no_second_keeper_either(
    propose: Propose, steward: KeeperFacts, room: Room
) -> None:
    on_duty(room, steward)
    proposal = propose(steward)
    assert _refused(lambda: _agree(steward, proposal)) == "malformed"


def test_the_table_itself_refuses_one_keeper_for_both(propose: Propose, keeper: KeeperFacts) -> None:
    proposal = propose()
    fields = {"decided_at": house_clock.now(), "decided_by_id": keeper.keeper_id}
    with pytest.raises(IntegrityError), transaction.atomic():
        SuspensionProposal.objects.filter(pk=proposal.pk).update(outcome="approved", **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.create(
            room=proposal.room,
            seat=proposal.seat,
            keeper_id=keeper.keeper_id,
            approved_by_id=keeper.keeper_id,
            rule_key=RULE,
            at=house_clock.now(),
            until=house_clock.now() + dt.timedelta(days=1),
            code_hash="x",
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        SuspensionProposal.objects.filter(pk=proposal.pk).update(days=366)


@pytest.mark.parametrize("shown", [None, dt.timedelta(minutes=5), dt.timedelta(hours=1)])
def test_both_have_just_shown_their_second_factor(
    propose: Propose, second_keeper: KeeperFacts, shown: dt.timedelta | None
) -> None:
    shown_at = house_clock.now() - shown if shown is not None else None
    assert _refused(lambda: propose(shown_at=shown_at)) == "asked"
    assert not SuspensionProposal.objects.exists()
    proposal = propose()
    again = lambda: approve_suspension(second_keeper, proposal.pk, shown_at=shown_at)  # noqa: E731
    assert _refused(again) == "asked"
    assert not Suspension.objects.exists()


def test_who_may_agree_is_on_duty_there_or_looks_after_the_house(
    propose: Propose,
    second_keeper: KeeperFacts,
    coordinator: KeeperFacts,
    steward: KeeperFacts,
    open_room: OpenRoom,
) -> None:
    proposal = propose()
    leave_duty(second_keeper)
    assert _refused(lambda: _agree(second_keeper, proposal)) == "not_found"
    on_duty(open_room(keepers_needed=2), second_keeper)
    assert _refused(lambda: _agree(second_keeper, proposal)) == "not_found"
    assert proposals_for(second_keeper) == []
    for who in (coordinator, steward):
        assert [(one.id, one.may_decide) for one in proposals_for(who)] == [(proposal.pk, True)]
    assert _agree(coordinator, proposal).outcome == "approved"


def test_a_role_taken_a_moment_ago_counts_no_more(propose: Propose, coordinator: KeeperFacts) -> None:
    proposal = propose()
    with transaction.atomic():
        Keeper.objects.get(pk=coordinator.keeper_id).roles.all().delete()
    assert _refused(lambda: _agree(coordinator, proposal)) == "not_found"
    assert not Suspension.objects.exists()


def test_nothing_is_proposed_without_duty_there(
    propose: Propose, coordinator: KeeperFacts, keeper: KeeperFacts
) -> None:
    assert _refused(lambda: propose(coordinator)) == "not_found"
    leave_duty(keeper)
    assert _refused(propose) == "not_found"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"days": 0}, "malformed"),
        ({"days": 366}, "malformed"),
        ({"days": 2}, "malformed"),
        ({"rule": "no such promise"}, "malformed"),
        ({"words": " 　"}, "empty"),
        ({"words": "あ" * 201}, "too_long"),
        ({"message_id": None}, "malformed"),
        ({"message_id": "0b8f3c1e-6f6f-4c3a-9d5e-1f2a3b4c5d6e"}, "not_found"),
    ],
)
def test_a_proposal_names_an_end_a_promise_a_reason_and_words(
    propose: Propose, fields: dict[str, object], code: str
) -> None:
    assert _refused(lambda: propose(**fields)) == code
    assert not SuspensionProposal.objects.exists()


def test_never_a_keeper_and_never_because_of_anothers_words(
    propose: Propose,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    room: Room,
    reader: Seat,
    message: Message,
) -> None:
    colleague = Seat.objects.get(room=room, person_id=second_keeper.person_id)
    fields = {"days": 1, "rule": RULE, "words": WHY, "shown_at": house_clock.now()}
    for seat, code in ((colleague.pk, "malformed"), (reader.pk, "not_found")):

        def act(seat: object = seat) -> object:
            return propose_suspension(keeper, room.slug, seat, message_id=message.pk, **fields)  # type: ignore[arg-type]

        assert _refused(act) == code


def test_a_second_proposal_for_the_seat_is_the_one_that_waits(
    propose: Propose, second_keeper: KeeperFacts
) -> None:
    first = propose()
    assert propose(days=30) == first
    assert propose(second_keeper, days=1) == first
    assert _verbs() == ["propose_suspension"]


def test_two_tabs_and_a_replay_are_one_act(
    propose: Propose, second_keeper: KeeperFacts, regular: Person, clock: time_machine.Traveller
) -> None:
    proposal = propose()
    _agree(second_keeper, proposal)
    until = Suspension.objects.get().until
    clock.shift(dt.timedelta(minutes=2))
    assert _agree(second_keeper, proposal).outcome == "approved"
    assert decline_suspension(second_keeper, proposal.pk, words="やはり、やめます。").outcome == "approved"
    assert (Suspension.objects.get().until, len(letters_to(regular))) == (until, 1)
    assert _verbs() == ["propose_suspension", "suspend"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["approve", "decline", "take back"])
def test_what_is_decided_at_the_same_moment_is_decided_once(
    propose: Propose,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    coordinator: KeeperFacts,
    regular: Person,
    other: str,
) -> None:
    proposal = propose()
    start, told = threading.Barrier(2), list[str]()
    acts: dict[str, Callable[[], SuspensionProposal]] = {
        "approve": lambda: _agree(coordinator, proposal),
        "decline": lambda: decline_suspension(coordinator, proposal.pk, words="まだ早いです。"),
        "take back": lambda: take_back_suspension(keeper, proposal.pk),
    }

    def run(act: Callable[[], SuspensionProposal]) -> None:
        try:
            start.wait(10)
            told.append(act().outcome)
        finally:
            connections.close_all()

    together = (lambda: _agree(second_keeper, proposal), acts[other])
    threads = [threading.Thread(target=run, args=(act,)) for act in together]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(told), len(set(told))) == (2, 1)
    is_approved = told[0] == "approved"
    assert Suspension.objects.count() == is_approved
    assert [letter["code"] for letter in letters_to(regular)] == ["suspended" if is_approved else "sealed"]
    assert len(_verbs()) == 2


def test_it_can_be_declined_with_a_reason_that_stays(
    propose: Propose, keeper: KeeperFacts, second_keeper: KeeperFacts, regular: Person
) -> None:
    proposal = propose()
    assert _refused(lambda: decline_suspension(second_keeper, proposal.pk, words="")) == "empty"
    decline_suspension(second_keeper, proposal.pk, words="まず、少し休んでもらいましょう。")
    assert _agree(second_keeper, proposal).outcome == "declined"
    shown = proposal_shown(keeper, proposal.pk)
    assert (shown.words, shown.reply) == (WHY, "まず、少し休んでもらいましょう。")
    assert (shown.decided_by, shown.may_decide) == ("すすき", False)
    assert not Suspension.objects.exists()
    [letter] = letters_to(regular)  # of the copy of their words alone
    assert (letter["code"], "止め" in letter["text"]) == ("sealed", False)
    assert _verbs() == ["propose_suspension", "decline_suspension"]


def test_while_one_keeper_looks_at_it_another_takes_over_first(
    propose: Propose, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    proposal = propose()
    ref = f"suspension:{proposal.pk}"
    assert _refused(lambda: claim(keeper, ref)) == "not_found"  # who proposed it has nothing to decide
    claim(second_keeper, ref)
    assert _refused(lambda: _agree(steward, proposal)) == "asked"
    assert not Suspension.objects.exists()
    claim(steward, ref, over=second_keeper.keeper_id)
    assert _agree(steward, proposal).outcome == "approved"


def test_nobody_decides_about_a_person_who_is_not_there_any_more(
    propose: Propose, second_keeper: KeeperFacts, seat: Seat
) -> None:
    proposal = propose()
    with transaction.atomic():
        Seat.objects.filter(pk=seat.pk).update(person=None)
    assert _refused(lambda: _agree(second_keeper, proposal)) == "malformed"
    assert not Suspension.objects.exists()


def test_it_can_be_taken_back_by_who_proposed_it_alone(
    propose: Propose, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    proposal = propose()
    assert _refused(lambda: take_back_suspension(second_keeper, proposal.pk)) == "malformed"
    assert take_back_suspension(keeper, proposal.pk).outcome == "taken_back"
    assert _agree(second_keeper, proposal).outcome == "taken_back"
    assert propose().pk != proposal.pk  # and may be proposed again


def test_unanswered_for_a_day_it_lapses(
    propose: Propose,
    room: Room,
    regular: Person,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    clock: time_machine.Traveller,
) -> None:
    proposal = propose()
    clock.shift(dt.timedelta(hours=24) - dt.timedelta(seconds=1))
    lapse_proposals()
    assert [one.id for one in proposals_for(steward)] == [proposal.pk]
    clock.shift(dt.timedelta(seconds=1))
    assert proposals_for(steward) == []
    assert _agree(steward, proposal).outcome == ""  # not swept yet, and counts for nothing already
    assert not Suspension.objects.exists()
    lapse_proposals()
    lapse_proposals()
    assert [letter["code"] for letter in letters_to(regular)] == ["sealed"]
    proposal.refresh_from_db()
    assert (proposal.outcome, _agree(steward, proposal).outcome) == ("lapsed", "lapsed")
    on_duty(room, keeper)
    assert propose().pk != proposal.pk


def test_the_second_keeper_sees_the_words_the_reason_and_what_was_done_to_that_seat_alone(
    propose: Propose,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    room: Room,
    seat: Seat,
    regular: Person,
    open_room: OpenRoom,
    seat_for: SeatFor,
    say: Say,
    message: Message,
) -> None:
    other = open_room(keepers_needed=2)
    on_duty(other, second_keeper)
    elsewhere = seat_for(regular, other, name="つくし")
    hide(second_keeper, other.slug, say(regular, other).pk, rule=RULE)
    on_duty(room, second_keeper)
    hide(keeper, room.slug, message.pk, rule=RULE)
    proposal = propose()
    shown = proposal_shown(second_keeper, proposal.pk)
    assert (shown.seat_name, shown.words, shown.message) == ("なのはな", WHY, message.pk)
    assert [act.verb for act in acts_on(shown.seat)] == ["hide"]
    assert "つくし" not in str(shown)
    assert str(elsewhere.pk) not in str(shown)


def test_a_seat_whose_person_is_gone_cannot_be_decided(
    propose: Propose, second_keeper: KeeperFacts, regular: Person
) -> None:
    proposal = propose()
    erase(regular)
    assert _refused(lambda: _agree(second_keeper, proposal)) == "not_found"  # erased with what led to them


def test_it_ends_by_itself_and_is_not_kept_with_the_person(
    propose: Propose,
    second_keeper: KeeperFacts,
    regular: Person,
    room: Room,
    line_for: LineFor,
    steward: KeeperFacts,
    clock: time_machine.Traveller,
) -> None:
    line = line_for(regular, room)
    _agree(second_keeper, propose(days=1))
    assert [one.may_lift for one in suspensions_in_force(steward)] == [True]
    clock.shift(dt.timedelta(days=1, seconds=1))
    assert line_still_allowed(line) is None
    assert suspensions_in_force(steward) == []
    forget_ended_suspensions()
    regular.refresh_from_db()
    assert regular.suspended_until is None


def test_a_steward_or_a_coordinator_lifts_it_and_the_person_is_told(
    propose: Propose,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    coordinator: KeeperFacts,
    regular: Person,
    room: Room,
    line_for: LineFor,
    clock: time_machine.Traveller,
) -> None:
    line = line_for(regular, room)
    proposal = _agree(second_keeper, propose())
    for who in (keeper, second_keeper):
        assert _refused(lambda who=who: lift_suspension(who, proposal.pk)) == "not_found"  # type: ignore[misc]
    clock.shift(60)
    lift_suspension(coordinator, proposal.pk)
    lift_suspension(coordinator, proposal.pk)
    regular.refresh_from_db()
    assert (regular.suspended_until, line_still_allowed(line)) == (None, None)
    assert [letter["code"] for letter in letters_to(regular)] == ["suspension_lifted"]
    assert "また使えるように" in letters_to(regular)[0]["text"]
    assert _verbs() == ["propose_suspension", "suspend", "lift_suspension"]
    [act] = acts_in(room.pk)
    assert (act.verb, act.who, act.is_lifted, act.lifted_by) == (
        "suspend",
        "みどりさんと、すすき",
        True,
        "つばき",
    )


def test_of_two_the_longer_holds_until_both_are_lifted(
    propose: Propose,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    regular: Person,
    open_room: OpenRoom,
    seat_for: SeatFor,
    say: Say,
) -> None:
    other = open_room(keepers_needed=2)
    on_duty(other, keeper, second_keeper)
    words = say(regular, other) if seat_for(regular, other) else None
    assert words is not None
    long = propose_suspension(
        keeper,
        other.slug,
        words.seat_id,
        days=30,
        rule=RULE,
        words=WHY,
        message_id=words.pk,
        shown_at=house_clock.now(),
    )
    on_duty(Room.objects.get(title="ひだまり"), keeper, second_keeper)
    short = propose(days=1)
    for proposal in (long, short):
        _agree(steward, proposal)
    month = house_clock.now() + dt.timedelta(days=30)
    for proposal, until in ((short, month), (long, None)):
        lift_suspension(steward, proposal.pk)
        regular.refresh_from_db()
        assert regular.suspended_until == until


@pytest.mark.parametrize("who", ["keeper", "second_keeper"])
def test_a_review_is_for_a_third_keeper(
    propose: Propose, who: str, keeper: KeeperFacts, second_keeper: KeeperFacts, regular: Person
) -> None:
    _agree(second_keeper, propose())
    review = ask_review(letters_to(regular)[0]["act"], "ちがう人です。")
    one = _with_role({"keeper": keeper, "second_keeper": second_keeper}[who], Role.COORDINATOR)
    assert _refused(lambda: overturn_act(one, review.pk)) == "malformed"
    assert _refused(lambda: uphold_act(one, review.pk, rule=RULE)) == "malformed"


def test_taken_back_everything_is_as_before_and_no_stain_stays(
    propose: Propose,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    regular: Person,
    room: Room,
    seat: Seat,
    line_for: LineFor,
    message: Message,
    client: Client,
) -> None:
    line = line_for(regular, room)
    proposal = _agree(second_keeper, propose())
    code = letters_to(regular)[0]["act"]
    answer = client.post("/reviews/", {"code": code, "words": "おどしていません。"}, follow=True)
    assert "受けとりました" in answer.content.decode()
    act = act_by(Suspension.objects.get().code_hash)
    assert act is not None
    review = ask_review(code)
    overturn_act(steward, review.pk)
    regular.refresh_from_db()
    message.refresh_from_db()
    assert (regular.suspended_until, line_still_allowed(line), message.state) == (None, None, "shown")
    [letter] = letters_to(regular)
    assert letter["code"] == "review_overturned"
    assert "ごめんなさい。" in letter["text"]
    assert "いまから使えます。" in letter["text"]
    assert [*acts_in(room.pk), *acts_on(seat.pk), *suspensions_in_force(steward)] == []
    assert _refused(lambda: proposal_shown(steward, proposal.pk)) == "not_found"
    assert not LogDetail.objects.filter(seat=seat.pk).exists()
    assert WHY not in "".join(LogDetail.objects.values_list("body", flat=True))
    assert check_log() is None
    assert "いまから使えます。" in client.post("/reviews/", {"code": code}).content.decode()


def test_words_taken_back_meanwhile_are_still_there_for_who_decides(
    propose: Propose,
    second_keeper: KeeperFacts,
    regular: Person,
    room: Room,
    message: Message,
    line_for: LineFor,
    words_of: Hear,
    clock: time_machine.Traveller,
) -> None:
    proposal = propose()
    withdraw_message(words_of(line_for(regular, room), verb="withdraw", message=str(message.pk)))
    clock.shift(dt.timedelta(minutes=30))
    _agree(second_keeper, proposal)
    sealed = SealedText.objects.get()
    assert (sealed.text, sealed.until) == (WORDS, house_clock.now() + dt.timedelta(days=30))


def test_it_is_forgotten_thirty_days_after_it_ended(
    propose: Propose, second_keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    _agree(second_keeper, propose(days=90))
    clock.shift(dt.timedelta(days=60))
    forget_old_acts()
    assert (Suspension.objects.count(), SealedText.objects.count()) == (1, 0)
    clock.shift(dt.timedelta(days=31))
    forget_old_acts()
    assert (Suspension.objects.count(), SuspensionProposal.objects.count()) == (0, 0)


def test_what_came_to_nothing_is_in_their_record_once_it_is_decided(
    propose: Propose, second_keeper: KeeperFacts, regular: Person, client: Client, enter_as: EnterAs
) -> None:
    browser = enter_as(client, regular)
    proposal = propose()
    assert WHY not in str(browser.get("/me/download/").json())
    decline_suspension(second_keeper, proposal.pk, words="まだ早いです。")
    record = str(browser.get("/me/download/").json())
    assert WHY in record
    assert "利用は止めないことにしました" in record
    assert WORDS in record


def test_what_is_erased_leads_to_nobody(
    propose: Propose, second_keeper: KeeperFacts, regular: Person, seat: Seat
) -> None:
    _agree(second_keeper, propose())
    erase(regular)
    assert not SuspensionProposal.objects.exists()
    assert Suspension.objects.get().words == ""
    assert not LogDetail.objects.filter(seat=seat.pk).exists()
    assert check_log() is None


def test_a_room_that_ends_lets_go_of_whom_it_held(
    propose: Propose, second_keeper: KeeperFacts, regular: Person, room: Room
) -> None:
    _agree(second_keeper, propose())
    erase_acts_in(room.pk)
    regular.refresh_from_db()
    assert (regular.suspended_until, Suspension.objects.count()) == (None, 0)


def _with_role(keeper: KeeperFacts, role: Role) -> KeeperFacts:
    row = Keeper.objects.get(pk=keeper.keeper_id)
    with transaction.atomic():
        row.roles.get_or_create(role=role, defaults={"given_on": row.began_on})
    return facts_of(Keeper.objects.get(pk=row.pk))
