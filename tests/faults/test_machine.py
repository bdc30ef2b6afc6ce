"""A slow network, a locked database, a full disk, a wrong clock, a token that is revoked."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.delivery.policy import Policy
from store.model import INSTANT, PostState
from tests.fakes.discord.world import TEXT
from tests.faults.block import DAILY, NEWS, OneProcessBot, a_block
from tests.faults.points import Deed, Stage
from tests.faults.servers import InSlack, OnDiscord, Wants

PLATFORMS = sorted(NEWS)
_RNG_SEED = 1
_PAGES = 400
"""Pages of 4 KiB that the database may have where the disk is small."""


def alone_on(platform: str) -> tuple[OnDiscord, InSlack]:
    """Return a single channel, on one platform."""
    here = platform == "discord"
    return ({"news": (TEXT, DAILY)} if here else {}, {} if here else {"C0NEWS": DAILY})


async def publish(block: OneProcessBot, count: int = 2) -> None:
    """Publish some stories."""
    await block.people.publish(count, random.Random(_RNG_SEED))


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_an_answer_that_comes_too_late(tmp_path: Path, platform: str, accepted: bool) -> None:
    over = asyncio.Event()

    async def slow(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request) if accepted else web.Response(status=504)
        await over.wait()
        return response

    pace = Policy(answer=timedelta(seconds=0.4))
    async with a_block(tmp_path, pace=pace) as block:
        await publish(block)
        await block.morning()
        way = block.town.wires[platform]
        way.trouble(Deed.PUBLISH, slow, times=3)
        reasons = await block.settle(block.deliveries(), hours=1, watched=NEWS[platform])
        assert any("did not answer" in reason for reason in reasons)
        assert await block.differences() == []
        assert way.deeds[Deed.PUBLISH] <= 5
        over.set()
        await way.idle()
        assert await block.differences() == []


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_the_database_is_locked_while_the_receipt_is_to_be_kept(
    tmp_path: Path, platform: str, caplog: pytest.LogCaptureFixture
) -> None:
    on_discord, in_slack = alone_on(platform)
    async with a_block(
        tmp_path, on_discord=on_discord, in_slack=in_slack, patience=timedelta(seconds=0.1)
    ) as block:
        await publish(block)
        await block.morning()
        way = block.town.wires[platform]
        with closing(sqlite3.connect(tmp_path / "digest.db", isolation_level=None)) as other:

            def hold(deed: Deed, stage: Stage) -> bool:
                if (deed, stage) == (Deed.PUBLISH, Stage.ACCEPTED):
                    other.execute("BEGIN IMMEDIATE")
                return False

            way.watch = hold
            deliveries = block.deliveries()
            await block.step(deliveries)
            way.watch = None
            other.execute("ROLLBACK")
        assert [post.state for post in await block.posts(NEWS[platform])] == [PostState.SENDING]
        assert "post left to its lease" in caplog.text
        assert "locked" in caplog.text or "another program" in caplog.text
        await block.settle(deliveries)
        assert await block.differences() == []
        assert way.deeds[Deed.PUBLISH] == 1


@contextmanager
def disk_full_for_receipts(path: Path) -> Iterator[None]:
    """Let every receipt need more room than there is."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE ballast (weight BLOB)")
        other.execute(
            "CREATE TRIGGER full AFTER UPDATE ON posts WHEN new.state = 'sent' "
            "BEGIN INSERT INTO ballast VALUES (zeroblob(10000000)); END"
        )
        yield
        other.execute("DROP TRIGGER full")
        other.execute("DROP TABLE ballast")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_the_disk_is_full_when_the_receipt_is_to_be_kept(
    tmp_path: Path, platform: str, caplog: pytest.LogCaptureFixture
) -> None:
    on_discord, in_slack = alone_on(platform)
    async with a_block(
        tmp_path, on_discord=on_discord, in_slack=in_slack, pragmas={"max_page_count": _PAGES}
    ) as block:
        await publish(block)
        await block.morning()
        way = block.town.wires[platform]
        deliveries = block.deliveries()
        with disk_full_for_receipts(tmp_path / "digest.db"):
            await block.settle(deliveries, hours=1)
            [post] = await block.posts(NEWS[platform])
            assert post.state is not PostState.SENT
            assert "post left to its lease" in caplog.text
        await block.settle(deliveries)
        assert await block.differences() == []
        assert way.deeds[Deed.PUBLISH] == 1
        # Looked for each time that a lease ran out, and no more often.
        assert way.deeds[Deed.FIND] <= 25


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(hours=-5), timedelta(days=-2)])
async def test_the_clock_jumps(tmp_path: Path, jump: timedelta) -> None:
    instant = Wants(INSTANT, "Asia/Seoul", 3)
    async with a_block(
        tmp_path,
        on_discord={"news": (TEXT, DAILY), "now": (TEXT, instant)},
        in_slack={"C0NEWS": DAILY, "C0NOW": instant},
    ) as block:
        deliveries = block.deliveries()
        await publish(block, 4)
        await block.settle(deliveries, hours=24 * 3)
        await publish(block, 4)
        await block.morning()
        await block.step(deliveries)
        await publish(block, 4)
        block.clock.now += jump
        await publish(block, 4)
        await block.settle(deliveries, hours=2)
        await publish(block, 4)
        await block.settle(deliveries, hours=24 * 4)
        assert await block.differences() == []


@pytest.mark.parametrize(
    ("zone", "around"),
    [
        ("America/New_York", datetime(2026, 3, 8, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 10, 25, tzinfo=UTC)),
    ],
)
async def test_the_hour_that_comes_twice_or_never(
    tmp_path: Path, zone: str, around: datetime
) -> None:
    # Within the hour that is skipped in spring, and comes twice in autumn.
    half_past = Wants("30 1,2 * * *", zone, 50)
    async with a_block(
        tmp_path, on_discord={"news": (TEXT, half_past)}, in_slack={"C0NEWS": half_past}
    ) as block:
        deliveries = block.deliveries()
        await block.settle(deliveries, hours=1)
        block.clock.now = around - timedelta(days=1)
        await block.settle(deliveries, hours=0)
        for _ in range(2 * 24):
            await publish(block, 1)
            await block.settle(deliveries, hours=1)
        await block.settle(deliveries, hours=24)
        assert await block.differences() == []
        for name in NEWS.values():
            slots = {post.slot for post in await block.posts(name)}
            # Two a day, from the first day's to the last one's, but for those with nothing new.
            assert len(slots) in {4, 5, 6, 7}


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_token_that_is_revoked(tmp_path: Path, platform: str) -> None:
    async with a_block(tmp_path) as block:
        await publish(block)
        await block.morning()
        discord, slack = block.town.discord, block.town.slack
        token = slack.bot_token
        discord.revoked = platform == "discord"
        slack.bot_token = "xoxb-another" if platform == "slack" else token
        way = block.town.wires[platform]
        before = way.requests
        deliveries = block.deliveries()
        reasons = await block.settle(deliveries, hours=2, watched=NEWS[platform])
        assert any("token" in reason for reason in reasons)
        assert all(
            place.ref.platform == platform
            for place in block.town.places
            if place.name in block.behind()
        )
        # Two posts, each tried every five minutes.
        assert way.requests - before <= 2 * 12 * 2 + 4
        discord.revoked, slack.bot_token = False, token
        await block.settle(deliveries)
        assert await block.differences() == []
