"""A model drafts in the bot's own process, a moderator decides, two languages read the news."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.port.writer import MOST_TOKENS
from store.model import Actor, EntryDraft, Status
from store.store import DigestStore
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel
from tests.fakes.discord.people import buttons_of, text_of
from tests.fakes.discord.world import MANAGE_CHANNELS, MANAGE_MESSAGES
from tests.fakes.model import FakeModel, a_model, asked_about, hang, said
from tests.fakes.stored import scheduled_channels
from tests.scenario.process import Bot, installed, start_on_discord

LEAP_DAY = "0 9 29 2 *"
TOKENS = 760
"""What the model counts for an answer."""
NOTE = "It has 30 billion parameters and runs on a phone."
TOKENS_DAY = TOKENS + 2 * MOST_TOKENS
"""Enough for a draft, one whose end nobody heard, and one more; a fourth could take too many."""

pytestmark = installed("discord")


@dataclass(frozen=True)
class DraftRoom:
    """A server with a desk, a Korean channel and an English one, and the model."""

    discord: FakeDiscord
    sora: DiscordUser
    desk: FakeDiscordChannel
    korean: FakeDiscordChannel
    english: FakeDiscordChannel
    model: FakeModel
    folder: Path

    def in_(self, channel: FakeDiscordChannel) -> str:
        """Return what the bot posted to a channel by itself."""
        posts = self.discord.posts(channel)
        return "\n".join(text_of(one) for one in posts if "interaction_metadata" not in one)

    async def says(self, channel: FakeDiscordChannel, *words: str) -> None:
        """Wait until a channel says all of it."""
        await self.discord.until(lambda: all(word in self.in_(channel) for word in words))

    async def press(self, label: str) -> None:
        """Press a button at the desk."""
        for message in self.discord.posts(self.desk):
            if "interaction_metadata" not in message and label in buttons_of(message):
                await self.sora.press(message, buttons_of(message)[label])
                return
        raise AssertionError(f"there is no {label} in {self.in_(self.desk)}")

    async def store(self) -> DigestStore:
        """Open the store, as another program does."""
        url = f"sqlite:///{self.folder / 'ainews.db'}"
        return await DigestStore.open(url, lambda: datetime.now(UTC))

    async def bring(self, title: str) -> None:
        """Let an entry wait, in English."""
        store = await self.store()
        draft = EntryDraft(title, note=NOTE, language="en", status=Status.PENDING)
        await store.entries.add(draft, Actor("", "", "ainews", "AINews"))
        await store.close()

    async def let_the_time_come(self, minutes_ago: int) -> None:
        """Make a minute of late the one for which the channels wait."""
        store = await self.store()
        minute = datetime.now(UTC).replace(second=0, microsecond=0)
        minute -= timedelta(minutes=minutes_ago)
        for channel in await scheduled_channels(store):
            if channel.subscription.schedule.rule == LEAP_DAY:
                await store.channels.schedule(
                    channel.ref, channel.subscription, channel.owner, minute
                )
        await store.close()


async def translate(request: web.Request, asked: Mapping[str, Any]) -> web.StreamResponse:
    """Say it in Korean, with a number that its source does not have."""
    title, _ = asked_about(asked)
    draft = {"title": f"소식 {title[-1]}", "note": "매개변수가 400억 개이다.", "tags": []}
    return await said(draft)(request, asked)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[DraftRoom]:
    """What the bot sends is held against Discord's contract, also when it is over."""
    async with FakeDiscord() as discord, a_model() as model:
        guild = discord.world.guild("Korean AI")
        desk, korean, english = (
            discord.world.channel(guild, name) for name in ("desk", "korean", "english")
        )
        sora = discord.person(guild, "Sora", MANAGE_CHANNELS | MANAGE_MESSAGES)
        yield DraftRoom(discord, sora, desk, korean, english, model, tmp_path)
        assert discord.violations == []


@pytest.fixture
async def bot(room: DraftRoom) -> AsyncIterator[Bot]:
    """A bot whose desk gets at once what waits."""
    environment = {
        **room.discord.environment,
        "AINEWS_DESK_MINUTES": "0",
        "AINEWS_MODEL_URL": room.model.url,
        "AINEWS_MODEL": "small",
        "AINEWS_MODEL_TOKENS_DAY": str(TOKENS_DAY),
    }
    bot = Bot(room.folder, environment, "discord")
    yield bot
    await bot.close()


async def test_two_languages_read_what_one_moderator_accepted(room: DraftRoom, bot: Bot) -> None:
    sora, model = room.sora, room.model
    model.moods = [translate]
    await start_on_discord(bot, room.discord)
    await sora.slash(room.desk, "review", action="here")
    await sora.slash(room.korean, "schedule", when=LEAP_DAY, language="ko")
    await sora.slash(room.english, "schedule", when=LEAP_DAY, language="en")

    await room.bring("Story 1")
    await room.says(room.desk, "Story 1", "소식 1", "⚠", "400")
    await room.press("Publish with the draft")
    await room.let_the_time_come(minutes_ago=5)
    await room.says(room.korean, "소식 1", "매개변수")
    await room.says(room.english, "Story 1", "30 billion")
    assert "Story 1" not in room.in_(room.korean)
    for words in ("매개변수", "phone"):
        assert "Story 1" in (await sora.slash(room.english, "search", words=words)).text

    # Killed while the model writes, and started again: it hears nothing twice.
    model.moods = [hang]
    await room.bring("Story 2")
    await model.until_asked(2)
    await bot.stop(signal.SIGKILL)
    await start_on_discord(bot, room.discord)
    model.moods = [translate]
    await room.bring("Story 3")
    await room.says(room.desk, "Story 2", "소식 3")
    # What the killed call may have cost is counted, so the tokens of the day are spent.
    await room.bring("Story 4")
    await bot.logs("tokens spent")
    assert await bot.stop() == 0

    # The model is gone; posts go out all the same.
    await model.die()
    await start_on_discord(bot, room.discord)
    await room.says(room.desk, "Story 4")
    await sora.slash(room.desk, "review", action="publish", id="4")
    await room.let_the_time_come(minutes_ago=0)
    await room.says(room.korean, "Story 4")
    await room.says(room.english, "Story 4")
    assert Counter(map(asked_about, model.asked)) == {
        (f"Story {number}", "ko"): 1 for number in range(1, 4)
    }
    code, printed = await bot.run("status", "--json")
    assert code == 0
    drafts = json.loads(printed[printed.index("{") :])["totals"]["drafts"]
    assert (drafts["accepted"], drafts["failed"], drafts["ready"]) == (1, 1, 1)
    assert await bot.stop() == 0
