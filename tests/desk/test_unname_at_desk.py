"""名前をはずす at the desk: the letter beforehand, one effect for two taps, the undo; also of words that wait."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client

from ibasho.house.models import Notice
from ibasho.moderation.actions import ask_review, hide, tell_keepers
from ibasho.moderation.models import ReviewRequest, ScreeningCandidate, SealedText, Unnaming
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import take_seat
from ibasho.rooms.call_names import NAMELESS
from ibasho.rooms.models import HeldPost, Message, Room
from tests.conftest import EnterAs, KeeperClient, SeatFor
from tests.desk.conftest import Says, page_of

ROOM = "/desk/rooms/engawa/"
NAME = "こもれび"
REASON = {"rule": "listen", "words": ""}


def _words(page: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize("name", [NAME, "そら"])
def test_the_page_says_what_will_be_told(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says, name: str
) -> None:
    message = says(regular, watched, "雨ですね。")
    take_seat(regular, watched, mode="speak", call_name=name)
    client = keeper_client(keeper)
    page = page_of(client, f"{ROOM}messages/{message.pk}/")
    (path,) = re.findall(r'formaction="([^"]+/unnaming/)"', page)
    assert client.post(path, REASON).status_code == 303
    told = Notice.objects.get(person=regular).text
    assert ("おまかせ" in told) == (name == NAME)
    for line in told.splitlines():
        known = re.sub(r"見直しの番号「[^」]+」", "見直しの番号「（ここに番号）」", line)
        assert re.sub(r"\s+", "", known.removeprefix("理由：")) in _words(page), line


def test_two_taps_take_it_once_and_the_room_offers_the_undo(
    watched: Room,
    keeper: KeeperFacts,
    regular: Person,
    other_regular: Person,
    keeper_client: KeeperClient,
    says: Says,
    enter_as: EnterAs,
) -> None:
    message = says(regular, watched, "雨ですね。")
    says(other_regular, watched, "こんばんは。", name="すみれ")
    client, reader = keeper_client(keeper), enter_as(Client(), other_regular)
    path = f"{ROOM}messages/{message.pk}/"
    answers = [client.post(f"{path}unnaming/", REASON) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {f"{ROOM}#latest"}
    act = Unnaming.objects.get()
    page = page_of(client, answers[0]["Location"])
    assert f"「{act.given_name}」の前の名前を、はずしました" in page
    assert NAME not in page
    assert NAME not in page_of(reader, "/rooms/engawa/")
    about = page_of(client, path)
    assert "はずした名前を、スタッフだけにひらく" in about[: about.index(NAME)]
    assert 'unnaming/"' not in about  # no second time
    (undo,) = set(re.findall(r'action="([^"]+/unnaming/\d+/lift/)"', page))
    for _ in range(2):
        assert client.post(undo).status_code == 303
    assert NAME in page_of(reader, "/rooms/engawa/")
    codes = Notice.objects.filter(person=regular).values_list("code", flat=True)
    assert sorted(codes) == ["name_back", "unnamed"]


def test_a_refused_form_comes_back_with_what_was_chosen(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    message, held = says(regular, watched, "雨ですね。"), _waits(watched, regular, says)
    client = keeper_client(keeper)
    for path in (f"{ROOM}messages/{message.pk}/unnaming/", f"{ROOM}held/{held.pk}/unnaming/"):
        answer = client.post(path, REASON | {"words": "あ" * 201})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "あ" * 201 in page
        assert 'value="listen" required checked' in page
        assert client.post(path, REASON | {"rule": "x"}).status_code == 400
    assert not Unnaming.objects.exists()


def test_the_name_of_waiting_words_is_taken_and_they_wait_on(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    held = _waits(watched, regular, says)
    client = keeper_client(keeper)
    path = f"{ROOM}held/{held.pk}/"
    (take,) = re.findall(r'formaction="([^"]+/unnaming/)"', page_of(client, path))
    assert f"（{NAME}、" in page_of(client, f"{ROOM}held/")
    answer = client.post(take, REASON)
    assert answer["Location"] == f"{ROOM}held/"
    act = Unnaming.objects.get()
    page = page_of(client, answer["Location"])
    for shown in (page, page_of(client, path)):
        assert f'<p class="veil__text">{NAME}</p>' in shown
        assert NAME not in _in_the_open(shown)
        assert f'message__name--away">{NAMELESS}<' in shown
    assert f"（{NAMELESS}、" in page
    assert f"「{act.given_name}」の前の名前を、はずしました" in page
    assert "まっている言葉" in page
    assert 'unnaming/"' not in page_of(client, path)
    client.post(f"{path}release/")
    assert Message.objects.get(pk=held.pk).call_name == act.given_name


def test_a_case_shows_the_name_under_its_veil_alone(
    watched: Room,
    keeper: KeeperFacts,
    regular: Person,
    other_regular: Person,
    keeper_client: KeeperClient,
    seat_for: SeatFor,
    says: Says,
) -> None:
    message = says(regular, watched, "雨ですね。")
    seat_for(other_regular, watched, name="すみれ")
    concern, *_ = tell_keepers(other_regular, watched, message.pk, reason="unsure")
    client = keeper_client(keeper)
    paths = ("/desk/", "/desk/concerns/", f"/desk/concerns/{concern.pk}/")
    for path in paths:
        assert NAME in page_of(client, path), path
    client.post(f"{ROOM}messages/{message.pk}/unnaming/", REASON)
    for path in paths:
        page = page_of(client, path)
        assert NAME not in _in_the_open(page), path
        assert NAMELESS in page, path
    assert f'<p class="veil__text">{NAME}</p>' in page


def test_a_review_shows_the_name_under_its_veil_and_offers_no_line_of_it(
    watched: Room,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    regular: Person,
    keeper_client: KeeperClient,
    says: Says,
) -> None:
    message = says(regular, watched, "雨ですね。")
    keeper_client(keeper).post(f"{ROOM}messages/{message.pk}/unnaming/", REASON)
    (code,) = re.findall(r"見直しの番号「([^」]+)」", Notice.objects.get(person=regular).text)
    page = page_of(keeper_client(steward), f"/desk/reviews/{ask_review(code).pk}/")
    assert f'<p class="veil__text">{NAME}</p>' in page
    assert "雨ですね。" not in page
    assert "はずした名前が、また出ます。" in page
    assert 'name="line"' not in page
    assert "名前をはずしました。" in page
    assert "これから書く言葉には、その名前がつきます。" in page
    take_seat(regular, watched, mode="speak", call_name="そら")
    page = page_of(keeper_client(steward), f"/desk/reviews/{ReviewRequest.objects.get().pk}/")
    assert "これから書く言葉には、いまの名前がつきます。" in page


def test_a_review_of_a_name_that_is_kept_no_more_shows_no_other_words(
    watched: Room,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    regular: Person,
    keeper_client: KeeperClient,
    says: Says,
) -> None:
    message = says(regular, watched, "雨ですね。")
    keeper_client(keeper).post(f"{ROOM}messages/{message.pk}/unnaming/", REASON)
    (code,) = re.findall(r"見直しの番号「([^」]+)」", Notice.objects.get(person=regular).text)
    path = f"/desk/reviews/{ask_review(code).pk}/"
    hide(keeper, "engawa", message.pk, rule="listen")
    SealedText.objects.filter(text=NAME).delete()  # as once its days are over
    client = keeper_client(steward)
    page = page_of(client, path)
    assert "この声かけには、うつしがありません。" in page
    assert "雨ですね。" not in page
    assert "また出ます" not in page
    refused = client.post(f"{path}decision/", {"outcome": "overturned", "words": "あ" * 201})
    assert refused.status_code == 422
    assert "雨ですね。" not in refused.content.decode()


def test_no_line_for_the_tests_is_kept_of_a_name(
    watched: Room,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    regular: Person,
    keeper_client: KeeperClient,
    says: Says,
) -> None:
    message = says(regular, watched, "雨ですね。")
    keeper_client(keeper).post(f"{ROOM}messages/{message.pk}/unnaming/", REASON)
    (code,) = re.findall(r"見直しの番号「([^」]+)」", Notice.objects.get(person=regular).text)
    form = {"outcome": "overturned", "line": NAME}
    answer = keeper_client(steward).post(f"/desk/reviews/{ask_review(code).pk}/decision/", form)
    assert answer.status_code == 303
    assert ReviewRequest.objects.get().outcome == "overturned"
    assert not ScreeningCandidate.objects.exists()


def _in_the_open(page: str) -> str:
    return re.sub(r'<details class="veil">.*?</details>', "", page, flags=re.DOTALL)


def _waits(room: Room, person: Person, says: Says) -> HeldPost:
    message = says(person, room, "もうひとつ。")
    return HeldPost.objects.create(
        id=uuid4(),
        room=room,
        session=message.session,
        seat=message.seat,
        call_name=message.call_name,
        request_id=uuid4(),
        text="まっている言葉",
        code="checked_first",
        at=message.at,
    )
