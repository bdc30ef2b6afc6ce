"""A conversation with the bot, as one person on one platform has it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.commands.context import Services
from bot.commands.dispatch import Commands
from bot.commands.limits import Limits
from bot.delivery.renderer import PostRenderer
from bot.i18n.translator import Translators
from bot.pages import Pages
from bot.port.card import Action, Card, Spans
from bot.port.invocation import Asker, Invocation, Reach, Reply, Role
from bot.port.platform import Platform
from bot.port.source import SourceReader
from bot.views.sections import TagSections
from store.model import Actor, ChannelRef
from store.store import DigestStore
from tests.fakes.databases import new_database

START = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
OPERATOR = Asker(Actor("test", "home", "minji", "Minji"), Role.OPERATOR)
GENERAL = ChannelRef("test", "home", "general")
ADD = (
    'add https://arxiv.org/abs/2104.00298 title:"EfficientNetV2" note:"작고 빠른 모델" tags:vision'
)
"""What a moderator types."""


def words_of(card: Card) -> str:
    """Return every word of a card, a line each."""

    def line(spans: Spans) -> str:
        return "".join(span.text for span in spans)

    lines = [line(card.title), *map(line, card.lead)]
    for section in card.sections:
        lines += [line(section.heading), *map(line, section.body), line(section.meta)]
        lines += [action.label for action in section.actions]
    lines += [line(card.footer), *(action.label for action in card.actions)]
    return "\n".join(part for part in lines if part)


@dataclass
class TypedConversation:
    """Types lines as one person and remembers how often the delivery was woken."""

    store: DigestStore
    asker: Asker = OPERATOR
    channel: ChannelRef = GENERAL
    clock: list[datetime] = field(default_factory=lambda: [START])
    woken: int = 0
    told: list[str] = field(default_factory=list)
    platforms: dict[str, Platform] = field(default_factory=dict)
    timezone: str = "Asia/Seoul"
    pages: Pages | None = None
    commands: Commands = field(init=False)

    def __post_init__(self) -> None:
        self.commands = Commands(self._services(), steady=self._seconds)

    def read_sources(self, reader: SourceReader) -> None:
        """Go on with something installed that reads sources."""
        services = replace(self._services(), sources=lambda: reader)
        self.commands = Commands(services, steady=self._seconds)

    def limit(self, limits: Limits) -> None:
        """Go on with other limits for strangers."""
        self.commands = Commands(replace(self._services(), limits=limits), steady=self._seconds)

    def _seconds(self) -> float:
        return self.clock[0].timestamp()

    def _services(self) -> Services:
        translators = Translators("en")
        return Services(
            store=self.store,
            translators=translators,
            clock=lambda: self.clock[0],
            timezone=self.timezone,
            platforms=self.platforms,
            wake=self._wake,
            render=PostRenderer(translators, TagSections.shipped()),
            tell=self._tell,
            pages=self.pages,
        )

    def _wake(self) -> None:
        self.woken += 1

    async def _tell(self, sentence: str) -> None:
        self.told.append(sentence)

    async def type(
        self, line: str, *, interactive: bool = False, reach: Reach = Reach.ASKER
    ) -> Reply:
        """Type a line."""
        self.clock[0] += timedelta(seconds=1)
        typed = replace(self.invocation(""), interactive=interactive, reach=reach)
        return await self.commands.run_line(line, typed)

    async def type_about(self, line: str, name: str, reach: Reach = Reach.CHANNEL) -> Reply:
        """Type a line about another channel, of that name."""
        channel = ChannelRef("test", "home", name or "C0HIDDEN")
        typed = replace(
            self.invocation(""),
            channel=channel,
            channel_name=f"#{name}" if name else "",
            reach=reach,
            elsewhere=True,
        )
        return await self.commands.run_line(line, typed)

    async def said(self, line: str) -> str:
        """Type a line and return every word of the answer."""
        return words_of((await self.type(line)).card)

    async def press(self, action: Action, reach: Reach = Reach.ON_REQUEST) -> Reply:
        """Press a button."""
        return await self.commands.run(
            replace(self.invocation(action.command, **action.arguments), reach=reach)
        )

    def invocation(self, command: str, **arguments: str) -> Invocation:
        """Return a question as this person."""
        return Invocation(command, self.asker, self.channel, dict(arguments))

    async def submit(self, command: str, **arguments: str) -> Reply:
        """Send a form."""
        return await self.commands.run(
            Invocation(
                command, self.asker, self.channel, arguments, interactive=True, submitted=True
            )
        )

    def become(self, *, name: str = "Minji", roles: Role = Role.MEMBER, **facts: Any) -> None:
        """Go on as somebody else."""
        actor = Actor("test", "home", name.casefold(), name)
        self.asker = replace(Asker(actor, roles), **facts)


@asynccontextmanager
async def conversation(url: str) -> AsyncIterator[TypedConversation]:
    """Talk over the store at an address."""
    clock = [START]
    store = await DigestStore.open(url, lambda: clock[0], pragmas={"synchronous": "OFF"})
    try:
        yield TypedConversation(store, clock=clock)
    finally:
        await store.close()


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[TypedConversation]:
    """A conversation over an empty store."""
    async with conversation(new_database(tmp_path / "ainews.db")) as talk:
        yield talk
