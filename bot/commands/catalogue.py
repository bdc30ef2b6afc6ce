"""All commands, in the order in which help lists them."""

from __future__ import annotations

from bot.commands import (
    channels,
    curation,
    drafts,
    follow,
    log,
    lookup,
    moderators,
    personal,
    reviews,
    sources,
)
from bot.commands import help as helping
from bot.port.command import Command

_FILES = (
    lookup, personal, follow, helping, curation, reviews, drafts, sources, log, channels, moderators
)  # fmt: skip


def all_commands(*, shared: bool = True) -> tuple[Command, ...]:
    """Return every declared command.

    `shared`: with the parameter that shares an answer, which makes no sense in a shell.
    """
    commands = tuple(command for file in _FILES for command in file.COMMANDS)
    return tuple(one.with_share() for one in commands) if shared else commands
