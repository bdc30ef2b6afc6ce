"""All commands, in the order in which help lists them."""

from __future__ import annotations

from bot.commands import channels, moderators, personal, reviews
from bot.commands import curation as curating
from bot.commands import help as helping
from bot.commands import lookup as reading
from bot.port.command import Command


def all_commands() -> tuple[Command, ...]:
    """Return every declared command."""
    return (
        *reading.COMMANDS,
        *personal.COMMANDS,
        *helping.COMMANDS,
        *curating.COMMANDS,
        *reviews.COMMANDS,
        *channels.COMMANDS,
        *moderators.COMMANDS,
    )
