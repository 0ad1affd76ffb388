"""ひとことメモ on the desk: covered, read once, and back again."""

from __future__ import annotations

from typing import Any

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.house.actions import leave_note
from ibasho.house.models import Note
from ibasho.moderation.actions import add_contact
from ibasho.moderation.escalation_contacts import ContactFacts
from ibasho.moderation.models import LogEntry
from ibasho.people.queries import KeeperFacts
from tests.conftest import KeeperClient
from tests.desk.conftest import page_of


def test_notes_are_covered_and_the_hard_ones_come_first(
    keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    leave_note("お茶がおいしかったです。")
    leave_note("もう、死にたいです。")
    page = page_of(keeper_client(keeper), "/desk/notes/")
    assert page.count('<details class="veil">') == 2
    assert page.index("もう、死にたいです。") < page.index("お茶がおいしかったです。")


def test_reading_puts_a_note_away_once_and_says_who_in_the_log(
    keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    note = leave_note("もう、死にたいです。")
    client = keeper_client(keeper)
    assert [alert.level for alert in alerts_for(keeper, desk_now())] == ["life"]
    for _ in range(2):
        assert client.post(f"/desk/notes/{note.pk}/read/").status_code == 303
    assert alerts_for(keeper, desk_now()) == []
    entry = LogEntry.objects.get()
    assert (entry.actor, entry.verb) == (keeper.keeper_id, "read_note")
    page = page_of(client, "/desk/notes/")
    assert f'action="/desk/notes/{note.pk}/read/lift/"' in page


def test_that_the_contacts_hear_is_said_only_where_it_is_true(
    keeper: KeeperFacts, steward: KeeperFacts, keeper_client: KeeperClient, settings: Any
) -> None:
    leave_note("もう、死にたいです。")
    client = keeper_client(keeper)

    def is_promised() -> bool:
        page = page_of(client, "/desk/")
        assert ("外の人に知らせるしくみがまだありません" in page) != ("緊急の連絡先にも知らせます" in page)
        return "緊急の連絡先にも知らせます" in page

    assert not is_promised()
    settings.MAIL = object()
    add_contact(steward, ContactFacts("もみじ", "000-0000-0000", ""))
    assert not is_promised(), "nobody writes to a telephone"
    add_contact(steward, ContactFacts("けやき", "", "keyaki@mail.example"))
    assert is_promised()
    settings.MAIL = None
    assert not is_promised()


def test_a_slip_of_the_finger_is_undone(keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    note = leave_note("もう、死にたいです。")
    client = keeper_client(keeper)
    client.post(f"/desk/notes/{note.pk}/read/")
    client.post(f"/desk/notes/{note.pk}/read/lift/")
    assert Note.objects.get().read_on is None
    assert [alert.id for alert in alerts_for(keeper, desk_now())] == [f"note-{note.pk}"]


def test_a_note_that_is_not_there_is_not_found(keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    assert keeper_client(keeper).post("/desk/notes/77/read/").status_code == 404


def test_the_desk_shows_three_and_leads_to_the_others(
    keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    for number in range(5):
        leave_note(f"{number}つめのメモです。")
    page = page_of(keeper_client(keeper), "/desk/")
    assert page.count('<details class="veil">') == 3
    assert "ひとことメモを、ぜんぶ見る" in page
