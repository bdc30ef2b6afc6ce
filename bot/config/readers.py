"""What a variable's value means: each reader returns it or says what is wrong with it."""

from __future__ import annotations

import base64
import binascii
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.config.environment import DATA_FOLDER, DATABASE_URL
from bot.i18n.translator import LANGUAGES, N_, language_of
from bot.port.service import USUAL_ADDRESS
from bot.port.settings_error import SettingsError

WEB_URL = "AINEWS_WEB_URL"
METRICS_TOKEN = "AINEWS_METRICS_TOKEN"  # noqa: S105 - the variable's name
SHORTEST_TOKEN = 16
SEAL_KEY = "AINEWS_SEAL_KEY"
_SEAL_BYTES = 32
ENGINES = ("sqlite", "postgresql", "postgres")
"""How the address of a database may begin; a driver may follow, after a plus."""

_MOST_TOKENS = 1_000_000_000
_TOKENS = N_("“{value}” is not a number of tokens.")
_MOST_AT_ONCE = 1_000_000
_COMMANDS = N_("“{value}” is not a number of commands.")
SHOWN = 60
"""Characters of a wrong value that an error repeats."""


@dataclass(frozen=True, slots=True)
class HttpAddress:
    """Where the HTTP listener is: a host's name or address, and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return it as an operator writes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to tell what the operator must know: a person of a platform, or a webhook's address.

    A webhook has no `platform`, and may hold a secret in its address, the `id`.
    """

    platform: str
    id: str = field(repr=False)

    def __str__(self) -> str:
        """Return it for people, without a secret."""
        return f"{self.platform}/{self.id}" if self.platform else urlsplit(self.id).hostname or ""


UTC = frozenset(("UTC", "Etc/UTC"))  # what most servers and containers live by


def read_timezone(value: str) -> str:
    """Return the IANA name of the zone that a person wrote. Raises SettingsError."""
    with contextlib.suppress(ZoneInfoNotFoundError, ValueError, OSError):
        # To ask for one is quicker than to know all their names.
        if value in UTC or ("/" in value and not value.casefold().startswith("etc/")):
            return ZoneInfo(value).key
    from bot.schedule.zones import UnknownZone, as_typed, read_zone  # noqa: PLC0415 - see above

    try:
        return read_zone(value)
    except UnknownZone as error:
        raise SettingsError(
            "AINEWS_TIMEZONE",
            N_("“{value}” is not a time zone."),
            N_("Write an IANA name such as {nearest}."),
            value=_shown(value),
            nearest=" / ".join(map(as_typed, error.meant[:3])) or "Asia/Seoul",
        ) from None


def read_locale(value: str) -> str:
    """Return the language of a name such as `ko` or `ko_KR.UTF-8`. Raises SettingsError."""
    return language_of(value) or _one_of("AINEWS_LOCALE", LANGUAGES, value)


def read_http(value: str) -> HttpAddress:
    """Return the place that `host:port` names. Raises SettingsError."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(f"//{value}")
        if parts.netloc == value and parts.hostname and parts.port and parts.username is None:
            return HttpAddress(parts.hostname, parts.port)
    raise SettingsError(
        "AINEWS_HTTP",
        N_("“{value}” is not a place to listen at."),
        N_("Write an address and a port, such as {usual}."),
        value=_shown(value),
        usual=USUAL_ADDRESS,
    )


def read_metrics_token(value: str) -> str:
    """Return what a monitor shows to read the metrics. Raises SettingsError."""
    if len(value) < SHORTEST_TOKEN or not value.isascii() or not value.isprintable():
        raise SettingsError(
            METRICS_TOKEN,
            N_("It is too easy to guess, or no header can carry it."),
            N_("Write at least {least} letters and digits by chance."),
            least=SHORTEST_TOKEN,
        )
    return value


def read_seal_keys(value: str) -> tuple[str, ...]:
    """Return the keys that a list names, as they were typed. Raises SettingsError."""
    keys: list[str] = []
    for one in value.replace(",", " ").split():
        try:
            key = base64.b64decode(one.replace("-", "+").replace("_", "/"), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != _SEAL_BYTES:
            raise SettingsError(
                SEAL_KEY,
                N_("Key {number} is not 32 bytes as Base64."),
                N_("Set what “openssl rand -base64 32” prints; further keys stand after commas."),
                number=len(keys) + 1,
            )
        keys.append(one)
    return tuple(keys)


def read_web_url(value: str) -> str:
    """Return the public address of the archive. Raises SettingsError."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(value)
        plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
        if parts.scheme in {"http", "https"} and parts.hostname and plain and parts.port != 0:
            return f"{parts.scheme}://{parts.netloc.casefold()}"
    raise SettingsError(
        WEB_URL,
        N_("“{value}” is not the public address of a site."),
        N_("Write its protocol and host, such as https://news.example.org, without a path."),
        value=_shown(value),
    )


