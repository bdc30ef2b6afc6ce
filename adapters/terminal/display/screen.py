"""What is shown: cards and sentences, one after the other, with an empty line between them."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TextIO
from zlib import crc32

from rich.console import Console
from rich.text import Text as Line

from adapters.terminal.display.device import Device, Looks, Writer, columns, looks_of, write_now
from adapters.terminal.display.hints import hints, shell_line
from adapters.terminal.display.render import Canvas, card_lines, rule_line, sentence_lines
from bot.i18n.translator import Translator, Translators
from bot.port.card import Card
from bot.port.command import Command
from bot.port.written import in_shell

_LINK = re.compile(r"\x1b\]8;id=[^;]*;(?P<url>[^\x1b]+)\x1b\\")


class Screen:
    """The only place that writes to the device. Every method raises OSError where it fails."""

    def __init__(self, device: Device, translators: Translators) -> None:
        self._device = device
        self._translators = translators
        self._lock = asyncio.Lock()
        self._begun = False
        self._prompting = False
        self.commands: Sequence[Command] = ()
        """By these, actions are shown as lines to type."""

    def write_above_prompt(self, write: Writer) -> None:
        """From now on write through `write`, which knows of a prompt on the lowest line."""
        self._device = replace(self._device, write=write)
        self._prompting = True

    async def card(self, card: Card, opening: str = "") -> None:
        """Show a card, below a line across the page that says `opening`."""
        canvas = self._canvas()
        words = self._translators.of(card.language)
        above = [rule_line(opening, canvas)] if opening else []
        typed = hints(card, self.commands, words)
        await self._lines([*above, *card_lines(card, canvas, words, typed)])

    async def kept(self, text: str, opening: str) -> None:
        """Show a card again that was kept as plain text."""
        lines = [Line(line) for line in text.splitlines()]
        await self._lines([rule_line(opening, self._canvas()), *lines])

    async def sentence(self, text: str) -> None:
        """Show a sentence of the terminal's own."""
        await self._lines(sentence_lines(text, self._canvas()))

    def _canvas(self) -> Canvas:
        return canvas_of(self._device.columns(), self._device.looks)

    async def _lines(self, lines: Sequence[Line]) -> None:
        text = text_of(lines, self._device.looks)
        async with self._lock:
            if self._prompting:
                text += "\n"
            elif self._begun:
                text = f"\n{text}"
            self._begun = True
            await self._device.write(text)


def draw_once(
    card: Card, commands: Sequence[Command], stream: TextIO, environment: Mapping[str, str]
) -> None:
    """Draw a card on a stream; its actions are lines for the shell. Raises OSError."""
    looks = looks_of(stream, environment)
    canvas = replace(
        canvas_of(columns(), looks), typed=lambda command: in_shell(command.line, commands)
    )
    words = Translator(card.language)
    lines = card_lines(card, canvas, words, hints(card, commands, words, shell_line))
    write_now(stream, text_of(lines, looks))


def canvas_of(width: int, looks: Looks) -> Canvas:
    """Return what lines are laid out for."""
    return Canvas(width, looks.clickable, looks.coloured)


def text_of(lines: Sequence[Line], looks: Looks) -> str:
    """Return lines as the text that is written to an output."""
    return styled_text(lines, coloured=looks.coloured) if looks.styled else plain_text(lines)


def plain_text(lines: Sequence[Line]) -> str:
    """Return lines without any escape sequence."""
    return "".join(f"{line.plain.rstrip()}\n" for line in lines)


def styled_text(lines: Sequence[Line], *, coloured: bool) -> str:
    """Return lines with the escape sequences for their styles and links."""
    console = Console(
        file=io.StringIO(),
        force_terminal=True,
        # The sixteen colours that every terminal has, as its owner chose them.
        color_system="standard",
        no_color=not coloured,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    with console.capture() as capture:
        for line in lines:
            console.print(line, soft_wrap=True)
    # A link that goes over the line end is one link where its parts have the same id.
    return _LINK.sub(
        lambda link: f"\x1b]8;id={crc32(link['url'].encode()):x};{link['url']}\x1b\\", capture.get()
    )
