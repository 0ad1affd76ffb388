"""A room from the desk: the log with hidden words folded, marks on seats, and the acts on the room."""

from __future__ import annotations

import re

from django.test import Client

from ibasho.house.models import HouseRule
from ibasho.moderation.actions import hide, remove, rest
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room, RoomSession
from tests.conftest import EnterAs, KeeperClient, SeatFor
from tests.desk.conftest import Says, page_of

ROOM = "/desk/rooms/engawa/"


def test_every_row_of_others_leads_to_its_own_page(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    message = says(regular, watched, "きょうは雨でした。")
    page = page_of(keeper_client(keeper), ROOM)
    (row,) = re.findall(rf'<article class="message" data-message="{message.pk}".*?</article>', page, re.S)
    assert f'href="{ROOM}messages/{message.pk}/"' in row
    assert "この書き込みについて" in row


def test_hidden_words_are_there_for_keepers_and_folded(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    message = says(regular, watched, "電話番号です。")
    hide(keeper, "engawa", message.pk, rule="listen")
    page = page_of(keeper_client(keeper), ROOM)
    (row,) = re.findall(
        rf'<article class="message message--quiet" data-message="{message.pk}".*?</article>', page, re.S
    )
    assert '<details class="veil">' in row[: row.index("電話番号です。")]
    assert "この書き込みについて" in row


def test_a_resting_and_a_removed_seat_are_marked(
    watched: Room,
    keeper: KeeperFacts,
    regular: Person,
    other_regular: Person,
    keeper_client: KeeperClient,
    says: Says,
) -> None:
    one, other = says(regular, watched, "ひとつ。"), says(other_regular, watched, "ふたつ。", name="ゆうぐれ")
    rest(keeper, "engawa", one.seat_id, minutes=30, rule="listen")
    remove(keeper, "engawa", other.seat_id, days=0, rule="listen")
    page = page_of(keeper_client(keeper), ROOM)
    assert "20:32まで、お休み" in page
    assert "22:01まで、部屋の外" in page


def test_a_keeper_speaks_as_one_and_stays_at_the_desk(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    page = page_of(client, ROOM)
    assert "「見守り役　みどり」と出ます" in page
    assert f'action="{ROOM}messages/"' in page
    assert client.get("/rooms/engawa/")["Location"] == ROOM


def test_the_log_is_where_scripts_and_ears_expect_it(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    page = page_of(keeper_client(keeper), ROOM)
    assert page.count('role="log"') == 1
    assert 'data-room="engawa"' in page
    assert '<template id="message-template">' in page
    first_form_with_text = next(
        form
        for form in re.findall(r"<form.*?</form>", page, re.S)
        if 'name="text"' in form and "textarea" in form
    )
    assert "送信" in first_form_with_text


def test_older_words_are_one_page_back(
    watched: Room, keeper: KeeperFacts, regular: Person, keeper_client: KeeperClient, says: Says
) -> None:
    for number in range(60):
        says(regular, watched, f"{number}番目です。")
    client = keeper_client(keeper)
    page = page_of(client, ROOM)
    assert "59番目です。" in page
    assert ">9番目です。" not in page
    (older,) = re.findall(r'href="\?before=(\d+)"', page)
    assert ">9番目です。" in page_of(client, f"{ROOM}?before={older}")


def test_a_rest_of_the_room_and_its_end(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    answer = client.post(f"{ROOM}pause/", {"minutes": "15", "next": "/desk/#rooms"})
    assert (answer.status_code, answer["Location"]) == (303, "/desk/#rooms")
    assert "20:17まで" in page_of(client, "/desk/")
    assert 'action="/desk/rooms/engawa/pause/lift/"' in page_of(client, ROOM)
    client.post(f"{ROOM}pause/lift/")
    assert RoomSession.objects.get(room=watched).state == "open"


def test_the_room_reads_for_which_promise_it_rests(
    watched: Room,
    keeper: KeeperFacts,
    regular: Person,
    seat_for: SeatFor,
    keeper_client: KeeperClient,
    enter_as: EnterAs,
) -> None:
    seat_for(regular, watched)
    client, guest = keeper_client(keeper), enter_as(Client(), regular)
    said = "「人の話を、そのまま聞きます」を、大切にするためです（約束一）。"
    page = page_of(client, ROOM)
    assert f'<option value="listen">{said}</option>' in page
    assert '<option value="stay_here" selected>' in page
    assert said not in page_of(guest, "/rooms/engawa/")
    client.post(f"{ROOM}pause/", {"minutes": "15", "rule": "listen"})
    assert said in page_of(guest, "/rooms/engawa/")
    assert client.post(f"{ROOM}pause/", {"minutes": "15", "rule": "nothing"}).status_code == 400
    client.post(f"{ROOM}pause/lift/")
    hint = re.search(r'id="rule-hint">([^<]+)<', page)
    assert hint
    assert "みんなの書き込みを見てから出すときは、えらんだ文が、部屋の人にも見えます。" in hint[1]
    assert "ほかのときは、スタッフの記録にだけ残ります。" in hint[1]
    for stage in ("newcomers_first", "holds_abuse"):
        client.post(f"{ROOM}stage/", {"stage": stage, "on": "on", "rule": "listen"})
        assert said not in page_of(guest, "/rooms/engawa/"), f"nobody notices {stage} there"
        assert page_of(client, ROOM).count(f'<span class="soft">{said}</span>') == 1
        client.post(f"{ROOM}stage/", {"stage": stage})
    client.post(f"{ROOM}stage/", {"stage": "checked_first", "on": "on", "rule": "listen"})
    assert said in page_of(guest, "/rooms/engawa/")


def test_no_promise_is_offered_that_would_tell_of_somebody(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    HouseRule.objects.filter(key="own_pace").update(key="about_dying")
    client = keeper_client(keeper)
    page = page_of(client, ROOM)
    assert '<option value="listen">' in page
    assert 'value="about_dying"' not in page
    assert client.post(f"{ROOM}pause/", {"minutes": "15", "rule": "about_dying"}).status_code == 400


def test_closing_opening_pace_and_topic(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    client.post(f"{ROOM}pace/", {"seconds": "30"})
    client.post(f"{ROOM}topic/", {"text": "雨の日のすごし方"})
    client.post(f"{ROOM}closing/", {"minutes": "15"})
    watched.refresh_from_db()
    assert (watched.pace_seconds, watched.topic) == (30, "雨の日のすごし方")
    page = page_of(client, ROOM)
    assert '<option value="30" selected>30秒</option>' in page
    assert 'value="雨の日のすごし方"' in page
    assert "20:17まで" in page
    client.post(f"{ROOM}opening/", {"minutes": "60"})
    assert "21:02まで" in page_of(client, ROOM)


def test_numbers_that_are_none_are_refused_kindly(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    for door, field in (
        ("pause", "minutes"),
        ("closing", "minutes"),
        ("pace", "seconds"),
        ("opening", "minutes"),
    ):
        for value in ("", "-5", "１５", "9999999", "1000"):
            assert client.post(f"{ROOM}{door}/", {field: value}).status_code == 400, (door, value)


def test_own_words_can_be_changed_without_a_script(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient, says: Says
) -> None:
    person = Person.objects.get(pk=keeper.person_id)
    message: Message = says(person, watched, "こんばんは。", keeper=True, tone="listen_only")
    page = page_of(keeper_client(keeper), f"{ROOM}?edit={message.pk}")
    assert f'action="{ROOM}messages/{message.pk}/edit/"' in page
    assert 'value="listen_only" checked' in page


def test_without_duty_there_the_room_is_not_found(
    engawa: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    assert keeper_client(keeper).get(ROOM).status_code == 404


def test_the_page_lists_what_holds_for_each_seat_for_rows_that_come_by_the_line(
    watched: Room,
    keeper: KeeperFacts,
    regular: Person,
    newcomer: Person,
    keeper_client: KeeperClient,
    says: Says,
) -> None:
    message, other = (
        says(regular, watched, "きょうは雨でした。"),
        says(newcomer, watched, "こんばんは。", name="くさ"),
    )
    rest(keeper, "engawa", message.seat_id, minutes=10, rule="listen")
    page = page_of(keeper_client(keeper), ROOM)
    (panel,) = re.findall(r'<div data-panel="seat-marks" hidden>(.*?)</div>', page)
    found = dict(re.findall(r'<span data-marks-of="([^"]+)">(.*?)</span>(?=<span data-marks-of|$)', panel))
    assert found.keys() == {str(message.seat_id), str(other.seat_id)}
    for one in (message, other):
        (row,) = re.findall(rf'<article class="message" data-message="{one.pk}".*?</article>', page, re.S)
        assert f'data-by="{one.seat_id}"' in row
        assert found[str(one.seat_id)] in row
    assert "お休み" in found[str(message.seat_id)]
    assert "お休み" not in found[str(other.seat_id)]
