"""What the index is asked: terms joined by and, or and not, written in each engine's own syntax.

Terms are made by the analyzer, of letters, digits and a few signs; as they stand between quotes,
nothing that a person types can become syntax.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these."""

    of: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these."""

    of: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The first, but not the second."""

    wanted: Expression
    unwanted: Expression


Expression = str | All | Either | Without
"""A term, or several of them joined."""


def all_of(*expressions: Expression) -> Expression:
    """Join by and; one alone stays as it is."""
    return expressions[0] if len(expressions) == 1 else All(expressions)


def either_of(*expressions: Expression) -> Expression:
    """Join by or; one alone stays as it is."""
    return expressions[0] if len(expressions) == 1 else Either(expressions)


def _writer(
    quoted: Callable[[str], str], both: str, either: str, but: str
) -> Callable[[Expression], str]:
    def write(expression: Expression) -> str:
        match expression:
            case str():
                return quoted(expression)
            case All(of):
                return f"({both.join(map(write, of))})"
            case Either(of):
                return f"({either.join(map(write, of))})"
            case Without(wanted, unwanted):
                return f"({write(wanted)}{but}{write(unwanted)})"

    return write


fts5 = _writer(lambda term: '"' + term.replace('"', '""') + '"', " AND ", " OR ", " NOT ")
"""Writes an expression for SQLite's FTS5."""

tsquery = _writer(
    lambda term: "'" + term.replace("\\", "\\\\").replace("'", "''") + "'", " & ", " | ", " & !"
)
"""Writes an expression for PostgreSQL's tsquery."""
