"""One process, two places: votes of both add up on one entry and bring it to the best of Friday."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.discord.people import buttons_of, text_of
from tests.fakes.slack.deeds import labels
from tests.scenario.places import LEAP_DAY, Places, bring, let_the_time_come
from tests.scenario.process import Bot, installed, start_on_discord

TODAY = datetime.now(UTC).date()
ITEMS = [
    {
        "title": f"Story {number}",
        "url": f"https://site{number}.example/",
        "published": (TODAY - timedelta(days=6 - number)).isoformat(),
    }
    for number in range(1, 5)
]

pytestmark = installed("discord", "slack")


@pytest.fixture
async def bot(bot: Bot, tmp_path: Path) -> Bot:
    """A bot in both places, with four stories in its digest."""
    await bring(bot, tmp_path, ITEMS)
    return bot


async def test_votes_of_two_places_bring_a_story_to_the_best(
    places: Places, bot: Bot, tmp_path: Path
) -> None:
    jun, sora, talk = places.jun, places.sora, places.talk
    await start_on_discord(bot, places.discord)

    shown = await (await jun.type("show 1")).answer()
    counted = await (await jun.press(shown, "👍")).answer()
    assert "1 vote" in str(counted["blocks"])
    details = await sora.slash(talk, "show", id="1")
    counted_there = await sora.click(details.message, "👍 1")
    assert counted_there.message["id"] == details.message["id"]
    assert "👍 2" in buttons_of(counted_there.message)
    # A vote for another is taken back by the same button.
    other = await sora.slash(talk, "show", id="2")
    await sora.click(other.message, "👍")
    await sora.click(other.message, "👍 1")
    best = await (await jun.type("best")).answer()
    assert "Story 1" in str(next(one for one in best["blocks"] if one["type"] == "section"))

    await (await jun.type(f"schedule “{LEAP_DAY}” show:best limit:2")).answer()
    await sora.slash(talk, "schedule", when=LEAP_DAY, show="best", limit=2)
    await let_the_time_come(tmp_path)
    await places.slack.until(lambda: bool(places.in_slack()))
    await places.discord.until(lambda: bool(places.on_discord()))
    await bot.stop(signal.SIGKILL)
    await start_on_discord(bot, places.discord)
    voted = await sora.click(places.on_discord()[0], "👍 2")
    assert voted.ephemeral
    assert "Your vote is taken back" in voted.text

    [in_slack], [on_discord] = places.in_slack(), places.on_discord()
    for said in (str(in_slack["blocks"]), text_of(on_discord)):
        assert "The best AI news" in said
        assert said.index("Story 1") < said.index("Story 4")
        assert "Story 2" not in said
        assert "2 more: " in said
    assert labels(in_slack["blocks"])[:3] == ["Details", "Save", "👍 2"]
    assert await bot.stop() == 0
