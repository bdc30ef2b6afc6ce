"""What the index is asked: terms joined by and, or and not, written in each engine's own syntax.

Terms are made by the analyzer, of letters, digits and a few signs; as they stand between quotes,
nothing that a person types can become syntax.
"""

from __future__ import annotations

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


def fts5(expression: Expression) -> str:
    """Write an expression for SQLite's FTS5."""
    match expression:
        case str():
            return '"' + expression.replace('"', '""') + '"'
        case All():
            return "(" + " AND ".join(map(fts5, expression.of)) + ")"
        case Either():
            return "(" + " OR ".join(map(fts5, expression.of)) + ")"
        case Without():
            return f"({fts5(expression.wanted)} NOT {fts5(expression.unwanted)})"


def tsquery(expression: Expression) -> str:
    """Write an expression for PostgreSQL's tsquery."""
    match expression:
        case str():
            return "'" + expression.replace("\\", "\\\\").replace("'", "''") + "'"
        case All():
            return "(" + " & ".join(map(tsquery, expression.of)) + ")"
        case Either():
            return "(" + " | ".join(map(tsquery, expression.of)) + ")"
        case Without():
            return f"({tsquery(expression.wanted)} & !{tsquery(expression.unwanted)})"
