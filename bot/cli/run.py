"""`ainews run`: the bot on every platform that is set up, or a chat in this terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from functools import partial
from pathlib import Path

from bot.app import App
from bot.cli.arguments import Arguments
from bot.cli.session import begin_session
from bot.cli.start import Start
from bot.cli.streams import agrees
from bot.config.installation import Installation
from bot.i18n.translator import Translator
from bot.port.card import Card
from bot.port.invocation import Outcome
from bot.views.cards import welcome_card
from store.store import DigestStore


def run(start: Start, _: Arguments) -> int:
    """Run until the terminal's input ends, a signal comes or no platform is left.

    Returns the exit code: 0 also where Ctrl-C or SIGTERM ended it.
    """
    installation = begin_session(start, bot=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with asyncio.Runner() as runner:
            return _run(installation, runner)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return Outcome.DONE


def _run(installation: Installation, runner: asyncio.Runner) -> int:
    """Ask between two runs of the loop what must be asked: there, Ctrl-C reaches a question."""
    opened = contextlib.AsyncExitStack()
    try:
        store = runner.run(opened.enter_async_context(installation.store()))
        welcome = _greet(installation, store, runner) if installation.chatting else None
        return runner.run(
            _until_stopped(
                App(installation, store, say=partial(_say, installation), welcome=welcome)
            )
        )
    finally:
        runner.run(opened.aclose())


async def _until_stopped(app: App) -> int:
    task = asyncio.current_task()
    if task is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await app.run()


def _say(installation: Installation, sentence: str) -> None:
    """Tell the operator something on standard error, where the log is a file."""
    if installation.chatting:
        print(sentence, file=sys.stderr)


def _greet(installation: Installation, store: DigestStore, runner: asyncio.Runner) -> Card | None:
    """Offer the sample where there is no entry; return what the chat begins with, if it is one."""
    words = installation.words
    empty = not sum(runner.run(store.entries.count()).values())
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        if empty:
            said = words.gettext(
                "The digest is empty. `ainews import FILE` reads a file, and "
                "`ainews import --sample` a few entries to look around with."
            )
            print(said, file=sys.stderr)
        if _nobody_types():
            said = words.gettext(
                "Nothing runs: no platform is set up, and there is no terminal to type in. "
                "`ainews init` asks for what is needed."
            )
            print(said, file=sys.stderr)
        return None
    if empty and _agrees(words):
        from bot.cli.import_file import import_sample

        empty = not runner.run(import_sample(store, installation.clock().date())).added
    others = [
        plugin
        for plugin in installation.plugins.platforms
        if not plugin.local and plugin.settings and not plugin.configured(installation.environment)
    ]
    return welcome_card(others, words, empty=empty)


def _nobody_types() -> bool:
    """Whether standard input is the empty device, as in a container and for a service."""
    try:
        return Path(os.devnull).samefile("/dev/stdin")
    except OSError:
        return False


def _agrees(words: Translator) -> bool:
    question = words.gettext("The digest is empty. Put in a few sample entries to look around?")
    try:
        return agrees(question, usual=True)
    except EOFError:
        print()
        return False
