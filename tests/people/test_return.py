"""Coming back by phrase: every no looks the same and takes the same."""

import unicodedata
from typing import Any

import pytest
from argon2.low_level import hash_secret_raw
from django.test import Client

from ibasho.lib.errors import Refusal
from ibasho.people import phrase as phrases
from ibasho.people.actions import forget_phrase, give_phrase, return_with
from ibasho.people.models import Kind, Person, Session
from ibasho.people.phrase import hash_phrase, normalise
from ibasho.people.phrase_words import WORDS
from tests.conftest import EnterAs

pytestmark = pytest.mark.django_db
_WRONG = ["", "さくら", "x" * 4000, "　".join(WORDS[:6]), "\ud83d\ude00"]


def _as_katakana(text: str) -> str:
    return "".join(chr(ord(letter) + 0x60) if "ぁ" <= letter <= "ゖ" else letter for letter in text)


def test_a_phrase_is_six_words_of_the_list(regular: Person) -> None:
    words = give_phrase(regular).split("　")
    assert len(words) == 6
    assert set(words) <= set(WORDS)


def test_a_phrase_makes_a_member_and_leads_back(regular: Person) -> None:
    phrase = give_phrase(regular)
    assert return_with(phrase) == regular
    assert Person.objects.get(pk=regular.pk).kind == Kind.MEMBER


def test_the_phrase_itself_is_nowhere_in_the_table(regular: Person) -> None:
    phrase = give_phrase(regular)
    held = str(Person.objects.filter(pk=regular.pk).values().get())
    assert normalise(phrase) not in held
    assert not any(word in held for word in phrase.split("　"))


def test_a_new_phrase_ends_the_old_one_and_a_forgotten_one_opens_nothing(regular: Person) -> None:
    old, new = give_phrase(regular), give_phrase(regular)
    with pytest.raises(Refusal):
        return_with(old)
    assert return_with(new) == regular
    forget_phrase(regular)
    with pytest.raises(Refusal):
        return_with(new)
    assert Person.objects.get(pk=regular.pk).kind == Kind.GUEST


def test_width_form_spacing_and_script_do_not_matter() -> None:
    phrase = "さくらがい　がじゅまる　ぱらそる　ぎんがみ　ほたる　でこぼこ"
    ways = [
        phrase.replace("　", ""),
        phrase.replace("　", "、 "),
        unicodedata.normalize("NFD", phrase),
        _as_katakana(phrase),
        "ｻｸﾗｶﾞｲ ｶﾞｼﾞｭﾏﾙ ﾊﾟﾗｿﾙ ｷﾞﾝｶﾞﾐ ﾎﾀﾙ ﾃﾞｺﾎﾞｺ",
        f"\u200b{phrase}\r\n",
    ]
    assert {hash_phrase(way) for way in ways} == {hash_phrase(phrase)}


def test_every_failure_says_the_same(client: Client, house: object) -> None:
    from ibasho.lib import rate_limit

    pages = []
    for wrong in _WRONG[:3]:
        rate_limit.reset()
        answer = client.post("/return/", {"phrase": wrong}, headers={"accept": "application/json"})
        pages.append((answer.status_code, answer.content))
    assert len(set(pages)) == 1
    assert pages[0][0] == 404


def test_every_failure_takes_the_same_work(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: a busy machine must not fail it."""
    costs: list[tuple[object, ...]] = []

    def hash_and_note(secret: bytes, salt: bytes, *cost: Any, **kind: Any) -> bytes:
        costs.append((*cost, *sorted(kind.items())))
        return hash_secret_raw(secret, salt, *cost, **kind)

    monkeypatch.setattr(phrases, "hash_secret_raw", hash_and_note)
    for wrong in _WRONG:
        with pytest.raises(Refusal):
            return_with(wrong)
    assert len(costs) == len(_WRONG)
    assert len(set(costs)) == 1


def test_the_shipped_hash_is_argon2id_with_the_salt_of_the_house(regular: Person) -> None:
    assert (phrases._PASSES, phrases._MEMORY_KIB, phrases._LANES) == (3, 32_768, 1)
    assert hash_phrase("さくら") == hash_phrase("さくら") != hash_phrase("すみれ")


def test_the_page_leads_back_to_the_rooms_in_a_new_session(outsider: Client, regular: Person) -> None:
    phrase = give_phrase(regular)
    answer = outsider.post("/return/", {"phrase": phrase, "keep": "on"})
    assert (answer.status_code, answer["Location"]) == (303, "/rooms/")
    assert answer.cookies["sessionid"]["max-age"] == 30 * 86400
    assert Session.objects.get().person == regular
    assert outsider.get("/me/").status_code == 200


def test_a_wrong_phrase_keeps_what_was_written(outsider: Client) -> None:
    page = outsider.post("/return/", {"phrase": "さくら すみれ"})
    assert page.status_code == 404
    assert "さくら すみれ" in page.content.decode()
    assert "この合言葉では、入れませんでした" in page.content.decode()
    assert "sessionid" not in page.cookies


def test_after_the_fifth_try_one_rests_and_the_words_stay(outsider: Client, regular: Person) -> None:
    phrase = give_phrase(regular)
    answers = [outsider.post("/return/", {"phrase": "ちがう"}) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {404}
    locked = outsider.post("/return/", {"phrase": phrase})
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) > 0
    assert phrase in locked.content.decode()


def test_coming_back_in_anothers_browser_ends_that_session(
    client: Client, newcomer: Person, regular: Person, enter_as: EnterAs
) -> None:
    phrase = give_phrase(regular)
    enter_as(client, newcomer)
    client.post("/return/", {"phrase": phrase})
    assert [row.person for row in Session.objects.all()] == [regular]


@pytest.mark.parametrize(
    "evil", ["//evil.example/", "https://evil.example/", "/\\evil", "javascript:alert(1)"]
)
def test_the_way_on_never_leads_out_of_the_house(outsider: Client, regular: Person, evil: str) -> None:
    answer = outsider.post("/return/", {"phrase": give_phrase(regular), "next": evil})
    assert answer["Location"] == "/rooms/"


def test_a_sixth_phrase_within_ten_minutes_waits_and_giving_it_up_does_not(
    client: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    enter_as(client, newcomer)
    for _ in range(5):
        assert client.post("/me/phrase/").status_code == 200
    kept = Person.objects.get(pk=newcomer.pk).phrase_hash
    answer = client.post("/me/phrase/")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert 'role="status"' in answer.content.decode()
    assert Person.objects.get(pk=newcomer.pk).phrase_hash == kept
    assert client.post("/me/phrase/", {"forget": "on"}).status_code == 303
