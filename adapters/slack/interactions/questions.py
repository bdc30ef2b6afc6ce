"""Forms of the adapter's own, for commands that need more than a button can say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.commands.values import typed_values
from bot.i18n.translator import Translator
from bot.port.card import Action, Card, Style, Text
from bot.port.command import Command, Parameter
from bot.port.form import Field, Form, Kind

SEARCH = "search"

_PAGE = "page"
_LENGTH = 500


def form_for(command: Command, given: Mapping[str, str | int], words: Translator) -> Form | None:
    """Return a form that asks for what a command still needs, None where it needs nothing."""
    missing = [one for one in command.parameters if one.required and one.name not in given]
    if not missing:
        return None
    return Form(
        command=command.name,
        title=words.pgettext("command", command.description),
        submit=words.gettext("Search") if command.name == SEARCH else words.gettext("Send"),
        fields=tuple(
            _field(parameter, str(given.get(parameter.name, "")), words)
            for parameter in command.parameters
            if parameter.kind is not Kind.CHANNEL and parameter.name != _PAGE
        ),
    )


def mistakes_in(
    command: Command, filled: Mapping[str, str | int], words: Translator
) -> dict[str, str]:
    """Return what is wrong with what was filled into such a form, by the name of the field."""
    # What lies ahead is refused when it is sent.
    _, problems = typed_values(command, filled, date.max)
    return {
        problem.parameter: words.gettext(problem.text, **problem.values)
        for problem in problems
        if problem.parameter is not None
    }


def menu_card(words: Translator) -> Card:
    """Return what `/ainews` alone is answered with."""
    text = words.gettext("What would you like?")
    typed = Text("/ainews help", Style.CODE)
    return Card(
        summary=text,
        language=words.language,
        title=(Text("AI News", Style.STRONG),),
        lead=((Text(text),),),
        footer=words.spans("{command} says all that you can type.", command=typed),
        actions=menu_actions(words),
    )


def menu_actions(words: Translator) -> tuple[Action, ...]:
    """Return the buttons that everybody needs."""
    return (
        Action(words.gettext("Latest AI news"), "latest"),
        Action(words.gettext("Search"), SEARCH),
        Action(words.gettext("Your saved entries"), "saved"),
        Action(words.gettext("Tags"), "tags"),
        Action(words.gettext("What you can type"), "help"),
    )


def _field(parameter: Parameter, value: str, words: Translator) -> Field:
    return Field(
        name=parameter.name,
        label=words.pgettext("parameter", parameter.description),
        kind=parameter.kind,
        value=value,
        required=parameter.required,
        multiline=parameter.multiline,
        maximum_length=_LENGTH,
        choices=parameter.choices,
    )
