"""Answers to commands that are given once, in a shell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TextIO

from adapters.terminal.display.device import columns, looks_of, write_now
from adapters.terminal.display.hints import hints, shell_line
from adapters.terminal.display.render import card_lines
from adapters.terminal.display.screen import canvas_of, text_of
from bot.i18n.translator import Translator
from bot.port.card import Card
from bot.port.command import Command
from bot.port.written import in_shell


def draw(
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
