"""What every room of the store has, and rows: as values, of a person, many with one statement."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Delete,
    Dialect,
    Insert,
    RowMapping,
    Select,
    Table,
    Update,
    and_,
    func,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from store.db.database import Database, chunks
from store.db.schema import Moment
from store.model import Actor

T = TypeVar("T")

_MANY = 20
"""Rows from which on it is worth compiling a statement, which the library remembers otherwise."""


class Room:
    """The queries of one subject, on the store's one database and by its clock."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock


def from_row(kind: Callable[..., T], values: Mapping[Any, Any], /, **given: Any) -> T:
    """Return a dataclass whose fields hold the columns of the same names, but for what is given."""
    for name in _names(kind, *given):
        given[name] = values[name]
    return kind(**given)


async def first_row(connection: AsyncConnection, statement: Select[Any]) -> dict[str, Any] | None:
    """Return a statement's first row by the names of its columns; None where there is none."""
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else dict(row)


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


async def execute_many(
    connection: AsyncConnection,
    statement: Insert | Update | Delete,
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
) -> None:
    """Execute a statement once for each row.

    `names` says what stands where in a row: columns that are inserted, or bound parameters. Core
    looks up every parameter of every row by its name. Here the values of a column are made fit for
    the driver together, and the rows go to it as they are: a third of the time for a wide row.
    """
    if len(rows) < _MANY:
        if rows:
            named = [dict(zip(names, row, strict=True)) for row in rows]
            await connection.execute(statement, named)
        return
    dialect = connection.dialect
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    values = dict(zip(names, zip(*rows, strict=True), strict=True))
    fit = [
        _fit(values[name], compiled.binds[name].type, dialect)
        for name in compiled.positiontup or ()
    ]
    await connection.exec_driver_sql(str(compiled), list(zip(*fit, strict=True)))


def person_key(person: Actor) -> dict[str, str]:
    """Return the columns by which somebody is known."""
    return {"platform": person.platform, "workspace": person.workspace, "person": person.id}


def person_row(person: Actor) -> dict[str, str]:
    """Return the columns that say who it was, by name too."""
    return {**person_key(person), "person_name": person.name}


def person_of(values: Mapping[Any, Any]) -> Actor:
    """Return who it was that a row names."""
    return Actor(values["platform"], values["workspace"], values["person"], values["person_name"])


def of_person(table: Table, person: Actor) -> ColumnElement[bool]:
    """Whether a row is somebody's, there where they are.

    In a conversation that is of no workspace they have what they have in any, and what they did
    there they have in each.
    """
    there = table.c.workspace.in_((person.workspace, "")) if person.workspace else true()
    return and_(table.c.platform == person.platform, there, table.c.person == person.id)


@functools.cache
def _names(kind: Any, *given: str) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in given)


def _fit(values: Sequence[Any], kind: TypeEngine[Any], dialect: Dialect) -> Iterable[Any]:
    """Return the values of one column as the driver takes them."""
    process: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    # Rows that are written together share a few moments.
    return map(functools.cache(process) if isinstance(kind, Moment) else process, values)
