"""All commands, in the order in which help lists them."""

from __future__ import annotations

from bot.commands import channels, curating, helping, moderators, personal, reading
from bot.commands.declare import Command


def all_commands() -> tuple[Command, ...]:
    """Return every declared command."""
    return (
        *reading.COMMANDS,
        *personal.COMMANDS,
        *helping.COMMANDS,
        *curating.COMMANDS,
        *channels.COMMANDS,
        *moderators.COMMANDS,
    )
