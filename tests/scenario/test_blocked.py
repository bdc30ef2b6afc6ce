"""A server that is blocked while the bot runs: silence there, and all as before elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from store.model import ChannelRef, ChannelState
from store.store import DigestStore
from tests.fakes.stored import scheduled_channels
from tests.scenario.places import LEAP_DAY, Places, bring, let_the_time_come
from tests.scenario.process import Bot, installed, start_on_discord

BLOCKED = "The operator of AI News blocked this server"
ITEMS = [{"title": "A story", "url": "https://site.example/", "published": "2021-02-01"}]

pytestmark = installed("discord", "slack")


async def test_a_server_blocked_while_the_bot_runs_is_silent_until_it_is_let_in(
    places: Places, bot: Bot, tmp_path: Path
) -> None:
    jun, sora, talk = places.jun, places.sora, places.talk
    await start_on_discord(bot, places.discord)
    await (await jun.type(f"schedule “{LEAP_DAY}” since:2021-01")).answer()
    await sora.slash(talk, "schedule", when=LEAP_DAY, since="2021-01")
    guild = talk.guild_id

    code, said = await bot.run("workspaces", "block", f"discord/{guild}")
    assert (code, "1 channel rests." in said) == (0, True)
    await bring(bot, tmp_path, ITEMS)
    answer = await sora.slash(talk, "latest")
    assert (BLOCKED in answer.text, answer.ephemeral) == (True, True)
    assert "A story" in str(await (await jun.type("latest")).answer())
    await slack_comes(tmp_path)
    await places.slack.until(lambda: "A story" in str(places.in_slack()))
    assert places.on_discord() == []

    code, said = await bot.run("workspaces", "unblock", f"discord/{guild}")
    assert (code, "1 channel goes on." in said) == (0, True)
    assert "A story" in (await sora.slash(talk, "latest")).text
    await let_the_time_come(tmp_path)
    await places.discord.until(lambda: "A story" in str(places.on_discord()))
    assert len(places.in_slack()) == 1
    assert await bot.stop() == 0


async def slack_comes(folder: Path) -> None:
    """Make this minute the one for which the channel in Slack waits; the other one rests."""
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    store = await DigestStore.open(f"sqlite:///{folder / 'ainews.db'}", lambda: datetime.now(UTC))
    for channel in await scheduled_channels(store):
        if channel.ref.platform == "discord":
            assert channel.state is ChannelState.PAUSED
        else:
            ref = ChannelRef("slack", channel.ref.workspace, channel.ref.id)
            await store.channels.schedule(ref, channel.subscription, channel.owner, minute)
    await store.close()
