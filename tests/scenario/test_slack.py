"""The whole bot in a workspace: the real commands, store and delivery, over Socket Mode."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.slack import plugin
from bot.app import App
from bot.config.installation import Installation
from bot.config.plugins import Plugins
from bot.config.settings import read_settings
from bot.i18n.translator import Translators
from tests.fakes.databases import new_store
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds, labels

CHANNEL = "C0NEWS"
LINK = "https://arxiv.example/abs/1706.03762"


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[FakeSlack]:
    """A workspace in which the bot runs, from its settings on."""
    async with FakeSlack.running() as slack:
        workspace = slack.workspace
        workspace.channel(FakeChannel(CHANNEL, creator="U0SORA"))
        workspace.channel(FakeChannel("C0OUT", "elsewhere", joined=False))
        workspace.person(FakePerson("U0ADMIN", "Jun", admin=True))
        workspace.person(FakePerson("U0MINJI", "Minji"))
        workspace.person(FakePerson("U0SORA", "Sora", locale="ko-KR"))
        environment = slack.environment(AINEWS_DATA_FOLDER=str(tmp_path))
        settings = read_settings(environment)
        installation = Installation(environment, settings, Translators("en"), Plugins((plugin,)))
        store = await new_store(tmp_path / "ainews.db", installation.clock)
        running = asyncio.create_task(App(installation, store, print).run())
        await slack.lines(2)
        yield slack
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await store.close()
        assert slack.violations == []


@pytest.fixture
def jun(slack: FakeSlack) -> Deeds:
    """An admin."""
    return Deeds(slack, "U0ADMIN", CHANNEL)


@pytest.fixture
def minji(slack: FakeSlack) -> Deeds:
    """A member."""
    return Deeds(slack, "U0MINJI", CHANNEL)


@pytest.fixture
def sora(slack: FakeSlack) -> Deeds:
    """Who made the channel, and reads Korean."""
    return Deeds(slack, "U0SORA", CHANNEL)


async def answer(deeds: Deeds, line: str) -> dict[str, Any]:
    """Type a line and return the answer."""
    return await (await deeds.type(line)).answer()


async def add(jun: Deeds, title: str, **filled: str) -> None:
    """Add an entry by its form."""
    view = await (await jun.type("add")).view()
    sent = await jun.send(view, title=title, **filled)
    assert "✅" in str(await sent.acknowledgement())


async def test_an_entry_is_added_found_posted_edited_and_retracted(
    slack: FakeSlack, jun: Deeds, minji: Deeds, sora: Deeds
) -> None:
    scheduled = await answer(sora, "schedule instant")
    assert "✅" in str(scheduled["blocks"])

    await add(jun, "모델 압축 <연구>", link=LINK, note="- 한 줄", tags="llm", date="2021-04")
    (post,) = await slack.said(CHANNEL)
    assert "모델 압축 &lt;연구&gt;" in str(post["blocks"])
    assert post["metadata"]["event_type"] == "ainews_post"

    found = await answer(minji, "search “모델 압축” tag:llm since:2021-01")
    assert "모델 압축 &lt;연구&gt;" in str(found["blocks"])
    assert "Retract" not in labels(found["blocks"])

    again = await (await jun.type("add")).view()
    twice = await jun.send(again, title="Twice", link=f"{LINK}?utm_source=x")
    assert "already here" in str(await twice.acknowledgement())

    details = await (await jun.press(post, "자세히", alone=False)).answer()
    form = await (await jun.press(details, "Edit")).view()
    wrong = await jun.send(form, date="never")
    assert (await wrong.acknowledgement())["errors"].keys() == {"date"}
    sent = await jun.send(form, title="모델을 더 작게")
    assert "모델을 더 작게" in str(await sent.acknowledgement())
    await slack.until(lambda: "모델을 더 작게" in str(post["blocks"]))

    await (await jun.press(details, "Retract")).answer()
    await slack.until(lambda: "모델을 더 작게" not in str(post["blocks"]))
    assert len(slack.workspace.channels[CHANNEL].messages) == 1
    gone = await answer(minji, "search 모델")
    assert "모델을 더 작게" not in str(gone["blocks"])


async def test_a_late_form_has_the_link_that_was_typed(slack: FakeSlack, jun: Deeds) -> None:
    slack.triggers_expire = True
    late = await answer(jun, f"add {LINK} note:'Worth reading' tags:llm")
    slack.triggers_expire = False
    form = await (await jun.press(late, "Open the form")).view()
    filled = [block["element"].get("initial_value") for block in form["blocks"]]
    assert LINK in filled
    assert "llm" in filled
    sent = await jun.send(form, title="Attention")
    assert "✅" in str(await sent.acknowledgement())


async def test_what_is_about_another_channel_names_it_and_is_private(
    slack: FakeSlack, jun: Deeds
) -> None:
    slack.workspace.channel(FakeChannel("C0CUR", "curation"))
    slack.workspace.channel(FakeChannel("G0TEAM", "team-only", private=True))
    for line in ("schedule daily 09:00", "pause", "resume", "unschedule", "pause"):
        said = await answer(jun, f"{line} <#C0CUR|curation>")
        assert said["response_type"] == "ephemeral"
        assert "#curation" in str(said["blocks"])
        assert not re.search(r"\bhere\b|\bthis channel\b", str(said))
    hidden = await answer(jun, "schedule daily 09:00 <#G0TEAM|team-only>")
    assert "<#G0TEAM>" in str(hidden["blocks"])
    out = await answer(jun, "schedule daily 09:00 <#C0OUT|elsewhere>")
    assert "AI News is not in the channel. Type /invite" in str(out["blocks"])


async def test_everybody_reads_in_their_own_language(minji: Deeds, sora: Deeds, jun: Deeds) -> None:
    await add(jun, "Attention", link=LINK, date="2021-04-18")
    assert "2021년 4월 18일" in str((await answer(sora, "최신"))["blocks"])
    assert "April 18, 2021" in str((await answer(minji, "latest"))["blocks"])
    await answer(minji, "language ko")
    assert "2021년 4월 18일" in str((await answer(minji, "latest"))["blocks"])


async def test_what_is_not_allowed_is_refused_on_every_path(
    slack: FakeSlack, jun: Deeds, minji: Deeds
) -> None:
    await add(jun, "Attention", link=LINK)
    latest = await answer(jun, "latest")
    shown = await (await jun.press(latest, "Details")).answer()
    for refused in (
        await answer(minji, "add"),
        await answer(minji, "schedule daily 09:00"),
        await answer(minji, "moderators add <@U0MINJI|minji>"),
        await (await minji.press(shown, "Retract")).answer(),
        await (await minji.message_shortcut("add_to_ainews", {"text": f"<{LINK}>"})).answer(),
    ):
        assert refused["response_type"] == "ephemeral"
    form = await (await jun.type("edit 1")).view()
    forged = await minji.send(form, title="Mine")
    assert "🚫" in str(await forged.acknowledgement())
    assert "Mine" not in str(await answer(jun, "show 1"))
    assert slack.workspace.channels[CHANNEL].messages == []


async def test_moderators_are_named_by_person_and_by_group(
    slack: FakeSlack, jun: Deeds, minji: Deeds, sora: Deeds
) -> None:
    slack.workspace.groups["S0CURATORS"] = ["U0SORA"]
    await answer(jun, "moderators add <@U0MINJI|minji>")
    await answer(jun, "moderators add <!subteam^S0CURATORS|@curators>")
    for deeds in (minji, sora):
        assert (await (await deeds.type("add")).view())["callback_id"] == "ainews.form"
    listed = str((await answer(jun, "moderators"))["blocks"])
    assert "*<@U0MINJI>" not in listed
    assert "<@U0MINJI>" in listed
    assert "<!subteam^S0CURATORS>" in listed
    for name in ("nobody-like-that", "@nobody", "U0NOBODY", "group:editors"):
        refused = str(await answer(jun, f"moderators add {name}"))
        assert "Nobody was found by the name" in refused
        assert name.removeprefix("group:") in refused
    assert str((await answer(jun, "moderators"))["blocks"]) == listed
    slack.workspace.channel(FakeChannel("C0OTHER"))
    assert "✅" in str(await answer(minji, "schedule daily 09:00 <#C0OTHER|other>"))


async def test_a_guest_reads_only_even_where_they_are_named(
    slack: FakeSlack, jun: Deeds, minji: Deeds
) -> None:
    slack.workspace.people["U0MINJI"].guest = True
    slack.workspace.groups["S0CURATORS"] = ["U0MINJI"]
    await add(jun, "Attention", link=LINK)
    assert "Minji cannot curate" in str(await answer(jun, "moderators add <@U0MINJI|minji>"))
    await answer(jun, "moderators add <!subteam^S0CURATORS|@curators>")
    for line in ("add", "edit 1", "retract 1", "schedule instant", "moderators"):
        assert "🚫" in str((await answer(minji, line))["blocks"])
    assert "Attention" in str(await answer(minji, "latest"))


async def test_a_channel_without_the_bot_is_told_how_to_invite_it(
    slack: FakeSlack, jun: Deeds
) -> None:
    told = await answer(jun, "schedule daily 09:00 <#C0OUT|elsewhere>")
    assert "/invite @ainews" in str(told["blocks"])
    slack.workspace.channels["C0OUT"].joined = True
    scheduled = await answer(jun, "schedule daily 09:00 <#C0OUT|elsewhere>")
    assert "✅" in str(scheduled["blocks"])
    assert "C0OUT" in str(await answer(jun, "status")) or "elsewhere" in str(
        await answer(jun, "status")
    )


async def test_a_long_digest_goes_on_in_its_thread(
    slack: FakeSlack, jun: Deeds, sora: Deeds
) -> None:
    for number in range(11):
        await add(jun, f"Story {number}", link=f"https://news.example/{number}")
    await answer(sora, "schedule instant since:2020-01 limit:20 parts:thread language:en")
    first, second = await slack.said(CHANNEL, 2)
    assert second["thread_ts"] == first["ts"]
    assert "thread_ts" not in first
    assert [str(one["blocks"]).count("|Story ") for one in (first, second)] == [10, 1]


async def test_the_home_tab_and_a_personal_list(slack: FakeSlack, jun: Deeds, minji: Deeds) -> None:
    await add(jun, "Attention", link=LINK)
    latest = await answer(minji, "latest")
    await (await minji.press(latest, "Save", alone=False)).answer()
    await minji.open_home()
    home = await slack.home("U0MINJI")
    assert str(home["blocks"]).count("|Attention>") == 2
    await jun.open_home()
    assert "Add an entry" in labels((await slack.home("U0ADMIN"))["blocks"])


async def test_search_from_anywhere(jun: Deeds, minji: Deeds) -> None:
    await add(jun, "Attention is all you need", link=LINK, tags="paper")
    form = await (await minji.shortcut("search_ainews")).view()
    looked = await minji.look_up(form, "tag", "pa")
    options = (await looked.acknowledgement())["options"]
    assert [one["value"] for one in options] == ["paper"]
    wrong = await minji.send(form, words="attention", since="someday")
    assert (await wrong.acknowledgement())["errors"].keys() == {"since"}
    sent = await minji.send(form, words="attention", tag="paper")
    assert "Attention is all you need" in str(await sent.acknowledgement())


@pytest.mark.parametrize(
    "line",
    [
        "latest 99",
        "search",
        "show 999999999999999999999",
        "show \u202e12\u0000",
        "edit",
        "lastest",
        "x" * 3000,
        "search x --since someday",
        "schedule whenever",
        "schedule “1 2 3”",
        "language fr",
        "e\u0301\u0301\u0301 👩‍👩‍👧‍👦",
    ],
)
async def test_a_line_that_makes_no_sense_gets_a_sentence(jun: Deeds, line: str) -> None:
    told = await answer(jun, line)
    assert told["text"].strip()
    assert told["response_type"] == "ephemeral"
