"""A bot in one process between both platforms, on a clock that stands still until it is moved.

The adapters, the delivery and the store are the bot's own; the servers are ours. Whoever in them
waits, moves the clock instead, so that hours of trouble take no time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from adapters.discord.platform import DiscordPlatform
from adapters.discord.rest.pace import Timer
from adapters.discord.setup.settings import read_discord_settings
from adapters.slack.platform import SlackPlatform
from adapters.slack.setup import settings as slack_settings
from bot.delivery.delivery import Delivery
from bot.delivery.policy import Policy
from bot.delivery.renderer import PostRenderer
from bot.i18n.translator import Translators
from bot.port.platform import Platform, PlatformContext
from bot.views.cards import notice_card
from bot.views.sections import TagSections
from store.model import Channel, Post
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_database
from tests.fakes.deliveries import Deliveries, Owner
from tests.fakes.discord.world import TEXT
from tests.fakes.handler import FakeHandler
from tests.fakes.platform import made_from
from tests.fakes.stored import history, next_moment
from tests.faults.checker import differences
from tests.faults.people import Curators
from tests.faults.proxy import Proxy
from tests.faults.servers import InSlack, OnDiscord, ServedChannel, Servers, Wants, a_town

WORDS = Translators("en")
DAILY = Wants("0 9 * * *", "Asia/Seoul", 50)
ON_DISCORD: OnDiscord = {"news": (TEXT, DAILY), "other": (TEXT, DAILY)}
IN_SLACK: InSlack = {"C0NEWS": DAILY, "C0OTHER": DAILY}
NEWS = {"discord": "discord/news", "slack": "slack/C0NEWS"}
"""The channel of each platform that is in trouble; the other one should not notice."""

SLACK_TIMEOUT = 5.0
"""Seconds, of the machine's own time."""

_ADDRESSES = {"discord": "DISCORD_API_BASE", "slack": "SLACK_API_URL"}
_SHORTEST = 0.001
"""Seconds: what is shorter would be lost in a clock of microseconds."""
_MOMENTS = 600
"""So many times something may become due while the bot settles."""


class _Time:
    """The time outside the bot, which never goes back, whatever becomes of the bot's clock."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self._now = clock().timestamp()

    def now(self) -> float:
        """Return the seconds since 1970."""
        self._now = max(self._now, self.clock().timestamp())
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Let so much time pass, and others work."""
        passed = max(seconds, _SHORTEST)
        self._now += passed
        self.clock.forward(seconds=passed)
        await asyncio.sleep(0)


@dataclass(slots=True)
class OneProcessBot:
    """Everything around the delivery."""

    clock: FakeClock
    store: DigestStore
    town: Servers
    people: Curators
    platforms: Mapping[str, Platform]
    pace: Policy
    processes: int = 0

    def deliveries(self, store: DigestStore | None = None) -> Deliveries:
        """Start a process: a delivery for each platform, as the bot has them."""
        self.processes += 1
        return Deliveries(
            Delivery(
                store or self.store,
                platform,
                self.clock,
                render=PostRenderer(WORDS, TagSections.shipped()),
                notify=lambda notice: notice_card(notice, WORDS.of("en")),
                owner=Owner(f"process-{self.processes}"),
                pace=self.pace,
                chance=lambda: 0.5,
            )
            for platform in self.platforms.values()
        )

    async def step(self, deliveries: Deliveries) -> None:
        """Do all that is due now."""
        await deliveries.run_once()

    async def settle(
        self, deliveries: Deliveries, hours: float = 20, watched: str = ""
    ) -> set[str]:
        """Do all that becomes due within some hours, each thing at its time.

        Returns the reasons that the store gave meanwhile for what is wrong with a channel.
        """
        end = self.clock() + timedelta(hours=hours)
        reasons: set[str] = set()
        for _ in range(_MOMENTS):
            await self.step(deliveries)
            if watched:
                reasons |= await self.reasons(watched)
            following = await next_moment(self.store, self.platforms)
            if following is None or following > end:
                self.clock.now = max(end, self.clock())
                return reasons
            self.clock.now = max(following, self.clock() + timedelta(seconds=1))
        raise AssertionError("something becomes due for ever")

    def place(self, name: str) -> ServedChannel:
        """Return a channel by its name."""
        return next(one for one in self.town.places if one.name == name)

    async def channel(self, name: str) -> Channel:
        """Return a channel as the store has it."""
        return await self.store.channels.get(self.place(name).ref)

    async def posts(self, name: str) -> tuple[Post, ...]:
        """Return a channel's posts, newest first."""
        return await history(self.store, (await self.channel(name)).id, 1000)

    async def reasons(self, name: str) -> set[str]:
        """Return what the store says is wrong with a channel and its posts."""
        channel = await self.channel(name)
        said = (channel.reason, *(post.reason for post in await self.posts(name)))
        return {reason.lower() for reason in said if reason}

    async def morning(self) -> None:
        """Go on to the next slot."""
        slots = [await self.store.channels.next_due(name) for name in self.platforms]
        slot = min(one for one in slots if one is not None)
        self.clock.now = max(slot, self.clock())

    def behind(self) -> set[str]:
        """Return the channels that do not show everything as it is by now."""
        return {
            place.name
            for place in self.town.places
            if self.people.wanted(place.wants)
            != {number: version for one in self.town.held(place) for number, version in one.stories}
        }

    async def differences(self) -> list[str]:
        """Say what is lost, repeated, or not as the store has it."""
        return await differences(self.town, self.people, self.store)


