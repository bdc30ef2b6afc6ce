"""SQLite and PostgreSQL give the same answers."""

from __future__ import annotations

from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.store.conftest import Postgres
from tests.store.search.conftest import SearchDigest
from tests.store.search.texts import Texts


async def test_both_engines_give_the_same_answers(
    local: SearchDigest, postgres: Postgres, clock: FakeClock
) -> None:
    postgres.empty()
    theirs = SearchDigest(await DigestStore.open(postgres.url, clock))
    try:
        texts = Texts(7)
        drafts = list(texts.drafts(250))
        await local.fill(drafts)
        await theirs.fill(drafts)
        for query in texts.queries(80):
            one = await local.page(query, count=20)
            two = await theirs.page(query, count=20)
            assert one == two, query
    finally:
        await theirs.store.close()
