"""One declared command, done once from the shell. The person there is the operator."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace

from bot.cli.declared import ShellCall
from bot.cli.session import begin_session, opened, shell_commands, terminal_of
from bot.cli.start import Start
from bot.cli.streams import write_document, write_json, writing
from bot.commands.dispatch import Commands
from bot.commands.subscriptions import CHANNEL_PARAMETER
from bot.config.installation import Installation
from bot.port.invocation import LOCAL_CHANNEL, Invocation, Outcome, Reply, operator
from bot.port.problems import Mistyped
from bot.views.entries import entry_json
from store.model import ChannelRef

_CHANNEL_PARTS = 3
_MAKING = frozenset({"add", "language", "moderators", "schedule"})
"""The commands that make sense before there is a digest, and begin one."""
_BEGINNING = frozenset({"add", "starter"})
"""The same of what is done about sources."""


def run_once(start: Start, call: ShellCall) -> int:
    """Do the command and print its answer. Returns the exit code.

    What was done goes to standard output; why something was not done goes to standard error.
    """
    installation = begin_session(start)
    as_json = "json" in call.options
    arguments = dict(call.arguments)
    channel = _channel(arguments.pop(CHANNEL_PARAMETER.name, None))
    invocation = Invocation(
        call.command.name,
        operator(),
        channel,
        arguments,
        interactive=sys.stdin.isatty() and sys.stdout.isatty() and not as_json,
        unlimited=True,
        elsewhere=channel != LOCAL_CHANNEL,
    )
    return asyncio.run(_run(installation, invocation, as_json=as_json))


def _channel(typed: str | None) -> ChannelRef:
    if typed is None:
        return LOCAL_CHANNEL
    parts = typed.split("/", _CHANNEL_PARTS - 1)
    # Direct messages may be of no workspace.
    if len(parts) != _CHANNEL_PARTS or not (parts[0] and parts[-1]):
        raise Mistyped(
            "“{value}” names no channel. Write PLATFORM/WORKSPACE/ID, as `ainews status` shows it.",
            parameter="channel",
            value=typed[:100],
        )
    return ChannelRef(*parts)


async def _run(installation: Installation, invocation: Invocation, *, as_json: bool) -> int:
    async with opened(installation, make=_makes(invocation)) as (store, outside, pages):
        commands = shell_commands(installation, store, outside, pages)
        reply = await commands.run(invocation)
        while reply.form is not None:
            language = await commands.language(invocation.asker)
            filled = await terminal_of(installation).fill_in(reply.form, language)
            if filled is None:
                return Outcome.REFUSED
            reply = await commands.run(
                replace(
                    invocation,
                    command=reply.form.command,
                    arguments={**reply.form.hidden, **filled},
                    submitted=True,
                )
            )
        if as_json and reply.data is not None:
            await write_document(reply.data)
        else:
            _print(installation, commands, reply, as_json=as_json)
        return reply.outcome


def _makes(invocation: Invocation) -> bool:
    begun = invocation.command == "source" and invocation.arguments.get("action") in _BEGINNING
    return begun or invocation.command in _MAKING


def _print(installation: Installation, commands: Commands, reply: Reply, *, as_json: bool) -> None:
    if reply.outcome is not Outcome.DONE:
        terminal_of(installation).show(reply.card, commands.commands, sys.stderr)
    if as_json:
        write_json([entry_json(entry) for entry in reply.entries])
    elif reply.outcome is Outcome.DONE:
        with writing() as stream:
            terminal_of(installation).show(reply.card, commands.commands, stream)