@asynccontextmanager
async def a_block(
    folder: Path,
    *,
    on_discord: OnDiscord = ON_DISCORD,
    in_slack: InSlack = IN_SLACK,
    pace: Policy | None = None,
    proxies: Mapping[str, Proxy] | None = None,
    patience: timedelta = timedelta(seconds=10),
    pragmas: Mapping[str, str | int] | None = None,
) -> AsyncIterator[OneProcessBot]:
    """Open everything.

    `proxies` stand between the bot and platforms; `patience` and `pragmas` are the store's.
    """
    clock = FakeClock()
    kept = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with AsyncExitStack() as stack:
        stack.callback(_put_back, *kept)
        # Nothing here loses its power.
        store = await DigestStore.open(
            new_database(folder / "digest.db"),
            clock,
            patience=patience,
            pragmas={"synchronous": "OFF", **(pragmas or {})},
        )
        stack.push_async_callback(store.close)
        time = _Time(clock)
        town = await stack.enter_async_context(a_town(time.now, on_discord, in_slack))
        environment = await _environment(stack, town, proxies or {})
        platforms = await _platforms(stack, environment, time, folder)
        await town.discord.gateway.connected()
        await town.schedule(store, clock())
        yield OneProcessBot(clock, store, town, Curators(store), platforms, pace or Policy())
        for name in platforms:
            town.wires[name].clear()


async def _environment(
    stack: AsyncExitStack, town: Servers, proxies: Mapping[str, Proxy]
) -> Mapping[str, str]:
    """Return what leads the bot to the servers, or to what stands before them."""
    environment = town.environment
    for name, proxy in proxies.items():
        address = URL(environment[_ADDRESSES[name]])
        await proxy.start(address.port or 0)
        stack.push_async_callback(proxy.close)
        environment[_ADDRESSES[name]] = str(address.with_port(proxy.port))
    return environment


async def _platforms(
    stack: AsyncExitStack, environment: Mapping[str, str], time: _Time, folder: Path
) -> Mapping[str, Platform]:
    discord = DiscordPlatform(
        read_discord_settings(environment),
        PlatformContext(environment, time.clock, folder),
        ticker=Timer(time.now, time.sleep),
    )
    slack = SlackPlatform(
        slack_settings.read(environment),
        made_from(time.clock),
        timeout=SLACK_TIMEOUT,
        sleep=time.sleep,
        monotonic=time.now,
    )
    for platform in (discord, slack):
        stack.push_async_callback(platform.close)
        await platform.start(FakeHandler())
    return {"discord": discord, "slack": slack}


def _put_back(base: str, gateway: URL) -> None:
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
