"""The terminal keeps the contract."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from adapters.terminal.chat.completion import LineCompleter
from adapters.terminal.display.hints import chat_line
from adapters.terminal.platform import TerminalPlatform
from adapters.terminal.transcript import Transcript
from bot.i18n.translator import Translator, Translators
from bot.port.card import Action
from bot.port.invocation import LOCAL_CHANNEL, operator
from bot.port.platform import PlatformContext
from store.model import Actor, ChannelRef, Receipt
from tests.adapters.terminal.test_transcript import kept
from tests.contract.suite import PlatformContract
from tests.fakes.clock import FakeClock
from tests.fakes.handler import COMMANDS, FakeHandler
from tests.fakes.terminal import Keyboard, keyboard

VOCABULARY = Translators("en")

OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;(?:id=[0-9a-f]+;https?://[!-~]*|;)\x1b\\")
"""The only sequences that may be written: styles, and links whose address is printable ASCII."""


class TerminalHarness:
    """A terminal in which a person sits, and the folder of its files."""

    def __init__(self, folder: Path, person: Keyboard) -> None:
        self.clock = FakeClock()
        self.handler = FakeHandler()
        self.channel: ChannelRef = LOCAL_CHANNEL
        self.person: Actor = operator().actor
        self._folder = folder
        self._keyboard = person
        self._platforms = [self._made()]

    @property
    def platform(self) -> TerminalPlatform:
        """The one of the present process."""
        return self._platforms[-1]

    async def start(self) -> None:
        await self.platform.start(self.handler)

    async def restart(self) -> None:
        await self.close()
        self._platforms.append(self._made())
        await self.start()

    async def close(self) -> None:
        """End every process."""
        for platform in self._platforms:
            await platform.close()

    async def message(self, receipt: Receipt) -> str | None:
        channel = ChannelRef("terminal", receipt.data["workspace"], receipt.data["channel"])
        found = Transcript(self._folder).find(channel, receipt.data["key"])
        return None if found is None else found.text

    async def messages(self) -> Sequence[str]:
        return [text for _, text in kept(self._folder)]

    async def answer(self, command: str, arguments: Mapping[str, str]) -> str:
        self._forget()
        line = chat_line(Action("", command, arguments), COMMANDS, Translator("en"))
        self._keyboard.type(f"{line}\r")
        return words_of(await self._keyboard.seen())

    async def offers(self, command: str, parameter: str, typed: str) -> Sequence[str]:
        completer = LineCompleter(self.handler, operator(), VOCABULARY, VOCABULARY.of(None))
        document = Document(f"{command} {parameter}:{typed}")
        offered = completer.get_completions_async(document, CompleteEvent())
        return [each.text.strip('"') async for each in offered]

    async def fill_in(self, command: str, *tries: Mapping[str, str]) -> str:
        self._forget()
        self._keyboard.type(f"{command}\r")
        asked = ["link", "title", "note", "tags"]
        await self._keyboard.seen()
        for values in tries:
            if values is not tries[0]:
                await self._keyboard.output.shows("cannot be that.")
            for name in asked:
                value = values.get(name, "").replace("\n", "\r")
                # Ctrl-U rubs out what stands in the field already.
                self._keyboard.type(f"\x15{value}" + ("\x1b\r" if name == "note" else "\r"))
            asked = [name for name, value in values.items() if value == "wrong"]
        return words_of(await self._keyboard.seen())

    async def told(self) -> str:
        return words_of(await self._keyboard.seen())

    async def obeyed(self) -> Sequence[str]:
        written = "".join(self._keyboard.output.everything)
        rest = OURS.sub("", written)
        return re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+.{0,20}", rest)

    def _forget(self) -> None:
        while not self._keyboard.output.said.empty():
            self._keyboard.output.said.get_nowait()

    def _made(self) -> TerminalPlatform:
        context = PlatformContext({}, self.clock, self._folder)
        return TerminalPlatform(context, self._keyboard.device)


def words_of(written: str) -> str:
    """Return what is read on a terminal of what is written to it."""
    return OURS.sub("", written)


@pytest.fixture
def person() -> Iterator[Keyboard]:
    with keyboard() as keys:
        yield keys


class TestTerminal(PlatformContract):
    """Everything that is asked of every platform."""

    @pytest.fixture
    async def harness(self, tmp_path: Path, person: Keyboard) -> AsyncIterator[TerminalHarness]:
        harness = TerminalHarness(tmp_path, person)
        yield harness
        await harness.close()
