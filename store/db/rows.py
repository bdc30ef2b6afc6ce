"""Rows as the values that a program works with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import chunks

T = TypeVar("T")


def from_row(kind: Callable[..., T], values: Mapping[Any, Any], /, **given: Any) -> T:
    """Return a dataclass whose fields hold the columns of the same names, but for what is given."""
    for name in _names(kind, *given):
        given[name] = values[name]
    return kind(**given)


async def counted(
    connection: AsyncConnection, column: ColumnElement[Any], *which: ColumnElement[bool]
) -> dict[Any, int]:
    """Return how many rows have each value of a column, of those that are asked for."""
    statement = select(column, func.count()).where(*which).group_by(column)
    return {row[0]: row[1] for row in await connection.execute(statement)}


async def among(
    connection: AsyncConnection, query: Select[Any], column: ColumnElement[T], values: Iterable[T]
) -> list[RowMapping]:
    """Return the rows of a query in which a column has one of some values, however many."""
    found: list[RowMapping] = []
    for some in chunks(list(values)):
        found += (await connection.execute(query.where(column.in_(some)))).mappings()
    return found


@cache
def _names(kind: Any, *given: str) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in given)
