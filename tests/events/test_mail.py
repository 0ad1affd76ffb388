"""おしらせのメール: by day, once, neutral, and ended with one tap; a server that is away loses nothing."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail import BadHeaderError
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from ibasho.events.actions import (
    answer_offer,
    arrange_interview,
    drop_interview,
    finish_interview,
    forget_mails,
    forget_sign_ups,
    keep_that_day,
    mails,
    queue_mails,
    refer,
    send_mails,
    send_mails_aside,
    set_mail,
    sign_up,
    stop_mail,
    take_back_referral,
    wish_other_day,
    withdraw,
)
from ibasho.events.mails import open_mail, stop_token
from ibasho.events.models import DueMail, Event, MailContact, SignUp
from ibasho.events.wishes import mail_in
from ibasho.lib import aside, due, env, mailing, rate_limit
from ibasho.lib.clock import TOKYO
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.people.models import Person
from ibasho.tend import tending
from tests.conftest import EnterAs
from tests.events.conftest import SATURDAY, Meeting, Sign, refused, replan, seen, wished
from tests.events.mail_server import MailServer
from tests.patience import PATIENCE_SECONDS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "house")]  # Sunday evening, 2026-11-22
TO = "kusa@example.org"
SECRETS = ("土曜の会", "みどりの家", "公民館", "家族", "ibasho", "くさ")


@pytest.fixture
def server(settings: Settings, unused_tcp_port: int) -> Iterator[MailServer]:
    """The house sends through it, as `IBASHO_MAIL_URL` would have it."""
    server = MailServer(unused_tcp_port)
    settings.MAIL = env.Mail("127.0.0.1", server.port, "", "", "house@example.org", False, False)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.DEFAULT_FROM_EMAIL = "house@example.org"
    server.begin()
    yield server
    server.end()


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """Of November 2026 in Tokyo; the meeting is on Saturday 28."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=TOKYO)


def turn(clock: Any, moment: dt.datetime) -> int:
    """What the house does by itself at that moment; how many mails went out."""
    clock.move_to(moment)
    queue_mails()
    return send_mails()


def body(server: MailServer, number: int = -1) -> str:
    return str(server.letters[number].get_content())


def test_all_of_it_is_done_by_itself() -> None:
    work = {work.name: work.func for work in due.all_work()}
    assert work["news of meetings"] is queue_mails
    assert work["mails"] is send_mails_aside
    assert work["mail contacts"] is forget_mails


