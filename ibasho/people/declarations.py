"""あつかう情報: every field that keeps something about a person, with its purpose and its end.

Read from the marks beside the fields, so that the page cannot say less than the tables hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import BigIntegerField, Field, Model, UUIDField

from ibasho.lib.kept import Kept
from ibasho.people.models import Person

_OURS = "ibasho."
_KEY_NAMES = frozenset({"key", "words_key", "hash"})
_table_names: dict[str, str] = {
    "people.Person": "あなた",
    "people.Session": "入っている端末",
    "people.Keeper": "スタッフ",
    "people.KeeperRole": "スタッフの役わり",
    "people.Erased": "消したもののしるし",
    "people.KeeperLink": "スタッフになるためのリンク",
    "mfa.Authenticator": "スタッフの入り方",
    "account.EmailAddress": "メールの欄（使いません）",
}


@dataclass(frozen=True, slots=True)
class KeptField:
    """What the page shows of one column, or of several kept alike. `names` are for whoever checks.

    `is_key`: a number or a check that only the works of the house need.
    """

    names: tuple[str, ...]
    purpose: str
    until: str
    is_key: bool


@dataclass(frozen=True, slots=True)
class KeptTable:
    label: str
    title: str
    fields: tuple[KeptField, ...]

    @property
    def until(self) -> str:
        """The end that most of it shares."""
        return Counter(kept.until for kept in self.fields for _ in kept.names).most_common(1)[0][0]

    @property
    def ends_differ(self) -> bool:
        return any(kept.until != self.until for kept in self.fields)

    @property
    def words(self) -> list[KeptField]:
        return [kept for kept in self.fields if not kept.is_key]

    @property
    def keys(self) -> list[KeptField]:
        return [kept for kept in self.fields if kept.is_key]


def name_tables(names: Mapping[str, str]) -> None:
    """Say in Japanese what tables hold, as {"app.Model": "名前"}."""
    _table_names.update(names)


def declarations() -> list[KeptTable]:
    """Every table that says something about a person, in the order of the apps."""
    tables = [(model, tuple(_declared(model))) for model in _models()]
    return [KeptTable(_label(model), _title(model), fields) for model, fields in tables if fields]


def undeclared() -> list[str]:
    """Fields nobody gave a purpose and an end, as app.Model.field. Must be empty."""
    return [
        f"{_label(model)}.{field.name}"
        for model in _models()
        if not getattr(model, "about_no_person", "")
        for field in model._meta.concrete_fields
        if _mark(field) is None and not field.auto_created
    ]


def unnamed() -> list[str]:
    """Tables that keep something and have no Japanese name. Must be empty."""
    return [table.label for table in declarations() if table.label not in _table_names]


def _models() -> Iterator[type[Model]]:
    """Ours, and whatever a library ties to a person."""
    for model in apps.get_models(include_auto_created=True):
        config = apps.get_app_config(model._meta.app_label)
        if config.name.startswith(_OURS) or _is_tied_to_a_person(model):
            yield model


def _is_tied_to_a_person(model: type[Model]) -> bool:
    return any(field.related_model is Person for field in model._meta.concrete_fields)


def _declared(model: type[Model]) -> Iterator[KeptField]:
    """Its marks, each said once."""
    names: dict[tuple[Kept, bool], list[str]] = {}
    for field in model._meta.concrete_fields:
        mark = _mark(field)
        if mark is not None:
            names.setdefault((mark, _is_key(field)), []).append(field.name)
    for (mark, is_key), columns in names.items():
        yield KeptField(tuple(columns), mark.purpose, mark.until, is_key)


def _is_key(field: Field[Any, Any]) -> bool:
    """A link to the person is none: it is what makes the rest theirs."""
    return field.related_model is not Person and (
        field.primary_key
        or field.is_relation
        or isinstance(field, UUIDField | BigIntegerField)
        or field.name in _KEY_NAMES
    )


def _mark(field: Field[Any, Any]) -> Kept | None:
    return getattr(field, "kept", None)


def _label(model: type[Model]) -> str:
    return model._meta.label


def _title(model: type[Model]) -> str:
    return _table_names.get(_label(model), _label(model))
