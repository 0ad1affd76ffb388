"""The page of one meeting: what it is, what will happen, how to come; as much of it as one may see."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.test import Client

from ibasho.events.actions.seats_of_one import keep_turn
from ibasho.events.models import Event
from ibasho.events.queries.seats import place_of, places_of
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from tests.conftest import EnterAs, KeeperClient
from tests.events.conftest import SATURDAY, Meeting, Sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def page(client: Client, event: Event) -> str:
    return client.get(f"/events/{event.pk}/").content.decode()


def test_who_passes_by_reads_it_without_form_and_without_cookie(outsider: Client, meeting: Meeting) -> None:
    answer = outsider.get(f"/events/{meeting(about='お茶をのみます。').pk}/")
    text = answer.content.decode()
    assert "2026年11月28日（土）" in text
    assert "お茶をのみます。" in text
    assert "<form" not in text
    assert not answer.cookies
    assert answer.get("Cache-Control") is None


def test_the_title_of_the_window_does_not_name_it(outsider: Client, meeting: Meeting) -> None:
    assert "<title>予定 – みどりの家</title>" in page(outsider, meeting(title="カナリアの会"))


def test_inside_it_is_not_kept_by_the_browser(
    client: Client, parent: Person, enter_as: EnterAs, meeting: Meeting
) -> None:
    assert enter_as(client, parent).get(f"/events/{meeting().pk}/")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", Event.Kind.values)
@pytest.mark.parametrize("way", Event.Way.values)
def test_taking_part_by_words_alone_is_always_said_first(
    outsider: Client, meeting: Meeting, kind: str, way: str
) -> None:
    text = page(outsider, meeting(kind=kind, way=way, place="町の家"))
    steps = text[text.index("どうなるの？") :]
    first = steps[steps.index("<li>") : steps.index("</li>")]
    assert "文字だけ" in first or "書くだけ" in first
    assert steps.count("<li><span>") == 4


def test_what_will_happen_is_told_in_the_words_of_the_house(outsider: Client, meeting: Meeting) -> None:
    text = page(outsider, meeting(flow="お茶をいれます。\n\n ゆっくり話します。", has_intake=True))
    assert text.index("文字だけで、参加できます") < text.index("短い話") < text.index("お茶をいれます。")
    assert "ゆっくり話します。" in text
    assert "順番に、聞いたり" not in text


def test_what_a_calendar_will_show_is_said_beside_its_link(outsider: Client, meeting: Meeting) -> None:
    event = meeting()
    text = page(outsider, event)
    neutral, named = (f'href="/events/{event.pk}.ics{end}"' for end in ("", "?show=name"))
    assert (
        text.index(neutral)
        < text.index("出るのは、「よてい」という言葉と、時間だけです。")
        < text.index(named)
    )
    assert "「土曜の会」という名前と、場所が見えます。" in text[text.index(named) :]


def test_who_passes_by_a_meeting_of_one_side_is_shown_the_way_in(outsider: Client, meeting: Meeting) -> None:
    event = meeting(standpoints=["parent"], title="カナリア", flow="カナリア")
    text = page(outsider, event)
    assert "家族会" in text
    assert "11月28日（土）" in text
    assert f'href="/enter/?next=%2Fevents%2F{event.pk}%2Fsign-up%2F"' in text
    assert "ご家族の立場の方の集まりです。" in text
    for hidden in ("カナリア", "13:30", "どうなるの"):
        assert hidden not in text


@pytest.mark.parametrize(
    ("kind", "standpoint", "said"),
    [
        ("peer_meeting", "person", "本人の立場の方の集まりです。"),
        ("sibling_meeting", "sibling", "きょうだいの立場の方の集まりです。"),
        ("activity", "person", ""),
        ("family_class", "person", ""),
    ],
)
def test_for_whom_it_is_is_said_before_the_door_only_where_the_kind_tells_it(
    outsider: Client, meeting: Meeting, kind: str, standpoint: str, said: str
) -> None:
    text = page(outsider, meeting(kind=kind, standpoints=[standpoint]))
    assert re.findall(r"[^>]*の立場の方の集まりです。", text) == [said] * bool(said)
    assert ("この集まりは、立場がきまっています。" in text) is not bool(said)  # and nothing twice
    assert text.count("約束を読んで") == 2  # a sentence and the button


def test_the_other_side_and_what_is_not_there_are_the_same_page(
    client: Client, newcomer: Person, enter_as: EnterAs, meeting: Meeting
) -> None:
    enter_as(client, newcomer)
    pages = [
        client.get(f"/events/{number}/")
        for number in (meeting(standpoints=["parent"]).pk, meeting(is_published=False).pk, 12345, 10**25)
    ]
    assert {answer.status_code for answer in pages} == {404}
    assert len({answer.content for answer in pages}) == 1
    assert 'href="/events/">予定を見る' in pages[0].content.decode()


def test_a_keeper_is_somebody_who_passes_by(
    keeper: KeeperFacts, keeper_client: KeeperClient, meeting: Meeting
) -> None:
    text = page(keeper_client(keeper), meeting(standpoints=["parent"], title="カナリア"))
    assert "カナリア" not in text
    assert "/enter/" not in text


def test_what_was_called_off_says_so_and_why(outsider: Client, meeting: Meeting) -> None:
    text = page(outsider, meeting(called_off_at=SATURDAY, call_off_words="雪のためです。"))
    assert "なくなりました" in text
    assert "雪のためです。" in text


def test_a_line_read_at_once_is_the_line_of_its_rows(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=5, most_party=4)
    sign(event, party=3, is_first=True)
    with transaction.atomic():
        keep_turn(event, sign(event, party=2, is_first=False, auto_accept=True))
    sign(event, party=4, all_or_none=True)
    rows = list(event.sign_ups.order_by("turn"))
    assert places_of(event) == [place_of(row) for row in rows]
    assert [row.asked_at is None for row in rows] == [True, False, True]
