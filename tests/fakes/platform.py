"""A platform in memory: it keeps what was published by its key, and fails as it is told to.

It takes in a key as often as it is published, so that a post that comes twice is seen.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.port.card import Card
from bot.port.clock import Clock
from bot.port.installations import Installations
from bot.port.invocation import Asker
from bot.port.platform import CommandHandler, KnownName, PlatformContext, PlatformError, Unknown
from store.model import Actor, ChannelRef, Receipt


class Killed(BaseException):
    """The process ended here. No program can catch it."""


@dataclass(frozen=True, slots=True)
class CallStep:
    """What one call does: whether the platform takes it, and what the caller sees then.

    `gate` is waited for before anything else happens.
    """

    taken: bool = True
    error: BaseException | None = None
    gate: asyncio.Event | None = None


WELL = CallStep()


def refused(error: PlatformError) -> CallStep:
    """Not taken, and said so."""
    return CallStep(taken=False, error=error)


def lost_answer() -> CallStep:
    """Taken, but the answer was lost."""
    return CallStep(error=Unknown("The connection was lost."))


def lost_on_the_way() -> CallStep:
    """Not taken, and nobody knows."""
    return CallStep(taken=False, error=Unknown("The connection was lost."))


def killed_before() -> CallStep:
    """The caller is killed before the platform took it."""
    return CallStep(taken=False, error=Killed())


def killed_after() -> CallStep:
    """The caller is killed after the platform took it."""
    return CallStep(error=Killed())


def held(gate: asyncio.Event) -> CallStep:
    """Taken when the gate is opened."""
    return CallStep(gate=gate)


@dataclass(slots=True)
class FakeMessage:
    """One message that stands in a channel."""

    channel: ChannelRef
    key: str
    card: Card
    under: Receipt | None = None
    updates: int = 0
    removed: bool = False

    @property
    def entry_ids(self) -> list[int]:
        """The entries that it shows."""
        return [one.entry_id for one in self.card.sections if one.entry_id is not None]


@dataclass(slots=True)
class PlatformScript:
    """The steps of one kind of call: those that are set first, then `always`."""

    steps: deque[CallStep] = field(default_factory=deque)
    always: CallStep = WELL
    of_channel: dict[str, CallStep] = field(default_factory=dict)
    calls: int = 0

    def then(self, *steps: CallStep) -> None:
        """Do these in turn, one a call, before anything else."""
        self.steps.extend(steps)

    async def play(self, channel_id: str) -> CallStep:
        """Return what the next call does, after its gate."""
        self.calls += 1
        step = self.steps.popleft() if self.steps else self.of_channel.get(channel_id, self.always)
        if step.gate is not None:
            await step.gate.wait()
        return step


class FakePlatform:
    """Implements the port. `publishing`, `finding`, `updating` and `telling` are its scripts."""

    def __init__(self, name: str = "fake", entries_per_message: int = 5) -> None:
        self.name = name
        self.entries_per_message = entries_per_message
        self.connected = True
        self.messages: list[FakeMessage] = []
        self.told: list[tuple[Actor, Card]] = []
        self.in_the_way: defaultdict[str, list[str]] = defaultdict(list)
        self.called: dict[str, str] = {}
        self.hidden: set[str] = set()
        self.unknown: PlatformError | None = None
        self.people: dict[str, KnownName] = {}
        self.private: set[str] = set()
        self.publishing = PlatformScript()
        self.finding = PlatformScript()
        self.updating = PlatformScript()
        self.telling = PlatformScript()
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.under_way = 0
        self.most_under_way = 0

    async def start(self, handler: CommandHandler) -> None:
        """Nothing comes in."""

    async def wait_closed(self) -> None:
        """Nothing more can come in."""

    async def close(self) -> None:
        """Nothing is open."""

    async def publish(
        self, channel: ChannelRef, card: Card, key: str, under: Receipt | None = None
    ) -> Receipt:
        """Keep the card, as the script says."""
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        self.begun.put_nowait(channel.id)
        try:
            step = await self.publishing.play(channel.id)
            if step.taken:
                self.messages.append(FakeMessage(channel, key, card, under))
            if step.error is not None:
                raise step.error
        finally:
            self.under_way -= 1
        return Receipt(self.name, {"message": str(len(self.messages) - 1)})

    async def find(
        self, channel: ChannelRef, key: str, since: datetime, under: Receipt | None = None
    ) -> Receipt | None:
        """Look among the messages, as the script says."""
        del under
        assert since.tzinfo is not None
        step = await self.finding.play(channel.id)
        if step.error is not None:
            raise step.error
        for number, message in enumerate(self.messages):
            if message.key == key and message.channel == channel and not message.removed:
                return Receipt(self.name, {"message": str(number)})
        return None

    async def update(self, receipt: Receipt, card: Card) -> None:
        """Replace what the message says, as the script says."""
        message = self.messages[int(receipt.data["message"])]
        step = await self.updating.play(message.channel.id)
        if step.taken:
            message.card = card
            message.updates += 1
        if step.error is not None:
            raise step.error

    async def remove(self, receipt: Receipt) -> None:
        """Take the message away."""
        self.messages[int(receipt.data["message"])].removed = True

    async def tell(self, person: Actor, card: Card) -> ChannelRef:
        """Keep what was told, as the script says."""
        step = await self.telling.play(person.id)
        if step.taken:
            self.told.append((person, card))
        if step.error is not None:
            raise step.error
        return ChannelRef(self.name, person.workspace, f"direct-{person.id}")

    async def names(
        self, channels: Sequence[ChannelRef], asker: Asker | None
    ) -> Mapping[ChannelRef, str]:
        """Return what a test called them; those that it hid are left out.

        `hidden` are so for everybody, `private` for those of whom only the workspace is known.
        """
        hidden: set[str] = set() if asker is None else self.hidden
        if asker is not None and not asker.actor.id:
            hidden = hidden | self.private
        return {one: self.called.get(one.id, "") for one in channels if one.id not in hidden}

    async def who_is(self, workspace: str, identifier: str, *, group: bool) -> KnownName | None:
        """Return who a test said there is."""
        assert workspace
        if self.unknown is not None:
            raise self.unknown
        return self.people.get(f"group:{identifier}" if group else identifier)

    async def obstacles(self, channel: ChannelRef, language: str) -> Sequence[str]:
        """Return what a test put in the way."""
        assert language
        if self.unknown is not None:
            raise self.unknown
        return tuple(self.in_the_way[channel.id])

    def in_channel(self, channel_id: str) -> list[FakeMessage]:
        """Return what stands in a channel, oldest first."""
        return [one for one in self.messages if one.channel.id == channel_id and not one.removed]

    def shown(self, channel_id: str) -> list[int]:
        """Return the entries that a channel shows, in the order in which they stand there."""
        return [number for one in self.in_channel(channel_id) for number in one.entry_ids]

    def keys_taken_twice(self) -> list[str]:
        """Return the keys that were published more than once."""
        counts = Counter(message.key for message in self.messages)
        return [key for key, count in counts.items() if count > 1]


def made_from(clock: Clock, installations: Installations | None = None) -> PlatformContext:
    """Return what a platform is made from that reads no environment and keeps no files."""
    return PlatformContext({}, clock, Path(), installations=installations)
