"""Commands in a card become what is picked and filled in on Discord."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n.translator import Translator, Translators
from bot.port.card import Card, CommandText, Mention, Named, Span, Spans, Style, Text, rewritten
from bot.port.command import Command
from bot.port.written import arguments_of, command_of

ROOT = "ainews"


class TypedCommands:
    """Writes commands as Discord has them: each value with its option's name.

    `root` is Discord's id of our command, with which its name can be clicked; empty until it is
    registered.
    """

    def __init__(self, translators: Translators, commands: Sequence[Command] = ()) -> None:
        self.commands = commands
        self._translators = translators
        self.root = ""

    def in_card(self, card: Card) -> Card:
        """Return a card with its commands as they are picked."""
        words = self._translators.of(card.language)
        return rewritten(card, lambda span: self._written(span, words))

    def _written(self, span: Span, words: Translator) -> Spans:
        if not isinstance(span, CommandText):
            return (span,)
        command = command_of(span.line, self.commands)
        if command is None:
            return (Text(span.text, Style.CODE),)
        if command.by_button:  # Discord has no such command to type.
            button = words.gettext("a button")
            return (Text(span.typed or span.line, Style.CODE), Text(f" ({button})"))
        path = [ROOT, *([command.group.name] if command.group else ()), command.name]
        given = " ".join(
            f"{words.pgettext('parameter', name)}:{_picked(command, name, value, words)}"
            for name, value in arguments_of(span.line, command).items()
        )
        if self.root:
            picked = Mention(" ".join(path), Named.COMMAND, self.root)
            return (picked, *((Text(" "), Text(given, Style.CODE)) if given else ()))
        named = [path[0], *(words.pgettext("command", name) for name in path[1:])]
        return (Text(" ".join(filter(None, [f"/{' '.join(named)}", given])), Style.CODE),)


def _picked(command: Command, name: str, value: str, words: Translator) -> str:
    """Return a value as it is chosen from an option's list, or typed into it."""
    for choice in command.parameter(name).choices:
        if value in {choice.value, words.value(command.name, name, choice.value)}:
            return words.pgettext("choice", choice.label)
    return " ".join(words.value(command.name, name, word) for word in value.split(" "))
