"""What the operator sets, typed, checked and frozen.

`ainews check` shows every setting; README.md and `.env.example` explain each.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, quote, unquote, urlsplit
from zoneinfo import ZoneInfoNotFoundError, available_timezones

import platformdirs
import tzlocal
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.config.environment import PREFIX, locale_of
from bot.i18n.translator import LANGUAGES, N_, language_of
from bot.port.settings_error import SettingsError

__all__ = ["SETTINGS", "Settings", "read_settings"]

ANALYZERS = ("default", "kiwi")
LOG_LEVELS = ("debug", "info", "warning", "error")
WORKSPACES = ("first", "open")
ENGINES = ("sqlite", "postgresql", "postgres")
"""How the address of a database may begin; a driver may follow, after a plus."""

DATABASE_FILE = "ainews.db"
LATE_HOURS = 24
"""Later than this, a daily post meets the next one, which carries its entries."""

LONGEST_LATE_HOURS = 24 * 14
SHOWN = 60
"""Characters of a wrong value that an error repeats."""


class Settings(BaseSettings):
    """The program's own settings. Made by `read_settings`, which hands every value in."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    database_url: SecretStr
    """Where the store is. It may hold a password."""
    data_folder: Path
    """Where the default database, the chat's history and the log lie."""
    timezone: str
    """IANA name: for schedules that name no other, and for times that are shown."""
    locale: Literal["ko", "en"]
    """The language for who neither chose one nor has one."""
    log_level: Literal["debug", "info", "warning", "error"]
    late_hours: int
    """Hours after its slot for which a late post is still worth sending."""
    search_analyzer: Literal["default", "kiwi"]
    """How search analyzes Korean."""
    workspaces: Literal["first", "open"]
    """Who curates: the first workspace of each platform and those allowed, or every one."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show: the database's password, as written and as decoded."""
        url = self.database_url.get_secret_value()
        try:
            parts = urlsplit(url)
            found = (parts.password, *parse_qs(parts.query).get("password", ()))
        except ValueError:
            return (url,)
        return tuple({text for each in found if each for text in (each, unquote(each))})


SETTINGS = tuple(f"{PREFIX}{name.upper()}" for name in Settings.model_fields)
"""Every variable that the program itself reads; platforms declare their own."""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that an environment holds.

    Makes the default data folder where it is missing. Raises SettingsError for the first value
    that cannot be used.
    """
    folder = _data_folder(environment)
    return Settings.model_validate(
        {
            "database_url": _database(environment, folder),
            "data_folder": folder,
            "timezone": _timezone(environment),
            "locale": _locale(environment),
            "log_level": _one_of(environment, "AINEWS_LOG_LEVEL", LOG_LEVELS, "info"),
            "late_hours": _hours(environment, "AINEWS_LATE_HOURS"),
            "search_analyzer": _one_of(environment, "AINEWS_SEARCH_ANALYZER", ANALYZERS, "default"),
            "workspaces": _one_of(environment, "AINEWS_WORKSPACES", WORKSPACES, "first"),
        }
    )


def _shown(value: str) -> str:
    short = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
    return "".join(each if each.isprintable() else "�" for each in short)


def _data_folder(environment: Mapping[str, str]) -> Path:
    name = "AINEWS_DATA_FOLDER"
    if name in environment:
        folder = Path(environment[name]).expanduser()
    else:
        folder = platformdirs.user_data_path("ainews", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            name,
            N_("The folder {folder} cannot be made ({why})."),
            N_("Name a folder that this user may write to."),
            folder=_shown(str(folder)),
            why=error.strerror or type(error).__name__,
        ) from None
    return folder.absolute()


def _database(environment: Mapping[str, str], folder: Path) -> str:
    name = "AINEWS_DATABASE_URL"
    url = environment.get(name)
    if url is None:
        return f"sqlite:///{quote(str(folder / DATABASE_FILE))}"
    scheme, divider, _ = url.partition("://")
    if not divider or scheme.partition("+")[0] not in ENGINES:
        raise SettingsError(
            name,
            N_("It is not the address of a SQLite or PostgreSQL database."),
            N_("Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE."),
        )
    return url


def _timezone(environment: Mapping[str, str]) -> str:
    name = "AINEWS_TIMEZONE"
    zones = available_timezones()
    if name not in environment:
        return _machine_zone(frozenset(zones))
    value = environment[name]
    known = {zone.casefold(): zone for zone in zones}
    zone = known.get(value.casefold())
    if zone is None:
        near = difflib.get_close_matches(value.casefold(), known, n=1, cutoff=0.7)
        raise SettingsError(
            name,
            N_("“{value}” is not a time zone."),
            N_("Write an IANA name such as {nearest}."),
            value=_shown(value),
            nearest=known[near[0]] if near else "Asia/Seoul",
        )
    return zone


def _machine_zone(zones: frozenset[str]) -> str:
    try:
        name = tzlocal.get_localzone_name()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return name if name in zones else "UTC"


def _one_of(
    environment: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str
) -> str:
    value = environment.get(name, default).casefold()
    if value not in allowed:
        raise SettingsError(
            name,
            N_("“{value}” is not one of its values."),
            N_("Write one of: {values}."),
            value=_shown(environment[name]),
            values=", ".join(allowed),
        )
    return value


def _locale(environment: Mapping[str, str]) -> str:
    """Return the language that is set, by its name or by a locale's such as `ko_KR.UTF-8`."""
    name = "AINEWS_LOCALE"
    set_to = language_of(environment.get(name))
    return set_to or _one_of(environment, name, LANGUAGES, locale_of(environment))


def _hours(environment: Mapping[str, str], name: str) -> int:
    value = environment.get(name, str(LATE_HOURS))
    hours = int(value) if value.isdecimal() and len(value) <= len(str(LONGEST_LATE_HOURS)) else 0
    if not 1 <= hours <= LONGEST_LATE_HOURS:
        raise SettingsError(
            name,
            N_("“{value}” is not a number of hours."),
            N_("Write a whole number from 1 to {maximum}."),
            value=_shown(value),
            maximum=LONGEST_LATE_HOURS,
        )
    return hours
