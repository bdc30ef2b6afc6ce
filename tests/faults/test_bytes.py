"""The connection breaks at any byte of a request, and at any byte of its answer."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.fakes.discord.world import FORUM, TEXT
from tests.faults.block import DAILY, a_block
from tests.faults.proxy import Cut, Proxy, Way

SHARES = [number / 24 for number in range(25)]
"""How much of a message gets through: nothing, ever more of it, all of it."""

_PUBLISHING = {
    "discord": rb"POST /api/v10/channels/\d+/(messages|threads) ",
    "slack": rb"POST /api/chat\.postMessage ",
}


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("platform", sorted(_PUBLISHING))
async def test_no_byte_loses_or_repeats_a_post(tmp_path: Path, platform: str, way: Way) -> None:
    names = range(len(SHARES))
    here = platform == "discord"
    proxy = Proxy(_PUBLISHING[platform])
    async with a_block(
        tmp_path,
        on_discord={f"n{n}": (FORUM if n % 2 else TEXT, DAILY) for n in names} if here else {},
        in_slack={} if here else {f"C0N{n}": DAILY for n in names},
        proxies={platform: proxy},
    ) as block:
        for morning in range(2):
            await block.people.publish(2, random.Random(morning))
            await block.morning()
            # Each channel's post meets another byte, and another one tomorrow.
            proxy.cuts.extend(Cut(way, share) for share in SHARES)
            if morning:
                proxy.cuts.rotate(1)
            await block.settle(block.deliveries())
            assert await block.differences() == []
        assert proxy.made == 2 * len(SHARES)
        assert not proxy.cuts
