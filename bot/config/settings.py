"""What the operator sets: read by hand, checked and frozen.

`ainews check` shows every setting; docs/settings.md and `.env.example` explain each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit
from zoneinfo import ZoneInfoNotFoundError

from bot.commands.limits import Limits
from bot.config.environment import DATA_FOLDER, DATABASE_URL, locale_of, read_values
from bot.config.readers import (
    METRICS_TOKEN,
    READERS,
    SEAL_KEY,
    WEB_URL,
    Contact,
    HttpAddress,
    read_folder,
    read_timezone,
)
from bot.i18n.translator import N_
from bot.port.service import USUAL_ADDRESS
from bot.port.settings_error import SettingsError, SettingsErrors

DATABASE_FILE = "ainews.db"
LATE_HOURS = 24
"""Later than this, a daily post meets the next one, which carries its entries."""

DATABASE_CONNECTIONS = 15
DESK_MINUTES = 5
REVIEW_DAYS = 7
MODEL_TOKENS_DAY = 300_000
"""Some two hundred drafts."""

MODEL_TOKENS_MONTH = 5_000_000
_USUAL = Limits()


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
    read, wrong = read_values(environment, READERS)
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
        return read_folder(environment[DATA_FOLDER].strip())
    import platformdirs  # noqa: PLC0415 - only where no folder is set

    return platformdirs.user_data_path("ainews", appauthor=False)


def machine_zone() -> str:
    """Return the IANA name of the machine's own time zone, UTC where it has none."""
    import tzlocal  # noqa: PLC0415 - only where no zone is set

    try:
        return read_timezone(tzlocal.get_localzone_name())
    except (SettingsError, ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


def _nowhere() -> SettingsError:
    return SettingsError(
        WEB_URL,
        N_("The archive is served by the bot's HTTP listener, which is off."),
        N_("Set AINEWS_HTTP too, such as {usual}."),
        usual=USUAL_ADDRESS,
    )
