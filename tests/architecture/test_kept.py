"""What is kept about a person has a purpose and an end, said beside the field."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import Field, Model

from ibasho.lib.kept import Kept

OURS = [model for model in apps.get_models() if model.__module__.startswith("ibasho.")]


def _fields(model: type[Model]) -> list[Field[object, object]]:
    return [field for field in model._meta.concrete_fields if not field.auto_created]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_says_why_and_until_when(model: type[Model]) -> None:
    reason = getattr(model, "about_no_person", None)
    if reason:
        refers = [
            field.name
            for field in _fields(model)
            if getattr(field.related_model, "__name__", "") in ("Person", "Seat", "Session")
        ]
        assert refers == [], "a model about no person points at one"
        return
    silent = [field.name for field in _fields(model) if not isinstance(getattr(field, "kept", None), Kept)]
    assert silent == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_field_has_room_for_an_address_or_a_browser(model: type[Model]) -> None:
    kinds = {"GenericIPAddressField", "IPAddressField", "EmailField"}
    assert [field.name for field in _fields(model) if field.get_internal_type() in kinds] == []
    words = ("ip_", "address", "user_agent", "email", "real_name")
    assert [field.name for field in _fields(model) if any(word in field.name for word in words)] == []
