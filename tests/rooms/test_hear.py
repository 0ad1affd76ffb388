"""One hygiene for both doors."""

from __future__ import annotations

from typing import Any
from uuid import uuid1, uuid4

import pytest

from ibasho.lib.errors import Refusal
from ibasho.rooms.hygiene import hear, hear_form
from ibasho.rooms.shapes import Line

LINE = Line(1, "engawa", str(uuid4()), 1, "x" * 64, 1, True)


def code_of(verb: str = "post", **fields: Any) -> str:
    with pytest.raises(Refusal) as caught:
        hear(LINE, verb, {"id": str(uuid4()), **fields})
    return caught.value.code


def fault_of(**fields: Any) -> str:
    words = hear(LINE, "post", {"id": str(uuid4()), **fields})
    return words.fault.code if words.fault else ""


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"text": None},
        {"text": 1},
        {"text": ["x"]},
        {"text": "x", "cover": None},
        {"text": "x", "cover": 1},
        {"text": "x", "tone": "angry"},
        {"text": "x", "tone": None},
        {"text": "x", "choice": "anyway"},
        {"text": "x", "choice": None},
        {"text": "x", "message": str(uuid4())},
        {"text": "x", "extra": 1},
        {"text": "\ud800"},
        {"text": "a\x00b"},
        {"text": "a\uffff"},
        {"text": "x", "id": None},
        {"text": "x", "id": 7},
        {"text": "x", "id": str(uuid4()).upper()},
        {"text": "x", "id": str(uuid1())},
        {"text": "x", "id": uuid4().hex},
        {"text": "x", "id": f"{uuid4()}\n"},
    ],
)
def test_what_is_not_of_the_shape_is_malformed(fields: dict[str, Any]) -> None:
    assert code_of(**fields) == "malformed"


def test_an_unknown_verb_is_malformed() -> None:
    assert code_of("shout", text="x") == "malformed"
    assert code_of("edit", text="x") == "malformed"
    assert code_of("withdraw", message=str(uuid4()), text="x") == "malformed"


@pytest.mark.parametrize("text", ["", " ", "\n\u3000", "\u200b\u200b", "\u2060"])
def test_words_that_nobody_sees_are_empty(text: str) -> None:
    assert fault_of(text=text) == "empty"


def test_lengths_are_counted_as_people_count() -> None:
    family = "👨‍👩‍👧‍👦"
    hear(LINE, "post", {"id": str(uuid4()), "text": "あ" * 1000})
    hear(LINE, "post", {"id": str(uuid4()), "text": family * 100})
    assert fault_of(text="あ" * 1000) == ""
    assert fault_of(text="あ" * 1001) == "too_long"
    assert fault_of(text=family * 1000) == "too_long"
    assert fault_of(text="x", cover="あ" * 61) == "too_long"


def test_the_key_is_the_same_for_the_same_words_after_hygiene() -> None:
    def key(**fields: str) -> str:
        return hear(LINE, "post", {"id": str(uuid4()), **fields}).key

    assert key(text="a\r\nb") == key(text="a\nb")
    assert key(text="a", cover="") == key(text="a")
    keys = {key(text="a"), key(text="b"), key(text="a", cover="b"), key(text="a", tone="listen_only")}
    assert len(keys) == 4
    edit = hear(LINE, "edit", {"id": str(uuid4()), "message": str(uuid4()), "text": "a"})
    assert edit.key not in keys


def test_a_form_may_carry_more_than_the_words() -> None:
    form = {"id": str(uuid4()), "text": " a ", "cover": "", "tone": "", "csrfmiddlewaretoken": "x"}
    words = hear_form(LINE, "post", form)
    assert (words.text, words.cover, words.tone) == (" a ", "", "")
    nothing = hear_form(LINE, "post", {"id": str(uuid4())})
    assert nothing.fault
    assert nothing.fault.code == "empty"
    message = str(uuid4())
    assert hear_form(LINE, "withdraw", form, message_id=message).message_id == message


def test_a_wish_for_who_may_read_is_never_passed_over() -> None:
    form = {"id": str(uuid4()), "text": "a", "choice": "to_keepers"}
    assert hear_form(LINE, "post", form).choice == "to_keepers"
    with pytest.raises(Refusal, match="malformed"):
        hear_form(LINE, "edit", form, message_id=str(uuid4()))
