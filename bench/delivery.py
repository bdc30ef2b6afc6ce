"""Every figure that is wanted of the delivery, and whether it is met.

`uv run --group dev python -m bench.delivery` prints a table in Markdown. It takes about a quarter
of an hour: seven minutes of it are what Discord's and Slack's limits allow one digest to 10,000
and to 1,000 channels, and filling stores with 100,000 and 1,000,000 channels takes the most of the
rest. `--quick` measures with a tenth of the channels.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence

from bench import discord, slack, tick
from bench.whole import Delivered, Throughput

SHARE = 0.97
"""The part of what a platform's limits allow that is wanted."""
BARE = 0.5
"""The part of bare aiohttp's messages a second that is wanted without limits."""


def row(what: str, figure: str, wanted: str, *, met: bool) -> str:
    """Return a row of the table."""
    return f"| {what} | {figure} | {wanted} | {'yes' if met else 'no'} |"


def limited(platform: str, sent: Delivered, share: float, refused: int) -> str:
    """Return the row of a digest within the limits."""
    return row(
        f"{platform}, within its limits, {sent.messages:,} channels",
        f"{share:.1%} ({sent.rate:.2f} a second), {refused} answers of 429, "
        f"{sent.cpu / sent.messages * 1000:.1f} ms of CPU a message, "
        f"{sent.before:.0f} MB before and {sent.after:.0f} MB after",
        f"≥ {SHARE:.0%}, none",
        met=share >= SHARE and not refused,
    )


def unlimited(platform: str, found: Throughput) -> str:
    """Return the row of messages without limits."""
    share = found.ours / found.bare
    return row(
        f"{platform}, without limits, {found.channels:,} channels",
        f"{found.ours:,.0f} a second, bare aiohttp {found.bare:,.0f}: {share:.0%}; "
        f"{found.before:.0f} MB before and {found.after:.0f} MB after",
        f"≥ {BARE:.0%}",
        met=share >= BARE,
    )


async def main(words: Sequence[str]) -> None:
    """Print the table."""
    part = 10 if "--quick" in words else 1
    load = os.getloadavg()[0]
    print(f"Load at the start: {load:.1f} on {os.cpu_count()} processors.\n")
    print("| what | figure | wanted | met |\n|---|---|---|---|", flush=True)
    for size in tick.SIZES:
        with tick.addresses(postgres=False) as named:
            async for name, cost, wanted in tick.measured(named(size), size // part):
                print(row(name, str(cost), f"< {wanted:.0f} ms", met=cost.met(wanted)), flush=True)
    platforms: tuple[tuple[str, Callable[[int], Awaitable[Throughput]]], ...] = (
        ("Discord", discord.throughput),
        ("Slack", slack.throughput),
    )
    for platform, throughput in platforms:
        for channels in (1_000, 15_000):
            print(unlimited(platform, await throughput(channels // part)), flush=True)
    print(limited("Slack", *await slack.limited(1_000 // part)), flush=True)
    print(limited("Discord", *await discord.limited(10_000 // part)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
