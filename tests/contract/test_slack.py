"""Slack keeps the contract."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from adapters.slack.platform import SlackPlatform
from adapters.slack.setup import settings
from store.model import Actor, ChannelRef, Receipt
from tests.contract.suite import PlatformContract
from tests.fakes.clock import FakeClock
from tests.fakes.handler import FakeHandler
from tests.fakes.platform import made_from
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.delivery import SlackDelivery
from tests.fakes.slack.workspace import TEAM

CHANNEL = "C0NEWS"
PERSON = "U0MINJI"

_LINK = re.compile(r"<[^<>|]*\|([^<>]*)>")


class SlackHarness:
    """A workspace in which a person sits."""

    def __init__(self, slack: FakeSlack, clock: FakeClock) -> None:
        self.slack = slack
        self.clock = clock
        self.handler = FakeHandler()
        self.channel = ChannelRef("slack", TEAM, CHANNEL)
        self.person = Actor("slack", TEAM, PERSON, "Minji")
        self._deeds = Deeds(slack, PERSON, CHANNEL)
        self._platforms = [self._made()]
        slack.workspace.channel(FakeChannel(CHANNEL))
        slack.workspace.person(FakePerson(PERSON, admin=True))

    @property
    def platform(self) -> SlackPlatform:
        """The one of the present process."""
        return self._platforms[-1]

    async def start(self) -> None:
        await self.platform.start(self.handler)

    async def restart(self) -> None:
        self._platforms.append(self._made())
        await self.start()

    async def close(self) -> None:
        """End every process."""
        for platform in self._platforms:
            await platform.close()

    async def message(self, receipt: Receipt) -> str | None:
        channel = self.slack.workspace.conversation(receipt.data["channel"])
        found = channel.at(receipt.data["ts"]) if channel is not None else None
        return None if found is None else words_of(found)

    async def messages(self) -> Sequence[str]:
        return [words_of(each) for each in self.slack.workspace.channels[CHANNEL].messages]

    async def answer(self, command: str, arguments: Mapping[str, str]) -> str:
        given = " ".join(f'{name}:"{value}"' for name, value in arguments.items())
        delivery = await self._deeds.type(html.escape(f"{command} {given}", quote=False))
        return await self._answers(delivery)

    async def offers(self, command: str, parameter: str, typed: str) -> Sequence[str]:
        view = {
            "id": "V1",
            "type": "modal",
            "private_metadata": f'["{command}", "{CHANNEL}", {{}}]',
        }
        looked = await self._deeds.look_up(view, parameter, typed)
        return [option["value"] for option in (await looked.acknowledgement())["options"]]

    async def fill_in(self, command: str, *tries: Mapping[str, str]) -> str:
        view = dict(await (await self._deeds.type(command)).view())
        for values in tries:
            sent = await self._deeds.send(view, **values)
            answer = await sent.acknowledgement()
            view = view | {"blocks": kept(view["blocks"], values)}
        return words_of(answer["view"])

    async def told(self) -> str:
        return words_of(self.slack.workspace.channels[f"D{PERSON}"].messages[-1])

    async def obeyed(self) -> Sequence[str]:
        return self.slack.violations

    async def _answers(self, delivery: SlackDelivery) -> str:
        answers = [await delivery.answer()]
        await asyncio.wait([task for task in self.handler.callers if task is not None])
        while not delivery.answers.empty():
            answers.append(delivery.answers.get_nowait())
        return " ".join(words_of(each) for each in answers)

    def _made(self) -> SlackPlatform:
        read = settings.read(self.slack.environment())
        return SlackPlatform(read, made_from(self.clock), sleep=at_once)


async def at_once(seconds: float) -> None:
    """Wait for nothing, but let others work."""
    del seconds
    await asyncio.sleep(0)


def kept(blocks: Sequence[dict[str, Any]], values: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the blocks of a form as they look once values were typed into it."""
    return [
        {**block, "element": {**block["element"], "initial_value": values[block["block_id"]]}}
        if block.get("block_id") in values
        else block
        for block in blocks
    ]


def words_of(message: Mapping[str, Any]) -> str:
    """Return what people read of a message or view."""
    texts = [shown for block in message["blocks"] for shown in _texts(block)]
    return " ".join(texts).replace("\u200b", "")


def _texts(block: Mapping[str, Any]) -> list[str]:
    found = [block["text"], *block.get("fields", ())] if "text" in block else []
    found += [one for one in block.get("elements", ()) if one["type"] in {"mrkdwn", "plain_text"}]
    found += [one["text"] for one in block.get("elements", ()) if one["type"] == "button"]
    return [
        html.unescape(_LINK.sub(r"\1", one["text"])).replace("ˋ", "`")
        if one["type"] == "mrkdwn"
        else one["text"]
        for one in found
    ]


class TestSlack(PlatformContract):
    """Everything that is asked of every platform."""

    @pytest.fixture
    async def harness(self) -> AsyncIterator[SlackHarness]:
        clock = FakeClock()
        async with FakeSlack.running(lambda: clock().timestamp()) as slack:
            harness = SlackHarness(slack, clock)
            yield harness
            await harness.close()
            assert slack.violations == []
