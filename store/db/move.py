"""Everything that is kept goes into another database, of either engine; every id stays."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import JSON, Table, bindparam, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.address import Address
from store.db.database import Database
from store.db.migrations import migrate
from store.db.restore import in_use
from store.db.schema import (
    domains,
    entries,
    metadata,
    numbers,
    processes,
    search_states,
    search_terms,
    seen,
)
from store.errors import DatabaseInUse, TargetNotEmpty
from store.processes.processes import running

_AT_ONCE = 1000  # rows
_MADE_ANEW = {numbers, processes, domains, seen, search_states, *search_terms.values()}
"""Tables that are not copied: who runs, and the index, which each engine has its own way."""

_COPIED = tuple(table for table in metadata.sorted_tables if table not in _MADE_ANEW)


@dataclass(frozen=True, slots=True)
class Moved:
    """How many entries, and how many rows in all, are in the other database now."""

    entries: int
    rows: int


async def move_store(from_url: str, to_url: str) -> Moved:
    """Copy everything to another, empty database, of either engine.

    The source stays as it is; the target keeps nothing where it fails. Its search index is to be
    rebuilt afterwards. Raises BadDatabaseUrl, DatabaseInUse where a program works on the source,
    TargetNotEmpty, and DatabaseTrouble about either.
    """
    source, target = Address.parse(from_url), Address.parse(to_url)
    if source.path is not None and in_use(source.path):
        raise DatabaseInUse(source.where)
    old, new = Database(source), Database(target)
    try:
        await migrate(old, make=False)
        await migrate(new)
        # As if something were written, so that nobody else writes meanwhile.
        async with old.write() as reading, new.write() as writing:
            if await running(reading, source.path):
                raise DatabaseInUse(source.where)
            for table in _COPIED:
                if (await writing.execute(select(table).limit(1))).first() is not None:
                    raise TargetNotEmpty(target.where)
            rows = [await _copy(table, reading, writing) for table in _COPIED]
            last = select(numbers.c.entry, numbers.c.serial, numbers.c.version, numbers.c.host)
            given = (await reading.execute(last)).mappings().one()
            await writing.execute(update(numbers).values(**given))
            await writing.execute(update(search_states).values(version=""))
            if not new.is_sqlite:
                await _go_on_counting(writing)
    finally:
        await old.close()
        await new.close()
    return Moved(rows[_COPIED.index(entries)], sum(rows))


async def _copy(table: Table, reading: AsyncConnection, writing: AsyncConnection) -> int:
    """Copy the rows of a table. Returns how many."""
    # None is nothing, not JSON's null, which some queries would take for something.
    nothing = JSON(none_as_null=True)
    values = {
        column.name: bindparam(
            column.name, type_=nothing if isinstance(column.type, JSON) else column.type
        )
        for column in table.columns
    }
    statement = insert(table).values(values)
    count = 0
    rows = await reading.stream(select(table).execution_options(yield_per=_AT_ONCE))
    async for some in rows.mappings().partitions(_AT_ONCE):
        await writing.execute(statement, [dict(row) for row in some])
        count += len(some)
    return count


async def _go_on_counting(connection: AsyncConnection) -> None:
    """Let PostgreSQL number new rows after those that came with theirs."""
    for table in _COPIED:
        key = table.primary_key.columns
        if len(key) == 1 and (column := next(iter(key))).autoincrement is True:
            await connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608 - names of ours
                    f"max({column.name})) FROM {table.name} HAVING count(*) > 0"
                )
            )
