"""What comes in at several processes at once is carried out once, and answered once."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.interactions.answers import Patience
from adapters.slack.platform import SlackPlatform
from adapters.slack.setup import settings
from bot.commands.context import Services
from bot.commands.dispatch import Commands
from bot.config.readers import HttpAddress
from bot.delivery.renderer import PostRenderer
from bot.http import Listener
from bot.i18n.translator import Translator, Translators
from bot.installations import Seal, StoredInstallations
from bot.port.card import Card
from bot.port.invocation import Invocation, Reply
from bot.port.platform import PlatformContext
from bot.views.sections import TagSections
from store.model import Actor, ChannelRef, EntryDraft, Status
from store.store import DigestStore
from tests.adapters.discord.starting import started
from tests.fakes.clock import FakeClock
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.people import buttons_of
from tests.fakes.discord.world import MANAGE_CHANNELS, MANAGE_MESSAGES
from tests.fakes.handler import FakeHandler
from tests.fakes.platform import made_from
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.installer import Installer

OURS = Actor("terminal", "local", "curator", "Jun")
CHANNEL = "C0NEWS"
SOON = Patience(answer=0.5, form=0.5)
"""Who only hears that another has begun waits as long, and a little more."""


def now() -> datetime:
    """Return the time: libraries look at the real one."""
    return datetime.now(UTC)


class SeveralStores:
    """As many processes as are asked for, as far as their database can tell: one store each."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._open = AsyncExitStack()
        self.stores: list[DigestStore] = []

    async def store(self) -> DigestStore:
        """Return the store of a further process."""
        store = await DigestStore.open(self._url, now)
        self._open.push_async_callback(store.close)
        self.stores.append(store)
        return store

    async def commands(self) -> Commands:
        """Return the commands of a further process."""
        store = await self.store()
        words = Translators("en")
        renderer = PostRenderer(words, TagSections.shipped())
        return Commands(Services(store, words, now, "Asia/Seoul", {}, lambda: None, renderer))

    async def close(self) -> None:
        """End them all."""
        await self._open.aclose()


@pytest.fixture
async def several(database: str) -> AsyncIterator[SeveralStores]:
    processes = SeveralStores(database)
    yield processes
    await processes.close()


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with FakeDiscord() as fake:
        yield fake
        assert fake.violations == []
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("way", ["gateway", "https"])
async def test_what_discord_tells_all_of_them(
    several: SeveralStores, discord: FakeDiscord, tmp_path: Path, way: str, count: int
) -> None:
    guild = discord.world.guild("Korean AI")
    talk = discord.world.channel(guild, "talk")
    sora = discord.person(guild, "Sora", MANAGE_CHANNELS | MANAGE_MESSAGES)
    async with AsyncExitStack() as running:
        places = [f"127.0.0.1:{unused_port()}" for _ in range(count)]
        environment = discord.called_at(*places) if way == "https" else discord.environment
        discord.calls.times = count
        for number, place in enumerate(places):
            folder = tmp_path / str(number)
            folder.mkdir()
            context = PlatformContext(
                {**environment, "AINEWS_HTTP": place}, FakeClock(now()), folder
            )
            commands = await several.commands()
            await running.enter_async_context(started(context, discord, commands, SOON))

        added = await sora.slash(talk, "add", link="https://arxiv.example/1", title="Attention")
        assert "Attention" in (await added.final()).text
        assert len(added.messages) == 1
        shown = await (await sora.slash(talk, "latest")).final()
        # Pressed again, a vote is taken back: of an even number none would be left.
        await (await sora.click(shown.message, "👍")).final()
        shown = await (await sora.slash(talk, "latest")).final()
        assert "👍 1" in buttons_of(shown.message)
    assert (await several.stores[0].entries.count())[Status.PUBLISHED] == 1


