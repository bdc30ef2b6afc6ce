"""New counts of votes reach sent posts on real platforms: in one edit, and never before news."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.delivery.delivery import Delivery
from bot.delivery.policy import Policy
from bot.delivery.renderer import PostRenderer
from bot.i18n.translator import Translators
from bot.schedule.slots import first_slot
from bot.views.sections import TagSections
from store.model import Actor, EntryDraft, Schedule, Subscription
from store.store import DigestStore
from tests.bot.world import CURATOR, notify
from tests.contract.harness import PlatformHarness
from tests.contract.test_discord import DiscordHarness
from tests.contract.test_slack import SlackHarness
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_store
from tests.fakes.deliveries import Owner, run_once
from tests.fakes.slack import FakeSlack

DAILY = Schedule("0 9 * * *", "Asia/Seoul")


@dataclass
class VotePlace:
    """A platform on loopback. `sent` names what it was asked to do with messages, in turn."""

    harness: PlatformHarness
    sent: Callable[[], list[str]]


@asynccontextmanager
async def on_discord(folder: Path) -> AsyncIterator[VotePlace]:
    harness = DiscordHarness(folder)

    def sent() -> list[str]:
        asked = [(one.method, one.path) for one in harness.discord.requests]
        names = {"POST": "news", "PATCH": "edit"}
        return [names[how] for how, path in asked if how in names and "/messages" in path]

    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with harness.discord:
        yield VotePlace(harness, sent)
        await harness.platform.close()
    # discord.py keeps its addresses for a whole process.
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
    assert harness.discord.violations == []


@asynccontextmanager
async def on_slack(folder: Path) -> AsyncIterator[VotePlace]:
    del folder
    clock = FakeClock()
    async with FakeSlack.running(lambda: clock().timestamp()) as slack:
        harness = SlackHarness(slack, clock)

        def sent() -> list[str]:
            names = {"chat.postMessage": "news", "chat.update": "edit"}
            return [names[one.method] for one in slack.calls if one.method in names]

        yield VotePlace(harness, sent)
        await harness.close()
        assert slack.violations == []


@pytest.mark.parametrize("on", [on_discord, on_slack])
async def test_votes_edit_a_sent_post_once_in_five_minutes_and_after_news(
    on: Callable[[Path], AbstractAsyncContextManager[VotePlace]], tmp_path: Path
) -> None:
    async with on(tmp_path) as place:
        clock = place.harness.clock
        store = await new_store(tmp_path / "ainews.db", clock)
        await place.harness.start()
        delivery, counts = delivery_of(store, place.harness), store.votes
        subscription, first = Subscription(DAILY, clock()), first_slot(DAILY, clock())
        await store.channels.schedule(place.harness.channel, subscription, CURATOR, first)
        entry = await store.entries.add(EntryDraft("one"), CURATOR)
        clock.now = first or clock.now
        await run_once(delivery)
        assert place.sent() == ["news"]

        for number in range(20):
            await vote(store, entry.id, number)
            await counts.refresh(Policy().gather_votes)
            await run_once(delivery)
        clock.forward(minutes=5)
        await counts.refresh(Policy().gather_votes)
        for _ in range(2):
            await run_once(delivery)
        assert place.sent() == ["news", "edit"]
        [post] = await place.harness.messages()
        assert "👍 20" in post

        await vote(store, entry.id, 20)
        clock.forward(hours=24)
        await store.entries.add(EntryDraft("two"), CURATOR)
        for _ in range(3):
            await counts.refresh(Policy().gather_votes)
            await run_once(delivery)
        assert place.sent() == ["news", "edit", "news", "edit"]
        assert "👍 21" in (await place.harness.messages())[0]
        await delivery.close()
        await store.close()


def delivery_of(store: DigestStore, harness: PlatformHarness) -> Delivery:
    render = PostRenderer(Translators("en"), TagSections.shipped())
    return Delivery(
        store,
        harness.platform,
        harness.clock,
        render=render,
        notify=notify,
        owner=Owner("one"),
        chance=lambda: 0.5,
    )


async def vote(store: DigestStore, entry_id: int, number: int) -> None:
    await store.votes.toggle(entry_id, Actor("discord", "home", f"member {number}", ""))
