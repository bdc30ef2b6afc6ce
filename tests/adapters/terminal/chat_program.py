"""A program that is nothing but a chat, for tests with a real terminal: `… FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from adapters.terminal import plugin
from bot.port.card import Card
from bot.port.invocation import LOCAL_CHANNEL, Invocation, Reply
from bot.port.platform import PlatformContext
from tests.fakes.cards import SHAPES, message
from tests.fakes.clock import FakeClock
from tests.fakes.handler import FakeHandler


async def chat(folder: Path) -> None:
    """Chat until the person leaves. `save` makes a post come while the next line is typed."""
    handler = FakeHandler()
    platform = plugin.create(PlatformContext({"TERM_PROGRAM": "WezTerm"}, FakeClock(), folder))
    posts: set[asyncio.Task[object]] = set()

    def save(_: Invocation) -> Reply:
        card: Card = SHAPES["korean"]()
        posts.add(asyncio.create_task(platform.publish(LOCAL_CHANNEL, card, "k")))
        return Reply(message("Saved"))

    handler.answers["save"] = save
    handler.answers["show"] = lambda _: Reply(SHAPES["everything"]())
    await platform.start(handler)
    try:
        await platform.wait_closed()
    finally:
        await platform.close()


if __name__ == "__main__":
    asyncio.run(chat(Path(sys.argv[1])))
