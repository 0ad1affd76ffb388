"""この書き込みについて: what would be told, the acts, one effect for two taps, and the undo."""

from __future__ import annotations

import re

from django.test import Client

from ibasho.house.models import Notice
from ibasho.moderation.models import Hiding, Rest, RoomRemoval
from ibasho.moderation.queries import reasons
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room, Seat
from tests.conftest import EnterAs, KeeperClient
from tests.desk.conftest import Says, page_of

ROOM = "/desk/rooms/engawa/"


def _words(page: str) -> str:
    """What a reader reads, without the markup."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page))


def test_the_page_says_beforehand_what_the_person_will_be_told(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    message = says(regular, watched, "電話番号です。")
    client = keeper_client(keeper)
    page = _words(page_of(client, f"{ROOM}messages/{message.pk}/"))
    client.post(f"{ROOM}messages/{message.pk}/hiding/", {"rule": "listen", "words": ""})
    client.post(f"{ROOM}seats/{message.seat_id}/rest/", {"rule": "listen", "minutes": "30"})
    client.post(f"{ROOM}seats/{message.seat_id}/removal/", {"rule": "listen", "days": "1"})
    reason = reasons()[0].words
    told = [notice.text for notice in Notice.objects.filter(person=regular)]
    assert len(told) == 3
    assert reason.replace(" ", "") in page
    for letter in told:
        assert f"理由：{reason}" in letter
        for line in letter.splitlines():
            known = re.sub(r"見直しの番号「[^」]+」", "見直しの番号「（ここに番号）」", line)
            known = known.replace("20:32", "（えらんだ時）").replace(
                "11月23日（月・祝） 20:02", "（えらんだ時）"
            )
            assert re.sub(r"\s+", "", known.removeprefix("理由：")) in page, line


def test_words_with_the_writers_cover_stay_covered(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    message = says(regular, watched, "つらい話です。", cover="夜のこと")
    page = page_of(keeper_client(keeper), f"{ROOM}messages/{message.pk}/")
    assert '<details class="veil">' in page[: page.index("つらい話です。")]


def test_two_taps_hide_once_and_the_room_offers_the_undo(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    message = says(regular, watched, "電話番号です。")
    client = keeper_client(keeper)
    form = {"rule": "listen", "words": "ここでは、番号は書かないでください。", "message": str(message.pk)}
    answers = [client.post(f"{ROOM}messages/{message.pk}/hiding/", form) for _ in range(2)]
    assert Hiding.objects.count() == 1
    assert {answer["Location"] for answer in answers} == {f"{ROOM}#latest"}
    assert Notice.objects.filter(person=regular).count() == 1
    page = page_of(client, answers[0]["Location"])
    assert "「こもれび」の書き込みを、かくしました。" in page
    (undo,) = set(re.findall(r'action="([^"]+/hiding/lift/)"', page))
    for _ in range(2):
        client.post(undo)
    message.refresh_from_db()
    assert message.state == Message.State.SHOWN
    assert [notice.code for notice in Notice.objects.filter(person=regular)] == ["hidden", "restored"]


def test_a_rest_with_its_undo(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    message = says(regular, watched, "しつこい声かけ。")
    client = keeper_client(keeper)
    form = {"rule": "listen", "minutes": "30", "message": str(message.pk)}
    answers = [client.post(f"{ROOM}seats/{message.seat_id}/rest/", form) for _ in range(2)]
    assert Rest.objects.get().message_key == message.pk
    page = page_of(client, answers[1]["Location"])
    assert "「こもれび」に、休んでもらいました（20:32まで）。" in page
    client.post(f"{ROOM}seats/{message.seat_id}/rest/lift/")
    assert Seat.objects.get(pk=message.seat_id).resting_until is None
    assert "「こもれび」のお休みを、終わりにしました。" in page_of(client, answers[1]["Location"])


def test_a_removal_with_its_undo(
    watched: Room,
    keeper: KeeperFacts,
    regular: Person,
    keeper_client: KeeperClient,
    says: Says,
    enter_as: EnterAs,
) -> None:
    message = says(regular, watched, "しつこい声かけ。")
    client, theirs = keeper_client(keeper), enter_as(Client(), regular)
    form = {"rule": "listen", "days": "0", "message": str(message.pk)}
    for _ in range(2):
        answer = client.post(f"{ROOM}seats/{message.seat_id}/removal/", form)
    assert RoomRemoval.objects.count() == 1
    assert theirs.get("/rooms/engawa/").status_code == 403
    assert "部屋から出てもらいました（22:01まで）" in page_of(client, answer["Location"])
    client.post(f"{ROOM}seats/{message.seat_id}/removal/lift/")
    assert theirs.get("/rooms/engawa/").status_code == 200


def test_without_a_promise_the_page_comes_back_with_the_words(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    message = says(regular, watched, "電話番号です。")
    client = keeper_client(keeper)
    for path, field in (
        (f"{ROOM}messages/{message.pk}/hiding/", {}),
        (f"{ROOM}seats/{message.seat_id}/rest/", {"minutes": "30"}),
        (f"{ROOM}seats/{message.seat_id}/rest/", {"rule": "listen", "minutes": "31"}),
        (f"{ROOM}seats/{message.seat_id}/removal/", {"days": "1"}),
    ):
        answer = client.post(path, {"words": "そえた言葉", "message": str(message.pk), **field})
        page = answer.content.decode()
        assert answer.status_code == 400
        assert "えらんでください。" in page
        assert "そえた言葉" in page
    assert Notice.objects.count() == 0


def test_a_keepers_words_offer_no_acts(
    watched: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient, says: Says
) -> None:
    other = Person.objects.get(pk=second_keeper.person_id)
    message = says(other, watched, "こんばんは。", keeper=True)
    client = keeper_client(keeper)
    page = page_of(client, f"{ROOM}messages/{message.pk}/")
    assert "スタッフの書き込みです" in page
    assert "/hiding/" not in page
    form = {"rule": "listen", "message": str(message.pk)}
    assert client.post(f"{ROOM}messages/{message.pk}/hiding/", form).status_code == 400


def test_what_was_taken_back_meanwhile_is_said_and_the_seal_stays_covered(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    message = says(regular, watched, "電話番号です。")
    client = keeper_client(keeper)
    client.post(
        f"{ROOM}seats/{message.seat_id}/rest/",
        {"rule": "listen", "minutes": "10", "message": str(message.pk)},
    )
    Message.objects.filter(pk=message.pk).update(state="withdrawn", text=None)
    page = page_of(client, f"{ROOM}messages/{message.pk}/")
    assert "この書き込みは、とりけされました。" in page
    assert "スタッフだけに残したうつしを、ひらく" in page
    answer = client.post(f"{ROOM}messages/{message.pk}/hiding/", {"rule": "listen"})
    assert answer.status_code == 403


def test_a_message_of_another_room_is_not_found(
    watched: Room,
    hondana: Room,
    keeper: KeeperFacts,
    regular: Person,
    keeper_client: KeeperClient,
    says: Says,
) -> None:
    message = says(regular, watched, "ここの言葉。")
    client = keeper_client(keeper)
    assert client.get(f"/desk/rooms/hondana/messages/{message.pk}/").status_code == 404
    assert client.get(f"{ROOM}messages/00000000-0000-4000-8000-000000000000/").status_code == 404
