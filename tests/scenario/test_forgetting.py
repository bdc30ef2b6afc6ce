"""A person who is forgotten while the bot runs: their name leaves what was posted and told."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.discord.people import buttons_of
from tests.scenario.places import LEAP_DAY, Places, let_the_time_come
from tests.scenario.process import Bot, installed, start_on_discord

STORY = "https://story.example/1"

pytestmark = installed("discord", "slack")


async def test_a_forgotten_name_leaves_the_posts_of_both_places(
    places: Places, bot: Bot, tmp_path: Path
) -> None:
    jun, sora, talk = places.jun, places.sora, places.talk
    await start_on_discord(bot, places.discord)
    await (await jun.type(f"schedule “{LEAP_DAY}”")).answer()
    await sora.slash(talk, "add", link=STORY, title="A story", note="What it says.")
    await sora.slash(talk, "save", id="1")
    await let_the_time_come(tmp_path)
    await places.slack.until(lambda: "by Sora" in str(places.in_slack()))

    # She sees it herself, by a button of help, and removes what is hers alone.
    help_ = await sora.slash(talk, "help")
    assert "What is kept of you" in buttons_of(help_.message)
    told = await sora.click(help_.message, "What is kept of you")
    assert (told.ephemeral, "1 saved entry" in told.text) == (True, True)
    gone = await sora.click(told.message, "Forget me")
    assert "1 line of the log" in gone.text.partition("so that others know")[2]
    assert "by Sora" in str(places.in_slack())

    # The operator removes the rest.
    code, said = await bot.run("forget", f"discord/{sora.user.id}")
    assert (code, "(Sora) is forgotten" in said) == (0, True)
    await places.slack.until(lambda: "by Sora" not in str(places.in_slack()))
    assert "A story" in str(places.in_slack())
    assert len(places.in_slack()) == 1
    again = await bot.run("forget", f"discord/{sora.user.id}")
    assert (again[0], "Nothing is kept of" in again[1]) == (0, True)
    # The digest goes on without her, and she can begin anew.
    assert "somebody" in str(await (await jun.type("log")).answer())
    assert "Saved" in (await sora.slash(talk, "save", id="1")).text
    assert await bot.stop() == 0
