"""What the operator sets: read by hand, checked and frozen.

`ainews check` shows every setting; docs/settings.md and `.env.example` explain each.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.commands.limits import Limits
from bot.config.environment import DATA_FOLDER, DATABASE_URL, locale_of, read_values
from bot.i18n.translator import LANGUAGES, N_, language_of
from bot.port.service import USUAL_ADDRESS
from bot.port.settings_error import SettingsError, SettingsErrors

LOG_LEVELS = ("debug", "info", "warning", "error")
WORKSPACES = ("first", "open")
WEB_URL = "AINEWS_WEB_URL"
METRICS_TOKEN = "AINEWS_METRICS_TOKEN"  # noqa: S105 - the variable's name
SHORTEST_TOKEN = 16
SEAL_KEY = "AINEWS_SEAL_KEY"
_SEAL_BYTES = 32
ENGINES = ("sqlite", "postgresql", "postgres")
"""How the address of a database may begin; a driver may follow, after a plus."""

DATABASE_FILE = "ainews.db"
LATE_HOURS = 24
"""Later than this, a daily post meets the next one, which carries its entries."""

LONGEST_LATE_HOURS = 24 * 14
DATABASE_CONNECTIONS = 15
FEWEST_CONNECTIONS = 4
"""One for what is asked every few seconds, one that writes, and room for those that read."""

MOST_CONNECTIONS = 100
DESK_MINUTES = 5
LONGEST_DESK_MINUTES = 24 * 60
REVIEW_DAYS = 7
LONGEST_REVIEW_DAYS = 365
MODEL_TOKENS_DAY = 300_000
"""Some two hundred drafts."""

MODEL_TOKENS_MONTH = 5_000_000
_MOST_TOKENS = 1_000_000_000
_MOST_AT_ONCE = 1_000_000
_USUAL = Limits()
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


@dataclass(frozen=True, slots=True)
class Settings:
    """The program's own settings. Made by `read_settings`."""

    database_url: str = field(repr=False)
    """Where the store is. It may hold a password."""
    data_folder: Path
    """Where the default database, the chat's history and the log lie."""
    timezone: str
    """IANA name: for schedules that name no other, and for times that are shown."""
    locale: str
    """The language for who neither chose one nor has one: `ko` or `en`."""
    log_level: str
    database_connections: int
    """The most connections to PostgreSQL that this process has at a time."""
    late_hours: int
    """Hours after its slot for which a late post is still worth sending."""
    desk_minutes: int
    """Minutes for which what waits is gathered before it goes to a moderators' desk."""
    review_days: int
    """Days after which what nobody decided about leaves the queue."""
    model_tokens_day: int
    """Tokens that a model may take in a day."""
    model_tokens_month: int
    model_credit: bool
    """Whether posts say which model drafted what they tell, and who reviewed it."""
    workspaces: str
    """Who curates: the `first` workspace of each platform and those allowed; `open`: every one."""
    commands_person: int
    """Commands that a person may give in a minute; 0: as many as they like."""
    commands_workspace: int
    schedules_workspace: int
    http: HttpAddress | None
    """Where the HTTP listener is; None: nowhere, unless a platform needs it."""
    operator: tuple[Contact, ...]
    """Who is told what the operator must know: the first that can be reached."""
    web_url: str | None
    """The public address of the archive, without a slash at its end; None: there is none."""
    web_credits: bool
    """Whether everybody may read who added an entry."""
    metrics_token: str | None = field(repr=False, default=None)
    """What whoever reads `/metrics` from elsewhere must show."""
    seal_key: tuple[str, ...] = field(repr=False, default=())
    """What seals the tokens of workspaces in the database: the first; each opens them."""

    @property
    def limits(self) -> Limits:
        """What strangers may ask of the bot."""
        return Limits(self.commands_person, self.commands_workspace, self.schedules_workspace)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show: the database's password, also decoded; webhooks; keys."""
        webhooks = tuple(each.id for each in self.operator if not each.platform)
        webhooks += self.seal_key
        if self.metrics_token:
            webhooks += (self.metrics_token,)
        try:
            parts = urlsplit(self.database_url)
            found = (parts.password, *parse_qs(parts.query).get("password", ()))
        except ValueError:
            return (self.database_url, *webhooks)
        passwords = {text for each in found if each for text in (each, unquote(each))}
        return (*passwords, *webhooks)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that an environment holds. Raises SettingsErrors: all that is wrong."""
    read, wrong = read_values(environment, _READERS)
    if wrong:
        raise SettingsErrors(wrong)
    if read.get(WEB_URL) and not read.get("AINEWS_HTTP"):
        raise SettingsErrors([_nowhere()])
    folder = data_folder(environment)
    database = str(folder / DATABASE_FILE)
    return Settings(
        database_url=read.get(DATABASE_URL) or f"sqlite:///{quote(database)}",
        data_folder=folder,
        timezone=read.get("AINEWS_TIMEZONE") or machine_zone(),
        locale=read.get("AINEWS_LOCALE") or locale_of(environment),
        log_level=read.get("AINEWS_LOG_LEVEL", "info"),
        database_connections=read.get("AINEWS_DATABASE_CONNECTIONS", DATABASE_CONNECTIONS),
        late_hours=read.get("AINEWS_LATE_HOURS", LATE_HOURS),
        desk_minutes=read.get("AINEWS_DESK_MINUTES", DESK_MINUTES),
        review_days=read.get("AINEWS_REVIEW_DAYS", REVIEW_DAYS),
        model_tokens_day=read.get("AINEWS_MODEL_TOKENS_DAY", MODEL_TOKENS_DAY),
        model_tokens_month=read.get("AINEWS_MODEL_TOKENS_MONTH", MODEL_TOKENS_MONTH),
        model_credit=read.get("AINEWS_MODEL_CREDIT", "no") == "yes",
        workspaces=read.get("AINEWS_WORKSPACES", "first"),
        commands_person=read.get("AINEWS_COMMANDS_PERSON", _USUAL.person),
        commands_workspace=read.get("AINEWS_COMMANDS_WORKSPACE", _USUAL.workspace),
        schedules_workspace=read.get("AINEWS_SCHEDULES_WORKSPACE", _USUAL.schedules),
        http=read.get("AINEWS_HTTP"),
        operator=read.get("AINEWS_OPERATOR", ()),
        web_url=read.get(WEB_URL),
        web_credits=read.get("AINEWS_WEB_CREDITS", "no") == "yes",
        metrics_token=read.get(METRICS_TOKEN),
        seal_key=read.get(SEAL_KEY, ()),
    )


def data_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder that is set, else where this system keeps a program's data.

    Raises SettingsError.
    """
    if environment.get(DATA_FOLDER, "").strip():
        return _data_folder(environment[DATA_FOLDER].strip())
    import platformdirs  # noqa: PLC0415 - only where no folder is set

    return platformdirs.user_data_path("ainews", appauthor=False)


