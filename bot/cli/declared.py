"""Every declared /ainews command as a shell command: `ainews latest 5 --tag llm`.

Each parameter is an option by its English or Korean name; positional ones may also stand bare, in
their order, as in a typed line. Values go to the commands as they were typed, so that one place
says what is wrong with them, in the person's own language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.cli.arguments import Option, read_arguments
from bot.cli.help import HelpPage, Row, asks_for_help, option_rows, show
from bot.cli.operating import OPERATING
from bot.cli.start import Start
from bot.commands.catalogue import all_commands
from bot.commands.help import GROUPS
from bot.commands.parse import LineParser
from bot.i18n.translator import N_, Translator, Translators
from bot.nearest import nearest
from bot.port.command import Command, Parameter
from bot.port.form import Kind
from bot.port.invocation import Role
from bot.port.problems import Mistyped
from bot.port.written import in_shell

_VERSION = Option("version", N_("Print the version"))
_SEARCH = (
    Option("limit", N_("The most entries (usually 20)"), "N"),
    Option("explain", N_("Explain the ranking of each entry")),
    Option(
        "batch", N_("Answer each line of a file with a line of JSON; - is standard input"), "FILE"
    ),
)


@dataclass(frozen=True, slots=True)
class ShellCall:
    """One declared command as it was given in the shell.

    `arguments` are as typed, by parameter; `options` are those of the shell alone.
    """

    command: Command
    arguments: Mapping[str, str]
    options: Mapping[str, str] = field(default_factory=dict)


def run_declared(start: Start, name: str, words: Sequence[str]) -> int:
    """Do what a declared command says, or show help. Returns the exit code."""
    if name.startswith("-") and not asks_for_help((name,)):
        read_arguments((name,), "ainews --help", (_VERSION, Option("help", "")))
    parser = LineParser(all_commands(shared=False), Translators(start.words.language))
    if name.startswith("-"):
        return show(_overview(start.words), start.words)
    command = _named(name, parser)
    if asks_for_help(words):
        return show(help_page(command, start.words), start.words)
    if command.name == "help":
        return run_declared(start, next(iter(words), "--help"), ("--help",))
    call = read_call(command, words, parser)
    entry = call.arguments.get("id", "")
    if command.name == "restore" and entry and not entry.removeprefix("#").isdecimal():
        # An entry has a number, a backup the name of a file.
        from bot.cli.databases import restore

        return restore(start, entry)
    if command.name == "search":
        from bot.cli.search import run_search

        return run_search(start, call)
    from bot.cli.once import run_once

    return run_once(start, call)


def _named(name: str, parser: LineParser) -> Command:
    """Return the command of that name in either language. Raises Mistyped with the nearest."""
    command = parser.commands.get(name)
    if command is not None:
        return command
    known = [*(one.name for one in OPERATING), *parser.commands.every]
    near = nearest(name, known)
    if near:
        raise Mistyped(
            "There is no command “{name}”. Did you mean ainews {near}?", name=name[:40], near=near
        )
    raise Mistyped(
        "There is no command “{name}”. ainews --help lists all commands.", name=name[:40]
    )


def options_of(command: Command) -> tuple[Option, ...]:
    """Return the options that a command has in the shell only."""
    options = _SEARCH if command.name == "search" else ()
    if command.gives_entries:
        return (Option("json", N_("Print the entries as JSON")), *options)
    if command.gives_data:
        return (Option("json", N_("Print all of it as JSON")), *options)
    return options


def read_call(command: Command, words: Sequence[str], parser: LineParser) -> ShellCall:
    """Read the words after a command's name. Raises Mistyped."""
    options = {option.name for option in options_of(command)}
    read = read_arguments(
        words,
        f"ainews {command.name} --help",
        options_of(command),
        parser.parameters(command),
        signs=command.raw is not None,
    )
    given = {name: value for name, value in read.options.items() if name not in options}
    return ShellCall(
        command,
        parser.arguments(command, read.bare, given),
        {name: value for name, value in read.options.items() if name in options},
    )


def help_page(command: Command, words: Translator) -> HelpPage:
    """Return the help of a declared command as a shell command."""
    positional = [each for each in command.parameters if each.positional]
    named = [each for each in command.parameters if not each.positional]
    usage = ["ainews", command.name, *map(_usage, positional), words.gettext("[options]")]
    in_order = [_row(each, words) for each in positional]
    options = [*(_row(each, words) for each in named), *option_rows(options_of(command), words)]
    return HelpPage(
        " ".join(usage),
        words.pgettext("command", command.description),
        (
            (words.gettext("In this order, or by name"), in_order),
            (words.gettext("Options"), options),
        ),
        tuple(in_shell(example, (command,)) for example in command.examples),
    )


def _overview(words: Translator) -> HelpPage:
    def group(role: Role) -> list[Row]:
        return [
            (one.name, words.pgettext("command", one.description))
            for one in all_commands(shared=False)
            if one.needs is role
        ]

    operating = [(one.name, words.gettext(one.description)) for one in OPERATING]
    return HelpPage(
        words.gettext("ainews COMMAND [options]"),
        words.gettext("A curated digest of AI news for Discord, Slack and the terminal."),
        (
            (words.gettext("For the operator"), operating),
            *((words.gettext(heading), group(role)) for heading, role in GROUPS),
            (words.gettext("Options"), option_rows((_VERSION,), words)),
        ),
        ("ainews run", "ainews latest 20", "ainews search 모델 --help"),
    )


def _usage(parameter: Parameter) -> str:
    name = parameter.name.upper() + ("…" if parameter.greedy else "")
    return name if parameter.required else f"[{name}]"


def _row(parameter: Parameter, words: Translator) -> Row:
    if parameter.kind is Kind.CHANNEL:
        value = "PLATFORM/WORKSPACE/ID"
    elif parameter.choices:
        value = "|".join(choice.value for choice in parameter.choices)
    else:
        value = words.pgettext("parameter", parameter.name).upper()
    text = words.pgettext("parameter", parameter.description)
    if isinstance(parameter.default, int | str) and parameter.default != "":
        text = words.gettext("{what} (usually {default})", what=text, default=parameter.default)
    return f"--{parameter.name} {value}", text
