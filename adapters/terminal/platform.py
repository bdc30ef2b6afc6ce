"""The terminal as a platform: commands are typed or piped in, cards are written out.

Its one channel is the transcript. The screen shows what is posted there, and the answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from adapters.terminal.chat.conversation import PipedSession
from adapters.terminal.display.device import Device
from adapters.terminal.display.render import Canvas, card_lines
from adapters.terminal.display.screen import Screen, plain_text
from adapters.terminal.transcript import TROUBLE, Transcript, TranscriptMessage
from bot.i18n.translator import Translators
from bot.port.card import Card
from bot.port.invocation import LOCAL_CHANNEL, Asker, Outcome, operator
from bot.port.platform import CommandHandler, KnownName, Permanent, PlatformContext, Retryable
from store.model import Actor, ChannelRef, Receipt

if TYPE_CHECKING:
    from adapters.terminal.chat.chat import Chat

P = ParamSpec("P")
T = TypeVar("T")

ENTRIES = 50
"""Entries in one post. A terminal has no limit; nobody reads more than this at once."""

HISTORY_FILE = "terminal-history.txt"

_KEPT_CANVAS = Canvas(width=80, clickable=False, coloured=False)
"""How the transcript keeps a card: readable in any terminal and any editor."""

_log = logging.getLogger(__name__)


class TerminalPlatform:
    """One person at the machine's terminal, or lines from a pipe."""

    name = "terminal"
    entries_per_message = ENTRIES

    def __init__(self, context: PlatformContext, device: Device) -> None:
        """No I/O happens before `start`, but for what `tell` writes."""
        self._clock = context.clock
        self._folder = context.data_folder
        self._device = device
        self._translators = Translators(context.language)
        self._asker = operator()
        self._screen = Screen(device, self._translators)
        self._transcript = Transcript(context.data_folder)
        self._conversation: Chat | PipedSession | None = None
        self._talk: asyncio.Task[None] | None = None

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of the lines that were piped in: the program's exit code.

        A chat ends well however its commands ended: the person has seen it.
        """
        return Outcome.DONE if self._conversation is None else self._conversation.outcome

    async def start(self, handler: CommandHandler) -> None:
        """Show what was posted and not seen, then answer commands. Raises Permanent."""
        try:
            left = await asyncio.to_thread(self._transcript.open)
        except TROUBLE as error:
            raise Permanent(
                f"The terminal cannot write to {self._folder} ({_why(error)}).",
                "Let this user write there, or name another folder in AINEWS_DATA_FOLDER.",
            ) from error
        self._screen.commands = handler.commands
        for message in left:
            await self._show_kept(message)
        self._conversation = self._converse(handler)
        self._talk = asyncio.create_task(self._conversation.run(), name="terminal")

    @property
    def connected(self) -> bool:
        """Whether lines are read."""
        return self._talk is not None and not self._talk.done()

    async def wait_closed(self) -> None:
        """Wait until the input has ended. Raises Permanent where the output cannot be written.

        A reader that left, such as `head`, has simply seen enough.
        """
        if self._talk is None:
            return
        await asyncio.wait({self._talk})
        if self._talk.cancelled():
            return
        error = self._talk.exception()
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            raise _unwritable(error) from error
        if error is not None and not isinstance(error, BrokenPipeError):
            raise error

    async def close(self) -> None:
        """End the conversation and leave the channel's file."""
        if self._talk is not None:
            self._talk.cancel()
            await asyncio.gather(self._talk, return_exceptions=True)
        self._transcript.close()

    async def publish(
        self, channel: ChannelRef, card: Card, key: str, under: Receipt | None = None
    ) -> Receipt:
        """Post a card. A key that is posted already is not posted again."""
        del under
        message = await self._on_file(
            self._transcript.record, channel, key, self._kept(card), self._clock()
        )
        if message.waits:
            await self._show(message, card)
        return _receipt(message)

    async def find(
        self, channel: ChannelRef, key: str, since: datetime, under: Receipt | None = None
    ) -> Receipt | None:
        """Look in the transcript. What is found there and was never shown is shown now."""
        del under
        message = await self._on_file(self._transcript.find, channel, key)
        if message is None or message.at < since:
            return None
        if message.waits:
            await self._show_kept(message)
        return _receipt(message)

    async def update(self, receipt: Receipt, card: Card) -> None:
        """Show what an earlier post says now, unless that is what it said.

        One that left the transcript by its age is left as it was seen.
        """
        message = await self._on_file(self._transcript.edit, *_place(receipt), self._kept(card))
        if message is not None and message.waits:
            await self._show(message, card)

    async def remove(self, receipt: Receipt) -> None:
        """Say that an earlier post is taken away."""
        message = await self._on_file(self._transcript.remove, *_place(receipt))
        if message is not None and message.shown:
            words = self._translators.of(None)
            title = next((line for line in message.text.splitlines() if line.strip()), "")
            with self._unseen(message):
                await self._screen.sentence(words.gettext("Removed: {title}", title=title))

    async def tell(self, person: Actor, card: Card) -> ChannelRef:
        """Write a card: there is only one person here. Raises Permanent where it cannot be."""
        del person
        try:
            await self._screen.card(card)
        except OSError as error:
            raise _unwritable(error) from error
        return LOCAL_CHANNEL

    async def names(
        self, channels: Sequence[ChannelRef], asker: Asker | None
    ) -> Mapping[ChannelRef, str]:
        """Whoever sits here sees everything."""
        del asker
        return dict.fromkeys(channels, "")

    async def who_is(self, workspace: str, identifier: str, *, group: bool) -> KnownName | None:
        """There is only one person here."""
        del workspace
        login = self._asker.actor.id
        return KnownName(login) if identifier == login and not group else None

    async def obstacles(self, channel: ChannelRef, language: str) -> Sequence[str]:
        """Nothing keeps posts from a terminal."""
        del channel, language
        return ()

    def _converse(self, handler: CommandHandler) -> Chat | PipedSession:
        if not self._device.interactive:
            return PipedSession(handler, self._asker, self._screen, self._device)
        # Only a prompt needs the library for prompts, which takes 0.3 s to load.
        from adapters.terminal.chat.chat import Chat  # noqa: PLC0415 - see above

        return Chat(
            handler,
            self._asker,
            self._screen,
            self._translators,
            history=self._folder / HISTORY_FILE,
            ends=self._device.ends,
        )

    async def _show(self, message: TranscriptMessage, card: Card) -> None:
        """Show a card that was just recorded, and remember that."""
        words = self._translators.of(card.language)
        opening = words.gettext("Edited post") if message.shown else words.gettext("New post")
        with self._unseen(message):
            await self._screen.card(card, opening)
            await self._on_file(self._transcript.mark_shown, message)

    async def _show_kept(self, message: TranscriptMessage) -> None:
        """Show a post from the transcript, recorded by a process that may not have shown it."""
        words = self._translators.of(None)
        with self._unseen(message):
            await self._screen.kept(
                message.text, words.gettext("From before; you may not have seen it")
            )
            await self._on_file(self._transcript.mark_shown, message)

    @contextlib.contextmanager
    def _unseen(self, message: TranscriptMessage) -> Iterator[None]:
        """Let trouble with the screen or the mark pass: the post is there, to be shown later."""
        try:
            yield
        except (OSError, Retryable) as error:
            _log.warning("post %s is kept, but not shown: %s", message.key, _why(error))

    def _kept(self, card: Card) -> str:
        return plain_text(card_lines(card, _KEPT_CANVAS, self._translators.of(card.language)))

    async def _on_file(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do the transcript's work in a thread: a disk that takes its time holds up nothing else.

        Raises Retryable: a key is recorded once, however often it is tried.
        """
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        except TROUBLE as error:
            reason = f"{self._transcript.path} cannot be used ({_why(error)})."
            raise Retryable(reason) from error


def _receipt(message: TranscriptMessage) -> Receipt:
    channel = message.channel
    data = {"workspace": channel.workspace, "channel": channel.id, "key": message.key}
    return Receipt(channel.platform, data)


def _place(receipt: Receipt) -> tuple[ChannelRef, str]:
    data = receipt.data
    return ChannelRef(receipt.platform, data["workspace"], data["channel"]), data["key"]


def _unwritable(error: OSError) -> Permanent:
    return Permanent(f"The output cannot be written ({_why(error)}).")


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
