"""From two feeds in two languages to the channels of both platforms, by the moderators' desks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from operator import ne
from pathlib import Path

from bot.port.clock import system_clock
from store.model import Status
from store.store import DigestStore
from tests.fakes.discord import FakeDiscordChannel
from tests.fakes.discord.people import text_of
from tests.fakes.site import FakeSite
from tests.fakes.slack import FakeChannel
from tests.fakes.slack.deeds import Deeds
from tests.patience import PATIENCE
from tests.scenario.process import Bot, installed, start_on_discord
from tests.scenario.test_pasted_links import fields_in_slack, fields_on_discord
from tests.scenario.test_polling import ANN, titles
from tests.scenario.test_reviewing import TwoDesks, desks  # noqa: F401 - a fixture

NEWS = "C0NEWS"
RELEASE = "Introducing Otter 4"
PAPER = "/abs/1706.03762"
PAPER_PAGE = """<html lang="en"><title>[1706.03762] Attention Is All You Need</title>
<meta name="citation_title" content="Attention Is All You Need" />
<meta name="citation_author" content="Vaswani, Ashish" />
<meta name="citation_author" content="Shazeer, Noam" />
<meta name="citation_date" content="2017/06/12" />
<meta name="citation_online_date" content="2023/08/02" />
<meta name="citation_pdf_url" content="https://arxiv.org/pdf/1706.03762" />
<meta name="citation_arxiv_id" content="1706.03762" />
<meta name="citation_abstract" content="The dominant models are based on complex networks." />
<h1 class="title"><span class="descriptor">Title:</span>Attention Is All You Need</h1>
<div class="dateline">[Submitted on 12 Jun 2017 (v1), last revised 2 Aug 2023]</div>
</html>"""
"""What arXiv's page of a paper says of it."""

pytestmark = installed("discord", "slack")


def feed(items: Sequence[tuple[str, str, str]], age: timedelta = timedelta(hours=1)) -> bytes:
    """Return a feed of titles, links and texts."""
    date = format_datetime(datetime.now(UTC) - age)
    told = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        f"<description>{text}</description><pubDate>{date}</pubDate></item>"
        for title, link, text in items
    )
    return f"<rss version='2.0'><channel><title>F</title>{told}</channel></rss>".encode()


async def ask_again(folder: Path) -> None:
    """Let every source be asked at once."""
    store = await DigestStore.open(f"sqlite:///{folder / 'ainews.db'}", system_clock)
    for source in await store.sources.list():
        await store.sources.pause(source.id, ANN)
        await store.sources.resume(source.id, ANN)
    await store.close()


async def polled(folder: Path) -> list[datetime | None]:
    """Return when each source answered last."""
    store = await DigestStore.open(f"sqlite:///{folder / 'ainews.db'}", system_clock)
    found = [source.polling.good_at for source in await store.sources.list()]
    await store.close()
    return found


