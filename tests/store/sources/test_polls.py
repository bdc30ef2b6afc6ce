"""Polls: a source is in one pair of hands, and what it brings is kept once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from store.entries.identity import digest
from store.errors import LeaseLost
from store.model import (
    EntryDraft,
    Gathered,
    Link,
    Polling,
    Source,
    SourceNotice,
    SourceRules,
    SourceState,
    Status,
)
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.store.conftest import ANN, BEN, Open

HOUR = timedelta(hours=1)


async def a_source(store: DigestStore, name: str = "feed") -> Source:
    return await store.sources.add(f"https://example.org/{name}", name, SourceRules(), ANN)


async def leased(store: DigestStore, owner: str = "one") -> Source:
    [source] = await store.polls.lease(owner, 1)
    return source


def gathered(name: str, **facts: Any) -> Gathered:
    link = f"https://news.example/{name}"
    draft = EntryDraft(f"Story {name}", link, added_by="feed", status=Status.PENDING)
    usual: dict[str, Any] = {
        "keys": ((digest(link), False), (digest(name), True)),
        "title": draft.title,
        "link": link,
        "draft": draft,
    }
    return Gathered(**usual | facts)


def polled(clock: FakeClock) -> Polling:
    return Polling(next_at=clock() + HOUR, polled_at=clock(), good_at=clock(), etag='"1"')


async def test_a_source_is_leased_once_until_it_is_given_back(
    open_store: Open, clock: FakeClock
) -> None:
    store, other = await open_store(), await open_store()
    added = await a_source(store)
    assert await store.polls.next_at() == clock()
    assert await leased(store) == added
    assert await other.polls.lease("two", 5) == ()
    assert await store.polls.next_at() is None
    await store.polls.finish(added, "one", polled(clock))
    assert await other.polls.next_at() == clock() + HOUR
    assert await other.polls.lease("two", 5) == ()
    clock.forward(hours=1)
    [again] = await other.polls.lease("two", 5)
    assert again.polling == polled(FakeClock(clock() - HOUR))


async def test_a_lease_runs_out_and_ends_with_its_process(
    open_store: Open, clock: FakeClock
) -> None:
    store, other = await open_store(), await open_store()
    added = await a_source(store)
    await leased(store)
    clock.forward(minutes=6)
    assert await leased(other, "two") == added
    with pytest.raises(LeaseLost):
        await store.polls.finish(added, "one", polled(clock))
    await other.processes.enter("two", "host", 1, ())
    await other.processes.leave("two")
    assert await leased(store) == added


async def test_what_a_person_says_meanwhile_stands(store: DigestStore, clock: FakeClock) -> None:
    first, second = await a_source(store), await a_source(store, "other")
    await store.polls.lease("one", 2)
    await store.sources.pause(first.id, BEN)
    await store.sources.remove(second.id, BEN)
    await store.polls.finish(first, "one", polled(clock))
    paused = await store.sources.get(first.id)
    assert (paused.state, paused.polling.next_at) == (SourceState.PAUSED, None)
    with pytest.raises(LeaseLost):
        await store.polls.gather(second, "one", polled(clock), [gathered("a")])
    assert (await store.entries.count())[Status.PENDING] == 0


async def test_news_becomes_pending_entries_and_is_known(
    store: DigestStore, clock: FakeClock
) -> None:
    source = await a_source(store)
    await leased(store)
    items = [gathered("a"), gathered("b", draft=None), gathered("bad", draft=EntryDraft(""))]
    [entry, *others] = await store.polls.gather(source, "one", polled(clock), items)
    assert entry is not None
    assert others == [None, None]
    assert (entry.title, entry.status, entry.added_by) == ("Story a", Status.PENDING, "feed")
    keys = [key for one in items for key, _ in one.keys]
    known = await store.polls.known(source.id, keys, clock())
    assert known.keys() == set(keys)
    assert len(set(known.values())) == 3
    untitled = await store.polls.known(source.id, keys, clock() + HOUR)
    assert len(untitled) == 3
    [carrier] = (await store.entry_sources.carrying([entry.id]))[entry.id]
    assert (carrier.name, carrier.joined) == ("feed", False)
    other = await a_source(store, "other")
    assert await store.polls.known(other.id, keys, clock()) == {}


async def test_what_each_source_brought_is_counted(store: DigestStore, clock: FakeClock) -> None:
    source, begun = await a_source(store), clock()
    await leased(store)
    items = [gathered("a"), gathered("b"), gathered("c", draft=None)]
    await store.polls.gather(source, "one", polled(clock), items)
    await a_source(store, "other")
    assert await store.sources.brought(begun) == {source.id: 2}
    assert await store.sources.brought(begun + HOUR) == {}


async def test_a_story_is_joined_and_split_again(store: DigestStore, clock: FakeClock) -> None:
    source = await a_source(store)
    entry = await store.entries.add(EntryDraft("Story", "https://lab.example/"), ANN)
    await leased(store)
    items = [
        gathered("a", joins=entry.id),
        gathered("a2", link="https://lab.example/", joins=entry.id),
    ]
    await store.polls.gather(source, "one", polled(clock), items)
    joined = await store.entries.get(entry.id)
    assert joined.links == (Link("https://news.example/a", "feed"),)
    assert len((await store.entry_sources.carrying([entry.id]))[entry.id]) == 2

    assert await store.entry_sources.split(entry.id, "https://nowhere.example/", BEN) is None
    new = await store.entry_sources.split(entry.id, "https://news.example/a", BEN)
    assert new is not None
    assert (new.title, new.status) == ("Story a", Status.PENDING)
    assert (await store.entries.get(entry.id)).links == ()
    assert [one.url for one in (await store.entry_sources.carrying([new.id]))[new.id]] == [new.url]


async def test_what_is_there_already_or_was_taken_back_is_not_added_again(
    store: DigestStore, clock: FakeClock
) -> None:
    source = await a_source(store)
    known = await store.entries.add(EntryDraft("Ours", "https://news.example/a"), ANN)
    gone = await store.entries.add(EntryDraft("Gone", "https://news.example/gone"), ANN)
    await store.entries.retract(gone.id, ANN)
    await leased(store)
    items = [gathered("a"), gathered("gone"), gathered("b", joins=gone.id), gathered("c", joins=99)]
    await store.polls.gather(source, "one", polled(clock), items)
    assert (await store.entries.count())[Status.PENDING] == 0
    assert (await store.entries.get(known.id)).title == "Ours"


async def test_a_pending_entry_follows_its_item_until_somebody_edits_it(
    store: DigestStore, clock: FakeClock
) -> None:
    source = await a_source(store)
    await leased(store)
    [entry] = await store.polls.gather(source, "one", polled(clock), [gathered("a")])
    assert entry is not None
    known = await store.polls.known(source.id, [gathered("a").keys[0][0]], clock())
    [number] = known.values()

    async def again(**facts: Any) -> str:
        clock.forward(hours=1)
        await leased(store)
        item = gathered("a", draft=None, number=number, **facts)
        await store.polls.gather(source, "one", polled(clock), [item])
        return (await store.entries.get(entry.id)).title

    assert await again(title="Another title") == "Another title"
    now = await store.entries.get(entry.id)
    await store.entries.edit(entry.id, replace(now.draft, title="By hand"), BEN)
    assert await again(title="A third title") == "By hand"
    await store.entries.restore(entry.id, BEN)
    assert await again(link="https://news.example/moved") == "By hand"
    assert (await store.entries.get(entry.id)).url == "https://news.example/a"


async def test_a_removed_source_may_be_added_again(store: DigestStore, clock: FakeClock) -> None:
    source = await a_source(store)
    await leased(store)
    [entry] = await store.polls.gather(source, "one", polled(clock), [gathered("a")])
    assert entry is not None
    await store.sources.remove(source.id, BEN)
    assert await store.entries.get(entry.id) == entry
    again = await a_source(store)
    assert await store.polls.known(again.id, [gathered("a").keys[0][0]], clock()) == {}


async def test_a_source_moves_and_ends(store: DigestStore, clock: FakeClock) -> None:
    source = await a_source(store)
    await leased(store)
    await store.polls.finish(source, "one", polled(clock), address="https://moved.example/feed")
    assert (await store.sources.get(source.id)).address == "https://moved.example/feed"
    clock.forward(hours=1)
    source = await leased(store)
    await store.polls.finish(source, "one", polled(clock), notice=SourceNotice.GONE)
    assert (await store.sources.get(source.id)).state is SourceState.GONE
    assert await store.polls.next_at() is None


async def test_who_added_a_source_is_told_once(store: DigestStore, clock: FakeClock) -> None:
    source = await a_source(store)
    await leased(store)
    await store.polls.finish(source, "one", polled(clock), notice=SourceNotice.FAILING)
    assert await store.sources.next_notice(["discord"]) == clock()
    assert await store.sources.next_notice(["slack"]) is None
    assert await store.sources.take_notice("slack") is None
    taken = await store.sources.take_notice("discord")
    assert taken is not None
    assert (taken[0].id, *taken[1:]) == (source.id, SourceNotice.FAILING, 1)
    assert await store.sources.take_notice("discord") is None
    await store.sources.tell_later(source.id, SourceNotice.FAILING, clock() + HOUR)
    assert await store.sources.take_notice("discord") is None
    clock.forward(hours=1)
    again = await store.sources.take_notice("discord")
    assert again is not None
    assert again[2] == 2


async def test_a_host_that_rests_is_left_alone(store: DigestStore, clock: FakeClock) -> None:
    source = await store.sources.add("https://a_b.example/1", "1", SourceRules(), ANN)
    await leased(store)
    await store.sources.add("http://A_B.example:8080/2", "2", SourceRules(), ANN)
    other = await store.sources.add("https://axb.example/3", "3", SourceRules(), ANN)
    await store.polls.finish(source, "one", polled(clock), host_rests="a_b.example")
    assert await store.polls.lease("one", 9) == (other,)
    clock.forward(hours=1)
    assert len(await store.polls.lease("one", 9)) == 3
