"""Discord on loopback in a process of its own. Prints its port; for each line read, its figures.

Arguments: servers, channels in each, and `limits` where Discord's limits are to be enforced.
"""

from __future__ import annotations

import asyncio
import json
import sys

from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.limits import OFF, DiscordLimits


async def main(guilds: int, channels: int, *, limited: bool) -> None:
    """Serve until nobody reads any more."""
    discord = FakeDiscord(DiscordLimits() if limited else OFF, checked=False)
    made = [
        discord.world.channel(guild, f"news-{number}")
        for guild in [discord.world.guild(f"Server {number}") for number in range(guilds)]
        for number in range(channels)
    ]
    async with discord:
        print(json.dumps([discord.port, [[each.guild_id, each.id] for each in made]]), flush=True)
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, sys.stdin.readline):
            refused = discord.limiter.refused if discord.limiter else 0
            posted = sum(len(each.messages) for each in made)
            print(json.dumps({"refused": refused, "posted": posted}), flush=True)
            for each in made:
                each.messages.clear()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), limited="limits" in sys.argv))
