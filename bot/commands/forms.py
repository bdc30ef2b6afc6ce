"""Forms, made from the declarations of the command that they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.commands.context import Context
from bot.commands.lookup import PAGE_PARAMETER
from bot.i18n.translator import N_, Translator
from bot.port.card import CommandText
from bot.port.command import SHARE, Command, Parameter
from bot.port.form import Field, Form, Kind
from bot.port.invocation import Reply
from bot.port.problems import CommandProblem, Mistyped

_LENGTHS = {Kind.LINK: 2000, Kind.DATE: 40}
_LINE = 500
_LONG_TEXT = 20_000
_SEND = N_("Send")


def form_of(
    command: Command,
    words: Translator,
    values: Mapping[str, str],
    problems: Sequence[CommandProblem] = (),
) -> Form:
    """Return the form of a command, filled in, with each problem at its field.

    A command that declares none is asked for all that somebody may give with it.
    """
    errors = {
        problem.parameter: words.gettext(problem.reason, **problem.values)
        for problem in problems
        if problem.parameter is not None
    }
    asked = command.form_fields or tuple(
        parameter
        for parameter in command.parameters
        if parameter.kind is not Kind.CHANNEL
        and parameter.name not in {PAGE_PARAMETER.name, SHARE.name}
    )
    return Form(
        command.name,
        title=words.gettext(command.form_title)
        if command.form_title
        else words.pgettext("command", command.description),
        submit=words.gettext(command.submit or _SEND),
        fields=tuple(
            _field(one, words, values.get(one.name, ""), errors.get(one.name, "")) for one in asked
        ),
        hidden={
            one.name: values[one.name]
            for one in command.parameters
            if one not in asked and one.name in values
        },
    )


def change_form(
    context: Context,
    command: Command,
    values: Mapping[str, str],
    *,
    title: str,
    hidden: Mapping[str, str],
    example: str,
    otherwise: str = N_("Say what to change. Type, for example: {example}"),
) -> Reply:
    """Ask what is to be changed with a form that is filled in, and may publish it too.

    Raises Mistyped where none can be shown: it says `otherwise`, with an example.
    """
    if not context.form_possible:
        raise Mistyped(otherwise, example=CommandText(example))
    words = context.words
    form = replace(form_of(command, words, values), title=title, hidden=hidden)
    if hidden.get("publish") == "yes":
        form = replace(form, submit=words.gettext("Publish"))
    return context.say("Change what you want, then save.", form=form)


def lacks_something(command: Command, arguments: Mapping[str, object]) -> bool:
    """Whether a command needs more than was given, for which its form would ask."""
    return any(
        one.required and one.name not in arguments and (one.in_form or not command.form_fields)
        for one in command.parameters
    )


def _field(parameter: Parameter, words: Translator, value: str, error: str) -> Field:
    about = words.pgettext("parameter", parameter.description)
    return Field(
        name=parameter.name,
        label=words.pgettext("field", parameter.name) if parameter.in_form else about,
        kind=parameter.kind,
        value=value,
        required=parameter.required or parameter.form_required,
        multiline=parameter.multiline,
        hint=about if parameter.in_form and not parameter.plain else "",
        maximum_length=_LONG_TEXT if parameter.multiline else _LENGTHS.get(parameter.kind, _LINE),
        choices=parameter.choices,
        error=error,
    )
