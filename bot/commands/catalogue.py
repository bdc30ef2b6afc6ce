"""All commands, in the order in which help lists them."""

from __future__ import annotations

from bot.commands import channels, drafts, follow, log, moderators, personal, reviews, sources
from bot.commands import curation as curating
from bot.commands import help as helping
from bot.commands import lookup as reading
from bot.port.command import Command


def all_commands(*, shared: bool = True) -> tuple[Command, ...]:
    """Return every declared command.

    `shared`: with the parameter that shares an answer, which makes no sense in a shell.
    """
    commands = (
        *reading.COMMANDS,
        *personal.COMMANDS,
        *follow.COMMANDS,
        *helping.COMMANDS,
        *curating.COMMANDS,
        *reviews.COMMANDS,
        *drafts.COMMANDS,
        *sources.COMMANDS,
        *log.COMMANDS,
        *channels.COMMANDS,
        *moderators.COMMANDS,
    )
    return tuple(one.with_share() for one in commands) if shared else commands
