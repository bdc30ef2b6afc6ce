"""What waits for a moderator, and what is decided about it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from store.entries.identity import digest
from store.errors import (
    AlreadyDecided,
    DuplicateEntry,
    EntryNotFound,
    InvalidEntry,
    NotUndoable,
)
from store.model import (
    Decision,
    Entry,
    EntryDraft,
    Gathered,
    Link,
    Polling,
    PostPlan,
    PostState,
    SourceRules,
    Status,
)
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.stored import history, make_posts
from tests.store.conftest import ANN, AT_ONCE, BEN, HERE, Open, subscription

WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


async def wait(store: DigestStore, title: str, *links: str, by: str = "") -> Entry:
    """Let an entry wait for a moderator."""
    draft = EntryDraft(
        title,
        url=f"https://example.com/{title.replace(' ', '-')}",
        links=tuple(Link(link) for link in links),
        added_by=by,
        status=Status.PENDING,
    )
    return await store.entries.add(draft, ANN)


async def bring(
    store: DigestStore, clock: FakeClock, name: str, source: str, joins: Entry | None = None
) -> Entry:
    """Let a source bring an item, which becomes an entry or joins one."""
    await store.sources.add(f"https://{source}.example/feed", source, SourceRules(), ANN)
    [leased] = await store.polls.lease("process", 1)
    link = f"https://{source}.example/{name}"
    draft = EntryDraft(name, link, added_by=source, status=Status.PENDING)
    item = Gathered(
        keys=((digest(link), False),),
        title=name,
        link=link,
        draft=draft,
        joins=None if joins is None else joins.id,
    )
    polling = Polling(next_at=clock() + timedelta(days=99))
    [entry] = await store.polls.gather(leased, "process", polling, [item])
    assert entry is not None
    return entry


async def queued(store: DigestStore, clock: FakeClock) -> list[str]:
    """Return the titles in the queue, by putting each off in turn."""
    titles: list[str] = []
    while (item := (await store.reviews.queue(clock.now - WEEK)).first) is not None:
        if item.entry.title in titles:
            break
        titles.append(item.entry.title)
        clock.forward(minutes=1)
        await store.reviews.postpone(item.entry.id, ANN)
    return titles


async def test_what_several_sources_tell_comes_first_then_the_newest(
    store: DigestStore, clock: FakeClock
) -> None:
    await wait(store, "old")
    told = await bring(store, clock, "told", "a")
    await bring(store, clock, "again", "b", told)
    await wait(store, "linked", "https://x.example/1", "https://x.example/2")
    clock.forward(minutes=1)
    await wait(store, "new")
    await wait(store, "newest")
    queue = await store.reviews.queue(clock.now - WEEK)
    assert queue.count == 5
    assert queue.first is not None
    assert [source.name for source in queue.first.sources] == ["a", "b"]
    assert await queued(store, clock) == ["told", "newest", "new", "linked", "old"]


async def test_what_was_put_off_stands_behind_what_comes_later(
    store: DigestStore, clock: FakeClock
) -> None:
    first = await wait(store, "first", "https://a.example/1")
    await store.reviews.postpone(first.id, ANN)
    clock.forward(minutes=1)
    await wait(store, "second")
    assert await queued(store, clock) == ["second", "first"]


async def test_what_nobody_touched_leaves_the_queue_and_is_counted(
    store: DigestStore, clock: FakeClock
) -> None:
    left, kept = await wait(store, "left"), await wait(store, "kept")
    clock.forward(days=6)
    await store.reviews.postpone(kept.id, ANN)
    clock.forward(days=2)
    queue = await store.reviews.queue(clock.now - WEEK)
    assert queue.first is not None
    assert (queue.first.entry.id, queue.count, queue.expired) == (kept.id, 1, 1)
    assert [one.id for one in await store.reviews.find("LEFT", 5)] == [left.id]
    assert (await store.entries.get(left.id)).status is Status.PENDING


async def test_what_is_published_is_in_every_list_and_wakes_instant_channels(
    store: DigestStore, clock: FakeClock
) -> None:
    channel = await store.channels.schedule(HERE, subscription(AT_ONCE), ANN, None)
    entry = await wait(store, "news")
    clock.forward(minutes=1)
    published = await store.reviews.publish(entry.id, BEN)
    assert published.status is Status.PUBLISHED
    assert published.first_published_at == clock.now
    assert (await store.entries.latest(5)).items == (published,)
    [candidate] = await store.posts.candidates(channel.seen)
    assert candidate.entry_id == entry.id
    assert (await store.channels.get(HERE)).next_at == clock.now
    item = (await store.reviews.get([entry.id]))[entry.id]
    assert item.review is not None
    assert (item.review.decision, item.review.by, item.undoable) == (
        Decision.PUBLISHED, BEN, True,
    )  # fmt: skip


async def test_it_is_published_as_it_was_corrected(store: DigestStore) -> None:
    entry = await wait(store, "news", by="A source")
    draft = EntryDraft("Better", url=entry.url, tags=("llm",))
    published = await store.reviews.publish(entry.id, ANN, draft)
    assert (published.title, published.tags, published.added_by) == ("Better", ("llm",), "A source")
    assert (await store.completion.tags())[0].count == 1
    other = await wait(store, "other")
    with pytest.raises(DuplicateEntry):
        await store.reviews.publish(other.id, ANN, EntryDraft("x", url=entry.url))
    assert (await store.entries.get(other.id)).status is Status.PENDING


async def test_what_is_skipped_never_comes_again(store: DigestStore, clock: FakeClock) -> None:
    entry = await wait(store, "no news")
    assert (await store.reviews.skip(entry.id, ANN)).status is Status.SKIPPED
    assert (await store.reviews.queue(clock.now - WEEK)).first is None
    assert (await store.entries.latest(5)).items == ()
    with pytest.raises(DuplicateEntry):
        await wait(store, "no news")
    assert [one.id for one in await store.reviews.find("no", 5)] == [entry.id]


async def test_of_two_who_decide_at_once_one_does(open_store: Open) -> None:
    one, other = await open_store(), await open_store()
    entry = await wait(one, "news")
    results = await asyncio.gather(
        one.reviews.publish(entry.id, ANN),
        other.reviews.skip(entry.id, BEN),
        return_exceptions=True,
    )
    [done] = [each for each in results if isinstance(each, Entry)]
    [lost] = [each for each in results if isinstance(each, AlreadyDecided)]
    assert lost.review is not None
    assert lost.review.by == (ANN if done.status is Status.PUBLISHED else BEN)
    assert (await one.entries.get(entry.id)).status is done.status


async def test_what_is_the_same_gives_its_links_to_the_other_and_to_its_posts(
    store: DigestStore, clock: FakeClock
) -> None:
    await store.sources.add("https://b.example/feed", "B News", SourceRules(), ANN)
    channel = await store.channels.schedule(HERE, subscription(), ANN, clock.now)
    other = await store.entries.add(EntryDraft("other", url="https://a.example/1"), ANN)
    await make_posts(store, channel, [PostPlan(1, 1, (other.id,))], next_at=None, seen=0)
    entry = await wait(store, "same", "https://a.example/1", "https://c.example/1", by="B News")
    clock.forward(minutes=1)
    joined = await store.reviews.join(entry.id, other.id, BEN)
    assert joined.links == (
        Link("https://example.com/same", "B News"),
        Link("https://c.example/1"),
    )
    assert (await store.entries.get(entry.id)).status is Status.SKIPPED
    assert (await history(store, channel.id, 1))[0].revision == 1
    assert (await store.suggestions.story_of("https://example.com/same")) == joined
    clock.forward(minutes=1)
    await store.reviews.undo(entry.id, ANN)
    assert (await store.entries.get(other.id)).links == ()
    assert (await store.entries.get(entry.id)).status is Status.PENDING


async def test_what_sources_told_and_will_tell_goes_with_the_story(
    store: DigestStore, clock: FakeClock
) -> None:
    one, other = await bring(store, clock, "one", "a"), await bring(store, clock, "other", "b")
    await store.reviews.join(one.id, other.id, ANN)
    found = await store.reviews.get([one.id, other.id])
    assert [[source.name for source in found[each.id].sources] for each in (one, other)] == [
        [], ["a", "b"],
    ]  # fmt: skip
    clock.forward(minutes=1)
    later = await bring(store, clock, "later", "c", one)
    assert later.id == other.id
    with pytest.raises(NotUndoable):
        await store.reviews.undo(one.id, ANN)


async def test_what_sources_told_comes_back_with_its_entry(
    store: DigestStore, clock: FakeClock
) -> None:
    one, other = await bring(store, clock, "one", "a"), await bring(store, clock, "other", "b")
    clock.forward(minutes=1)
    await store.reviews.join(one.id, other.id, ANN)
    await store.reviews.undo(one.id, ANN)
    found = await store.reviews.get([one.id, other.id])
    assert [[source.name for source in found[each.id].sources] for each in (one, other)] == [
        ["a"], ["b"],
    ]  # fmt: skip


async def test_what_does_not_wait_or_live_is_no_story_to_join(store: DigestStore) -> None:
    entry, other = await wait(store, "one"), await wait(store, "other")
    await store.reviews.skip(other.id, ANN)
    for into in (entry.id, other.id, 999):
        with pytest.raises(EntryNotFound):
            await store.reviews.join(entry.id, into, ANN)
    with pytest.raises(AlreadyDecided):
        await store.reviews.join(other.id, entry.id, ANN)


async def test_more_links_than_fit_join_nothing(store: DigestStore) -> None:
    many = [f"https://a.example/{number}" for number in range(30)]
    entry, other = await wait(store, "one", *many), await wait(store, "other", "https://b.example")
    links = tuple(Link(f"https://b.example/{number}") for number in range(40))
    await store.entries.edit(other.id, EntryDraft("other", url=other.url, links=links), ANN)
    with pytest.raises(InvalidEntry):
        await store.reviews.join(entry.id, other.id, ANN)
    assert (await store.entries.get(entry.id)).status is Status.PENDING


async def test_a_decision_is_taken_back_while_nothing_else_changed(
    store: DigestStore, clock: FakeClock
) -> None:
    entry = await wait(store, "news")
    with pytest.raises(NotUndoable):
        await store.reviews.undo(entry.id, ANN)
    await store.reviews.publish(entry.id, ANN)
    clock.forward(minutes=1)
    back = await store.reviews.undo(entry.id, BEN)
    assert (back.status, back.first_published_at) == (Status.PENDING, None)
    assert (await store.entries.latest(5)).items == ()
    assert (await store.reviews.queue(clock.now - WEEK)).count == 1
    with pytest.raises(NotUndoable):
        await store.reviews.undo(entry.id, ANN)
    await store.reviews.publish(entry.id, ANN)
    clock.forward(minutes=1)
    await store.entries.edit(entry.id, EntryDraft("changed"), ANN)
    with pytest.raises(NotUndoable):
        await store.reviews.undo(entry.id, ANN)


async def test_only_what_a_source_brought_is_of_it(store: DigestStore, clock: FakeClock) -> None:
    await store.sources.add("https://b.example/feed", "B News", SourceRules(), ANN)
    one = await wait(store, "one", by="B News")
    await wait(store, "two", by="minji")
    assert await store.reviews.of_source("B News", clock.now - WEEK) == (one,)
    assert await store.reviews.of_source("minji", clock.now - WEEK) == ()


async def test_every_decision_is_in_the_log(store: DigestStore, clock: FakeClock) -> None:
    one, two, three = [await wait(store, title) for title in ("one", "two", "three")]
    await store.reviews.publish(one.id, ANN)
    await store.reviews.skip(two.id, BEN)
    await store.reviews.join(three.id, one.id, BEN)
    clock.forward(minutes=1)
    await store.reviews.undo(two.id, ANN)
    found = await store.audit.list(5)
    assert [record.action for record in found.items] == ["undo", "edit", "join", "skip", "publish"]


async def test_a_desk_gets_each_entry_once_and_what_was_decided(
    store: DigestStore, clock: FakeClock
) -> None:
    before = await wait(store, "before")
    clock.forward(minutes=1)
    desk = await store.desks.open(HERE, ANN, "ko", "#desk")
    digest = await store.channels.schedule(HERE, subscription(), ANN, None)
    assert (desk.ref, digest.ref) == (HERE, HERE)
    assert desk.id != digest.id
    entries = [await wait(store, f"{number}") for number in range(3)]
    assert before.id not in [number for number, _ in await store.desks.new(desk, clock.now - WEEK)]
    ids = [number for number, _ in await store.desks.new(desk, clock.now - WEEK)]
    assert sorted(ids) == [entry.id for entry in entries]
    made = await store.desks.make(desk, [ids[:2], ids[2:]])
    assert [post.entry_ids for post in made] == [tuple(ids[:2]), tuple(ids[2:])]
    assert await store.desks.make(desk, [ids]) == ()
    assert await store.desks.new(desk, clock.now - WEEK) == ()
    await wait(store, "more")
    [(more, _)] = await store.desks.new(desk, clock.now - WEEK)
    [further] = await store.desks.make(desk, [[more]])
    assert further.key not in {post.key for post in made}
    await store.reviews.publish(ids[0], ANN)
    posts = {post.id: post.revision for post in await history(store, desk.id, 9)}
    assert [posts[post.id] for post in made] == [1, 0]
    [active] = await store.desks.active("discord")
    assert active.id == desk.id
    await store.desks.close(HERE, ANN)
    assert await store.desks.active("discord") == ()
    states = {post.state for post in await history(store, desk.id, 9)}
    assert states == {PostState.FAILED}


async def test_what_a_desk_did_not_get_comes_to_it_again(
    store: DigestStore, clock: FakeClock
) -> None:
    desk = await store.desks.open(HERE, ANN, "en", "")
    entry = await wait(store, "news")
    await store.desks.make(desk, [[entry.id]])
    await store.desks.close(HERE, ANN)
    desk = await store.desks.open(HERE, ANN, "en", "")
    assert [number for number, _ in await store.desks.new(desk, clock.now - WEEK)] == [entry.id]
