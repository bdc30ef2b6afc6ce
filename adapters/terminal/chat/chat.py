"""The chat at a terminal: a prompt with completion and history, answers above it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.patch_stdout import patch_stdout

from adapters.terminal.chat.completion import LineCompleter, ValueCompleter
from adapters.terminal.chat.conversation import is_farewell
from adapters.terminal.chat.form_prompts import MENU_LINES, STYLE, FormLeft, fill
from adapters.terminal.display.device import OWN_TERMINAL, Ends
from adapters.terminal.display.render import chat_text
from adapters.terminal.display.screen import Screen
from adapters.terminal.transcript import private
from bot.i18n.translator import Translators
from bot.port.form import Field, Form
from bot.port.invocation import LOCAL_CHANNEL, Asker, Invocation, Outcome, Reply
from bot.port.platform import CommandHandler

_log = logging.getLogger(__name__)

KEPT = 1000
"""Lines that stay in the file from one start to the next."""


class ChatHistory(History):
    """A line a command, the oldest first. A file that cannot be used costs only the memory."""

    def __init__(self, path: Path, kept: int = KEPT) -> None:
        super().__init__()
        self._path = path
        self._kept = kept

    def load_history_strings(self) -> Iterable[str]:
        """Return the lines, the newest first, and make the file shorter where it is too long."""
        try:
            lines = self._path.read_text("utf-8", "replace").splitlines()
            if len(lines) > self._kept:
                lines = lines[-self._kept :]
                self._write("w", lines)
        except FileNotFoundError:
            return []
        except OSError as error:
            _log.warning("%s cannot be used: %s", self._path, error)
            return []
        return reversed(lines)

    def store_string(self, string: str) -> None:
        """Add a line."""
        try:
            self._write("a", [" ".join(string.splitlines())])
        except OSError as error:
            _log.warning("%s cannot be written: %s", self._path, error)

    def _write(self, mode: str, lines: Iterable[str]) -> None:
        with open(self._path, mode, encoding="utf-8", errors="replace", opener=private) as file:
            file.writelines(f"{line}\n" for line in lines)


PROMPT = "ainews› "


class _Interrupted(Exception):
    """The person pressed Ctrl-C."""


class Chat:
    """A person types, the answers come, and posts appear above the line being typed."""

    outcome = Outcome.DONE

    def __init__(
        self,
        handler: CommandHandler,
        asker: Asker,
        screen: Screen,
        translators: Translators,
        *,
        history: Path,
        ends: Ends = OWN_TERMINAL,
    ) -> None:
        self._handler = handler
        self._asker = asker
        self._screen = screen
        self._translators = translators
        self._words = translators.of(None)
        self._completer = LineCompleter(handler, asker, translators, self._words)
        self._ends = ends
        self._session: PromptSession[str] = PromptSession(
            [("class:prompt", PROMPT)],
            completer=self._completer,
            complete_while_typing=True,
            reserve_space_for_menu=MENU_LINES,
            history=ChatHistory(history),
            placeholder=self._placeholder,
            bottom_toolbar=self._toolbar,
            style=STYLE,
            interrupt_exception=_Interrupted,
            input=ends.source,
            output=ends.target,
        )
        screen.write_above_prompt(self._write)

    async def run(self) -> None:
        """Answer until the person leaves: `/quit`, Ctrl-D, Ctrl-C twice, a terminal that is gone.

        Ctrl-C drops the line that is being typed. With the chat the bot stops, for everybody.
        """
        self._speak(await self._handler.language(self._asker))
        # What libraries print must not land in the middle of the line that is being typed.
        with patch_stdout() if self._ends.target is None else contextlib.nullcontext():
            warned = False
            while True:
                try:
                    text = await self._session.prompt_async(handle_sigint=False)
                except _Interrupted:
                    if self._session.default_buffer.text:
                        continue
                    if warned:
                        return
                    warned = True
                    await self._screen.sentence(
                        self._words.gettext("Ctrl-C again or Ctrl-D to stop the bot")
                    )
                    continue
                except EOFError:
                    return
                warned = False
                for line in filter(str.strip, text.splitlines()):
                    if is_farewell(line):
                        return
                    await self._answer(line)

    async def _answer(self, line: str) -> None:
        typed = Invocation("", self._asker, LOCAL_CHANNEL, interactive=True)
        reply = await self._handler.run_line(line, typed)
        form = await self._show(reply)
        while form is not None:
            try:
                values = await fill(form, self._words, self._field_completer, self._ends)
            except FormLeft:
                await self._screen.sentence(self._words.gettext("Cancelled. Nothing was changed."))
                return
            sent = replace(self._invocation(form, values), interactive=True, submitted=True)
            form = await self._show(await self._handler.run(sent))

    def _invocation(self, form: Form, values: Mapping[str, str]) -> Invocation:
        arguments = {**form.hidden, **values}
        return Invocation(form.command, self._asker, LOCAL_CHANNEL, arguments)

    def _field_completer(
        self, form: Form, field: Field, values: Mapping[str, str]
    ) -> ValueCompleter:
        return ValueCompleter(self._handler, self._invocation(form, values), field.name)

    async def _show(self, reply: Reply) -> Form | None:
        """Show an answer, and return the form that came with it. Its language is ours from now."""
        self._speak(reply.card.language)
        if reply.form is None or not any(field.error for field in reply.form.fields):
            # What is wrong with a form is said at its fields.
            await self._screen.card(reply.card)
        return reply.form

    def _speak(self, language: str) -> None:
        self._words = self._translators.of(language)
        self._completer.words = self._words

    async def _write(self, text: str) -> None:
        await run_in_terminal(partial(self._write_now, text))

    def _write_now(self, text: str) -> None:
        output = self._session.app.output
        output.write_raw(text)
        output.flush()

    def _placeholder(self) -> StyleAndTextTuples:
        if self._session.app.is_done:
            return []
        said = self._words.spans("Type a command, such as `/latest` or `/help`")
        return [("class:quiet", "".join(map(chat_text, said)))]

    def _toolbar(self) -> StyleAndTextTuples:
        return [("", self._words.gettext("Tab: complete · ↑: history · Ctrl-D: quit"))]