async def test_two_feeds_reach_the_channels_by_the_desks(  # noqa: PLR0915 - a day from end to end
    desks: TwoDesks,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    desks.slack.workspace.channel(FakeChannel(NEWS))
    talk = desks.discord.world.channel(desks.sora.guild, "talk")
    async with FakeSite() as lab, FakeSite("127.0.0.2") as paper:
        retold = ("오터 4 공개", paper.url("/otter"), f"원문: {lab.url('/otter-4')}")
        labs = [(RELEASE, lab.url("/otter-4"), ""), ("Whales sing in prose", lab.url("/whale"), "")]
        papers = [
            retold,
            ("수달의 하루를 찍다", paper.url("/day"), ""),
            ("예산안이 통과되다", paper.url("/budget"), ""),
        ]
        lab.answers("/feed", feed(labs))
        lab.answers(PAPER, PAPER_PAGE.encode(), Content_Type="text/html; charset=utf-8")
        paper.answers("/rss", feed(papers))
        environment = desks.slack.environment(
            **desks.discord.environment, AINEWS_DESK_MINUTES="0", AINEWS_FETCH_ALLOW="127.0.0.0/8"
        )
        bot = Bot(tmp_path, environment, "discord", "slack")
        try:
            await start_on_discord(bot, desks.discord)
            await (await desks.jun.type("review here")).answer()
            await desks.sora.slash(desks.desk, "review", action="here")
            await desks.sora.slash(talk, "schedule", when="instant")
            await (await Deeds(desks.slack, "U0JUN", NEWS).type("schedule instant")).answer()
            for site, name, path in ((lab, "Lab", "/feed"), (paper, "신문", "/rss")):
                line = f"source add {site.url(path)} name:{name}"
                assert name in str((await (await desks.jun.type(line)).answer())["blocks"])
                await desks.each_says(name)

            await desks.each_says(RELEASE, "Whales sing", "수달의 하루", "예산안이 통과")
            assert len(await titles(tmp_path, Status.PENDING)) == 4
            assert "오터 4 공개" not in desks.in_slack()
            numbers = await by_title(tmp_path)

            await desks.press_on_discord("publish", numbers[RELEASE])
            await desks.each_says("Published by", "Sora")
            skip = {"action": "skip", "id": str(numbers["예산안이 통과되다"])}
            await (await desks.press_in_slack(skip)).answer()
            await desks.each_says("Skipped by", "Jun")
            edit = {"id": str(numbers["Whales sing in prose"]), "publish": "yes"}
            opened = await desks.press_in_slack(edit, "edit")
            await desks.jun.send(await opened.view(), title="Whales sing in verse")
            await desks.each_says("Whales sing in verse")

            def on_discord() -> str:
                return "".join(map(text_of, desks.discord.posts(talk)))

            def in_slack() -> str:
                return str(desks.slack.workspace.channels[NEWS].messages)

            await desks.discord.until(lambda: "in verse" in on_discord())
            await desks.slack.until(lambda: "in verse" in in_slack())
            for said in (on_discord(), in_slack()):
                assert RELEASE in said
                assert lab.url("/otter-4") in said
                assert paper.url("/otter") in said
                assert "예산안" not in said

            await paste_a_paper(desks, lab.url(PAPER), talk)
            await desks.discord.until(lambda: "Attention Is All" in on_discord())
            await desks.slack.until(lambda: "Attention Is All" in in_slack())

            # What was skipped comes with another date, and is known.
            before = await polled(tmp_path)
            paper.answers("/rss", feed(papers, age=timedelta(minutes=1)))
            await ask_again(tmp_path)
            async with asyncio.timeout(PATIENCE):
                while not all(map(ne, await polled(tmp_path), before)):
                    pass
            assert await titles(tmp_path, Status.PENDING) == ["수달의 하루를 찍다"]
            assert await titles(tmp_path, Status.SKIPPED) == ["예산안이 통과되다"]
            assert await bot.stop() == 0
        finally:
            await bot.close()
    assert len(desks.discord.posts(talk)) == 4  # the answer to schedule is one


async def paste_a_paper(both: TwoDesks, link: str, talk: FakeDiscordChannel) -> None:
    """Paste the link of a paper in both places: its form is filled in, and sent in one."""
    filled = {
        "link": link,
        "title": "Attention Is All You Need",
        "note": "The dominant models are based on complex networks.",
        "date": "2017-06-12",
        "tags": "",
    }
    form = await both.sora.slash(talk, "add", link=link)
    assert fields_on_discord(form) == filled | {"link?": ""}
    view = await (await both.jun.type(f"add {link}")).view()
    assert fields_in_slack(view) == filled
    assert "Published as entry" in str(await (await both.jun.send(view)).acknowledgement())


async def by_title(folder: Path) -> dict[str, int]:
    """Return the numbers of what waits."""
    store = await DigestStore.open(f"sqlite:///{folder / 'ainews.db'}", system_clock)
    found = {entry.title: entry.id async for entry in store.entries.all((Status.PENDING,))}
    await store.close()
    return found
