"""How a platform lives: what waits for what when it starts."""

from __future__ import annotations

import asyncio
from typing import cast

from bot.delivery.delivery import Delivery
from bot.delivery.desk import Desk
from bot.delivery.leadership import Leadership
from bot.delivery.ticker import Ticker
from bot.i18n.translator import Translator
from bot.platform_runner import PlatformRunner
from bot.port.platform import CommandHandler, Platform
from tests.fakes.clock import FakeClock
from tests.fakes.live import LivePlatform


class NoPosts:
    """A delivery, and desks, of a platform that nothing is due to."""

    async def tick(self) -> None:
        """Do nothing."""

    async def close(self, grace: object) -> None:
        """Let go of nothing."""


async def unchanged() -> object:
    return 0


async def test_posts_do_not_wait_until_the_operator_has_been_told() -> None:
    brought, told, telling = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def begun(platform: Platform, late: bool) -> None:
        assert (platform.name, late) == ("chat", False)
        telling.set()
        await told.wait()

    def delivery(platform: Platform) -> Delivery:
        assert platform.name == "chat"
        brought.set()
        return cast("Delivery", NoPosts())

    async def failed(sentence: str) -> None:
        raise AssertionError(sentence)

    runner = PlatformRunner(
        cast("CommandHandler", None),
        Translator("en"),
        Ticker(FakeClock(), unchanged),
        cast("Leadership", None),
        local={"chat"},
        started={},
        delivery=delivery,
        desk=lambda _: cast("Desk", NoPosts()),
        begun=begun,
        failed=failed,
    )
    chat = LivePlatform("chat")
    running = asyncio.create_task(runner.keep(chat))
    await telling.wait()
    assert brought.is_set()
    chat.end()
    told.set()
    assert await running
