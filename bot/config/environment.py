"""The environment: `.env` and the process's own, read once, and the names in it.

The process's environment wins over `.env`; an empty value counts as not set.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv.parser import parse_stream

from bot.i18n.translator import N_, language_of
from bot.port.settings_error import SettingsError

if TYPE_CHECKING:
    from bot.i18n.translator import Translator

PREFIX = "AINEWS_"
TEST_PREFIX = "AINEWS_TEST_"
"""What the tests read, and the program does not."""

FILE = ".env"


def read_environment(folder: Path, process: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of the folder's `.env`, if there is one, and of the process.

    Values are trimmed, empty ones left out. Raises SettingsError for a `.env` that cannot be
    read, with the line where there is one; the line's own words are not repeated, for they may
    be secret.
    """
    return {**_set(_read_file(folder / FILE)), **_set(process)}


def _set(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in variables.items() if value.strip()}


def _read_file(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    variables: dict[str, str] = {}
    try:
        with file.open(encoding="utf-8-sig") as stream:
            for binding in parse_stream(stream):
                if binding.error:
                    raise SettingsError(
                        FILE,
                        N_("Line {line} cannot be read."),
                        N_("Write NAME=value, in quotes where the value has spaces."),
                        line=binding.original.line,
                    )
                if binding.key is not None:
                    variables[binding.key] = binding.value or ""
    except UnicodeDecodeError:
        raise SettingsError(
            FILE, N_("The file is not UTF-8 text."), N_("Save it as UTF-8.")
        ) from None
    except OSError as error:
        raise SettingsError(
            FILE,
            N_("The file cannot be read ({why})."),
            N_("Let this user read it, or move it away."),
            why=error.strerror or type(error).__name__,
        ) from None
    return variables


@dataclass(frozen=True, slots=True)
class UnknownVariable:
    """A variable that looks like ours and is not. `nearest` is what may have been meant."""

    name: str
    nearest: str | None

    def said(self, words: Translator) -> str:
        """Return it as one line in the words' language."""
        if self.nearest is None:
            return words.gettext("{variable} is not a setting of AINews.", variable=self.name)
        return words.gettext(
            "{variable} is not a setting of AINews. Did you mean {nearest}?",
            variable=self.name,
            nearest=self.nearest,
        )


def unknown_variables(
    environment: Mapping[str, str], known: Collection[str]
) -> tuple[UnknownVariable, ...]:
    """Return each variable with our prefix that nothing reads, with the nearest that is read."""
    found = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX) and name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.75)
            found.append(UnknownVariable(name, near[0] if near else None))
    return tuple(found)


def locale_of(environment: Mapping[str, str]) -> str:
    """Return the language that the machine is set to, `en` where it is none of ours.

    As POSIX has it: the first of LC_ALL, LC_MESSAGES and LANG that is set decides.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if name in environment:
            return language_of(environment[name]) or "en"
    return "en"


def language_for(environment: Mapping[str, str]) -> str:
    """Return the operator's language: `AINEWS_LOCALE` where it names one, else the machine's."""
    return language_of(environment.get("AINEWS_LOCALE")) or locale_of(environment)