def machine_zone() -> str:
    """Return the IANA name of the machine's own time zone, UTC where it has none."""
    import tzlocal  # noqa: PLC0415 - only where no zone is set

    try:
        return read_timezone(tzlocal.get_localzone_name())
    except (SettingsError, ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


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


def _nowhere() -> SettingsError:
    return SettingsError(
        WEB_URL,
        N_("The archive is served by the bot's HTTP listener, which is off."),
        N_("Set AINEWS_HTTP too, such as {usual}."),
        usual=USUAL_ADDRESS,
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


def _data_folder(value: str) -> Path:
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


_CONNECTIONS = N_("“{value}” is not a number of connections that would do.")
_HOURS = N_("“{value}” is not a number of hours.")
_MINUTES = N_("“{value}” is not a number of minutes.")
_DAYS = N_("“{value}” is not a number of days.")
_COMMANDS = N_("“{value}” is not a number of commands.")
_SCHEDULES = N_("“{value}” is not a number of schedules.")
_TOKENS = N_("“{value}” is not a number of tokens.")

_READERS: Mapping[str, Callable[[str], object]] = {
    DATABASE_URL: _database_url,
    DATA_FOLDER: _data_folder,
    "AINEWS_TIMEZONE": read_timezone,
    "AINEWS_LOCALE": read_locale,
    "AINEWS_LOG_LEVEL": partial(_one_of, "AINEWS_LOG_LEVEL", LOG_LEVELS),
    "AINEWS_DATABASE_CONNECTIONS": partial(
        _whole_number,
        "AINEWS_DATABASE_CONNECTIONS",
        FEWEST_CONNECTIONS,
        MOST_CONNECTIONS,
        _CONNECTIONS,
    ),
    "AINEWS_LATE_HOURS": partial(_whole_number, "AINEWS_LATE_HOURS", 1, LONGEST_LATE_HOURS, _HOURS),
    "AINEWS_DESK_MINUTES": partial(
        _whole_number, "AINEWS_DESK_MINUTES", 0, LONGEST_DESK_MINUTES, _MINUTES
    ),
    "AINEWS_REVIEW_DAYS": partial(
        _whole_number, "AINEWS_REVIEW_DAYS", 1, LONGEST_REVIEW_DAYS, _DAYS
    ),
    **{
        variable: partial(_whole_number, variable, 0, _MOST_TOKENS, _TOKENS)
        for variable in ("AINEWS_MODEL_TOKENS_DAY", "AINEWS_MODEL_TOKENS_MONTH")
    },
    "AINEWS_MODEL_CREDIT": partial(_one_of, "AINEWS_MODEL_CREDIT", ("yes", "no")),
    "AINEWS_WORKSPACES": partial(_one_of, "AINEWS_WORKSPACES", WORKSPACES),
    **{
        variable: partial(_whole_number, variable, 0, _MOST_AT_ONCE, _COMMANDS)
        for variable in ("AINEWS_COMMANDS_PERSON", "AINEWS_COMMANDS_WORKSPACE")
    },
    "AINEWS_SCHEDULES_WORKSPACE": partial(
        _whole_number, "AINEWS_SCHEDULES_WORKSPACE", 0, _MOST_AT_ONCE, _SCHEDULES
    ),
    "AINEWS_HTTP": read_http,
    "AINEWS_OPERATOR": read_contacts,
    WEB_URL: read_web_url,
    METRICS_TOKEN: read_metrics_token,
    SEAL_KEY: read_seal_keys,
    "AINEWS_WEB_CREDITS": partial(_one_of, "AINEWS_WEB_CREDITS", ("no", "yes")),
}
"""What reads the value of each variable of the program's own; platforms declare theirs."""

SETTINGS = tuple(_READERS)
