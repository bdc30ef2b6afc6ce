"""The environment: `.env` and the process's own, read once, and the names in it.

The process's environment wins over `.env`; an empty value counts as not set.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dotenv.parser import parse_stream

from bot.i18n.translator import N_, language_of
from bot.port.settings_error import SettingsError

PREFIX = "AINEWS_"
TEST_PREFIX = "AINEWS_TEST_"
"""What the tests read, and the program does not."""

FILE = ".env"
SYSTEM_FOLDER = Path("/etc/ainews")
"""Where a `.env` for the whole machine may lie."""

DATA_FOLDER = "AINEWS_DATA_FOLDER"
DATABASE_URL = "AINEWS_DATABASE_URL"


def read_environment(
    folders: Iterable[Path], process: Mapping[str, str]
) -> tuple[dict[str, str], Path | None]:
    """Return the variables of the first `.env` that there is and of the process, and that file.

    Values are trimmed, empty ones left out; relative paths in the file belong to its folder.
    Raises SettingsError for a `.env` that cannot be read, with the line where there is one; the
    line's own words are not repeated, for they may be secret.
    """
    for folder in folders:
        file = folder.absolute() / FILE
        try:
            with readable(file):
                variables = dict(_rooted(_set(_read(file)), file.parent))
        except (FileNotFoundError, NotADirectoryError):
            continue
        return {**variables, **_set(process)}, file
    return _set(process), None


@contextmanager
def readable(file: Path) -> Iterator[None]:
    """Read a file of settings: what keeps that from being done is a SettingsError.

    One that is not there is none, and is said as Python says it.
    """
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise
    except UnicodeDecodeError:
        raise SettingsError(
            str(file), N_("The file is not UTF-8 text."), N_("Save it as UTF-8.")
        ) from None
    except OSError as error:
        raise SettingsError(
            str(file),
            N_("The file cannot be read ({why})."),
            N_("Let this user read it, or move it away."),
            why=error.strerror or type(error).__name__,
        ) from None


def _set(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in variables.items() if value.strip()}


def _read(file: Path) -> dict[str, str]:
    variables: dict[str, str] = {}
    with file.open(encoding="utf-8-sig") as stream:
        for binding in parse_stream(stream):
            if binding.error:
                raise SettingsError(
                    str(file),
                    N_("Line {line} cannot be read."),
                    N_("Write NAME=value, in quotes where the value has spaces."),
                    line=binding.original.line,
                )
            if binding.key is not None:
                variables[binding.key] = binding.value or ""
    return variables


def _rooted(variables: Mapping[str, str], folder: Path) -> Iterator[tuple[str, str]]:
    for name, value in variables.items():
        scheme, divider, path = value.partition(":///")
        if name == DATA_FOLDER and not value.startswith("~"):
            yield name, str(folder / value)
        elif name == DATABASE_URL and scheme.startswith("sqlite") and _relative(path):
            yield name, f"{scheme}{divider}{quote(str(folder / '_'))[:-1]}{path}"
        else:
            yield name, value


def _relative(path: str) -> bool:
    return not (Path(path).is_absolute() or path.startswith(("~", ":", "file:")))


def with_values(text: str, values: Mapping[str, str]) -> str:
    """Return the text of a `.env` in which these variables are set so, and nothing else changed."""
    left = dict(values)
    pieces = []
    for binding in parse_stream(io.StringIO(text)):
        name, written = binding.key, binding.original.string
        if name is not None and name in values:
            before = written[: len(written) - len(written.lstrip())]
            # A second line for the same name would win over the first.
            written = before + (_assigned(name, left.pop(name)) if name in left else "")
        pieces.append(written)
    if pieces and not pieces[-1].endswith("\n"):
        pieces.append("\n")
    return "".join([*pieces, *(_assigned(*each) for each in left.items())])


def _assigned(name: str, value: str) -> str:
    if not re.fullmatch(r"[\w@%+:,./-]+", value):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        value = f"'{escaped}'"
    return f"{name}={value}\n"


def read_values(
    environment: Mapping[str, str], readers: Mapping[str, Callable[[str], object]]
) -> tuple[dict[str, Any], list[SettingsError]]:
    """Return what is set of these variables, as each is read, and what is wrong with the rest."""
    values: dict[str, Any] = {}
    wrong = []
    for variable in environment.keys() & readers.keys():
        try:
            values[variable] = readers[variable](environment[variable])
        except SettingsError as error:
            wrong.append(error)
    return values, sorted(wrong, key=lambda error: error.variable)


def locale_of(environment: Mapping[str, str]) -> str:
    """Return the language that the machine is set to, `en` where it is none of ours.

    As POSIX has it: the first of LC_ALL, LC_MESSAGES and LANG that is set decides.
    """
    named = (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if name in environment)
    return language_of(next(named, None)) or "en"


def language_for(environment: Mapping[str, str]) -> str:
    """Return the operator's language: `AINEWS_LOCALE` where it names one, else the machine's."""
    return language_of(environment.get("AINEWS_LOCALE")) or locale_of(environment)
