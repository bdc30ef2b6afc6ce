"""Offers of what may come next: commands, parameters and the values that the store has.

Only the asynchronous way waits for the store; where nobody waits, nothing is offered.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prompt_toolkit.completion import CompleteEvent, Completion, DummyCompleter
from prompt_toolkit.document import Document

from adapters.terminal.display.safe import visible_line
from bot.i18n.translator import Translator, Translators
from bot.port.command import SHARE, Command, Parameter
from bot.port.invocation import LOCAL_CHANNEL, Asker, Invocation
from bot.port.platform import CommandHandler

LINE = re.compile(r"\s*(?:/?ainews\s+)?/?(?P<name>\S*)(?P<rest>\s.*)?", re.DOTALL)
"""A line: the command's name as far as it is typed and, after a space, what follows it."""

_TOKEN = re.compile(r'(?:(?P<name>[^\W\d][\w-]*)[:：=])?(?P<value>"[^"]*"?|\S*)')


class ParameterNames:
    """Every name of a command and of its parameters, in every language."""

    def __init__(self, commands: Sequence[Command], translators: Translators) -> None:
        self.commands = commands
        self._languages = translators.every()
        self._by_name = {
            name.casefold(): each for each in commands for name in self.of("command", each)
        }

    def command(self, name: str) -> Command | None:
        """Return the command of that name."""
        return self._by_name.get(name.casefold())

    def of(self, context: str, one: Command | Parameter) -> tuple[str, ...]:
        """Return the names of a command or a parameter, as `context` says, English first."""
        named = (words.pgettext(context, one.name) for words in self._languages)
        return tuple(dict.fromkeys((one.name, *named)))

    def parameter(self, command: Command, name: str) -> Parameter | None:
        """Return a command's parameter of that name."""
        sought = name.casefold()
        for parameter in command.parameters:
            if sought in {each.casefold() for each in self.of("parameter", parameter)}:
                return parameter
        return None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where in a command's line the cursor is.

    `typed` may be a value of one of `parameters`, or the beginning of the name of one of `named`;
    a value replaces the `written` characters before the cursor. `given` are the values before it.
    """

    command: Command
    parameters: tuple[Parameter, ...]
    named: tuple[Parameter, ...]
    typed: str
    written: int
    given: Mapping[str, str]


def place_of(text: str, names: ParameterNames) -> Cursor | None:
    """Return where the cursor is after `text`, None while no command stands there whole."""
    line = LINE.fullmatch(text)
    command = names.command(line["name"]) if line and line["rest"] else None
    if line is None or command is None:
        return None
    tokens = [token for token in _TOKEN.finditer(line["rest"]) if token[0]]
    touched = tokens.pop() if tokens and tokens[-1].end() == len(line["rest"]) else None
    given: dict[str, str] = {}
    bare = 0
    for token in tokens:
        parameter = names.parameter(command, token["name"] or "")
        if parameter is None:
            bare += 1
        else:
            given[parameter.name] = token["value"].strip('"')
    if touched is not None:
        parameter = names.parameter(command, touched["name"] or "")
        if parameter is not None:
            value = touched["value"]
            return Cursor(command, (parameter,), (), value.strip('"'), len(value), given)
    typed = touched[0] if touched is not None else ""
    # Nobody is there with whom an answer could be shared.
    without = {*given, SHARE.name}
    free = tuple(each for each in command.parameters if each.name not in without)
    positional = tuple(each for each in free if each.positional)
    if not any(each.greedy for each in positional):
        positional = positional[bare:]
    named = tuple(each for each in free if not each.greedy)
    return Cursor(command, positional, named, typed.strip('"'), len(typed), given)


OFFERED = 20
"""Values offered at once: others are found sooner by another letter."""


class ValueCompleter(DummyCompleter):
    """Completes one parameter's value: a field of a form."""

    def __init__(self, handler: CommandHandler, invocation: Invocation, parameter: str) -> None:
        self._handler = handler
        self._invocation = invocation
        self._parameter = parameter

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """Offer values for the whole field."""
        del complete_event
        typed = document.text_before_cursor
        for choice in await self._handler.complete(
            self._invocation, self._parameter, typed, OFFERED
        ):
            yield _offer(choice.value, len(typed), choice.label)


class LineCompleter(DummyCompleter):
    """Completes the line of the chat from the declarations and from the store's own values."""

    def __init__(
        self, handler: CommandHandler, asker: Asker, translators: Translators, words: Translator
    ) -> None:
        self._handler = handler
        self._asker = asker
        self._names = ParameterNames(handler.commands, translators)
        self.words = words

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """Offer what may come next."""
        del complete_event
        text = document.text_before_cursor
        place = place_of(text, self._names)
        if place is None:
            for offer in self._command_names(text):
                yield offer
            return
        for parameter in place.parameters:
            for choice in await self._handler.complete(
                Invocation(place.command.name, self._asker, LOCAL_CHANNEL, place.given),
                parameter.name,
                place.typed,
                OFFERED,
            ):
                yield _offer(_quoted(choice.value), place.written, choice.label)
        for offer in self._parameter_names(place):
            yield offer

    def _command_names(self, text: str) -> Iterator[Completion]:
        line = LINE.fullmatch(text)
        if line is None or line["rest"]:
            return
        typed = line["name"]
        for command in self._names.commands:
            for name in self._beginning("command", command, typed):
                about = self.words.pgettext("command", command.description)
                yield _offer(name, len(typed), name, about)

    def _parameter_names(self, place: Cursor) -> Iterator[Completion]:
        for parameter in place.named:
            for name in self._beginning("parameter", parameter, place.typed):
                about = self.words.pgettext("parameter", parameter.description)
                yield _offer(f"{name}:", place.written, f"{name}:", about)

    def _beginning(self, context: str, one: Command | Parameter, typed: str) -> list[str]:
        """Return the names that begin as typed; that of our language, where nothing is."""
        if not typed:
            return [self.words.pgettext(context, one.name)]
        names = self._names.of(context, one)
        return [name for name in names if name.casefold().startswith(typed.casefold())]


def _offer(text: str, replaced: int, label: str, about: str = "") -> Completion:
    return Completion(
        text, -replaced, display=visible_line(label), display_meta=visible_line(about)
    )


def _quoted(value: str) -> str:
    return f'"{value}"' if any(map(str.isspace, value)) else value
