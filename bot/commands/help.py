"""The command that says what can be typed."""

from __future__ import annotations

from bot.commands.context import Context
from bot.i18n.translator import Translator
from bot.port.card import Action, Card, Section, Spans, Style, Text
from bot.port.command import Command, Parameter
from bot.port.invocation import Reply, Role
from bot.port.problems import NotFound
from bot.views import cards


async def help_(context: Context, *, command: str | None) -> Reply:
    """Answer with all commands that the asker may use, or with one of them in detail."""
    words = context.words
    if command is not None:
        return Reply(_command_card(_find(context, command), words))
    groups = (
        (words.gettext("For everyone"), Role.MEMBER),
        (words.gettext("For moderators"), Role.MODERATOR),
        (words.gettext("For channel owners"), Role.CHANNEL_OWNER),
        (words.gettext("For administrators"), Role.ADMIN),
    )
    sections = tuple(
        Section(heading=(Text(title, Style.STRONG),), body=lines)
        for title, role in groups
        if role in context.roles
        and (lines := tuple(_line(one, words) for one in context.commands if one.needs is role))
    )
    return Reply(
        Card(
            summary=words.gettext("What you can type"),
            language=words.language,
            title=(Text(words.gettext("What you can type"), Style.STRONG),),
            sections=sections,
            footer=words.spans(
                "{command} says more about one of them.", command=cards.code("help search")
            ),
            actions=(
                Action(words.gettext("Latest AI news"), "latest"),
                Action(words.gettext("Tags"), "tags"),
                Action(words.gettext("Your saved entries"), "saved"),
                Action(words.gettext("Get it yourself"), "follow"),
            ),
        ),
    )


def _find(context: Context, name: str) -> Command:
    sought = name.casefold().removeprefix("/ainews").removeprefix("/").strip()
    for command in context.commands:
        names = {
            words.pgettext("command", command.name)
            for words in context.services.translators.every()
        }
        if sought in names | {command.name}:
            return command
    raise NotFound("There is no command “{name}”. /ainews help lists all commands.", name=name)


def _line(command: Command, words: Translator) -> Spans:
    usage = " ".join([_name(command, words), *(_usage(one, words) for one in _shown(command))])
    return (
        Text(f"/ainews {usage}", Style.CODE),
        Text(f" {words.pgettext('command', command.description)}"),
    )


def _command_card(command: Command, words: Translator) -> Card:
    lines: list[Spans] = [
        (
            Text(words.pgettext("parameter", parameter.name), Style.STRONG),
            Text(f" {words.pgettext('parameter', parameter.description)}"),
            *_choices(parameter, words),
        )
        for parameter in command.parameters
    ]
    examples = command.examples or (f"/ainews {command.name}",)
    lines += [(Text(words.gettext("For example:")),)]
    lines += [(Text(example, Style.CODE),) for example in examples]
    description = words.pgettext("command", command.description)
    title = f"/ainews {_name(command, words)}"
    return cards.message_card(description, words, title=title, more=tuple(lines))


def _choices(parameter: Parameter, words: Translator) -> Spans:
    if not parameter.choices:
        return ()
    offered = ", ".join(
        f"{choice.value} ({words.pgettext('choice', choice.label)})" for choice in parameter.choices
    )
    return (Text(f": {offered}", Style.QUIET),)


def _shown(command: Command) -> tuple[Parameter, ...]:
    return tuple(parameter for parameter in command.parameters if parameter.positional)


def _usage(parameter: Parameter, words: Translator) -> str:
    name = words.pgettext("parameter", parameter.name)
    return name.upper() if parameter.required else f"[{name}]"


def _name(command: Command, words: Translator) -> str:
    return words.pgettext("command", command.name)


COMMANDS = (
    Command(
        "help",
        "What you can type",
        help_,
        (Parameter("command", "One command, to read more about it", positional=True),),
        private=True,
        shareable=True,
        examples=("/ainews help", "/ainews help search"),
    ),
)