def test_the_day_before_somebody_is_reminded_once(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    sign(meeting(way="place", place="公民館"), mail=TO, call_name="くさ")
    assert turn(clock, at(26, 12)) == 0
    assert turn(clock, at(27, 8, 59)) == 0
    assert turn(clock, at(27, 9)) == 1
    assert turn(clock, at(27, 9, 1)) == turn(clock, at(28, 10)) == 0
    [letter] = server.letters
    assert server.to == [TO]
    assert letter["Subject"] == "おしらせがあります"
    assert letter["From"] == "おしらせ <house@example.org>"
    assert "あすの おしらせです。" in body(server)
    assert "11月28日（土） 13:30〜15:00" in body(server)


def test_a_mail_says_nothing_to_who_looks_over_a_shoulder(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event = meeting(way="place", place="公民館", about="家族の話", capacity=1)
    row = sign(event, mail=TO, call_name="くさ")
    turn(clock, at(27, 9))
    replan(event, called_off_at=at(27, 10), call_off_words="公民館が休みです。")
    turn(clock, at(27, 11))
    assert len(server.letters) == 2
    for letter in server.letters:
        whole = letter.as_string() + str(letter.get_content())
        for hidden in (*SECRETS, str(row.pk), str(row.request_id)):
            assert hidden not in whole


def test_the_address_lies_sealed_and_opens_with_the_house_secret_alone(
    meeting: Meeting, sign: Sign, server: MailServer
) -> None:
    row = sign(meeting(), mail=TO)
    contact = MailContact.objects.get(sign_up=row)
    everything = str(MailContact.objects.values().get()) + str(SignUp.objects.values().get())
    assert TO not in everything
    assert stop_token(row) not in everything
    assert open_mail(contact) == TO
    contact.sealed = contact.sealed[:-8] + "AAAAAA=="
    assert open_mail(contact) == ""


def test_who_signed_up_that_very_day_is_not_reminded(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    clock.move_to(at(27, 8))
    sign(meeting(), mail=TO)
    assert turn(clock, at(27, 12)) == 0


def test_who_only_waits_is_not_reminded(meeting: Meeting, sign: Sign, server: MailServer, clock: Any) -> None:
    event = meeting(capacity=1)
    sign(event)
    sign(event, mail=TO)
    assert turn(clock, at(27, 12)) == 0


def test_a_seat_that_becomes_free_at_night_is_told_of_in_the_morning(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event = meeting(capacity=1)
    first, second = sign(event), sign(event, mail=TO)
    clock.move_to(at(24, 22))
    withdraw(first.pk)
    for hour in (22, 23):
        assert turn(clock, at(24, hour, 30)) == 0
    assert turn(clock, at(25, 8, 59)) == 0
    assert turn(clock, at(25, 9)) == 1
    assert "席が あきました" in body(server)
    assert "11月26日（木） 21:00まで、とっておきます" in body(server)
    answer_offer(second.pk, "yes")
    assert turn(clock, at(25, 10)) == 0


def test_what_was_answered_before_the_morning_is_not_told(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event = meeting(capacity=1)
    first, second = sign(event), sign(event, mail=TO)
    clock.move_to(at(24, 22))
    withdraw(first.pk)
    turn(clock, at(24, 23))
    answer_offer(second.pk, "later")
    assert turn(clock, at(25, 9)) == 0
    assert DueMail.objects.get().is_sent is False


def test_a_meeting_that_is_moved_called_off_and_brought_back_is_told_each_time(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event = meeting()
    sign(event, mail=TO)
    hour = dt.timedelta(hours=1)
    clock.move_to(at(24, 9))
    replan(event, starts=SATURDAY + hour, ends=SATURDAY + 2 * hour)
    assert turn(clock, at(24, 10)) == 1
    assert "14:30〜15:30" in body(server)
    replan(event, called_off_at=at(24, 11))
    assert turn(clock, at(24, 12)) == 1
    assert "なくなりました" in body(server)
    replan(event, called_off_at=None)
    assert turn(clock, at(24, 13)) == 1
    assert "やはり あります" in body(server)
    replan(event, starts=SATURDAY, ends=SATURDAY + hour)
    assert turn(clock, at(24, 14)) == 1
    replan(event, starts=SATURDAY + hour, ends=SATURDAY + 2 * hour)
    assert turn(clock, at(24, 15)) == 1  # to where it was once before: news again
    assert turn(clock, at(24, 16)) == 0


def test_the_hour_of_a_talk_is_told_and_the_day_before_again(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    row = sign(meeting(has_intake=True), mail=TO, call_name="くさ")
    assert turn(clock, at(23, 12)) == 0
    arrange_interview(row.pk, at=at(26, 14))
    assert turn(clock, at(23, 21, 30)) == 0
    assert turn(clock, at(24, 9)) == 1
    assert "時間が きまりました。" in body(server)
    assert "11月26日（木） 14:00" in body(server)
    assert turn(clock, at(24, 10)) == 0
    assert turn(clock, at(25, 9)) == 1
    assert "あすの おしらせです。" in body(server)
    assert "11月26日（木） 14:00" in body(server)
    assert ("別の日に できます" in body(server), "やめられます" in body(server)) == (True, False)
    assert turn(clock, at(25, 10)) == turn(clock, at(26, 9)) == 0
    for letter in server.letters:
        assert letter["Subject"] == "おしらせがあります"
        for hidden in (*SECRETS, "面談", "お話"):
            assert hidden not in str(letter.get_content())


def test_another_hour_and_no_hour_at_all_are_told_and_what_was_not_told_is_not_taken_back(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    row = sign(meeting(has_intake=True), mail=TO)
    arrange_interview(row.pk, at=at(26, 14))
    drop_interview(row.pk)
    assert turn(clock, at(23, 12)) == 0
    arrange_interview(row.pk, at=at(26, 14))
    assert turn(clock, at(23, 13)) == 1
    arrange_interview(row.pk, at=at(26, 15))
    assert turn(clock, at(23, 14)) == 1
    assert "11月26日（木） 15:00" in body(server)
    arrange_interview(row.pk, at=at(26, 14))
    assert turn(clock, at(23, 14, 20)) == 1
    assert "11月26日（木） 14:00" in body(server)
    wish_other_day(row.pk, seen=seen(row))
    assert turn(clock, at(23, 14, 40)) == 0
    keep_that_day(row.pk, seen=seen(row))
    assert turn(clock, at(23, 14, 50)) == 0
    drop_interview(row.pk)
    assert turn(clock, at(23, 15)) == 1
    assert "お知らせした時間は、なくなりました。" in body(server)
    arrange_interview(row.pk, at=at(26, 14))
    assert turn(clock, at(23, 16)) == 1
    assert "11月26日（木） 14:00" in body(server)
    finish_interview(row.pk)
    assert turn(clock, at(25, 9)) == 0


def test_an_hour_that_was_declined_and_is_arranged_again_is_told_again(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    row = sign(meeting(has_intake=True), mail=TO)
    arrange_interview(row.pk, at=at(26, 14))
    assert turn(clock, at(23, 12)) == 1
    for hour in (13, 15):
        wish_other_day(row.pk, seen=seen(row))
        assert turn(clock, at(23, hour)) == 0
        arrange_interview(row.pk, at=at(26, 14))
        assert turn(clock, at(23, hour, 20)) == 1
        assert "11月26日（木） 14:00" in body(server)
    arrange_interview(row.pk, at=at(26, 14), with_whom="みどり")
    assert turn(clock, at(23, 16)) == 0
    assert turn(clock, at(25, 9)) == 1
    assert "あすの おしらせです。" in body(server)


def test_who_hears_of_a_talk_the_day_before_hears_once(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    row = sign(meeting(has_intake=True), mail=TO)
    clock.move_to(at(25, 8))
    arrange_interview(row.pk, at=at(26, 14))
    assert [turn(clock, at(25, 9)), turn(clock, at(25, 20)), turn(clock, at(26, 9))] == [1, 0, 0]


def test_an_answer_is_told_without_a_word_of_it_and_nothing_comes_after_it(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event = meeting(has_intake=True)
    row = sign(event, mail=TO)
    refer(row.pk, words="みどりの窓口をおすすめします。")
    assert turn(clock, at(23, 9)) == 1
    assert "お返事が あります。下のページで、読めます。" in body(server)
    assert "窓口" not in body(server)
    assert "/sign-ups/mail/" in body(server)
    replan(event, called_off_at=at(24, 10))
    assert turn(clock, at(24, 11)) == 0


def test_an_answer_that_was_taken_back_by_nine_is_not_told(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    row = sign(meeting(has_intake=True), mail=TO)
    clock.move_to(at(23, 22))
    refer(row.pk, words="ほかの窓口です。")
    queue_mails()
    take_back_referral(row.pk)
    assert turn(clock, at(24, 9)) == 0
    refer(row.pk, words="ほかの窓口です。")
    assert turn(clock, at(24, 10)) == 1


def test_what_nobody_needs_to_know_is_no_news(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event = meeting(capacity=5)
    sign(event, mail=TO)
    replan(event, title="ちがう会", capacity=4)
    sign(event)
    assert turn(clock, at(24, 12)) == 0


def test_a_server_away_for_an_hour_loses_nothing_and_sends_nothing_twice(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event = meeting()
    wanted = {f"kusa{number}@example.org" for number in range(12)}
    for to in sorted(wanted):
        sign(event, mail=to)
    server.end()
    for minute in range(60):
        assert turn(clock, at(27, 9, minute)) == 0
    assert server.letters == []
    server.begin()
    sent = [turn(clock, at(27, 10, minute)) for minute in range(20)]
    assert sum(sent) == 12
    assert sorted(server.to) == sorted(wanted)


def test_a_server_away_all_day_is_waited_for_until_the_meeting_begins(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    for hour in (13, 8):
        sign(meeting(starts=at(28, hour), ends=at(28, hour, 30)), mail=TO)
    server.end()
    for hour in range(9, 24):
        turn(clock, at(27, hour))
    server.begin()
    assert turn(clock, at(28, 8, 10)) == 0
    assert turn(clock, at(28, 9)) == 1
    assert "きょうの おしらせです。" in body(server)


def test_a_clock_that_steps_back_and_forth_sends_nothing_twice_and_forgets_nothing(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event = meeting()
    sign(event, mail=TO)
    assert turn(clock, at(27, 9)) == 1
    sign(event, mail="later@example.org")
    for day, hour in ((25, 9), (27, 10), (26, 12), (27, 11), (24, 15)):
        assert turn(clock, at(day, hour)) == 0
    replan(event, starts=SATURDAY + dt.timedelta(hours=1), ends=SATURDAY + dt.timedelta(hours=2))
    told = sum(turn(clock, at(day, hour)) for day, hour in ((27, 10), (25, 9), (27, 11), (27, 12)))
    assert told == 2
    assert sorted(server.to[1:]) == [TO, "later@example.org"]


def test_a_full_mailbox_is_tried_again_and_holds_up_nobody(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event = meeting()
    sign(event, mail="gone@example.org")
    sign(event, mail=TO)
    server.refuses = {"gone@example.org"}
    assert turn(clock, at(27, 9)) == 1
    server.is_full = True
    sign(meeting(), mail="full@example.org")
    MailContact.objects.update(given_on=dt.date(2026, 11, 1))
    assert turn(clock, at(27, 10)) == 0
    server.is_full = False
    assert turn(clock, at(27, 10, 5)) == 1
    assert server.to == [TO, "full@example.org"]
    assert turn(clock, at(27, 12)) == 0  # who is not there is not tried for ever
    ended = DueMail.objects.exclude(is_sent=True).get()
    assert ended.ended_at is not None


def test_a_process_that_died_while_sending_leaves_it_to_another_under_the_same_id(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(meeting(), mail=TO)
    clock.move_to(at(27, 9))
    queue_mails()

    def dies(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(mails, "_end", dies)
        with pytest.raises(SystemExit):
            send_mails()
    assert send_mails() == 0
    clock.shift(dt.timedelta(minutes=2))
    assert send_mails() == 1
    assert len({letter["Message-ID"] for letter in server.letters}) == 1


@pytest.mark.django_db(transaction=True)
def test_four_that_send_at_once_send_it_once(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event = meeting()
    for number in range(6):
        sign(event, mail=f"kusa{number}@example.org")
    clock.move_to(at(27, 9))
    sent: list[int] = []

    def work() -> None:
        try:
            queue_mails()
            sent.append(send_mails())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(sent), len(sent)) == (6, 4)
    assert sorted(server.to) == [f"kusa{number}@example.org" for number in range(6)]


@pytest.mark.django_db(transaction=True)
def test_it_is_sent_aside(meeting: Meeting, sign: Sign, server: MailServer, clock: Any) -> None:
    sign(meeting(), mail=TO)
    clock.move_to(at(27, 9))
    queue_mails()
    assert send_mails_aside()
    for thread in threading.enumerate():
        if thread.name == "ibasho-mails":
            thread.join()
    assert server.to == [TO]
    assert not send_mails_aside()


@pytest.mark.django_db(transaction=True)
def test_who_stops_the_house_waits_for_one_mail_and_none_is_sent_twice(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event, wanted = meeting(), [f"kusa{number}@example.org" for number in range(6)]
    for to in wanted:
        sign(event, mail=to)
    clock.move_to(at(27, 9))
    queue_mails()
    server.seconds = 0.5
    with tending():
        assert server.has_one.wait(PATIENCE_SECONDS)
    assert not any(thread.name == "ibasho-mails" for thread in threading.enumerate())
    assert DueMail.objects.filter(is_sent=True).count() == len(server.letters) < len(wanted)
    assert not send_mails_aside()
    aside.go_on()
    assert send_mails() > 0
    assert sorted(server.to) == wanted


def test_a_mail_server_that_hangs_does_not_keep_the_house_from_ending() -> None:
    hangs = threading.Event()

    def wait() -> None:
        hangs.wait(PATIENCE_SECONDS)

    assert aside.begin("hanging", wait)
    assert not aside.begin("hanging", lambda: None)
    assert not aside.wait(0.1)
    [thread] = [thread for thread in threading.enumerate() if thread.name == "ibasho-hanging"]
    assert thread.daemon
    hangs.set()
    assert aside.wait(PATIENCE_SECONDS)


def test_moved_at_night_and_back_before_nine_is_no_news(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event = meeting()
    sign(event, mail=TO)
    assert turn(clock, at(23, 22)) == 0
    there: dict[str, Any] = {
        "starts": SATURDAY + dt.timedelta(hours=1),
        "ends": SATURDAY + dt.timedelta(hours=2),
    }
    replan(event, **there)
    assert turn(clock, at(23, 23)) == 0
    replan(event, starts=event.starts, ends=event.ends)
    assert turn(clock, at(23, 23, 30)) == 0
    assert turn(clock, at(24, 9)) == turn(clock, at(24, 9, 1)) == 0
    replan(event, **there)  # by day it is news, told once
    assert [turn(clock, at(24, 12, minute)) for minute in (0, 1, 2)] == [1, 0, 0]
    assert "14:30〜15:30" in body(server)
    replan(event, starts=event.starts, ends=event.ends)
    assert [turn(clock, at(24, 13, minute)) for minute in (0, 1)] == [1, 0]


def test_a_move_is_told_to_nobody_for_ever_where_there_is_nobody(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event = meeting()
    sign(event, mail=TO)
    server.refuses = {TO}
    replan(event, place="二階", way="both")
    clock.move_to(at(24, 12))
    assert queue_mails() == 1
    assert send_mails() == queue_mails() == 0
    assert DueMail.objects.get().ended_at is not None


def test_every_mail_can_be_ended_with_one_tap(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    row = sign(meeting(), mail=TO)
    turn(clock, at(27, 9))
    [letter] = server.letters
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter["List-Unsubscribe"].strip(" <>")
    assert address in body(server)
    path = address.removeprefix("http://localhost:8000")
    passer_by = Client(enforce_csrf_checks=True)
    assert passer_by.get(path).status_code == 200
    assert MailContact.objects.exists()  # looking ends nothing
    answer = passer_by.post(path, {"List-Unsubscribe": "One-Click"})
    assert "とめました" in answer.content.decode()
    assert not MailContact.objects.exists()
    row.refresh_from_db()
    assert row.state == "joined"


def test_a_token_of_nothing_gets_the_same_answer(meeting: Meeting, sign: Sign, server: MailServer) -> None:
    row = sign(meeting(), mail=TO)
    other = Client().post(f"/sign-ups/mail/{uuid4().hex}/")
    assert MailContact.objects.filter(sign_up=row).exists()
    assert other.content == Client().post(f"/sign-ups/mail/{stop_token(row)}/").content


def test_tokens_of_nothing_write_nothing_and_are_slowed_down(
    meeting: Meeting, sign: Sign, server: MailServer
) -> None:
    row, guesser = sign(meeting(), mail=TO), Client()
    with CaptureQueriesContext(connection) as queries:
        assert guesser.post(f"/sign-ups/mail/{uuid4().hex}/").status_code == 200
    asked = [query["sql"] for query in queries if "events_mailcontact" in query["sql"]]
    assert [sql.split()[0] for sql in asked] == ["SELECT"]
    answers = [guesser.post(f"/sign-ups/mail/{uuid4().hex}/").status_code for _ in range(200)]
    assert set(answers) == {200, 429}
    assert answers.count(200) == rate_limit.LIMITS["mail_stop"].amount - 1
    assert (
        guesser.post(f"/sign-ups/mail/{stop_token(row)}/").status_code == 200
    )  # its own is heard all the same
    assert not MailContact.objects.exists()


def test_withdrawing_and_the_day_after_leave_no_address(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    event = meeting()
    first, second = sign(event, mail=TO), sign(event, mail=TO)
    withdraw(first.pk)
    assert [contact.sign_up_id for contact in MailContact.objects.all()] == [second.pk]
    clock.move_to(at(28, 23, 59))
    forget_mails()
    assert MailContact.objects.exists()
    clock.move_to(at(29, 0))
    forget_mails()
    forget_mails()
    assert not MailContact.objects.exists()
    forget_sign_ups()
    assert SignUp.objects.filter(pk=second.pk).exists()


def test_another_address_takes_the_place_of_the_first_and_stopping_ends_it(
    meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    row = sign(meeting(), mail=TO)
    set_mail(row.pk, "yomogi@example.org")
    assert turn(clock, at(27, 9)) == 1
    assert server.to == ["yomogi@example.org"]
    stop_mail(row.pk)
    stop_mail(row.pk)
    assert not DueMail.objects.exists()
    withdraw(row.pk)
    assert refused(set_mail, row.pk, TO) == "not_found"


@pytest.mark.parametrize(
    "typed",
    [
        "kusa@example.org\r\nBcc: all@example.org",
        "kusa@example.org\nBcc: all@example.org",
        "kusa@example.org, yomogi@example.org",
        "kusa@example.org bcc:x@example.org",
        '"a\r\nBcc: x"@example.org',
        "kusa@[127.0.0.1]",
        "くさ@example.org",
        "kusa",
        "kusa@",
        "@example.org",
        "a" * 250 + "@example.org",
    ],
)
def test_what_is_no_address_or_would_be_two_is_asked_for_again(typed: str, server: MailServer) -> None:
    with pytest.raises(RefusedField) as refusal:
        mail_in({"mail": typed})
    assert refusal.value.field == "mail"


def test_no_line_break_ever_reaches_a_header(server: MailServer) -> None:
    with mailing.line_out() as line:
        letter = mailing.neutral_mail("a@example.org\nBcc: b@example.org", "", headers={}, connection=line)
        with pytest.raises((BadHeaderError, ValueError)):
            letter.send()
        letter = mailing.neutral_mail(TO, "", headers={"X": "1\r\nBcc: b@example.org"}, connection=line)
        with pytest.raises((BadHeaderError, ValueError)):
            letter.send()
    assert server.letters == []


@pytest.mark.parametrize(
    ("typed", "reached"),
    [
        ("ｋｕｓａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "kusa@example.org"),
        ("　kusa@example.org ", "kusa@example.org"),
        ("ku..sa@docomo.example.org", "ku..sa@docomo.example.org"),
        ("kusa.@au.example.org", "kusa.@au.example.org"),
    ],
)
def test_addresses_are_taken_as_people_type_them_and_reached(
    typed: str, reached: str, meeting: Meeting, sign: Sign, server: MailServer, clock: Any
) -> None:
    sign(meeting(), mail=mail_in({"mail": typed}))
    assert turn(clock, at(27, 9)) == 1
    assert server.to == [reached]


def test_the_same_form_again_does_not_tell_whether_an_address_is_right(
    meeting: Meeting, server: MailServer
) -> None:
    event = meeting()
    wish = wished(mail=TO)
    first = sign_up(event.pk, wish)
    again = sign_up(event.pk, wished(request_id=wish.request_id, mail="yomogi@example.org"))
    assert (again.code, again.is_new) == (first.code, False)
    assert open_mail(MailContact.objects.get()) == TO


def test_without_a_server_no_mail_is_asked_for_nor_taken(
    meeting: Meeting, outsider: Client, parent: Person
) -> None:
    event = meeting()
    assert 'name="mail"' not in outsider.get(f"/events/{event.pk}/sign-up/").content.decode()
    with pytest.raises(Refusal) as refusal:
        mail_in({"mail": TO})
    assert "空のままで" in refusal.value.text
    assert send_mails() == 0
    assert not send_mails_aside()


def form(event: Event, **fields: str) -> dict[str, str]:
    return {"id": str(uuid4()), "standpoint": "parent"} | fields


def test_it_is_wished_for_on_the_form_and_a_refused_form_keeps_it(
    meeting: Meeting, outsider: Client, server: MailServer
) -> None:
    event = meeting()
    path = f"/events/{event.pk}/sign-up/"
    assert 'name="mail"' in outsider.get(path).content.decode()
    again = outsider.post(path, form(event, mail="kusa＠", call_name="くさ"))
    assert again.status_code == 400
    assert 'value="kusa＠"' in again.content.decode()
    assert 'value="くさ"' in again.content.decode()
    assert outsider.post(path, form(event, mail=TO)).status_code == 303
    assert open_mail(MailContact.objects.get()) == TO


def test_from_its_page_it_is_begun_and_ended_and_never_shown(
    meeting: Meeting, outsider: Client, server: MailServer
) -> None:
    outsider.post(f"/events/{(event := meeting()).pk}/sign-up/", form(event))
    row = SignUp.objects.get()
    mine = {"of": str(row.pk)}
    refused_page = outsider.post("/sign-ups/mine/mail/", mine | {"mail": "kusa"})
    assert refused_page.status_code == 400
    assert 'value="kusa"' in refused_page.content.decode()
    assert outsider.post("/sign-ups/mine/mail/", mine | {"mail": TO}).status_code == 303
    shown = outsider.get("/sign-ups/mine/").content.decode()
    assert "メールをとめる" in shown
    assert TO not in shown
    assert outsider.post("/sign-ups/mine/mail/lift/", mine).status_code == 303
    assert not MailContact.objects.exists()


def test_after_another_place_was_named_the_address_is_still_taken_back_from_its_page(
    meeting: Meeting, outsider: Client, server: MailServer
) -> None:
    outsider.post(f"/events/{(event := meeting()).pk}/sign-up/", form(event, mail=TO))
    row = SignUp.objects.get()
    refer(row.pk, words="となり町の家族会です。")
    assert "メールのあて&#8288;先を消す" in outsider.get("/sign-ups/mine/").content.decode()
    assert outsider.post("/sign-ups/mine/mail/lift/", {"of": str(row.pk)}).status_code == 303
    assert not MailContact.objects.exists()
    page = outsider.get("/sign-ups/mine/").content.decode()
    assert "メールのあて&#8288;先を消す" not in page
    assert "メールで受けとる" not in page


def test_the_calendar_of_one_sign_up_is_made_and_ended_from_its_page(
    meeting: Meeting, outsider: Client
) -> None:
    outsider.post(f"/events/{(event := meeting()).pk}/sign-up/", form(event))
    mine = {"of": str(SignUp.objects.get().pk)}
    told = outsider.post("/sign-ups/mine/calendar/", mine).content.decode()
    path = told.split("http://localhost:8000", 1)[1].split("<", 1)[0]
    assert Client().get(path).status_code == 200
    assert "/feeds/" not in outsider.get("/sign-ups/mine/").content.decode()
    outsider.post("/sign-ups/mine/calendar/lift/", mine)
    assert Client().get(path).status_code == 404


def test_in_my_record_it_is_said_and_in_the_download_alone_it_is_read(
    meeting: Meeting, sign: Sign, client: Client, parent: Person, enter_as: EnterAs, server: MailServer
) -> None:
    sign(meeting(), person=parent, ties_person=True, mail=TO)
    enter_as(client, parent)
    shown = client.get("/me/").content.decode()
    assert "おしらせのメール" in shown
    assert TO not in shown
    assert TO in client.get("/me/download/").content.decode()


def test_nobody_begins_it_for_somebody_else(
    meeting: Meeting, sign: Sign, outsider: Client, server: MailServer
) -> None:
    row = sign(meeting())
    for path in ("mail/", "mail/lift/", "calendar/", "calendar/lift/"):
        answer = outsider.post(f"/sign-ups/mine/{path}", {"of": str(row.pk), "mail": TO})
        assert answer.status_code == 404
    assert not MailContact.objects.exists()
