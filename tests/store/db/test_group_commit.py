"""Small writes that share a unit of work: all are kept, and none spoils another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.address import Address
from store.db.database import Database
from store.db.group_commit import Deed, GroupCommit
from store.db.schema import languages
from store.errors import DatabaseTrouble


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(Address.parse(url), patience=timedelta(milliseconds=200))
    yield database
    await database.close()


def chosen(person: str, *, outcome: bool = True) -> Deed:
    """Keep a person's language; the same person twice is refused by the database."""

    async def deed(connection: AsyncConnection) -> bool:
        row = {"platform": "discord", "workspace": "w", "person": person, "language": "ko"}
        await connection.execute(insert(languages).values(row))
        return outcome

    return deed


async def kept(database: Database) -> int:
    async with database.read() as connection:
        return int(
            (await connection.execute(select(func.count()).select_from(languages))).scalar_one()
        )


async def test_each_hears_its_own_outcome(database: Database) -> None:
    together = GroupCommit(database)

    outcomes = await asyncio.gather(
        *(together.do(chosen(f"{n}", outcome=n % 3 == 0)) for n in range(20))
    )

    assert outcomes == [n % 3 == 0 for n in range(20)]
    assert await kept(database) == 20


async def test_one_that_fails_spoils_no_other(database: Database) -> None:
    together = GroupCommit(database)
    names = ["a", "b", "b", "c", "d"]

    outcomes = await asyncio.gather(
        *(together.do(chosen(name)) for name in names), return_exceptions=True
    )

    failed = [one for one in outcomes if isinstance(one, Exception)]
    assert len(failed) == 1
    assert isinstance(failed[0], DatabaseTrouble)
    assert outcomes.count(True) == 4
    assert await kept(database) == 4


async def test_one_that_is_given_up_holds_up_no_other(database: Database) -> None:
    together = GroupCommit(database)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(connection: AsyncConnection) -> bool:
        begun.set()
        await go_on.wait()
        return await chosen("slow")(connection)

    first = asyncio.create_task(together.do(slow))
    await begun.wait()
    others = [asyncio.create_task(together.do(chosen(f"{n}"))) for n in range(3)]
    await asyncio.sleep(0)
    others[1].cancel()
    first.cancel()
    go_on.set()
    outcomes = await asyncio.gather(first, *others, return_exceptions=True)

    assert isinstance(outcomes[0], asyncio.CancelledError)
    assert outcomes[1] is True
    assert isinstance(outcomes[2], asyncio.CancelledError)
    assert outcomes[3] is True
    assert await kept(database) == 2
    assert await together.do(chosen("later"))


async def test_a_database_that_is_held_by_another_program_fails_all_that_wait(
    database: Database,
) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL locks rows, not everything")
    together = GroupCommit(database)
    other = Database(database.address)
    async with other.write():
        outcomes = await asyncio.gather(
            *(together.do(chosen(f"{n}")) for n in range(2)), return_exceptions=True
        )
    await other.close()

    assert all(isinstance(one, DatabaseTrouble) for one in outcomes)
    assert await together.do(chosen("later"))
