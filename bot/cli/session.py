"""What every command that does something begins with: the settings, the log, the platforms."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Protocol, TextIO, runtime_checkable

from bot.cli.start import Start
from bot.config.installation import Installation
from bot.config.logs import LOG_FILE, configure_logs
from bot.config.plugins import installed_plugins
from bot.config.settings import read_settings
from bot.i18n.translator import N_, Translators
from bot.port.card import Card
from bot.port.command import Command
from bot.port.form import Form
from bot.port.settings_error import SettingsError


@runtime_checkable
class OperatorTerminal(Protocol):
    """What the shell asks of the terminal's plugin beyond what every platform has."""

    def show(self, card: Card, commands: Sequence[Command], stream: TextIO) -> None:
        """Draw a card on a stream, as the chat does. Raises OSError."""

    async def fill_in(self, form: Form, language: str) -> Mapping[str, str] | None:
        """Ask for a form's fields at the terminal. None: the person gave up."""


def installation_of(start: Start) -> Installation:
    """Return what is installed and set. Raises SettingsError."""
    if start.trouble is not None:
        raise start.trouble
    settings = read_settings(start.environment)
    return Installation(
        start.environment, settings, Translators(settings.locale), installed_plugins()
    )


def begin_session(start: Start) -> Installation:
    """Return what is installed and set, with the log going to its file. Raises SettingsError.

    Variables that look like ours and are not are named on standard error.
    """
    installation = installation_of(start)
    log_to_file(installation)
    name_unknown_variables(installation)
    return installation


def log_to_file(installation: Installation) -> None:
    """Send the log to the data folder; where that cannot be, the errors to standard error."""
    settings = installation.settings
    try:
        configure_logs(settings.log_level, installation.redactor, settings.data_folder / LOG_FILE)
    except OSError:
        configure_logs("error", installation.redactor)


def name_unknown_variables(installation: Installation) -> None:
    """Say on standard error which variables look like ours and are read by nothing."""
    for unknown in installation.unknown_variables():
        print(unknown.said(installation.words), file=sys.stderr)


def terminal_of(installation: Installation) -> OperatorTerminal:
    """Return the terminal's plugin. Raises SettingsError where it is not installed whole."""
    for plugin in installation.plugins:
        if plugin.local and isinstance(plugin, OperatorTerminal):
            return plugin
    raise SettingsError(
        "ainews", N_("The terminal platform is not installed."), N_("Install ainews-bot again.")
    )
