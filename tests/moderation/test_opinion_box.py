"""意見箱: opinions of anybody, answered before everybody in the house's own words."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from ibasho.lib import codes
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.lib.paging import A_PAGE
from ibasho.lib.stamps import Overtaken, stamp_of
from ibasho.moderation.actions import (
    answer_opinion,
    bring_opinion_back,
    forget_opinion_posts,
    leave_opinion,
    put_opinion_away,
    take_back_opinion,
)
from ibasho.moderation.models import LogEntry, OpinionPost
from ibasho.moderation.queries import opinion_facts, opinions_about_dying, opinions_shown, opinions_waiting
from ibasho.moderation.receipts import answer_to
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from tests.conftest import EnterAs

pytestmark = pytest.mark.django_db
BOARD = "/about/opinions/"
PATH = f"{BOARD}box/"
WORDS = "けやき町の田中です。お茶が、いつもぬるいです。"
REWORDED = {"question": "お茶がぬるいという意見がありました。", "answer": "ポットをかえました。"}
CARD = 'data-code="support"'


def sent(client: Client, text: str = WORDS, **more: Any) -> Any:
    return client.post(PATH, {"id": str(uuid4()), "text": text} | more)


def left(text: str = WORDS) -> OpinionPost:
    return leave_opinion(text, request_id=uuid4())[0]


def answered(keeper: KeeperFacts, post: OpinionPost, **more: Any) -> OpinionPost:
    post.refresh_from_db()
    fields: dict[str, Any] = REWORDED | {"is_shown": True, "seen": stamp_of(opinion_facts(post))} | more
    return answer_opinion(keeper, post.pk, **fields)


def test_anybody_leaves_one_and_the_code_leads_to_the_answer(
    outsider: Client, house: object, keeper: KeeperFacts
) -> None:
    page = sent(outsider).content.decode()
    code = re.findall(r"data-receipt>([0-9A-Z-]+)<", page)[0]
    assert "受けとりました" in outsider.post("/receipts/", {"code": code}).content.decode()
    answered(keeper, OpinionPost.objects.get())
    receipt = outsider.post("/receipts/", {"code": code}).content.decode()
    assert "ポットをかえました。" in receipt
    board = Client().get(BOARD).content.decode()
    assert ("お茶がぬるいという意見" in board, "ポットをかえました。" in board) == (True, True)
    assert ("けやき町" in board, "けやき町" in receipt) == (False, False)


def test_it_is_tied_to_nobody(newcomer: Person, client: Client, enter_as: EnterAs) -> None:
    sent(enter_as(client, newcomer))
    assert OpinionPost.objects.count() == 1
    assert [field.name for field in OpinionPost._meta.concrete_fields if field.is_relation] == []


def test_the_same_form_again_is_the_same_opinion(outsider: Client, house: object) -> None:
    same = str(uuid4())
    pages = [sent(outsider, id=same).content.decode() for _ in range(2)]
    assert len({re.findall(r"data-receipt>([0-9A-Z-]+)<", page)[0] for page in pages}) == 1
    assert OpinionPost.objects.count() == 1
    other = sent(outsider, "べつの意見です。", id=same)
    assert (other.status_code, "べつの意見です。" in other.content.decode()) == (409, True)


@pytest.mark.parametrize(("text", "status"), [("", 422), ("　", 422), ("あ" * 1001, 422)])
def test_a_refused_form_comes_back_with_its_words(
    outsider: Client, house: object, text: str, status: int
) -> None:
    answer = sent(outsider, text)
    assert answer.status_code == status
    assert text in answer.content.decode()
    assert not OpinionPost.objects.exists()


def test_a_number_is_asked_about_first_and_help_is_offered(outsider: Client, house: object) -> None:
    asked = sent(outsider, "電話は090-1234-5678です。")
    assert (asked.status_code, OpinionPost.objects.count()) == (409, 0)
    assert sent(outsider, "電話は090-1234-5678です。", as_is="on").status_code == 200
    assert CARD in sent(outsider, "もう死にたい").content.decode()
    assert [post.text for post in opinions_about_dying()] == ["もう死にたい"]
    assert [post.about_dying for post in opinions_waiting()] == [True, False]


def test_it_is_slowed_down(outsider: Client, house: object) -> None:
    assert [sent(outsider).status_code for _ in range(6)] == [200] * 5 + [429]


@pytest.mark.parametrize(
    ("question", "code"), [("", "empty"), (WORDS, "malformed"), ("090-1234-5678の方から。", "asked")]
)
def test_nothing_is_shown_in_the_words_of_the_writer(keeper: KeeperFacts, question: str, code: str) -> None:
    post = left()
    with pytest.raises(RefusedField) as refusal:
        answered(keeper, post, question=question)
    assert (refusal.value.code, refusal.value.field) == (code, "question")
    assert (list(opinions_shown()), LogEntry.objects.count()) == ([], 0)


def test_an_answer_may_be_for_who_wrote_alone_and_taken_down_again(keeper: KeeperFacts) -> None:
    post = left()
    answered(keeper, post, question="", is_shown=False)
    told = answer_to(post.code_hash)
    assert told is not None
    assert "この番号を持っている方だけ" in told.text
    assert list(opinions_shown()) == []
    answered(keeper, post)
    assert list(opinions_shown()) == [post]
    answered(keeper, post, is_shown=False)
    assert list(opinions_shown()) == []
    assert [entry.verb for entry in LogEntry.objects.all()] == ["answer_opinion"] * 3


def test_what_is_shown_can_be_read_by_everybody_however_much_came_after_it(
    keeper: KeeperFacts, outsider: Client, house: object
) -> None:
    posts = [left(f"{number}つめの意見です。") for number in range(2 * A_PAGE + 1)]
    for number, post in enumerate(posts):
        answered(keeper, post, question=f"意見{number}番です。")
    found, page = [], outsider.get(BOARD).content.decode()
    while True:
        found += re.findall(r"意見(\d+)番です。", page)
        after = re.search(r'href="(\?page=\d+)">つづきを見る', page)
        if after is None:
            break
        page = outsider.get(BOARD + after[1]).content.decode()
    assert found == [str(number) for number in reversed(range(len(posts)))]
    assert 'href="?page=2">前のページにも&#8288;どる' in page
    told = [outsider.get(BOARD, {"page": number}, headers={"accept": "application/json"}) for number in "13"]
    assert [(len(one.json()["opinions"]), one.json().get("next")) for one in told] == [(A_PAGE, 2), (1, None)]
    for nowhere in ("0", "-1", "二", "99999", "9999"):
        assert outsider.get(BOARD, {"page": nowhere}).status_code == 200


def test_of_two_who_answer_the_second_is_told(keeper: KeeperFacts, second_keeper: KeeperFacts) -> None:
    post = left()
    seen = stamp_of(opinion_facts(post))
    answered(keeper, post, seen=seen)
    with pytest.raises(Overtaken):
        answered(second_keeper, post, answer="べつの返事です。", seen=seen)


def test_taken_back_everything_of_it_goes_at_once(
    keeper: KeeperFacts, outsider: Client, house: object
) -> None:
    post, code = leave_opinion(WORDS, request_id=uuid4())
    answered(keeper, post)
    page = outsider.post("/receipts/", {"code": code}).content.decode()
    assert "いつでも、とりさげられます" in page
    gone = outsider.post("/receipts/", {"code": code, "take_back": "on"}).content.decode()
    assert "とりさげました" in gone
    post.refresh_from_db()
    assert (post.text, post.question, post.answer, post.is_shown) == ("", "", "", False)
    assert REWORDED["question"] not in outsider.get(BOARD).content.decode()
    with pytest.raises(Refusal):
        answered(keeper, post)
    with pytest.raises(Refusal):
        take_back_opinion(codes.fingerprint("ABCDE-FGHJK"))


def test_reading_without_an_answer_is_written_down_and_undone(keeper: KeeperFacts) -> None:
    post = left()
    for _ in range(2):
        put_opinion_away(keeper, post.pk)
    assert list(opinions_waiting()) == []
    for _ in range(2):
        bring_opinion_back(keeper, post.pk)
    assert list(opinions_waiting()) == [post]
    assert [entry.verb for entry in LogEntry.objects.all()] == ["read_opinion", "unread_opinion"]
    answered(keeper, post)
    with pytest.raises(Refusal):
        bring_opinion_back(keeper, post.pk)


def test_words_end_when_it_was_promised(
    house: object, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    waits, answer, quiet = left("まだです。"), left(), left("読むだけ。")
    answered(keeper, answer)
    put_opinion_away(keeper, quiet.pk)
    ends = {30: (3, WORDS), 31: (2, ""), 90: (2, ""), 91: (1, ""), 365: (1, ""), 366: (0, None)}
    before = 0
    for days, (count, text) in ends.items():
        clock.shift(dt.timedelta(days=days - before))
        before = days
        for _ in range(2):
            forget_opinion_posts()
        left_over = OpinionPost.objects.filter(pk=answer.pk).values_list("text", flat=True).first()
        assert (OpinionPost.objects.count(), left_over) == (count, text), days
    assert not OpinionPost.objects.filter(pk=waits.pk).exists()


def test_an_answer_after_reading_has_its_thirty_days_and_another_word_no_more(
    house: object, keeper: KeeperFacts, clock: time_machine.Traveller
) -> None:
    post = left()
    put_opinion_away(keeper, post.pk)
    clock.shift(dt.timedelta(days=29))
    answered(keeper, post, is_shown=False)
    clock.shift(dt.timedelta(days=30))
    answered(keeper, post, is_shown=False, answer="なおしました。")
    forget_opinion_posts()
    assert answer_to(post.code_hash) is not None
    clock.shift(dt.timedelta(days=1))
    forget_opinion_posts()
    assert answer_to(post.code_hash) is None


@pytest.mark.parametrize("fields", [{"is_shown": True}, {"is_taken_back": True}])
def test_the_table_keeps_the_promise_too(fields: dict[str, Any]) -> None:
    post = left()
    with pytest.raises(IntegrityError), transaction.atomic():
        OpinionPost.objects.filter(pk=post.pk).update(**fields)
