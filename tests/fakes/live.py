"""Platforms that start, run and end as a test says, and the plugins that make them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence

from bot.port.card import Card
from bot.port.platform import (
    CheckLine,
    CommandHandler,
    PlatformContext,
    PlatformSetting,
    SharedPlatform,
)
from bot.port.settings_error import SettingsError
from store.model import Actor, ChannelRef
from tests.fakes.platform import FakePlatform


class LivePlatform(FakePlatform):
    """`starting` are what the next starts raise, None for a start that works.

    `end()` ends it, with an error or well.
    """

    def __init__(self, name: str = "fake", *starting: Exception | None) -> None:
        super().__init__(name)
        self.starting = deque(starting)
        self.handler: CommandHandler | None = None
        self.started = asyncio.Event()
        self.closed = 0
        self.tellings: asyncio.Queue[Card] = asyncio.Queue()
        self._ending: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self, handler: CommandHandler) -> None:
        """Begin, or raise what the test said."""
        error = self.starting.popleft() if self.starting else None
        if error is not None:
            raise error
        self.handler = handler
        self.started.set()

    async def wait_closed(self) -> None:
        """Wait until the test ends it."""
        await self._ending

    async def close(self) -> None:
        """Count how often it was closed."""
        self.closed += 1

    async def tell(self, person: Actor, card: Card) -> ChannelRef:
        """Keep what was told, for who waits for it."""
        where = await super().tell(person, card)
        self.tellings.put_nowait(card)
        return where

    def end(self, error: Exception | None = None) -> None:
        """Let nothing more come in."""
        if error is None:
            self._ending.set_result(None)
        else:
            self._ending.set_exception(error)


class LiveSharedPlatform(LivePlatform):
    """One whose workspaces several processes bring posts to."""

    def __init__(self, name: str = "fake", *starting: Exception | None) -> None:
        super().__init__(name, *starting)
        self.listens: list[bool] = []
        self._turned = asyncio.Condition()

    async def listen(self, wanted: bool) -> None:
        """Note whether it is to listen."""
        async with self._turned:
            self.listens.append(wanted)
            self._turned.notify_all()

    async def listened(self, times: int) -> None:
        """Wait until it was told so often."""
        async with self._turned:
            await self._turned.wait_for(lambda: len(self.listens) >= times)


class FakePlugin:
    """The plugin of one platform. `wrong` is what making it raises."""

    def __init__(
        self,
        platform: FakePlatform,
        *,
        set_up: bool = True,
        settings: tuple[PlatformSetting, ...] = (),
        wrong: SettingsError | None = None,
    ) -> None:
        self.name = platform.name
        self.local = platform.name == "terminal"
        self.shared = isinstance(platform, SharedPlatform)
        self.secret_shapes: tuple[str, ...] = ()
        self.platform = platform
        self.set_up = set_up
        self.settings = settings
        self.wrong = wrong

    def configured(self, environment: Mapping[str, str]) -> bool:
        """Whatever the test says."""
        del environment
        return self.set_up

    def create(self, context: PlatformContext) -> FakePlatform:
        """Hand the platform out, or refuse the settings."""
        del context
        if self.wrong is not None:
            raise self.wrong
        return self.platform

    async def check(self, context: PlatformContext) -> Sequence[CheckLine]:
        """Find nothing."""
        del context
        return ()
