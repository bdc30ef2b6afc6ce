"""One process in two places: what is curated in Slack is read on Discord, and the other way."""

from __future__ import annotations

from pathlib import Path

from adapters.discord.cards.components import every
from tests.fakes.discord.people import options_of, text_of
from tests.scenario.places import LEAP_DAY, Places, bring, let_the_time_come
from tests.scenario.process import Bot, installed, start_on_discord

STORY = "https://arxiv.example/abs/1706.03762"
ITEMS = [
    {
        "title": f"Story {number} of twelve",
        "url": f"https://site{number}.example/",
        "published": f"2021-02-{number:02}",
        "tags": ["llm" if number % 2 else "paper"],
        "note": "What it says, and why it matters to people.",
    }
    for number in range(1, 13)
]

pytestmark = installed("discord", "slack")


def words_of(places: Places) -> tuple[str, str]:
    """Return all that the posts in Slack and on Discord say."""
    return "".join(map(str, places.in_slack())), "".join(map(text_of, places.on_discord()))


async def each_says(places: Places, words: str) -> None:
    """Wait until there is one post in each place, and it says so."""
    await places.slack.until(lambda: words in words_of(places)[0])
    await places.discord.until(lambda: words in words_of(places)[1])
    assert (len(places.in_slack()), len(places.on_discord())) == (1, 1)


async def test_a_brief_post_in_two_places(places: Places, bot: Bot, tmp_path: Path) -> None:
    jun, sora, talk = places.jun, places.sora, places.talk
    await start_on_discord(bot, places.discord)
    await (await jun.type(f"schedule “{LEAP_DAY}” since:2021-01")).answer()
    await sora.slash(talk, "schedule", when=LEAP_DAY, since="2021-01")
    await bring(bot, tmp_path, ITEMS)
    await let_the_time_come(tmp_path)
    await each_says(places, "2 more: ")
    for said in words_of(places):
        assert "Story 10" in said
        assert "10 new entries" in said
        assert all(heading in said for heading in ("🧠 Models", "📄 Papers"))
        assert "/ainews latest" in said
        assert "Story 1 " not in said
        assert "Story 2 " not in said

    posts = places.on_discord()
    (box,) = posts[0]["components"]
    # Box, head, line, lead, row of three, line, two sections, foot, row with a menu.
    assert len(list(every([box]))) == 14
    assert len(options_of(posts[0])) == 18
    (message,) = places.in_slack()
    kinds = [block["type"] for block in message["blocks"]]
    assert kinds[:4] == ["header", "context", "section", "actions"]
    menus = [block["accessory"]["type"] for block in message["blocks"] if "accessory" in block]
    assert menus == ["overflow"] * 9

    await sora.slash(talk, "retract", id="10")
    edit = await sora.slash(talk, "edit", id="12")
    await sora.submit(edit, {"title": "Renamed"})
    await each_says(places, "Renamed")
    await each_says(places, "9 new entries")
    assert "Story 10" not in "".join(words_of(places))
    assert await bot.stop() == 0


async def test_one_digest_in_two_places(places: Places, bot: Bot, tmp_path: Path) -> None:
    jun, sora, talk = places.jun, places.sora, places.talk
    await start_on_discord(bot, places.discord)
    await (await jun.type(f"schedule “{LEAP_DAY}”")).answer()
    await sora.slash(talk, "schedule", when=LEAP_DAY)

    form = await (await jun.type("add")).view()
    sent = await jun.send(form, title="Attention", link=STORY, date="2017-06-12")
    assert "✅" in str(await sent.acknowledgement())
    found = await sora.slash(talk, "search", words="attention")
    assert "Attention" in found.text
    assert (places.in_slack(), places.on_discord()) == ([], [])
    await let_the_time_come(tmp_path)
    await each_says(places, "Attention")

    edit = await sora.slash(talk, "edit", id="1")
    await sora.submit(edit, {"title": "Attention is all you need"})
    await each_says(places, "Attention is all you need")

    await sora.slash(talk, "retract", id="1")
    await each_says(places, "retracted")
    assert "Attention" not in "".join(words_of(places))
    for answer in (
        (await sora.slash(talk, "search", words="attention")).text,
        str((await (await jun.type("search attention")).answer())["blocks"]),
    ):
        assert "all you need" not in answer

    assert await bot.stop() == 0
