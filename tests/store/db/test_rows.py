"""Many rows with one statement: they read back as they were given, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import sqlite

from store.db.address import Address
from store.db.database import Database
from store.db.rows import execute_many
from store.db.schema import Moment, audit
from store.model import ChannelRef, EntryDraft, PostBatch, PostPlan
from store.store import DigestStore
from tests.fakes.clock import MORNING
from tests.fakes.stored import history
from tests.store.conftest import ANN, scheduled, subscription

NAMES = ("at", "platform", "workspace", "person", "name", "action", "subject", "details")
KOREA = timezone(timedelta(hours=9))
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, KOREA])).filter(
    lambda moment: 1 < moment.year < 9999
)


@pytest.mark.parametrize("count", [0, 1, 19, 20, 200])
async def test_rows_read_back_as_they_were_given(url: str, count: int) -> None:
    rows = [
        (MORNING.astimezone(KOREA), "discord\0", "w", f"{n}", "이름", "add", f"x:{n}", {"n": [n]})
        for n in range(count)
    ]
    database = Database(Address.parse(url))
    async with database.write() as connection:
        await execute_many(connection, insert(audit), NAMES, rows)
        await execute_many(
            connection,
            update(audit)
            .where(audit.c.subject == bindparam("of"))
            .values(at=bindparam("moment"), details=bindparam("facts")),
            ("facts", "moment", "of"),
            [({"later": n}, MORNING + timedelta(days=n), f"x:{n}") for n in range(1, count)],
        )
    async with database.read() as connection:
        found = await connection.execute(select(*(audit.c[name] for name in NAMES)))
        read = sorted(map(tuple, found), key=lambda row: int(row[3]))
    await database.close()

    assert [row[1:7] for row in read] == [("discord", *row[2:7]) for row in rows]
    assert [row[0] for row in read] == [MORNING + timedelta(days=n) for n in range(count)]
    assert [row[7] for row in read] == [{"later": n} if n else {"n": [0]} for n in range(count)]


async def test_many_posts_are_as_they_were_said_to_be(store: DigestStore) -> None:
    ids = [(await store.entries.add(EntryDraft(f"entry {n}"), ANN)).id for n in range(3)]
    first = await scheduled(store)
    channels = [first]
    for number in range(29):
        ref = ChannelRef("discord", "guild", f"{number}")
        channels.append(await store.channels.schedule(ref, subscription(), ANN, MORNING))
    plans = (PostPlan(1, 2, tuple(ids[:2]), late=True), PostPlan(2, 2, (ids[2],), rest=4))

    made = await store.posts.make_many(
        [PostBatch(one, plans, MORNING + timedelta(days=1), 3) for one in channels]
    )

    assert len(made) == 60
    for channel in channels:
        ours = [post for post in made if post.channel_id == channel.id]
        kept = await history(store, channel.id, 5)
        assert sorted(kept, key=lambda post: post.part) == ours
        assert [post.entry_ids for post in ours] == [tuple(ids[:2]), (ids[2],)]
    assert await store.channels.due(MORNING, 99, "discord") == ()
    again = await store.channels.due(MORNING + timedelta(days=1), 99, "discord")
    assert {(one.next_at, one.seen) for one in again} == {(MORNING + timedelta(days=1), 3)}


@given(MOMENTS)
def test_sqlite_keeps_a_moment_to_the_microsecond_and_in_order(moment: datetime) -> None:
    kind, dialect = Moment(), sqlite.dialect()
    write, read = kind.bind_processor(dialect), kind.result_processor(dialect, None)
    assert write is not None
    assert read is not None

    found = read(write(moment))
    assert found == moment
    assert found.tzinfo is UTC
    assert write(moment) < write(moment + timedelta(microseconds=1))
    assert write(None) is None
    assert read(None) is None
