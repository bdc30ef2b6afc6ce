"""Sources are polled when they are due, and what is news becomes entries, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, islice, product
from pathlib import Path
from random import Random
from string import ascii_lowercase
from typing import Any

import pytest

from bot.i18n.translator import Translator
from bot.port.platform import Permanent, Retryable
from bot.port.source import (
    FeedGone,
    FeedMissing,
    Item,
    NotAFeed,
    NotAFeedReason,
    TryLater,
    Validators,
)
from bot.sources.notices import SourceNotices
from bot.sources.polling import Poller
from store.model import Actor, Link, Source, SourceRules, SourceState, Status
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.databases import new_store
from tests.fakes.fuse import Fuse
from tests.fakes.platform import FakePlatform, Killed, lost_answer, refused
from tests.fakes.states import FeedStates

ANN = Actor("discord", "guild", "1", "Ann")
LAB = "https://lab.example/feed"
PAPER = "https://paper.example/rss"
HOUR = timedelta(hours=1)


class Newsroom:
    """A poller, its feeds, and what was told."""

    def __init__(self, store: DigestStore, clock: FakeClock) -> None:
        self.store = store
        self.clock = clock
        self.feeds = FeedStates()
        self.platform = FakePlatform("discord")
        self.operator: list[str] = []
        self.notices = SourceNotices(
            store,
            {"discord": self.platform},
            clock,
            local={"terminal"},
            words=_english,
            tell=self._tell,
        )
        self.woken = 0
        self.slept: list[float] = []
        self.poller = self.another("here")

    def another(self, owner: str, fuse: Fuse | None = None) -> Poller:
        """Return a poller as another process has one, which the fuse kills."""
        return Poller(
            self.store if fuse is None else fuse.store(self.store),
            lambda: self.feeds if fuse is None else fuse.platform(self.feeds),
            self.clock,
            owner=lambda: owner,
            wake=self._wake,
            sleep=self._sleep,
            chance=lambda: 0.5,
        )

    async def _tell(self, sentence: str) -> None:
        self.operator.append(sentence)

    async def told(self) -> list[str]:
        """Tell whoever is to be told, and return all that was said."""
        await self.notices.run()
        assert {person for person, _ in self.platform.told} <= {ANN}
        return [card.summary for _, card in self.platform.told]

    def _wake(self) -> None:
        self.woken += 1

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def add(self, address: str = LAB, **rules: Any) -> Source:
        """Add a source that was polled well an hour ago, when it had only an old item."""
        name = "Lab" if address == LAB else "Paper"
        source = await self.store.sources.add(address, name, SourceRules(**rules), ANN)
        self.feeds.put(address, self.item(f"old of {address}", age=5 * 24 * HOUR))
        await self.poller.run()
        return await self.later(source)

    async def later(self, source: Source, **delta: float) -> Source:
        """Let time pass until a source is due."""
        del delta
        source = await self.store.sources.get(source.id)
        if source.polling.next_at is not None:
            self.clock.now = max(source.polling.next_at, self.clock.now) + timedelta(seconds=1)
        return source

    def item(self, title: str, age: timedelta = HOUR, **facts: Any) -> Item:
        slug = "-".join(title.split())
        usual: dict[str, Any] = {
            "title": title,
            "link": f"https://news.example/{slug}",
            "guid": slug,
            "published": self.clock() - age,
        }
        return Item(**usual | facts)

    async def titles(self, status: Status = Status.PENDING) -> list[str]:
        return sorted([entry.title async for entry in self.store.entries.all((status,))])


async def _english(person: Actor) -> Translator:
    assert person.platform in {"discord", "terminal"}
    return Translator("en")


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    clock = FakeClock(MORNING)
    store = await new_store(tmp_path / "ainews.db", clock)
    room = Newsroom(store, clock)
    yield room
    await room.poller.close()
    await store.close()


async def test_news_comes_in_once(room: Newsroom) -> None:
    source = await room.add(tags=("llm",))
    fresh = room.item("A model is out", description="It is small.", image="https://i.example/a.png")
    room.feeds.put(LAB, fresh, room.item(f"old of {LAB}", age=99 * HOUR))
    for _ in range(3):
        await room.later(source)
        next_at = await room.poller.run()
        assert next_at is not None
        assert next_at > room.clock()
    [entry] = [one async for one in room.store.entries.all((Status.PENDING,))]
    assert (entry.title, entry.note, entry.tags) == ("A model is out", "It is small.", ("llm",))
    assert (entry.added_by, entry.image) == ("Lab", "https://i.example/a.png")
    assert entry.published is not None
    assert room.woken == 1


async def test_what_is_too_much_for_one_look_comes_at_the_next(room: Newsroom) -> None:
    source = await room.add()
    # Titles without a word in common, so that each is a story of its own.
    words = ("".join(letters) for letters in product("bdgk", "ao", "lmnr", "ei", "pstz", "ou", "b"))
    room.feeds.put(LAB, *(room.item(word) for word in islice(words, 502)), etag='"1"')
    await room.poller.run()

    assert len(await room.titles()) == 500
    soon = await room.store.sources.get(source.id)
    assert soon.polling.next_at == room.clock() + timedelta(minutes=15)
    await room.later(source)
    await room.poller.run()

    assert room.feeds.asked[-1][:2] == (LAB, Validators())
    assert len(await room.titles()) == 502


async def test_nothing_is_asked_before_it_is_due(room: Newsroom) -> None:
    assert await room.poller.run() is None
    await room.add()
    asked = len(room.feeds.asked)
    room.clock.now = room.clock.now - timedelta(minutes=5)
    await room.poller.run()
    assert len(room.feeds.asked) == asked


async def test_requests_are_conditional_and_whole_once_a_day(room: Newsroom) -> None:
    source = await room.add()
    room.feeds.put(LAB, room.item("Something"), etag='"1"')
    for _ in range(3):
        await room.later(source)
        await room.poller.run()
    assert [each[1].etag for each in room.feeds.asked] == ["", "", '"1"', '"1"']
    room.clock.forward(hours=25)
    await room.poller.run()
    assert room.feeds.asked[-1][1].etag == ""


async def test_rules_keep_out_what_is_not_wanted(room: Newsroom) -> None:
    source = await room.add(only=("모델",), without=('"sponsored post"',), reviewed=False)
    room.feeds.put(
        LAB,
        room.item("새 모델을 공개했다"),
        room.item("주가가 올랐다"),
        room.item("모델 소개", description="A sponsored post."),
    )
    await room.later(source)
    await room.poller.run()
    assert await room.titles(Status.PUBLISHED) == ["새 모델을 공개했다"]
    assert await room.titles() == []


async def test_one_story_from_two_sources_is_one_entry(room: Newsroom) -> None:
    first = await room.add()
    second = await room.add(PAPER)
    room.feeds.put(LAB, room.item("Introducing Otter 4", link="https://lab.example/otter-4"))
    telling = room.item(
        "Lab ships Otter 4, a small model", description="See https://lab.example/otter-4 for more."
    )
    room.feeds.put(PAPER, telling, room.item("Something else entirely"))
    await room.later(first)
    await room.store.sources.pause(second.id, ANN)
    await room.poller.run()
    await room.store.sources.resume(second.id, ANN)
    await room.poller.run()
    entries = [one async for one in room.store.entries.all((Status.PENDING,))]
    assert sorted(one.title for one in entries) == [
        "Introducing Otter 4",
        "Something else entirely",
    ]
    [otter] = [one for one in entries if "Otter" in one.title]
    assert otter.links == (Link(telling.link or "", "Paper"),)
    assert [
        one.name for one in (await room.store.entry_sources.carrying([otter.id]))[otter.id]
    ] == ["Lab", "Paper"]
    # It was the publishers' story all along: what was skipped or is known does not come again.
    await room.later(first)
    await room.later(second)
    await room.poller.run()
    assert len(await room.titles()) == 2


async def test_one_story_told_twice_in_one_feed_is_one_entry(room: Newsroom) -> None:
    source = await room.add()
    first = room.item("Introducing Otter 4")
    second = room.item("A small model by Lab", description=f"More at {first.link}.")
    room.feeds.put(LAB, first, second, room.item("Something else entirely"))
    await room.poller.run()
    assert await room.titles() == ["Introducing Otter 4", "Something else entirely"]
    entries = [one async for one in room.store.entries.all((Status.PENDING,))]
    [otter] = [one for one in entries if "Otter" in one.title]
    assert [link.url for link in otter.links] == [second.link]

    await room.later(source)
    room.feeds.put(LAB, room.item("Otter 4 tried", description=f"About {first.link}."))
    await room.poller.run()
    assert len(await room.titles()) == 2


async def test_errors_are_said_and_end_nothing_but_410_twice(room: Newsroom) -> None:
    source = await room.add()
    for error in (FeedMissing(), NotAFeed(NotAFeedReason.CHALLENGE), FeedGone(), FeedMissing()):
        room.feeds.at[LAB] = error
        await room.later(source)
        await room.poller.run()
        source = await room.store.sources.get(source.id)
        assert source.state is SourceState.ACTIVE
        assert source.polling.trouble == str(error)
    assert source.polling.failures == 4
    for _ in range(2):
        room.feeds.at[LAB] = FeedGone()
        await room.later(source)
        await room.poller.run()
    assert (await room.store.sources.get(source.id)).state is SourceState.GONE
    assert await room.told() == ["The source Lab is gone, says its server. It is no longer read."]


async def test_who_added_a_source_hears_once_of_a_week_of_errors(room: Newsroom) -> None:
    source = await room.add()
    room.feeds.at[LAB] = TryLater(503)
    end = room.clock() + timedelta(days=12)
    while room.clock() < end:
        await room.poller.run()
        await room.later(source)
    silent = "The source Lab has failed for a week: "
    assert await room.told() == [f"{silent}The server cannot answer just now (503)."]
    room.feeds.put(LAB, room.item("Back"))
    await room.poller.run()
    assert (await room.told())[1:] == ["The source Lab answers again."]
    assert len(await room.told()) == 2
    assert await room.titles() == ["Back"]


async def test_who_did_not_hear_of_errors_hears_nothing_of_their_end(room: Newsroom) -> None:
    source = await room.add()
    room.feeds.at[LAB] = FeedMissing()
    end = room.clock() + timedelta(days=9)
    while room.clock() < end:
        await room.poller.run()
        await room.later(source)
    room.feeds.put(LAB, room.item("Back"))
    await room.poller.run()
    assert await room.told() == []


async def test_what_surely_did_not_arrive_is_told_later(room: Newsroom) -> None:
    source = await room.add()
    room.feeds.at[LAB] = FeedGone()
    for _ in range(2):
        await room.later(source)
        await room.poller.run()
    room.platform.telling.then(refused(Retryable("Not now.", HOUR)), lost_answer())
    assert await room.notices.run() == room.clock() + HOUR
    assert await room.told() == []
    room.clock.forward(hours=1)
    # It may have arrived: it is not said again.
    assert len(await room.told()) == 1
    assert await room.notices.run() is None


async def test_the_operator_hears_what_does_not_reach_who_added_it(room: Newsroom) -> None:
    source = await room.add()
    shell = Actor("terminal", "", "operator", "")
    added = await room.store.sources.add("https://own.example/", "Own", SourceRules(), shell)
    room.feeds.at |= {LAB: FeedGone(), added.address: FeedGone()}
    for _ in range(2):
        await room.poller.run()
        await room.later(source)
        await room.later(added)
    await room.poller.run()
    room.platform.telling.then(refused(Permanent("They take no messages.")))
    assert await room.told() == []
    said = "The source {} is gone, says its server. It is no longer read."
    assert sorted(room.operator) == [said.format("Lab"), said.format("Own")]


async def test_patience_with_a_host_holds_back_its_other_feeds(room: Newsroom) -> None:
    first, second = await room.add(), await room.add("https://lab.example/other")
    room.feeds.at[LAB] = TryLater(429, HOUR, whole_host=True)
    await room.later(first)
    await room.later(second)
    asked = len(room.feeds.asked)
    await room.poller.run()
    assert len(room.feeds.asked) in {asked + 1, asked + 2}
    now = room.clock.forward(minutes=30) or room.clock()
    asked = len(room.feeds.asked)
    await room.another("there").run()
    assert len(room.feeds.asked) == asked
    await room.store.sources.pause(second.id, ANN)
    await room.store.sources.resume(second.id, ANN)
    await room.poller.run()
    assert len(room.feeds.asked) == asked
    held = (await room.store.sources.get(second.id)).polling.next_at
    assert held is not None
    assert held > now


async def test_requests_to_one_host_are_spaced(room: Newsroom) -> None:
    sources = [await room.add(f"https://lab.example/{number}") for number in range(3)]
    for source in sources:
        await room.later(source)
    room.slept.clear()
    await room.poller.run()
    assert sorted(round(seconds) for seconds in room.slept) == [2, 4]


async def test_a_move_is_believed_when_it_repeats(room: Newsroom) -> None:
    source = await room.add()
    old = room.item(f"old of {LAB}", age=99 * HOUR)
    for times in range(3):
        assert (await room.store.sources.get(source.id)).address == LAB, times
        room.feeds.put(LAB, old, moved_to="https://new.example/feed")
        await room.later(source)
        await room.poller.run()
    moved = await room.store.sources.get(source.id)
    assert moved.address == "https://new.example/feed"
    assert await room.titles() == []


async def test_a_move_to_another_source_moves_nothing(room: Newsroom) -> None:
    source = await room.add()
    other = await room.add("https://new.example/feed")
    old = room.item(f"old of {LAB}", age=99 * HOUR)
    room.feeds.put(LAB, old, moved_to=other.address)
    for _ in range(4):
        await room.later(source)
        await room.poller.run()
    assert (await room.store.sources.get(source.id)).address == LAB
    assert (await room.store.sources.get(source.id)).polling.failures == 0


async def test_a_change_of_what_is_published_is_offered(room: Newsroom) -> None:
    source = await room.add(reviewed=False)
    item = room.item("A model is out")
    room.feeds.put(LAB, item)
    await room.later(source)
    await room.poller.run()
    [entry] = (await room.store.entries.latest(5)).items
    assert await room.store.entry_sources.changed(entry.id) == ()
    room.feeds.put(LAB, replace(item, title="A small model is out"))
    await room.later(source)
    await room.poller.run()
    [changed] = await room.store.entry_sources.changed(entry.id)
    assert (changed.name, changed.title, changed.url) == ("Lab", "A small model is out", item.link)
    assert (await room.store.entries.get(entry.id)).title == "A model is out"
    await room.store.entry_sources.settle_change(changed.item_id)
    assert await room.store.entry_sources.changed(entry.id) == ()


async def test_two_processes_bring_it_once(room: Newsroom) -> None:
    source = await room.add()
    other = room.another("there")
    room.feeds.put(LAB, room.item("Once"))
    await room.later(source)
    await room.poller.run()
    await other.run()
    assert await room.titles() == ["Once"]
    await other.close()


async def test_a_process_that_is_killed_loses_nothing_and_brings_nothing_twice(
    room: Newsroom,
) -> None:
    sources = [await room.add(), await room.add(PAPER)]
    told: list[str] = []
    chance = Random(13)  # titles that nobody takes for one story
    for at in count():
        fuse = Fuse(at)
        mortal = room.another(f"mortal {at}", fuse)
        ours, theirs = ("".join(chance.choices(ascii_lowercase, k=12)) for _ in range(2))
        told += [ours, theirs]
        room.feeds.put(LAB, *(room.item(title) for title in told[::2]))
        room.feeds.put(PAPER, room.item(theirs))
        for source in sources:
            await room.later(source)
        with suppress(Killed):
            await mortal.run()
        await asyncio.gather(*mortal.under_way, return_exceptions=True)
        # Its leases run out.
        room.clock.forward(minutes=10)
        await room.another(f"heir {at}").run()
        assert await room.titles() == sorted(told), at
        if not fuse.blown:
            break
    assert at >= 10


async def test_a_reader_that_fails_unforeseen_is_no_end(room: Newsroom) -> None:
    source = await room.add()
    del room.feeds.at[LAB]
    await room.later(source)
    next_at: datetime | None = await room.poller.run()
    assert next_at is not None
    assert next_at > room.clock()
    assert "could not be read" in (await room.store.sources.get(source.id)).polling.trouble


async def test_dates_without_a_zone_are_those_of_the_country(room: Newsroom) -> None:
    for address, zone in (
        ("https://paper.example.co.kr/rss", "Asia/Seoul"),
        ("https://lab.example.io/rss", "None"),
    ):
        await room.add(address)
        assert str(room.feeds.asked[-1][2]) == zone
    await room.add("https://a.example/", language="ko")
    assert str(room.feeds.asked[-1][2]) == "Asia/Seoul"
    await room.add("https://b.example/", timezone="Europe/Paris")
    assert str(room.feeds.asked[-1][2]) == "Europe/Paris"


async def test_an_item_of_another_time_is_no_entry_with_a_date(room: Newsroom) -> None:
    source = await room.add()
    strange = room.item("From the future", published=MORNING.replace(year=2199))
    nameless = replace(room.item("x"), title=None, link=None, description=None)
    room.feeds.put(LAB, strange, nameless)
    await room.later(source)
    await room.poller.run()
    [entry] = [one async for one in room.store.entries.all((Status.PENDING,))]
    assert entry.published is not None
    assert entry.published.year == room.clock().year
