"""The desk's pages of words that wait."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.lib import rate_limit
from ibasho.moderation.models import KeepingBack
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import HeldPost, Message, Room
from tests.conftest import EnterAs, KeeperClient, SeatFor
from tests.desk.conftest import OnDuty

pytestmark = pytest.mark.django_db(transaction=True)
Held = Callable[[str], HeldPost]
LIST = "/desk/rooms/engawa/held/"


@pytest.fixture
def desk(
    engawa: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    on_duty: OnDuty,
    keeper_client: KeeperClient,
) -> Client:
    on_duty(keeper, engawa)
    on_duty(second_keeper, engawa)
    return keeper_client(keeper)


@pytest.fixture
def wait(engawa: Room, desk: Client, regular: Person, seat_for: SeatFor, enter_as: EnterAs) -> Held:
    """As its writer sends it without scripts."""
    browser = enter_as(Client(), regular)
    seat_for(regular, engawa, name="なのはな")

    def send(text: str = "カナリアの言葉") -> HeldPost:
        form = {"id": str(uuid4()), "text": text, "choice": "to_keepers"}
        assert browser.post("/rooms/engawa/messages/", form).status_code == 303
        return HeldPost.objects.latest("at")

    return send


def test_it_is_told_on_the_desk_and_two_taps_show_it(
    desk: Client, keeper: KeeperFacts, wait: Held, engawa: Room
) -> None:
    version = desk_now().version
    held = wait("カナリアの言葉")
    now = desk_now()
    assert now.version != version
    assert [alert.id for alert in alerts_for(keeper, now)] == [f"held-{held.pk}"]
    home = desk.get("/desk/").content.decode()
    assert f'href="{LIST}"' in home
    assert "カナリア" not in home
    page = desk.get(LIST).content.decode()
    covered = page[page.index('<details class="veil">') : page.index("</details>")]
    assert "カナリアの言葉" in covered
    assert page.count("カナリアの言葉") == 1, "nowhere but under its cover"
    answer = desk.post(f"{LIST}{held.pk}/release/")
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    assert Message.objects.get().text == "カナリアの言葉"
    done = desk.get(answer["Location"]).content.decode()
    assert "出しました" in done
    hiding = f"/desk/rooms/engawa/messages/{held.pk}/"
    assert f'href="{hiding}"' in done
    assert "かくす" in desk.get(hiding).content.decode()
    assert "出しました" not in desk.get(LIST).content.decode()
    assert not [alert for alert in alerts_for(keeper, desk_now()) if alert.id.startswith("held-")]


def test_the_page_of_words_that_wait_does_not_call_them_something_else_to_look_at(
    desk: Client, wait: Held
) -> None:
    first = wait("ひとつめの言葉")
    assert "ほかに、見てほしいことが" not in desk.get(f"{LIST}{first.pk}/").content.decode()
    rate_limit.reset()
    second = wait("ふたつめの言葉")
    assert "ほかに、見てほしいことが1つあります" in desk.get(f"{LIST}{second.pk}/").content.decode()


def test_a_number_is_shown_only_by_who_opened_the_words(desk: Client, wait: Held) -> None:
    held = wait("番号は 090-0012-3456 です。")
    assert held.code == "personal_info"
    release = f'action="{LIST}{held.pk}/release/"'
    for path in (LIST, f"{LIST}{held.pk}/"):
        page = desk.get(path).content.decode()
        opened = page[page.index('<details class="veil">') : page.index("</details>")]
        assert opened.index("090-0012-3456") < opened.index(release), path
        assert page.count(release) == 1, path
        assert "button--main" not in opened
    desk.post(f"{LIST}{held.pk}/release/")
    assert Message.objects.get().text == held.text


def test_kept_back_with_a_reason_and_its_undo_one_tap_away(desk: Client, wait: Held) -> None:
    held = wait("カナリアの言葉")
    page = desk.get(f"{LIST}{held.pk}/").content.decode()
    assert "本人にとどく文を見る" in page
    assert "今回は、出しませんでした。" in page
    refused = desk.post(f"{LIST}{held.pk}/keeping/", {"rule": "", "words": "またどうぞ"})
    assert refused.status_code == 400
    assert "またどうぞ" in refused.content.decode()
    answer = desk.post(f"{LIST}{held.pk}/keeping/", {"rule": "listen"})
    assert KeepingBack.objects.count() == 1
    assert answer["Location"] == LIST
    done = desk.get(answer["Location"]).content.decode()
    undo = f"/desk/rooms/engawa/held/{held.pk}/keeping/lift/"
    assert f'action="{undo}"' in done
    desk.post(undo)
    held.refresh_from_db()
    assert held.outcome == "waiting"


def test_what_cannot_be_shown_is_said_kindly(desk: Client, wait: Held, engawa: Room) -> None:
    held = wait("カナリアの言葉")
    from django.db import transaction

    from ibasho.rooms.models import RoomSession

    with transaction.atomic():
        RoomSession.objects.update(state="closed")
    answer = desk.post(f"{LIST}{held.pk}/release/")
    assert answer.status_code == 403
    assert "もうおわりました" in answer.content.decode()


def test_a_room_is_set_to_be_checked_first_with_one_tap(desk: Client, engawa: Room) -> None:
    page = desk.get("/desk/rooms/engawa/").content.decode()
    assert "書き込みは、すぐに出ます。" in page
    desk.post("/desk/rooms/engawa/stage/", {"stage": "checked_first", "on": "on"})
    page = desk.get("/desk/rooms/engawa/").content.decode()
    assert "みんなの書き込みを、見てから出しています。" in page
    desk.post("/desk/rooms/engawa/stage/", {"stage": "checked_first"})
    engawa.refresh_from_db()
    assert not engawa.checked_first


def test_the_page_of_what_waits_does_not_lead_to_itself(desk: Client, wait: Held, engawa: Room) -> None:
    wait("ひとつめの言葉です。")
    alert = f'<a href="{LIST}">くわしく見る</a>'
    assert alert in desk.get(f"/desk/rooms/{engawa.slug}/").content.decode()
    assert alert not in desk.get(LIST).content.decode()
