"""Offers of what may come next: commands, parameters and the values that the store has."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Iterator

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from adapters.terminal.chat.cursor import LINE, Cursor, ParameterNames, place_of
from adapters.terminal.display.safe import visible_line
from bot.i18n.translator import Translator, Translators
from bot.port.command import Command, Parameter
from bot.port.invocation import LOCAL_CHANNEL, Asker, Invocation
from bot.port.platform import CommandHandler

OFFERED = 20
"""Values offered at once: others are found sooner by another letter."""


class AsyncCompleter(Completer):
    """A completer whose offers come from the store, which only the asynchronous way waits for."""

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Offer nothing."""
        del document, complete_event
        return ()


class ValueCompleter(AsyncCompleter):
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


class LineCompleter(AsyncCompleter):
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
