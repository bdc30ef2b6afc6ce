"""Whatever is done to the entries, and in whatever order: the index is as one built afresh."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.errors import AlreadySo, DuplicateEntry
from store.model import ImportItem, SearchPage, SearchQuery, Status
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_store
from tests.store.conftest import ANN
from tests.store.search.conftest import SearchDigest
from tests.store.search.rebuilds import make_outdated, rebuild_partly
from tests.store.search.texts import Texts

QUERIES = (
    "", "모델", "정도의 결과", "gpt-4", "tag:논문", "-학습", '"언어 모델"', "강화학습 데이터",
    "모댈", "trasformer", "lang:ko 연구", "by:ann", "인공지능을 연구하는 기업은 어디인가요",
)  # fmt: skip


async def answers(store: DigestStore) -> dict[str, SearchPage]:
    """Return what a store answers to everything."""
    return {words: await store.search.find(SearchQuery(words), 50) for words in QUERIES}


STEPS = ("add", "add", "edit", "edit", "retract", "restore", "import", "cut off", "rebuild")


async def step(store: DigestStore, kind: str, chance: random.Random, texts: Texts) -> None:
    """Do one thing that a person or a program may do."""
    known = [one async for one in store.entries.all(tuple(Status))]
    one = chance.choice(known) if known else None
    with suppress(DuplicateEntry, AlreadySo):
        if kind == "add":
            await store.entries.add(texts.draft(chance.randrange(12)), ANN)
        elif kind == "import":
            drafts = [texts.draft(chance.randrange(12)) for _ in range(chance.randint(1, 4))]
            await store.entries.import_batch(
                [ImportItem(wanted, line) for line, wanted in enumerate(drafts, 1)], ANN
            )
        elif kind == "cut off":
            await make_outdated(store)
            await rebuild_partly(store)
        elif kind == "rebuild":
            await store.index.rebuild()
        elif one and kind == "edit":
            await store.entries.edit(one.id, texts.draft(one.id), ANN)
        elif one and kind == "retract":
            await store.entries.retract(one.id, ANN)
        elif one and kind == "restore":
            await store.entries.restore(one.id, ANN)


async def check(store: DigestStore) -> None:
    """Compare the index with one that is built afresh."""
    await store.index.rebuild()
    now = await answers(store)
    await make_outdated(store)
    assert await store.index.outdated()
    assert await store.index.rebuild()
    assert not await store.index.outdated()
    afresh = await answers(store)
    for words in QUERIES:
        assert now[words] == afresh[words], words


async def test_the_index_is_in_step(store: DigestStore) -> None:
    chance, texts = random.Random(3), Texts(3)
    for _ in range(2):
        for _ in range(15):
            await step(store, chance.choice(STEPS), chance, texts)
        await check(store)


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kinds=st.lists(st.sampled_from(STEPS), max_size=16), seed=st.integers(0, 99))
async def test_in_any_order(tmp_path: Path, clock: FakeClock, kinds: list[str], seed: int) -> None:
    path = tmp_path / "afresh.db"
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    store = await new_store(path, clock)
    try:
        chance, texts = random.Random(seed), Texts(seed)
        for kind in kinds:
            await step(store, kind, chance, texts)
        await check(store)
    finally:
        await store.close()


async def test_an_index_in_step_holds_nothing_of_what_is_gone(digest: SearchDigest) -> None:
    store = digest.store
    texts = Texts(1)
    for one in [await digest.add(f"{number} 소식", "언어 모델") for number in range(5)]:
        await store.entries.edit(one.id, texts.draft(one.id), ANN)
        await store.entries.retract(one.id, ANN)

    assert all(not page.items for page in (await answers(store)).values())
    assert (await digest.page("모댈")).corrected is None
