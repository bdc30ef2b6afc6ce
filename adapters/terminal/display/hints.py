"""Actions as lines to type, by the commands' own declarations: in the chat, or in a shell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence

from bot.i18n.translator import Translator
from bot.port.card import Action, Card, offered
from bot.port.command import Command
from bot.port.written import command_of

LineOf = Callable[[Action, Sequence[Command], Translator], str]
"""Returns the shortest line that does what an action does."""

_WORD = r"[^\s\"'“‘「『«＂\-:：=][^\s:：=]*"
_WORDS = re.compile(f"{_WORD}(?: {_WORD})*")
_BARE = re.compile(r"(?:https?:|(?!//|[^\W\d][\w-]*[:：=]))[^\s\"'“‘「『«＂\-]\S*")
_QUOTES = (('"', '"'), ("'", "'"), ("“", "”"), ("「", "」"), ("『", "』"), ("«", "»"))


def chat_line(action: Action, commands: Sequence[Command], words: Translator) -> str:
    """Return an action as it is typed in the chat, such as `latest page:2`, or `최신 쪽:2`."""
    bare, named = _divided(action, commands)
    alone = [words.value(action.command, "", value) for value in bare]
    given = [
        f"{words.pgettext('parameter', name)}:{_quoted(words.value(action.command, name, value))}"
        for name, value in named.items()
    ]
    return " ".join([words.pgettext("command", action.command), *alone, *given])


def shell_line(action: Action, commands: Sequence[Command], words: Translator) -> str:
    """Return an action as it is typed in a POSIX shell, such as `ainews latest --page 2`."""
    del words
    bare, named = _divided(action, commands)
    given = [
        f"--{name.replace('_', '-')}{'=' if value.startswith('-') else ' '}{shlex.quote(value)}"
        for name, value in named.items()
    ]
    return " ".join(["ainews", action.command, *map(shlex.quote, bare), *given])


def hints(
    card: Card, commands: Sequence[Command], words: Translator, line_of: LineOf = chat_line
) -> tuple[str, ...]:
    """Return the lines to type that a card's actions stand for, each once.

    A card of one section shows all of them. One of several shows each command once, for its first
    section: what works for entry 12 works for the others.
    """
    actions: list[Action] = []
    for section in card.sections:
        actions += offered(section, curator=len(card.sections) == 1)
    if len(card.sections) > 1:
        first: dict[str, Action] = {}
        for action in actions:
            first.setdefault(action.command, action)
        actions = list(first.values())
    lines = [line_of(action, commands, words) for action in (*actions, *card.actions)]
    return tuple(dict.fromkeys(lines))


def _divided(action: Action, commands: Sequence[Command]) -> tuple[list[str], Mapping[str, str]]:
    """Return the values that may stand bare, and the others by name.

    What a parameter is anyway is left out. Positional ones stand bare in their order, as long as
    none before them is left out and their words could be taken for nothing else.
    """
    command = command_of(action.command, commands)
    parameters = command.parameters if command is not None else ()
    usual = {each.name: str(each.default) for each in parameters if each.default is not None}
    named = {name: value for name, value in action.arguments.items() if value != usual.get(name)}
    bare: list[str] = []
    for parameter in parameters:
        value = named.get(parameter.name)
        if not parameter.positional or value is None or _WORDS.fullmatch(value) is None:
            break
        if " " in value and not parameter.greedy:
            break
        bare.append(named.pop(parameter.name))
    return bare, named


def _quoted(value: str) -> str:
    if _BARE.fullmatch(value) is not None:
        return value
    for opening, closing in _QUOTES:
        if opening not in value and closing not in value:
            return f"{opening}{value}{closing}"
    return value
