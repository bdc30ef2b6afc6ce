"""The index of another analyzer answers until a new one is built beside it."""

from __future__ import annotations

import asyncio

import pytest

from store.db.schema import search_states
from store.model import EntryDraft, Status
from store.search.text.analyzer import ANALYZER
from store.store import DigestStore
from tests.store.conftest import ANN, Open
from tests.store.search.conftest import SearchDigest, draft
from tests.store.search.rebuilds import OLDER, make_outdated, rebuild_partly, versions
from tests.store.search.texts import Texts

pytestmark = pytest.mark.usefixtures("short_units")


async def test_the_old_index_answers_until_the_new_one_does(digest: SearchDigest) -> None:
    await digest.fill([draft(f"{number} 모델") for number in range(230)])
    wanted = await digest.titles("모델")
    store = digest.store
    await make_outdated(store)

    assert await store.index.outdated()
    assert await digest.titles("모델") == wanted
    await rebuild_partly(store, batches=2)
    assert await versions(store) == {OLDER: True, ANALYZER: False}
    assert await store.index.outdated()
    assert await digest.titles("모델") == wanted
    told: list[tuple[int, int]] = []
    assert await store.index.rebuild(lambda done, last: told.append((done, last)))

    assert told == [(230, 230)]  # the first two hundred were there already
    assert await versions(store) == {ANALYZER: True}
    assert not await store.index.outdated()
    assert await digest.titles("모델") == wanted


async def test_an_index_that_is_right_is_left_alone(digest: SearchDigest) -> None:
    await digest.add("모델")
    told: list[int] = []

    assert not await digest.store.index.outdated()
    assert await digest.store.index.rebuild(lambda done, _: told.append(done))
    assert told == []


async def test_an_empty_digest_has_nothing_to_rebuild(digest: SearchDigest) -> None:
    assert not await digest.store.index.outdated()
    assert await digest.store.index.rebuild()
    await digest.add("모델")
    assert await digest.titles("모델") == ["모델"]


async def test_a_store_that_lost_its_index_gets_one(digest: SearchDigest) -> None:
    await digest.add("모델 하나")
    store = digest.store
    async with store._database.write() as connection:
        await connection.execute(search_states.delete())
    await digest.add("모델 둘")

    assert await store.index.outdated()
    assert await store.index.rebuild()
    assert set(await digest.titles("모델")) == {"모델 하나", "모델 둘"}


async def test_what_changes_meanwhile_is_found_by_both(digest: SearchDigest) -> None:
    store = digest.store
    await digest.fill([draft(f"{number} 모델", "학습") for number in range(150)])
    await make_outdated(store)
    await rebuild_partly(store)

    await store.entries.edit(1, EntryDraft("1 확산", note="추론"), ANN)
    await store.entries.retract(2, ANN)
    await store.entries.edit(140, EntryDraft("140 확산"), ANN)
    await digest.add("새 확산 소식")
    changed = {"1 확산", "140 확산", "새 확산 소식"}

    assert set(await digest.titles("확산")) == changed
    assert await store.index.rebuild()
    assert set(await digest.titles("확산")) == changed
    assert (await digest.page("모델 학습", count=5)).count == 147
    assert await digest.titles("추론") == ["1 확산"]


async def test_the_old_index_shows_nothing_that_was_retracted(digest: SearchDigest) -> None:
    entry = await digest.add("비밀 모델", tags=("x",))
    await make_outdated(digest.store)

    await digest.store.entries.retract(entry.id, ANN)

    for words in ("비밀", "", "tag:x", '"비밀 모델"', "비밀을 왜 말하나요"):
        assert await digest.titles(words) == [], words


async def test_two_programs_share_a_rebuild(open_store: Open) -> None:
    one, two = await open_store(), await open_store()
    digest = SearchDigest(one)
    await digest.fill(list(Texts(2).drafts(350)))
    wanted = await digest.titles("모델")
    await make_outdated(one)

    done = await asyncio.gather(one.index.rebuild(), two.index.rebuild())

    assert all(done)

    assert await versions(one) == {ANALYZER: True}
    assert await SearchDigest(two).titles("모델") == wanted
    async with one._database.read() as connection:
        state = (await connection.execute(search_states.select())).mappings().one()
    assert state["entries"] == (await one.entries.count())[Status.PUBLISHED]


async def test_a_rebuild_for_yet_another_analyzer_is_begun_anew(digest: SearchDigest) -> None:
    store = digest.store
    await digest.fill(list(Texts(3).drafts(120)))
    await make_outdated(store)
    await rebuild_partly(store)
    async with store._database.write() as connection:
        await connection.execute(
            search_states.update().where(~search_states.c.active).values(version="another")
        )
    assert await versions(store) == {OLDER: True, "another": False}

    assert await store.index.rebuild()

    assert await versions(store) == {ANALYZER: True}


async def test_what_cannot_be_kept_in_step_is_not_taken_for_right(digest: SearchDigest) -> None:
    # A newer program's index, half built, and an entry that this program adds.
    store = digest.store
    await digest.fill(list(Texts(4).drafts(120)))
    await make_outdated(store)
    await rebuild_partly(store)
    async with store._database.write() as connection:
        await connection.execute(
            search_states.update().where(~search_states.c.active).values(version="newer")
        )
        await connection.execute(
            search_states.update().where(search_states.c.active).values(version="newest")
        )

    await digest.add("끼어든 소식")

    assert await versions(store) == {"": True}
    assert await digest.titles("끼어든") == ["끼어든 소식"]


async def test_a_rebuild_stops_at_once_and_goes_on_later(digest: SearchDigest) -> None:
    store = digest.store
    await digest.fill(list(Texts(5).drafts(300)))
    await make_outdated(store)
    begun = asyncio.Event()
    task = asyncio.create_task(store.index.rebuild(lambda *_: begun.set()))
    await begun.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert (await versions(store))[OLDER]
    assert await store.index.rebuild()
    assert await versions(store) == {ANALYZER: True}


async def test_another_program_s_search_outlives_the_end_of_a_rebuild(open_store: Open) -> None:
    one, two = await open_store(), await open_store()
    await SearchDigest(one).fill([draft(f"{number} 모델") for number in range(120)])
    await make_outdated(one)
    rebuilding = asyncio.create_task(one.index.rebuild())

    while not rebuilding.done():
        assert len((await SearchDigest(two).page("모델", count=20)).items) == 20

    assert await rebuilding


async def test_an_inspection_tells_of_an_outdated_index(store: DigestStore, url: str) -> None:
    await SearchDigest(store).add("모델")
    assert not (await DigestStore.inspect(url)).index_outdated

    await make_outdated(store)

    assert (await DigestStore.inspect(url)).index_outdated