def read_contacts(value: str) -> tuple[Contact, ...]:
    """Return whom a list such as `discord/1234, slack/U01` names. Raises SettingsError."""
    contacts = []
    for one in value.replace(",", " ").split():
        platform, _, person = one.partition("/")
        with contextlib.suppress(ValueError):
            if urlsplit(one).scheme in {"http", "https"} and urlsplit(one).hostname:
                contacts.append(Contact("", one))
                continue
        if not platform.isalpha() or not person.isalnum():
            raise SettingsError(
                "AINEWS_OPERATOR",
                N_("It names neither a person on a platform nor a webhook."),
                N_("Write discord/ID, slack/ID or the address of a webhook, separated by commas."),
            )
        contacts.append(Contact(platform.casefold(), person))
    return tuple(contacts)


def _shown(value: str) -> str:
    short = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
    return "".join(each if each.isprintable() else "�" for each in short)


def read_folder(value: str) -> Path:
    """Return the folder of that path, from the root. Raises SettingsError."""
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError:
        raise SettingsError(
            DATA_FOLDER, N_("Its ~ stands for an unknown home folder."), N_("Write the whole path.")
        ) from None


def _database_url(value: str) -> str:
    scheme, divider, _ = value.partition("://")
    if not divider or scheme.partition("+")[0] not in ENGINES:
        raise SettingsError(
            DATABASE_URL,
            N_("It is not the address of a SQLite or PostgreSQL database."),
            N_("Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE."),
        )
    return value


def _one_of(variable: str, allowed: tuple[str, ...], value: str) -> str:
    if value.casefold() not in allowed:
        raise SettingsError(
            variable,
            N_("“{value}” is not one of its values."),
            N_("Write one of: {values}."),
            value=_shown(value),
            values=", ".join(allowed),
        )
    return value.casefold()


def _switch(variable: str, allowed: tuple[str, ...], value: str) -> bool:
    return _one_of(variable, allowed, value) == "yes"


def _whole_number(variable: str, least: int, most: int, wrong: str, value: str) -> int:
    number = int(value) if value.isdecimal() and len(value) <= len(str(most)) else -1
    if not least <= number <= most:
        raise SettingsError(
            variable,
            wrong,
            N_("Write a whole number from {minimum} to {maximum}."),
            value=_shown(value),
            minimum=least,
            maximum=most,
        )
    return number


_NUMBERS: Mapping[str, tuple[int, int, str]] = {
    # The fewest: one for what is asked every few seconds, one that writes, and room to read.
    "AINEWS_DATABASE_CONNECTIONS": (
        4,
        100,
        N_("“{value}” is not a number of connections that would do."),
    ),
    "AINEWS_LATE_HOURS": (1, 24 * 14, N_("“{value}” is not a number of hours.")),
    "AINEWS_DESK_MINUTES": (0, 24 * 60, N_("“{value}” is not a number of minutes.")),
    "AINEWS_REVIEW_DAYS": (1, 365, N_("“{value}” is not a number of days.")),
    "AINEWS_MODEL_TOKENS_DAY": (0, _MOST_TOKENS, _TOKENS),
    "AINEWS_MODEL_TOKENS_MONTH": (0, _MOST_TOKENS, _TOKENS),
    "AINEWS_COMMANDS_PERSON": (0, _MOST_AT_ONCE, _COMMANDS),
    "AINEWS_COMMANDS_WORKSPACE": (0, _MOST_AT_ONCE, _COMMANDS),
    "AINEWS_SCHEDULES_WORKSPACE": (0, _MOST_AT_ONCE, N_("“{value}” is not a number of schedules.")),
}
"""The least and the most that a number may be, and what is said of another value."""

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "AINEWS_LOG_LEVEL": ("debug", "info", "warning", "error"),
    "AINEWS_WORKSPACES": ("first", "open"),
}
_SWITCHES = {"AINEWS_MODEL_CREDIT": ("yes", "no"), "AINEWS_WEB_CREDITS": ("no", "yes")}

READERS: Mapping[str, Callable[[str], object]] = {
    DATABASE_URL: _database_url,
    DATA_FOLDER: read_folder,
    "AINEWS_TIMEZONE": read_timezone,
    "AINEWS_LOCALE": read_locale,
    "AINEWS_HTTP": read_http,
    "AINEWS_OPERATOR": read_contacts,
    WEB_URL: read_web_url,
    METRICS_TOKEN: read_metrics_token,
    SEAL_KEY: read_seal_keys,
    **{name: partial(_whole_number, name, *bounds) for name, bounds in _NUMBERS.items()},
    **{name: partial(_one_of, name, values) for name, values in _CHOICES.items()},
    **{name: partial(_switch, name, values) for name, values in _SWITCHES.items()},
}
"""What reads the value of each variable of the program's own; platforms declare theirs."""

SETTINGS = tuple(READERS)
