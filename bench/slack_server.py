"""Slack on loopback in a process of its own. Prints its address, and serves until it is killed."""

from __future__ import annotations

import asyncio

from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack

CHANNELS = 1_000


async def main() -> None:
    """Serve a workspace in which the bot is in every channel."""
    async with FakeSlack.running() as slack:
        slack.checked = False
        slack.workspace.person(FakePerson("U0BENCH", "Bench", admin=True))
        for number in range(CHANNELS):
            slack.workspace.channel(FakeChannel(f"C{number}"))
        print(slack.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
