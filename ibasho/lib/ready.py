"""Queries whose statement is made once: Django makes it anew each time, which takes ten times as long as running it.

    @ready
    def _sent_as(request_id: UUID) -> QuerySet[SignUp]:
        return SignUp.objects.filter(request_id=request_id)

    _sent_as(wish.request_id)  # a list, read now

The function runs once for each connection and number of values, with placeholders instead of values: it may only
hand them on to filters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.transaction import TransactionManagementError

from ibasho.lib import plain_sql

P = ParamSpec("P")
T = TypeVar("T")
_KEPT_BY = "_ibasho_ready"  # each connection keeps its statements, and they end with it


class Ready(Generic[P, T]):
    """What `ready` makes. Calling it reads all rows; `first` the first of them."""

    def __init__(self, ask: Callable[P, QuerySet[Any, T]]) -> None:
        self._ask: Callable[..., QuerySet[Any, T]] = ask

    def __call__(self, *values: P.args, **_: P.kwargs) -> list[T]:
        here = connections[DEFAULT_DB_ALIAS]
        made: dict[object, _Statement] = vars(here).setdefault(_KEPT_BY, {})
        key = self, len(values)
        if key not in made:
            made[key] = _Statement(self._ask(*map(_Slot, range(len(values)))))
        return made[key].rows(here, values)

    def first(self, *values: P.args, **_: P.kwargs) -> T | None:
        return next(iter(self(*values, **_)), None)


def ready(ask: Callable[P, QuerySet[Any, T]]) -> Ready[P, T]:
    """Values are given by place. Raises TypeError for None, which is another statement and would find nothing."""
    return Ready(ask)


class _Slot(Expression):
    """Stands where a value will stand."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class _Statement:
    """One statement, and how its rows are read: as Django's own iterables do, which make it anew."""

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        compiler: Any = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, self._params = compiler.as_sql()
        self._locks = queryset.query.select_for_update
        self._converters = list(_converters(compiler))
        self._read = _reader(queryset, compiler)

    def rows(self, here: Any, values: Sequence[Any]) -> list[Any]:
        if self._locks and not here.in_atomic_block:
            raise TransactionManagementError("a row is locked inside a transaction")
        given = [_out(values[one.place], here) if isinstance(one, _Slot) else one for one in self._params]
        return [self._read(self._converted(row, here)) for row in plain_sql.rows(self._sql, given)]

    def _converted(self, found: Sequence[Any], here: Any) -> list[Any]:
        row = list(found)
        for place, convert, expression in self._converters:
            row[place] = convert(row[place], expression, here)
        return row


def _converters(compiler: Any) -> Iterator[tuple[int, Callable[..., Any], Any]]:
    found = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
    for place, (converts, expression) in found.items():
        for convert in converts:
            yield place, convert, expression


def _reader(queryset: QuerySet[Any, Any], compiler: Any) -> Callable[[list[Any]], Any]:
    """From a row to what this query gives: one value, values, or a model with those it is joined to."""
    kind: Any = queryset._iterable_class
    if kind is FlatValuesListIterable:
        return itemgetter(0)
    if kind is ValuesListIterable:
        return tuple
    besides = queryset._prefetch_related_lookups or compiler.annotation_col_map  # type: ignore[attr-defined]
    if kind is not ModelIterable or besides:
        raise TypeError("a ready query gives models or lists of values, and nothing besides")
    fields = compiler.klass_info["select_fields"]
    own = slice(fields[0], fields[-1] + 1)
    names = [column[0].target.attname for column in compiler.select[own]]
    populators: Any = get_related_populators  # the stubs are those of a newer Django
    joined = populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)

    def read(row: list[Any]) -> Model:
        found: Model = queryset.model.from_db(DEFAULT_DB_ALIAS, names, row[own])
        for one in joined:
            one.populate(row, found)
        return found

    return read


def _out(value: Any, here: Any) -> Any:
    """As the engine keeps it."""
    if value is None:
        raise TypeError("a ready query asks by values")
    if isinstance(value, UUID):
        return value if here.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return here.ops.adapt_datetimefield_value(value)
    return here.ops.adapt_datefield_value(value) if isinstance(value, date) else value
