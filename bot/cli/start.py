"""What is known before anything is checked, so that `--help` and `--version` are quick."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.config.environment import SYSTEM_FOLDER, language_for, read_environment
from bot.config.settings import data_folder
from bot.i18n.translator import Translator
from bot.port.settings_error import SettingsError


@dataclass(frozen=True, slots=True)
class Start:
    """The environment, the `.env` that was read for it, and the operator's words.

    `trouble` is why a `.env` could not be read, for the commands that need it.
    """

    environment: Mapping[str, str]
    words: Translator
    file: Path | None = None
    trouble: SettingsError | None = None


def begin() -> Start:
    """Read the environment of this process and the `.env` that is for it."""
    process = dict(os.environ)
    try:
        environment, file = read_environment(_folders(process), process)
    except SettingsError as trouble:
        return Start(process, Translator(language_for(process)), trouble=trouble)
    return Start(environment, Translator(language_for(environment)), file)


def _folders(process: Mapping[str, str]) -> Iterator[Path]:
    """Yield where a `.env` may lie: here, with the data, or for the whole machine."""
    yield Path()
    with suppress(SettingsError):  # said by what needs the folder, if nothing else names one
        yield data_folder(process)
    yield SYSTEM_FOLDER
