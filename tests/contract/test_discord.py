"""Discord keeps the contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord import plugin
from adapters.discord.platform import DiscordPlatform
from bot.config.readers import HttpAddress
from bot.http import Listener
from bot.port.platform import PlatformContext
from store.model import Actor, ChannelRef, Receipt
from tests.contract.suite import PlatformContract
from tests.fakes.clock import FakeClock
from tests.fakes.discord import FakeDiscord, InteractionAnswer
from tests.fakes.discord.people import text_of
from tests.fakes.discord.reading import read
from tests.fakes.discord.world import MANAGE_MESSAGES
from tests.fakes.handler import FakeHandler


class DiscordHarness:
    """A server on a fake Discord, and a moderator in it. `called`: commands come in by calls."""

    def __init__(self, folder: Path, *, called: bool = False) -> None:
        self.clock = FakeClock()
        self.handler = FakeHandler()
        self.discord = FakeDiscord(seconds=lambda: self.clock().timestamp())
        self._folder = folder
        self._address = HttpAddress("127.0.0.1", unused_port()) if called else None
        self._listener: Listener | None = None
        guild = self.discord.world.guild()
        self._channel = self.discord.world.channel(guild, "news")
        self._somebody = self.discord.person(guild, "Minji", MANAGE_MESSAGES)
        self.channel = ChannelRef("discord", guild.id, self._channel.id)
        self.person = Actor("discord", guild.id, self._somebody.user.id, "Minji")
        self._platform: DiscordPlatform | None = None

    @property
    def platform(self) -> DiscordPlatform:
        """The one of the present process."""
        if self._platform is None:
            environment = self.discord.environment
            if self._address is not None:
                environment = self.discord.called_at(str(self._address))
            context = PlatformContext(environment, self.clock, self._folder)
            self._platform = plugin.create(context)
        return self._platform

    async def start(self) -> None:
        known = self.discord.gateway.identified
        platform = self.platform
        await platform.start(self.handler)
        if self._address is None:
            await self.discord.gateway.identified_times(known + 1)
        elif self._listener is None:
            self._listener = Listener(self._address, platform.routes)
            await self._listener.start()

    async def close(self) -> None:
        """Stop the platform, and what listens for it."""
        await self.platform.close()
        if self._listener is not None:
            await self._listener.close()
            self._listener = None

    async def restart(self) -> None:
        await self.close()
        self._platform = None
        await self.start()

    async def message(self, receipt: Receipt) -> str | None:
        channel = self.discord.world.channels[receipt.data["channel"]]
        found = channel.messages.get(receipt.data["message"])
        return None if found is None else words_of(found)

    async def messages(self) -> Sequence[str]:
        return [words_of(each) for each in self.discord.posts(self._channel)]

    async def answer(self, command: str, arguments: Mapping[str, str]) -> str:
        options = {name: int(v) if name == "count" else v for name, v in arguments.items()}
        answer = await self._somebody.slash(self._channel, command, **options)
        return await self._seen(answer)

    async def offers(self, command: str, parameter: str, typed: str) -> Sequence[str]:
        offered = await self._somebody.complete(self._channel, command, parameter, typed)
        return [value for _, value in offered]

    async def fill_in(self, command: str, *tries: Mapping[str, str]) -> str:
        form = await self._somebody.slash(self._channel, command)
        for values in tries[:-1]:
            refused = await self._somebody.submit(form, values)
            form = await self._somebody.click(refused.message, "Correct the form")
        return await self._seen(await self._somebody.submit(form, tries[-1]))

    async def _seen(self, answer: InteractionAnswer) -> str:
        """Return what a person sees of an answer, once all of it is there."""
        while self.platform._under_way:
            await asyncio.wait(self.platform._under_way)
        return "\n".join(words_of(each) for each in answer.messages)

    async def told(self) -> str:
        dm = self.discord.world.dm(self._somebody.user)
        return words_of(self.discord.posts(dm)[-1])

    async def obeyed(self) -> Sequence[str]:
        channels = self.discord.world.channels.values()
        messages = [each for channel in channels for each in channel.messages.values()]
        for exchange in self.discord.routes.exchanges.values():
            messages += InteractionAnswer(exchange).messages
        effects = [effect for each in messages for effect in read(text_of(each)).effects]
        return [
            *self.discord.violations,
            *(f"{kind}: {about}" for kind, about in effects if kind in {"mention", "spoiler"}),
            *(f"link: {url}" for kind, url in effects if kind == "link" and ".example" not in url),
        ]


def words_of(message: Mapping[str, object]) -> str:
    """Return what a reader sees of a message."""
    return read(text_of(message)).words


class TestDiscord(PlatformContract):
    """Everything that is asked of every platform."""

    @pytest.fixture(autouse=True)
    def _addresses(self) -> Iterator[None]:
        """Put back the addresses that discord.py keeps for a whole process."""
        base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
        yield
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway

    @pytest.fixture
    async def harness(self, tmp_path: Path) -> AsyncIterator[DiscordHarness]:
        harness = DiscordHarness(tmp_path)
        async with harness.discord:
            yield harness
            await harness.close()
        assert harness.discord.violations == []


class TestDiscordCalls(TestDiscord):
    """The same where Discord calls the bot over HTTPS."""

    @pytest.fixture
    async def harness(self, tmp_path: Path) -> AsyncIterator[DiscordHarness]:
        harness = DiscordHarness(tmp_path, called=True)
        async with harness.discord:
            yield harness
            await harness.close()
        assert harness.discord.violations == []
        assert harness.discord.gateway.identified == 0
