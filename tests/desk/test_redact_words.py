"""一部をかくす at the desk: pieces to choose from, the letter beforehand, one effect for two taps, the undo."""

from __future__ import annotations

import re

from django.test import Client

from ibasho.house.models import Notice
from ibasho.moderation.models import Redaction
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room
from tests.conftest import EnterAs, KeeperClient
from tests.desk.conftest import Says, page_of

ROOM = "/desk/rooms/engawa/"
WHOLE = "帽子は あおいつばめがら です。"
SECRET = "あおいつばめがら"


def _words(page: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page))


def _form(page: str, **fields: object) -> dict[str, object]:
    """As the page's own form would send it."""
    (seen,) = re.findall(r'name="seen" value="(\d+)"', page)
    return {"rule": "listen", "words": "", "seen": seen} | fields


def test_the_page_offers_the_pieces_and_says_what_will_be_told(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    message = says(regular, watched, WHOLE)
    client = keeper_client(keeper)
    page = page_of(client, f"{ROOM}messages/{message.pk}/")
    pieces = re.findall(r'name="piece" value="(\d+)"><span>([^<]+)</span>', page)
    assert pieces == [("0", "帽子は"), ("1", SECRET), ("2", "です。")]
    answer = client.post(f"{ROOM}messages/{message.pk}/redaction/", _form(page, piece=["1"]))
    assert answer.status_code == 303
    letter = Notice.objects.get(person=regular).text
    for line in letter.splitlines():
        known = re.sub(r"見直しの番号「[^」]+」", "見直しの番号「（ここに番号）」", line)
        assert re.sub(r"\s+", "", known.removeprefix("理由：")) in _words(page), line


def test_a_part_is_covered_after_any_number_of_changes(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    Room.objects.filter(pk=watched.pk).update(seq=10**6)
    message = says(regular, watched, WHOLE)
    client = keeper_client(keeper)
    form = _form(page_of(client, f"{ROOM}messages/{message.pk}/"), piece=["1"])
    assert client.post(f"{ROOM}messages/{message.pk}/redaction/", form).status_code == 303
    assert Redaction.objects.count() == 1


def test_two_taps_cover_once_and_the_room_offers_the_undo(
    watched: Room,
    keeper: KeeperFacts,
    regular: Person,
    other_regular: Person,
    keeper_client: KeeperClient,
    says: Says,
    enter_as: EnterAs,
) -> None:
    message = says(regular, watched, WHOLE)
    says(other_regular, watched, "こんばんは。", name="すみれ")
    client, reader = keeper_client(keeper), enter_as(Client(), other_regular)
    form = _form(page_of(client, f"{ROOM}messages/{message.pk}/"), piece=["1"])
    answers = [client.post(f"{ROOM}messages/{message.pk}/redaction/", form) for _ in range(2)]
    assert Redaction.objects.count() == 1
    assert {answer["Location"] for answer in answers} == {f"{ROOM}#latest"}
    page = page_of(client, answers[0]["Location"])
    assert "「こもれび」の書き込みの一部を、かくしました。" in page
    assert SECRET not in page
    assert "帽子は ●●● です。" in page
    assert SECRET not in page_of(reader, "/rooms/engawa/")
    about = page_of(client, f"{ROOM}messages/{message.pk}/")
    assert "もとの言葉を、スタッフだけにひらく" in about[: about.index(WHOLE)]
    assert "<span>●●●</span>" in about  # what is left can be covered, too
    (undo,) = set(re.findall(r'action="([^"]+/redaction/lift/)"', page))
    for _ in range(2):
        client.post(undo)
    message.refresh_from_db()
    assert (message.text, message.state) == (WHOLE, Message.State.SHOWN)
    codes = Notice.objects.filter(person=regular).values_list("code", flat=True)
    assert sorted(codes) == ["redacted", "redaction_lifted"]  # of one moment, so in no order
    assert SECRET in page_of(reader, "/rooms/engawa/")


def test_a_refused_form_comes_back_with_what_was_chosen(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    message = says(regular, watched, WHOLE)
    client = keeper_client(keeper)
    path = f"{ROOM}messages/{message.pk}/"
    form = _form(page_of(client, path), piece=["1"], words="あ" * 201)
    answer = client.post(f"{path}redaction/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="piece" value="1" checked' in page
    assert "あ" * 201 in page
    assert 'value="listen" required checked' in page
    others: list[dict[str, object]] = [{"piece": []}, {"piece": ["x"]}, {"piece": ["1"], "seen": "x"}]
    for fields in others:
        answer = client.post(f"{path}redaction/", form | {"words": ""} | fields)
        assert answer.status_code == 400, fields
    assert not Redaction.objects.exists()


def test_changed_words_are_shown_anew_before_anything_is_covered(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    message = says(regular, watched, WHOLE)
    client = keeper_client(keeper)
    path = f"{ROOM}messages/{message.pk}/"
    form = _form(page_of(client, path), piece=["1"])
    message.text, message.seq = "ほかの 言葉です。", message.seq + 1
    message.save()
    answer = client.post(f"{path}redaction/", form)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "いま変わりました" in page
    assert "<span>言葉です。</span>" in page
    assert 'name="piece" value="1" checked' not in page
    assert not Redaction.objects.exists()


def test_words_under_a_cover_are_not_laid_open_by_their_pieces(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    message = says(regular, watched, WHOLE, cover="夜のこと")
    client = keeper_client(keeper)
    assert '<details class="act__pieces">' in page_of(client, f"{ROOM}messages/{message.pk}/")
    message.cover = ""
    message.save()
    assert '<details class="act__pieces" open>' in page_of(client, f"{ROOM}messages/{message.pk}/")
