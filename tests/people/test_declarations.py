"""Every field that keeps something about a person says why and until when."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from ibasho.lib.kept import kept
from ibasho.people import declarations as kept_data
from ibasho.people.declarations import declarations, undeclared, unnamed


def test_no_field_of_the_house_is_without_purpose_and_end() -> None:
    assert undeclared() == []


def test_every_table_has_a_japanese_name() -> None:
    assert unnamed() == []


def test_the_page_has_something_to_show_for_people_and_their_words() -> None:
    titles = {table.title for table in declarations()}
    assert {"あなた", "入っている端末", "書き込み", "部屋の席", "お知らせ"} <= titles
    for table in declarations():
        for field in table.fields:
            assert field.purpose.endswith("。"), (table.label, field.names)
            assert field.until.endswith("。"), (table.label, field.names)


def test_every_column_that_is_kept_is_told_once() -> None:
    told = {table.label: [name for field in table.fields for name in field.names] for table in declarations()}
    for model in apps.get_models():
        marked = [field.name for field in model._meta.concrete_fields if hasattr(field, "kept")]
        assert sorted(told.get(model._meta.label, [])) == sorted(marked)


def test_what_is_kept_alike_is_said_once_and_numbers_of_the_works_stand_apart() -> None:
    (words,) = [table for table in declarations() if table.title == "書き込み"]
    assert not words.ends_differ
    assert len({(field.purpose, field.is_key) for field in words.fields}) == len(words.fields)
    assert {"id", "seq", "position"} <= {name for field in words.keys for name in field.names}
    assert {"text", "cover"} <= {name for field in words.words for name in field.names}
    (person,) = [table for table in declarations() if table.title == "あなた"]
    assert person.ends_differ
    assert "phrase_hash" in {name for field in person.words for name in field.names}


def test_a_field_without_a_mark_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Diary(models.Model):
        page = kept(models.TextField(), purpose="読むためです。", until="30日。")
        mood = models.TextField()

        class Meta:
            app_label = "people_test"
            managed = False

        def __str__(self) -> str:
            return "diary"

    models_now: list[type[Any]] = [Diary]
    monkeypatch.setattr(kept_data, "_models", lambda: iter(models_now))
    assert undeclared() == ["people_test.Diary.mood"]
