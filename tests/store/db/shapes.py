"""What tables look like to a program that knows them, and what it would miss in others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Inspector, inspect


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """A column. `filled`: a row may come without a value for it."""

    kind: str
    nullable: bool
    filled: bool


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table: its columns by name, and each rule that a row must keep, as text."""

    columns: Mapping[str, ColumnShape]
    rules: frozenset[str]


def shape_of(connection: Connection) -> dict[str, TableShape]:
    """Return the tables of a database, by name."""
    seen = inspect(connection)
    return {
        name: TableShape(
            {
                column["name"]: ColumnShape(
                    str(column["type"]),
                    column["nullable"],
                    column["nullable"] or column["default"] is not None,
                )
                for column in seen.get_columns(name)
            },
            frozenset(_rules(seen, name)),
        )
        for name in seen.get_table_names()
    }


def _rules(seen: Inspector, table: str) -> Iterator[str]:
    yield f"key {seen.get_pk_constraint(table)['constrained_columns']}"
    for unique in seen.get_unique_constraints(table):
        yield f"unique {unique['column_names']}"
    for index in seen.get_indexes(table):
        if index["unique"]:
            yield f"unique {index['column_names']}"
    for other in seen.get_foreign_keys(table):
        yield f"refers {other['constrained_columns']}"
    for check in seen.get_check_constraints(table):
        yield f"check {check['sqltext']}"


def broken(before: Mapping[str, TableShape], after: Mapping[str, TableShape]) -> Iterator[str]:
    """Say what a program that knows `before` could no longer do with `after`."""
    for name, table in before.items():
        if name in after:
            yield from (f"{name}{trouble}" for trouble in _troubles(table, after[name]))
        else:
            yield f"{name} is gone"


def _troubles(before: TableShape, after: TableShape) -> Iterator[str]:
    for column, was in before.columns.items():
        now = after.columns.get(column)
        if now is None:
            yield f".{column} is gone"
        elif now.kind != was.kind:
            yield f".{column} holds something else"
        elif now.nullable < was.nullable or now.filled < was.filled:
            yield f".{column} must have a value"
    for column in after.columns.keys() - before.columns.keys():
        if not after.columns[column].filled:
            yield f".{column} must have a value"
    for rule in sorted(after.rules - before.rules):
        yield f" has a further rule: {rule}"
