"""What columns hold, and the one collection in which all tables are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    text,
)

from store.text import storable


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC, to the microsecond. SQLite keeps it as text that sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Return what makes a moment fit for the driver, three times as fast as the library does.

        Moments without a zone are refused: nobody could say later what they meant.
        """
        return _written if dialect.name == "sqlite" else _in_utc

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None] | None:
        """Return what reads a moment: aware, in UTC, from either engine."""
        del coltype
        return _read if dialect.name == "sqlite" else _in_utc


def _in_utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC)


def _written(moment: datetime | None) -> str | None:
    known = _in_utc(moment)
    return None if known is None else known.replace(tzinfo=None).isoformat(" ", "microseconds")


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


class StorableText(TypeDecorator[str]):
    """Text that comes from a platform as it is: what no database keeps is left out."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Leave out NUL and halves of surrogate pairs."""
        del dialect
        return None if value is None else storable(value)


Number = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits; on SQLite, spelt so that a primary key is the row's own number."""


def required(name: str, kind: Any, *rules: Any, **more: Any) -> Column[Any]:
    """Return a column in which every row has a value."""
    return Column(name, kind, *rules, nullable=False, **more)


def all_required(kind: Any, *names: str) -> Iterator[Column[Any]]:
    """Return columns of one kind in which every row has a value."""
    return (required(name, kind) for name in names)


def flag(name: str, comment: str) -> Column[Any]:
    """Return a column that says no where a program of before wrote the row."""
    return required(name, Boolean, server_default=text("false"), comment=comment)


# A partial index is partial on PostgreSQL too, by the migrations: to say it here would load that
# engine's dialect, 2 MB, into every program on SQLite.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)