async def test_where_the_process_that_began_it_died_somebody_is_told_to_look(
    several: SeveralStores, discord: FakeDiscord, tmp_path: Path
) -> None:
    guild = discord.world.guild("Korean AI")
    talk = discord.world.channel(guild, "talk")
    sora = discord.person(guild, "Sora", MANAGE_CHANNELS | MANAGE_MESSAGES)
    commands = await several.commands()
    (store,) = several.stores

    class Another(FakeHandler):
        """Takes note of what comes in, as the process did that died; then ours has it."""

        async def run(self, invocation: Invocation) -> Reply:
            await store.deliveries.first(f"discord:{invocation.delivery}")
            return await commands.run(invocation)

    context = PlatformContext(discord.environment, FakeClock(now()), tmp_path)
    async with started(context, discord, Another(), SOON):
        answer = await sora.slash(talk, "add", link="https://arxiv.example/1", title="Attention")
    assert "Look whether it was done" in answer.text
    assert answer.ephemeral
    assert (await store.entries.count())[Status.PUBLISHED] == 0


@pytest.mark.parametrize("count", [2, 4])
async def test_what_slack_delivers_to_each_of_them(several: SeveralStores, count: int) -> None:
    async with FakeSlack.running() as slack, AsyncExitStack() as running:
        slack.workspace.channel(FakeChannel(CHANNEL, creator="U0ADMIN"))
        slack.workspace.person(FakePerson("U0ADMIN", "Jun", admin=True))
        for number in range(count):
            platform = SlackPlatform(settings.read(slack.environment()), made_from(now))
            running.push_async_callback(platform.close)
            await platform.start(await several.commands())
            await slack.lines(2 * (number + 1))
        store = several.stores[0]
        await store.entries.add(EntryDraft("Attention", url="https://arxiv.example/1"), OURS)
        jun = Deeds(slack, "U0ADMIN", CHANNEL)
        for line in ("vote 1", "retract 1", "restore 1"):
            delivery = await jun.type(line)
            # Each has two lines, and tells what came on both from what came once.
            await asyncio.gather(*(slack.send(delivery) for _ in range(2 * count - 1)))
            said = [str((await delivery.answer())["blocks"]) for _ in range(count)]
            assert len([one for one in said if "came in twice" in one]) == count - 1
        entry = await store.entries.get(1)
        assert entry.votes == 1
        actions = [one.action for one in (await store.audit.list(9)).items]
        assert actions.count("retract") == actions.count("restore") == 1


async def test_a_token_is_renewed_by_one_of_them(several: SeveralStores) -> None:
    clock, key = FakeClock(now()), base64.b64encode(os.urandom(32)).decode()
    told: list[str] = []

    async def seen(platform: str, workspace: str, name: str) -> None:
        await several.stores[0].workspaces.seen(platform, workspace, name, invited=False)

    async def tell(sentence: str) -> None:
        told.append(sentence)

    async with FakeSlack.running() as slack, AsyncExitStack() as running:
        slack.grants.rotating = True
        refs = [ChannelRef("slack", f"T{number}", CHANNEL) for number in range(5)]
        place = HttpAddress("127.0.0.1", unused_port())
        credentials = slack.credentials(f"http://{place}", str(place)) | {"AINEWS_SEAL_KEY": key}
        bots = []
        for _ in range(3):
            store, words = await several.store(), Translator("en")
            seal = Seal([key], clock)
            installations = StoredInstallations(
                store, seal, "slack", words, seen=seen, tell=tell, wake=lambda: None
            )
            bots.append(SlackPlatform(settings.read(credentials), made_from(clock, installations)))
            running.push_async_callback(bots[-1].close)
            await bots[-1].start(FakeHandler())
        listener = Listener(place, bots[0].routes)
        running.push_async_callback(listener.close)
        await listener.start()
        for ref in refs:
            slack.team(ref.workspace).channel(FakeChannel(CHANNEL))
            async with Installer.at(f"http://{place}") as browser:
                assert (await browser.install(ref.workspace))[0] == 200

        for hours in (11, 11):  # Each renewal gives what the next one needs.
            clock.forward(hours=hours)
            before = len(slack.called("oauth.v2.access"))
            posting = [
                bot.publish(ref, Card("News", "en"), f"{ref.workspace} {number} {before}")
                for ref in refs
                for number, bot in enumerate(bots)
            ]
            assert len(await asyncio.gather(*posting)) == len(refs) * len(bots)
            asked = slack.called("oauth.v2.access")[before:]
            assert [one["grant_type"] for one in asked] == ["refresh_token"] * len(refs)
            assert len({one["refresh_token"] for one in asked}) == len(refs)
    assert told == []
