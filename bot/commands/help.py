"""The command that says what can be typed."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.context import Context
from bot.i18n.translator import N_, Translator
from bot.port.card import Action, Card, Section, Spans, Style, Text
from bot.port.command import Command, Parameter, declare, switch
from bot.port.invocation import Reply, Role
from bot.port.problems import NotFound
from bot.views import cards

EVERY = "all"

_TASKS = (
    (N_("Find news: `/latest` has the newest, `/search small models` finds any."), "latest"),
    (N_("Get it regularly: `/schedule daily 09:00` posts it to this channel."), "schedule"),
    (N_("Get it yourself: `/follow` sends it to you in private."), "follow"),
    (N_("Keep it: `/save 12` puts entry 12 on your list, `/saved` shows the list."), "saved"),
    (N_("Share what you found: `/suggest https://…` gives it to the moderators."), "suggest"),
)
"""What people come for, and the command that must be theirs for that."""

GROUPS = (
    (N_("For everyone"), Role.MEMBER),
    (N_("For moderators"), Role.MODERATOR),
    (N_("For channel owners"), Role.CHANNEL_OWNER),
    (N_("For administrators"), Role.ADMIN),
)
"""The commands, by whom they are for."""

_BUTTONS = {
    "latest": N_("Latest AI news"),
    "search": N_("Search"),
    "schedule": N_("Post the news here"),
    "follow": N_("Get it yourself"),
    "saved": N_("Your saved entries"),
    "suggest": N_("Suggest a link"),
    "privacy": N_("What is kept of you"),
}


async def help_(context: Context, *, command: str | None, all: str | None) -> Reply:
    """Answer with where to begin, with all commands of the asker, or with one in detail."""
    words = context.words
    if command is not None:
        return Reply(_command_card(_find(context, command), words))
    if all == "yes":
        return Reply(_table(context))
    may = {one.name for one in context.commands if one.needs in context.roles}
    return Reply(
        cards.titled_card(
            words.gettext("What would you like?"),
            words,
            (),
            lead=tuple((Text("• "), *words.spans(text)) for text, name in _TASKS if name in may),
            actions=(
                *(
                    Action(words.gettext(label), name)
                    for name, label in _BUTTONS.items()
                    if name in may
                ),
                Action(words.gettext("All commands"), "help", {EVERY: "yes"}),
            ),
        )
    )


def _table(context: Context) -> Card:
    """Return all commands that the asker may use, by who may use them."""
    words = context.words
    title = words.gettext("All commands")
    return cards.titled_card(
        title,
        words,
        (
            Section(heading=(cards.strong(words.gettext(heading)),), body=lines)
            for heading, role in GROUPS
            if role in context.roles
            and (lines := tuple(_line(one, words) for one in context.commands if one.needs is role))
        ),
        footer=words.spans("`/help search` says more about one of them."),
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
    raise NotFound("There is no command “{name}”. `/help all:yes` lists all commands.", name=name)


def _line(command: Command, words: Translator) -> Spans:
    usage = " ".join(_usage(one, words) for one in command.parameters if one.positional)
    return (
        words.command(command.name),
        *((Text(" "), Text(usage, Style.CODE)) if usage else ()),
        Text(f" {words.pgettext('command', command.description)}"),
    )


def _command_card(command: Command, words: Translator) -> Card:
    lines: list[Spans] = [
        (
            Text(words.pgettext("parameter", parameter.name), Style.STRONG),
            Text(f" {words.pgettext('parameter', parameter.description)}"),
            *_choices(command, parameter, words),
        )
        for parameter in command.parameters
    ]
    lines += [(Text(words.gettext("For example:")),)]
    lines += [(words.command(example),) for example in command.examples or (command.name,)]
    description = words.pgettext("command", command.description)
    card = cards.message_card(description, words, more=tuple(lines))
    return replace(card, title=(words.command(command.name),))


def _choices(command: Command, parameter: Parameter, words: Translator) -> Spans:
    if not parameter.choices:
        return ()
    offered: list[str] = []
    for choice in parameter.choices:
        typed = words.value(command.name, parameter.name, choice.value)
        label = words.pgettext("choice", choice.label)
        offered.append(typed if typed.casefold() == label.casefold() else f"{typed} ({label})")
    return (Text(f": {', '.join(offered)}", Style.QUIET),)


def _usage(parameter: Parameter, words: Translator) -> str:
    name = words.pgettext("parameter", parameter.name)
    return name.upper() if parameter.required else f"[{name}]"


COMMANDS = (
    declare(
        "help",
        "Where to begin, and every command",
        help_,
        Parameter("command", "One command, to read more about it", positional=True),
        switch(EVERY, "Every command, not only where to begin"),
        private=True,
        shareable=True,
        examples=("help", "help search", "help all:yes"),
    ),
)
