"""What every command that does something begins with: the settings, the log, the platforms."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TextIO, runtime_checkable

from bot.cli.start import Start
from bot.commands.context import Services
from bot.commands.dispatch import Commands
from bot.config.installation import Installation, chosen
from bot.config.logs import LOG_FILE, configure_logs
from bot.config.plugins import (
    installed_fetchers,
    installed_plugins,
    installed_services,
    installed_writers,
    unknown_settings,
    wrong_settings,
)
from bot.config.sections import read_sections
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


@runtime_checkable
class OperatorTerminal(Protocol):
    """What the shell asks of the terminal's plugin beyond what every platform has."""

    def show(self, card: Card, commands: Sequence[Command], stream: TextIO) -> None:
        """Draw a card on a stream, as the chat does. Raises OSError."""

    async def fill_in(self, form: Form, language: str) -> Mapping[str, str] | None:
        """Ask for a form's fields at the terminal. None: the person gave up."""


def installation_of(start: Start, *, bot: bool = False) -> Installation:
    """Return what is installed and set.

    `bot`: the platforms that it starts must be set up rightly too. Raises SettingsErrors, which has
    all that is wrong.
    """
    if start.trouble is not None:
        raise SettingsErrors([start.trouble])
    plugins, fetchers = installed_plugins(), installed_fetchers()
    services, writers = installed_services(), installed_writers()
    needed = (*chosen(plugins, start.environment), *fetchers, *services, *writers)
    wrong = wrong_settings(needed, start.environment) if bot else []
    try:
        settings = read_settings(start.environment)
    except SettingsErrors as error:
        raise SettingsErrors([*error.errors, *wrong]) from None
    try:
        sections = read_sections(settings.data_folder)
    except SettingsError as error:
        raise SettingsErrors([error, *wrong]) from None
    if wrong:
        raise SettingsErrors(wrong)
    words = Translators(settings.locale)
    return Installation(
        start.environment,
        settings,
        words,
        plugins,
        fetchers=fetchers,
        services=services,
        writers=writers,
        sections=sections,
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
        raise SettingsErrors([no_folder(settings.data_folder, error)]) from None
    if bot and not installation.chatting:
        configure_logs(settings.log_level, installation.redactor)
    else:
        try:
            file = settings.data_folder / LOG_FILE
            configure_logs(settings.log_level, installation.redactor, file)
        except OSError:
            configure_logs("error", installation.redactor)
    for unknown in unknown_settings(installation.declaring, installation.environment):
        print(unknown.said(installation.words), file=sys.stderr)
    return installation


@contextlib.asynccontextmanager
async def shell_outside(installation: Installation) -> AsyncIterator[Outside]:
    """Yield what reads the web for the shell, and let go of it at the end."""
    outside = Outside(installation)
    try:
        yield outside
    finally:
        await outside.close()


@contextlib.asynccontextmanager
async def shell_pages(outside: Outside, store: DigestStore) -> AsyncIterator[Pages]:
    """Yield what fills in entries from pages for the shell, and let go of it at the end."""
    pages = Pages(lambda: outside.pages, store.entries, lambda: None)
    try:
        yield pages
    finally:
        await pages.close()


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


def no_folder(folder: Path, error: OSError) -> SettingsError:
    """Return what is said where the data folder cannot be made."""
    return SettingsError(
        "AINEWS_DATA_FOLDER",
        N_("The folder {folder} cannot be made ({why})."),
        N_("Name a folder that this user may write to."),
        folder=folder,
        why=error.strerror or type(error).__name__,
    )


def terminal_of(installation: Installation) -> OperatorTerminal:
    """Return the terminal's plugin. Raises SettingsError where it is not installed whole."""
    for plugin in installation.plugins:
        if plugin.local and isinstance(plugin, OperatorTerminal):
            return plugin
    raise SettingsError(
        "ainews", N_("The terminal platform is not installed."), N_("Install ainews-bot again.")
    )
