"""One declared command, done once from the shell. The person there is the operator."""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import replace

from bot.app import services
from bot.cli.declared import ShellCall
from bot.cli.output import write_document, write_json, writing
from bot.cli.session import begin_session, terminal_of
from bot.cli.start import Start
from bot.commands.dispatch import Commands
from bot.commands.parse import place
from bot.config.installation import Installation
from bot.i18n.translator import Translators
from bot.port.form import Kind
from bot.port.invocation import LOCAL_CHANNEL, Invocation, Outcome, Reply, operator
from bot.port.problems import Mistyped
from bot.views.entry_json import entry_json
from store.model import ChannelRef

_CHANNEL_PARTS = 3
_NAMED = re.compile(r"(?P<name>[^\W\d][\w-]*)[:：=](?P<value>.*)", re.DOTALL)


def run_once(start: Start, call: ShellCall) -> int:
    """Do the command and print its answer. Returns the exit code.

    What was done goes to standard output; why something was not done goes to standard error.
    """
    installation = begin_session(start)
    invocation = Invocation(
        call.command.name,
        operator(),
        _channel(call.channel),
        arguments_of(call, installation.translators),
        interactive=sys.stdin.isatty() and sys.stdout.isatty() and not call.json,
        unlimited=True,
    )
    return asyncio.run(_run(installation, invocation, as_json=call.json))


def arguments_of(call: ShellCall, translators: Translators) -> dict[str, str]:
    """Return what was given, by parameter. `name:value` is an option here as in the chat.

    Raises Mistyped for a word too many, or a value given twice.
    """
    names = {
        word: parameter.name
        for parameter in call.command.parameters
        if parameter.kind is not Kind.CHANNEL
        for word in (
            parameter.name,
            *(words.pgettext("parameter", parameter.name) for words in translators.every()),
        )
    }
    arguments = dict(call.named)
    bare = []
    for word in call.bare:
        match = _NAMED.fullmatch(word)
        name = names.get(match["name"].casefold()) if match else None
        if match is None or name is None:
            bare.append(word)
        elif name in arguments:
            raise Mistyped("“{name}” is given twice.", parameter=name, name=name)
        else:
            arguments[name] = match["value"]
    place(call.command, bare, arguments)
    return arguments


def _channel(typed: str | None) -> ChannelRef:
    if typed is None:
        return LOCAL_CHANNEL
    parts = typed.split("/", _CHANNEL_PARTS - 1)
    if len(parts) != _CHANNEL_PARTS or not all(parts):
        raise Mistyped(
            "“{value}” names no channel. Write PLATFORM/WORKSPACE/ID, as `ainews status` shows it.",
            parameter="channel",
            value=typed[:100],
        )
    return ChannelRef(*parts)


async def _run(installation: Installation, invocation: Invocation, *, as_json: bool) -> int:
    async with installation.store() as store:
        commands = Commands(services(installation, store, {}, wake=_nobody))
        reply = await commands.run(invocation)
        while reply.form is not None:
            language = await commands.language(invocation.asker, invocation.channel)
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


def _print(installation: Installation, commands: Commands, reply: Reply, *, as_json: bool) -> None:
    if reply.outcome is not Outcome.DONE:
        terminal_of(installation).show(reply.card, commands.commands, sys.stderr)
    if as_json:
        write_json([entry_json(entry) for entry in reply.entries])
    elif reply.outcome is Outcome.DONE:
        with writing() as stream:
            terminal_of(installation).show(reply.card, commands.commands, stream)


def _nobody() -> None:
    """Wake nobody: the process that runs the platforms looks for work by itself."""
