"""Every declared /ainews command as a shell command: `ainews latest 5 --tag llm`.

Each parameter is an option; positional ones may also stand bare, in their order, as in a typed
line. Values go to the commands as they were typed, so that one place says what is wrong with
them, in the person's own language.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from bot.cli.help import HelpBlock, HelpPage, Row
from bot.i18n.translator import Translator
from bot.port.command import Command, Parameter
from bot.port.form import Kind

_BARE = "bare_"
_NAMED = "named_"
_FURTHER = "further_"
_CHANNEL = "channel"
_JSON = "json"


@dataclass(frozen=True, slots=True)
class ShellCall:
    """One declared command as it was given in the shell.

    `bare` are the words that stand without a name, in their order; `named` are the options, by
    parameter. `channel` is as typed (`platform/workspace/id`), None for the terminal's own.
    `json`: the answer is wanted as data. `further` are the options of the shell alone.
    """

    command: Command
    bare: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    channel: str | None = None
    json: bool = False
    further: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShellOption:
    """An option that a command has in the shell only. `described` is its line of help."""

    name: str
    kind: type[Any]
    described: Callable[[Translator], Row]


def shell_function(
    command: Command, options: Sequence[ShellOption], run: Callable[[ShellCall], int]
) -> Callable[..., int]:
    """Return a function of the command's own signature, from which typer makes its options.

    `options` are those that it has beside them.
    """

    def call(context: typer.Context, **given: object) -> int:
        bare: list[str] = []
        for parameter in command.parameters:
            value = given.get(_BARE + parameter.name)
            bare += value if isinstance(value, list) else [value] if isinstance(value, str) else []
        named = {
            parameter.name: value
            for parameter in command.parameters
            if isinstance(value := given.get(_NAMED + parameter.name), str)
        }
        channel = given.get(_CHANNEL)
        return run(
            ShellCall(
                command,
                bare=(*bare, *context.args),
                named=named,
                channel=channel if isinstance(channel, str) else None,
                json=bool(given.get(_JSON)),
                further={
                    each.name: value
                    for each in options
                    if (value := given.get(_FURTHER + each.name)) is not None
                },
            )
        )

    signature = _signature(command, options)
    call.__signature__ = signature  # type: ignore[attr-defined] # read by inspect
    call.__annotations__ = {each.name: each.annotation for each in signature.parameters.values()}
    return call


def _signature(command: Command, options: Sequence[ShellOption]) -> inspect.Signature:
    parameters = [_parameter("context", typer.Context)]
    for each in command.parameters:
        if each.positional:
            kind = list[str] if each.greedy else str
            argument = typer.Argument(show_default=False)
            parameters.append(_parameter(_BARE + each.name, Annotated[kind | None, argument], None))
    for each in command.parameters:
        if each.kind is Kind.CHANNEL:
            parameters.append(
                _parameter(_CHANNEL, Annotated[str | None, typer.Option("--channel")], None)
            )
        else:
            option = typer.Option(_option(each))
            parameters.append(_parameter(_NAMED + each.name, Annotated[str | None, option], None))
    if command.gives_entries or command.gives_data:
        parameters.append(_parameter(_JSON, Annotated[bool, typer.Option("--json")], default=False))
    for one in options:
        flag = one.kind is bool
        further: Any = Annotated[
            one.kind if flag else one.kind | None, typer.Option(f"--{one.name}")
        ]
        parameters.append(_parameter(_FURTHER + one.name, further, False if flag else None))
    return inspect.Signature(parameters)


def _parameter(
    name: str, annotation: object, default: object = inspect.Parameter.empty
) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default
    )


def _option(parameter: Parameter) -> str:
    return f"--{parameter.name.replace('_', '-')}"


def help_page(command: Command, options: Sequence[ShellOption], words: Translator) -> HelpPage:
    """Return the help of a declared command as a shell command, with its further options."""
    positional = tuple(each for each in command.parameters if each.positional)
    named = tuple(each for each in command.parameters if each not in positional)
    rows = [Row(_metavar(each, words), _described(each, words)) for each in named]
    if command.gives_entries:
        rows.append(Row("--json", words.gettext("Print the entries as JSON")))
    if command.gives_data:
        rows.append(Row("--json", words.gettext("Print all of it as JSON")))
    rows += [each.described(words) for each in options]
    rows.append(Row("--help", words.gettext("Show this page")))
    usage = ["ainews", command.name, *(_usage(each) for each in positional)]
    return HelpPage(
        " ".join([*usage, words.gettext("[options]")]),
        words.pgettext("command", command.description),
        (
            HelpBlock(
                words.gettext("In this order, or by name"),
                tuple(Row(_metavar(each, words), _described(each, words)) for each in positional),
            ),
            HelpBlock(words.gettext("Options"), tuple(rows)),
        ),
        tuple(_in_shell(example, command) for example in command.examples),
    )


def _in_shell(example: str, command: Command) -> str:
    """Return an example with its quotes, and its `name:value`, as a shell has them."""
    typed = re.sub(r'"[^"]*"', lambda quoted: f"'{quoted[0]}'", example.removeprefix("/"))
    names = "|".join(each.name for each in command.parameters if not each.in_raw)
    return re.sub(rf"(?<= )({names}):", r"--\1 ", typed)


def _usage(parameter: Parameter) -> str:
    name = parameter.name.upper() + ("…" if parameter.greedy else "")
    return name if parameter.required else f"[{name}]"


def _metavar(parameter: Parameter, words: Translator) -> str:
    if parameter.kind is Kind.CHANNEL:
        return "--channel PLATFORM/WORKSPACE/ID"
    if parameter.choices:
        value = "|".join(choice.value for choice in parameter.choices)
    else:
        value = words.pgettext("parameter", parameter.name).upper()
    return f"{_option(parameter)} {value}"


def _described(parameter: Parameter, words: Translator) -> str:
    text = words.pgettext("parameter", parameter.description)
    if isinstance(parameter.default, int | str) and parameter.default != "":
        return words.gettext("{what} (usually {default})", what=text, default=parameter.default)
    return text
