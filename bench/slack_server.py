"""Slack on loopback in a process of its own. Prints its address; for each line read, its figures.

Arguments: channels, and `limits` where Slack's limits are to be enforced.
"""

from __future__ import annotations

import asyncio
import json
import sys

from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.limits import SlackLimits


async def main(channels: int, *, limited: bool) -> None:
    """Serve a workspace in which the bot is in every channel, until nobody reads any more."""
    async with FakeSlack.running() as slack:
        slack.checked = False
        if limited:
            slack.limits = SlackLimits()
        slack.workspace.person(FakePerson("U0BENCH", "Bench", admin=True))
        for number in range(channels):
            slack.workspace.channel(FakeChannel(f"C{number}"))
        print(slack.url, flush=True)
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, sys.stdin.readline):
            posted = len(slack.called("chat.postMessage"))
            refused = slack.limits.refused if slack.limits else 0
            print(json.dumps({"refused": refused, "posted": posted}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), limited="limits" in sys.argv))
