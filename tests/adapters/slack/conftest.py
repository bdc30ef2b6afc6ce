"""A workspace on loopback, and the bot in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.slack.platform import SlackPlatform
from adapters.slack.setup import settings
from tests.adapters.slack.handler import ScriptedHandler
from tests.fakes.clock import FakeClock
from tests.fakes.platform import made_from
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds

CHANNEL = "C0NEWS"
MEMBER = "U0MEMBER"
ADMIN = "U0ADMIN"
CREATOR = "U0CREATOR"


async def at_once(seconds: float) -> None:
    """Wait for nothing, but let others work."""
    del seconds
    await asyncio.sleep(0)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def slack(clock: FakeClock) -> AsyncIterator[FakeSlack]:
    """A workspace with a channel, a member, an admin and the channel's creator.

    Whatever the bot sends is held against Slack's contracts.
    """
    async with FakeSlack.running(lambda: clock().timestamp()) as running:
        workspace = running.workspace
        workspace.channel(FakeChannel(CHANNEL, creator=CREATOR))
        workspace.person(FakePerson(MEMBER))
        workspace.person(FakePerson(ADMIN, "Jun", admin=True))
        workspace.person(FakePerson(CREATOR, "Sora", locale="ko-KR"))
        yield running
        assert running.violations == []


@pytest.fixture
def handler() -> ScriptedHandler:
    return ScriptedHandler()


@pytest.fixture
async def bot(
    slack: FakeSlack, handler: ScriptedHandler, clock: FakeClock
) -> AsyncIterator[SlackPlatform]:
    """The platform, connected by Socket Mode."""
    platform = SlackPlatform(
        settings.read(slack.environment()), made_from(clock), patience=0.2, sleep=at_once
    )
    await platform.start(handler)
    yield platform
    await platform.close()


@pytest.fixture
def member(slack: FakeSlack, bot: SlackPlatform) -> Deeds:
    """A member of the workspace, at the keyboard."""
    del bot
    return Deeds(slack, MEMBER, CHANNEL)


@pytest.fixture
def admin(slack: FakeSlack, bot: SlackPlatform) -> Deeds:
    """An admin of the workspace, at the keyboard."""
    del bot
    return Deeds(slack, ADMIN, CHANNEL)
