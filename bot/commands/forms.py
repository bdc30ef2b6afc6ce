"""Forms, made from the declarations of the command that they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.i18n.translator import Translator
from bot.port.command import Command, Parameter
from bot.port.form import Field, Form, Kind
from bot.port.problems import CommandProblem

_LENGTHS = {Kind.TEXT: 500, Kind.LINK: 2000, Kind.DATE: 40, Kind.TAGS: 500}
_LONG_TEXT = 20_000


def form_of(
    command: Command,
    words: Translator,
    values: Mapping[str, str],
    problems: Sequence[CommandProblem] = (),
) -> Form:
    """Return the form of a command, filled in, with each problem at its field."""
    errors = {
        problem.parameter: words.gettext(problem.text, **problem.values)
        for problem in problems
        if problem.parameter is not None
    }
    fields = tuple(
        _field(parameter, words, values.get(parameter.name, ""), errors.get(parameter.name, ""))
        for parameter in command.form_fields
    )
    hidden = {
        parameter.name: values[parameter.name]
        for parameter in command.parameters
        if not parameter.in_form and parameter.name in values
    }
    title = words.pgettext("command", command.description)
    return Form(command.name, title, words.gettext(command.submit), fields, hidden)


def _field(parameter: Parameter, words: Translator, value: str, error: str) -> Field:
    return Field(
        name=parameter.name,
        label=words.pgettext("field", parameter.name),
        kind=parameter.kind,
        value=value,
        required=parameter.form_required,
        multiline=parameter.multiline,
        hint=words.pgettext("parameter", parameter.description),
        maximum_length=_LONG_TEXT if parameter.multiline else _LENGTHS[parameter.kind],
        choices=parameter.choices,
        error=error,
    )
