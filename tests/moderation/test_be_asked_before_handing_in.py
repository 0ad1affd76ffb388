"""Words for staff may hold a number: their writer is told first, and what readers meet is said to them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from ibasho.house.actions import leave_note
from ibasho.house.heeding import AskedFirst, Heed, heed, heed_of, mark_words
from ibasho.house.models import Note
from ibasho.lib.pieces import pieces_of
from ibasho.moderation.actions import (
    ask_review,
    hide,
    leave_quiet_post,
    take_back_concern,
    tell_keepers,
)
from ibasho.moderation.models import Concern, QuietPost, ReviewRequest
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room, Seat
from ibasho.screening import Finding, Label
from tests.conftest import EnterAs, KeeperClient
from tests.moderation.conftest import RULE, letters_to

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
NUMBER = "090-0012-3456"
WORDS = f"番号は {NUMBER} です"
NEARLY = "まだ、わたしていません"
Door = tuple[Callable[..., object], type[Note] | type[QuietPost] | type[Concern] | type[ReviewRequest]]


@pytest.fixture
def inside(client: Client, other_regular: Person, reader: Seat, enter_as: EnterAs) -> Client:
    return enter_as(client, other_regular)


@pytest.fixture
def code(keeper: KeeperFacts, room: Room, message: Message, regular: Person) -> str:
    hide(keeper, room.slug, message.pk, rule=RULE)
    found: str = letters_to(regular)[0]["act"]
    return found


def test_nothing_is_kept_until_the_writer_says_so(code: str, room: Room, other_regular: Person) -> None:
    def tell(words: str, *, as_is: bool = False) -> object:
        return tell_keepers(other_regular, room, reason="unsure", words=words, as_is=as_is)

    def ask(words: str, *, as_is: bool = False) -> object:
        return ask_review(code, words, as_is=as_is)

    doors: list[Door] = [
        (leave_note, Note),
        (leave_quiet_post, QuietPost),
        (tell, Concern),
        (ask, ReviewRequest),
    ]
    for hand_in, model in doors:
        with pytest.raises(AskedFirst) as asked:
            hand_in(WORDS)
        assert asked.value.spots == ((4, 17),)
        assert not model.objects.exists()
        hand_in(WORDS, as_is=True)
        assert model.objects.get().marks == "personal_info"


def test_nobody_in_danger_is_kept_waiting_for_a_number() -> None:
    note = leave_note(f"もう死にたい。{NUMBER}")
    assert note.about_dying
    assert note.marks == "personal_info"


@pytest.mark.parametrize("reason", ["identifiers", "life"])
def test_who_tells_of_a_number_or_of_a_danger_is_not_asked(
    room: Room, other_regular: Person, reason: str
) -> None:
    concern, _ = tell_keepers(other_regular, room, reason=reason, words=WORDS)
    assert concern.words == WORDS


def test_a_concern_taken_back_leaves_no_mark(room: Room, other_regular: Person) -> None:
    concern, _ = tell_keepers(other_regular, room, reason="harm", words=WORDS, as_is=True)
    take_back_concern(concern.code_hash)
    assert Concern.objects.get().marks == ""


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/note/", {"text": WORDS}),
        ("/quiet-box/", {"text": WORDS}),
        ("/rooms/{slug}/concern/", {"reason": "unsure", "words": WORDS}),
        ("/reviews/", {"code": "{code}", "words": WORDS}),
    ],
)
def test_the_page_shows_where_and_offers_both_ways(
    inside: Client, room: Room, code: str, path: str, typed: dict[str, str]
) -> None:
    path = path.format(slug=room.slug)
    typed = {name: value.format(code=code) for name, value in typed.items()}
    answer = inside.post(path, typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert NEARLY in page
    assert f'<mark class="found">{NUMBER}</mark>' in page
    assert page.count(WORDS) == 2  # in the field, to be mended, and in the form that hands it in
    assert "aria-invalid" not in page
    again = inside.post(path, typed | {"as_is": "on"}, follow=True)
    assert again.status_code == 200
    assert NEARLY not in again.content.decode()


def test_being_asked_uses_up_no_try(inside: Client) -> None:
    for _ in range(5):
        assert inside.post("/note/", {"text": WORDS}).status_code == 409
        assert inside.post("/quiet-box/", {"text": WORDS}).status_code == 409
    assert inside.post("/note/", {"text": WORDS, "as_is": "on"}).status_code == 303
    assert inside.post("/quiet-box/", {"text": WORDS, "as_is": "on"}).status_code == 303


def test_the_json_twin_says_where(inside: Client) -> None:
    answer = inside.post("/note/", {"text": WORDS}, headers=JSON)
    asked = answer.json()
    assert answer.status_code == 409
    assert (asked["type"], asked["code"]) == ("asked", "personal_info")
    assert (asked["spans"], asked["choices"]) == ([[4, 17]], ["as_is"])


def test_a_reader_is_told_before_the_words_are_opened(
    keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    leave_note(WORDS, as_is=True)
    page = keeper_client(keeper).get("/desk/notes/").content.decode()
    assert page.index('<span class="tag">番号や住所のようなもの</span>') < page.index(WORDS)


def test_whose_life_it_is_is_said_to_readers(keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    note = leave_note("兄が部屋で「もう死ぬ」と叫んでいます。どうしたらいいですか")
    assert note.about_dying
    page = keeper_client(keeper).get("/desk/notes/").content.decode()
    assert '<span class="tag">ほかの人のこと</span>' in page


def test_what_is_found_is_said_in_words() -> None:
    found = [
        Finding(label, (0, 1), "") for label in (Label.ABUSE, Label.SOLICITATION, Label.CONTACT_EXCHANGE)
    ]
    heeded = heed_of(found)
    assert (heeded.about_dying, heeded.spots) == (False, ())  # what is only spoken of is not asked about
    assert mark_words(heeded.marks_kept) == ["きつい言葉", "さそいのような言葉", "連絡先の話"]
    assert mark_words("") == mark_words("unknown") == []


def test_a_danger_is_as_near_as_its_nearest_and_the_writers_own_if_any_is() -> None:
    look = Finding(Label.CRISIS, (0, 1), "", level="look", about_other=True)
    now = Finding(Label.CRISIS, (0, 1), "", level="now")
    assert heed_of([look]) == Heed(about_dying=True, about_other=True, marks=("about_other",))
    assert heed_of([look, now]) == Heed(about_dying=True, is_urgent=True)
    assert heed("きょうは雨です。") == Heed()


def test_words_are_cut_where_something_was_found() -> None:
    assert pieces_of("あいう", [(1, 2)]) == [("あ", False), ("い", True), ("う", False)]
    assert pieces_of("あいう", [(0, 2), (1, 3)]) == [("あい", True), ("う", True)]
    assert pieces_of("あいう", []) == [("あいう", False)]
