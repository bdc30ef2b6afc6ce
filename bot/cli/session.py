"""What every command that does something begins with: the settings, the log, the platforms."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol, TextIO, TypeVar, runtime_checkable

from bot.cli.start import Start
from bot.commands.context import Services
from bot.commands.dispatch import Commands
from bot.config.installation import Installation, read_sections
from bot.config.logs import LOG_FILE, configure_logs
from bot.config.plugins import installed, unknown_settings, wrong_settings
from bot.config.settings import read_settings
from bot.delivery.renderer import PostRenderer
from bot.i18n.translator import N_, Translators
from bot.outside import Outside
from bot.pages import Pages
from bot.port.card import Card
from bot.port.command import Command
from bot.port.form import Form
from bot.port.settings_error import SettingsError, SettingsErrors
from store.store import DigestStore

T = TypeVar("T")


@runtime_checkable
class OperatorTerminal(Protocol):
    """What the shell asks of the terminal's plugin beyond what every platform has."""

    def show(self, card: Card, commands: Sequence[Command], stream: TextIO) -> None:
        """Draw a card on a stream, as the chat does. Raises OSError."""

    async def fill_in(self, form: Form, language: str) -> Mapping[str, str] | None:
        """Ask for a form's fields at the terminal. None: the person gave up."""


def installation_of(start: Start, *, bot: bool = False) -> Installation:
    """Return what is installed and set. Raises SettingsErrors: all that is wrong.

    `bot`: the platforms that it starts must be set up rightly too.
    """
    if start.trouble is not None:
        raise SettingsErrors([start.trouble])
    plugins, environment = installed(), start.environment
    needed = (*plugins.chosen(environment), *plugins.beside) if bot else ()
    wrong = wrong_settings(needed, environment)
    try:
        settings = read_settings(environment)
    except SettingsErrors as error:
        raise SettingsErrors([*error.errors, *wrong]) from None
    try:
        sections = read_sections(settings.data_folder)
    except SettingsError as error:
        raise SettingsErrors([error, *wrong]) from None
    if wrong:
        raise SettingsErrors(wrong)
    return Installation(
        environment, settings, Translators(settings.locale), plugins, sections=sections
    )


def begin_session(start: Start, *, bot: bool = False) -> Installation:
    """Return what is installed and set, with the log going to its file.

    Makes the data folder where it is missing. Variables that look like ours and are not are named
    on standard error. `bot`: as in `installation_of`; the log goes to standard error where no chat
    needs that. Raises SettingsErrors.
    """
    installation = installation_of(start, bot=bot)
    settings = installation.settings
    try:
        settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        nowhere = SettingsError(
            "AINEWS_DATA_FOLDER",
            N_("The folder {folder} cannot be made ({why})."),
            N_("Name a folder that this user may write to."),
            folder=settings.data_folder,
            why=error.strerror or type(error).__name__,
        )
        raise SettingsErrors([nowhere]) from None
    if bot and not installation.chatting:
        configure_logs(settings.log_level, installation.redactor)
    else:
        try:
            file = settings.data_folder / LOG_FILE
            configure_logs(settings.log_level, installation.redactor, file)
        except OSError:
            configure_logs("error", installation.redactor)
    for unknown in unknown_settings(installation.plugins.every, installation.environment):
        print(unknown.said(installation.words), file=sys.stderr)
    return installation


def with_store(
    installation: Installation, work: Callable[[DigestStore], Coroutine[Any, Any, T]]
) -> T:
    """Do some work with the digest that is there, and return what comes of it."""

    async def done() -> T:
        async with installation.store(make=False) as store:
            return await work(store)

    return asyncio.run(done())


@contextlib.asynccontextmanager
async def opened(
    installation: Installation, *, make: bool = True
) -> AsyncIterator[tuple[DigestStore, Outside, Pages]]:
    """Yield the store (`make`: also a new one), what reads the web, what fills in entries."""
    async with installation.store(make=make) as store:
        outside = Outside(installation)
        pages = Pages(lambda: outside.pages, store.entries, lambda: None)
        try:
            yield store, outside, pages
        finally:
            await pages.close()
            await outside.close()


def shell_commands(
    installation: Installation, store: DigestStore, outside: Outside, pages: Pages | None = None
) -> Commands:
    """Return the commands for the shell: the process that runs the platforms wakes by itself."""
    return Commands(
        Services(
            store=store,
            translators=installation.translators,
            clock=installation.clock,
            timezone=installation.settings.timezone,
            platforms={},
            wake=lambda: None,
            render=PostRenderer(installation.translators, installation.sections),
            all_curate=installation.settings.workspaces == "open",
            limits=installation.settings.limits,
            sources=lambda: outside.sources,
            pages=pages,
            maker=outside.maker,
        )
    )


def terminal_of(installation: Installation) -> OperatorTerminal:
    """Return the terminal's plugin. Raises SettingsError where it is not installed whole."""
    for plugin in installation.plugins.platforms:
        if plugin.local and isinstance(plugin, OperatorTerminal):
            return plugin
    raise SettingsError(
        "ainews", N_("The terminal platform is not installed."), N_("Install ainews-bot again.")
    )
