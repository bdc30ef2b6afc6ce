"""How the terminal is found and made."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TextIO

from bot.i18n.translator import N_, Translator
from bot.port.card import Card
from bot.port.command import Command
from bot.port.form import Form
from bot.port.platform import CheckLine, Platform, PlatformContext, PlatformSetting, finding
from bot.port.settings_error import SettingsError

VARIABLE = "AINEWS_TERMINAL"

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"", "0", "false", "no", "off"})


def _is_on(text: str) -> bool:
    value = text.strip().casefold()
    if value not in _YES | _NO:
        raise SettingsError(
            VARIABLE,
            N_("“{value}” is neither 1 nor 0."),
            N_("Set it to 1, or leave it out."),
            value=value[:40],
        )
    return value in _YES


class TerminalPlugin:
    """The terminal needs no token: the app starts it when no other platform is configured.

    `AINEWS_TERMINAL=1` counts as configured: then it is started beside the others.
    """

    name = "terminal"
    secret_shapes: tuple[str, ...] = ()
    local = True
    shared = False
    settings = (
        PlatformSetting(
            VARIABLE,
            N_(
                "Set it to 1 to chat in the terminal while Discord or Slack runs too. "
                "Where no other platform is set up, the chat starts anyway."
            ),
            read=_is_on,
        ),
    )

    def configured(self, environment: Mapping[str, str]) -> bool:
        """Whether `AINEWS_TERMINAL` is set to anything but no. `create` refuses a wrong value."""
        return environment.get(VARIABLE, "").strip().casefold() not in _NO

    def create(self, context: PlatformContext) -> Platform:
        """Make the platform on the program's own streams, without I/O. Raises SettingsError."""
        _is_on(context.environment.get(VARIABLE, ""))
        # The library that draws cards takes longer to load than all else that asks for plugins.
        from adapters.terminal.display.device import standard_device  # noqa: PLC0415 - see above
        from adapters.terminal.platform import TerminalPlatform  # noqa: PLC0415 - see above

        return TerminalPlatform(context, standard_device(context.environment))

    def show(self, card: Card, commands: Sequence[Command], stream: TextIO) -> None:
        """Draw a card on a stream, as the chat does; its actions are lines for the shell.

        Raises OSError.
        """
        from adapters.terminal.display.screen import draw_once  # noqa: PLC0415 - as in create

        draw_once(card, commands, stream, os.environ)

    async def fill_in(self, form: Form, language: str) -> Mapping[str, str] | None:
        """Ask for a form's fields at the terminal. Returns None where the person gave up."""
        from adapters.terminal.chat.form_prompts import FormLeft, fill  # noqa: PLC0415 - as in create

        try:
            return await fill(form, Translator(language))
        except FormLeft:
            return None

    async def check(self, context: PlatformContext) -> Sequence[CheckLine]:
        """Say whether the channel's own files can be written."""
        words = Translator(context.language)
        folder = context.data_folder
        place = next(each for each in (folder, *folder.parents) if each.exists())
        if os.access(place, os.W_OK | os.X_OK):
            return (finding(words, "The terminal keeps its posts in {folder}.", folder=folder),)
        refused = words.gettext("The terminal cannot write to {folder}.", folder=folder)
        return (
            CheckLine(refused, words.gettext("Let this user write to {folder}.", folder=place)),
        )
