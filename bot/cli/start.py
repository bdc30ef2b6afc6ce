"""What is known before anything is checked, so that `--help` and `--version` are quick."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.config.environment import language_for, read_environment
from bot.i18n.translator import Translator
from bot.port.settings_error import SettingsError


@dataclass(frozen=True, slots=True)
class Start:
    """The environment and the operator's words.

    `trouble` is why `.env` could not be read, for the commands that need it.
    """

    environment: Mapping[str, str]
    words: Translator
    trouble: SettingsError | None = None


def begin() -> Start:
    """Read the environment of this process and of the current folder's `.env`."""
    process = dict(os.environ)
    try:
        environment = read_environment(Path.cwd(), process)
    except SettingsError as trouble:
        return Start(process, Translator(language_for(process)), trouble)
    return Start(environment, Translator(language_for(environment)))
