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
from bot.config.environment import DATA_FOLDER, PREFIX, locale_of, read_values
from bot.config.readers import READERS, WEB_URL, Contact, HttpAddress, read_folder, read_timezone
from bot.i18n.translator import N_
from bot.port.service import USUAL_ADDRESS
from bot.port.settings_error import SettingsError, SettingsErrors

DATABASE_FILE = "ainews.db"
_USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Settings:
    """The program's own settings, each called as its variable is. Made by `read_settings`."""

    database_url: str = field(repr=False)
    """Where the store is. It may hold a password."""
    data_folder: Path
    """Where the default database, the chat's history and the log lie."""
    timezone: str
    """IANA name: for schedules that name no other, and for times that are shown."""
    locale: str
    """The language for who neither chose one nor has one: `ko` or `en`."""
    log_level: str = "info"
    database_connections: int = 15
    """The most connections to PostgreSQL that this process has at a time."""
    late_hours: int = 24
    """Hours after its slot for which a late post is still worth sending.

    Later, a daily post meets the next one, which carries its entries.
    """
    desk_minutes: int = 5
    """Minutes for which what waits is gathered before it goes to a moderators' desk."""
    review_days: int = 7
    """Days after which what nobody decided about leaves the queue."""
    model_tokens_day: int = 300_000
    """Tokens that a model may take in a day: for some two hundred drafts."""
    model_tokens_month: int = 5_000_000
    model_credit: bool = False
    """Whether posts say which model drafted what they tell, and who reviewed it."""
    workspaces: str = "first"
    """Who curates: the `first` workspace of each platform and those allowed; `open`: every one."""
    commands_person: int = _USUAL.person
    """Commands that a person may give in a minute; 0: as many as they like."""
    commands_workspace: int = _USUAL.workspace
    schedules_workspace: int = _USUAL.schedules
    http: HttpAddress | None = None
    """Where the HTTP listener is; None: nowhere, unless a platform needs it."""
    operator: tuple[Contact, ...] = ()
    """Who is told what the operator must know: the first that can be reached."""
    web_url: str | None = None
    """The public address of the archive, without a slash at its end; None: there is none."""
    web_credits: bool = False
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
        webhooks = (each.id for each in self.operator if not each.platform)
        others = (*webhooks, *self.seal_key, *filter(None, (self.metrics_token,)))
        try:
            parts = urlsplit(self.database_url)
            found = (parts.password, *parse_qs(parts.query).get("password", ()))
        except ValueError:
            return (self.database_url, *others)
        passwords = {text for each in found if each for text in (each, unquote(each))}
        return (*passwords, *others)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that an environment holds. Raises SettingsErrors: all that is wrong."""
    read, wrong = read_values(environment, READERS)
    if wrong:
        raise SettingsErrors(wrong)
    if WEB_URL in read and "AINEWS_HTTP" not in read:
        nowhere = SettingsError(
            WEB_URL,
            N_("The archive is served by the bot's HTTP listener, which is off."),
            N_("Set AINEWS_HTTP too, such as {usual}."),
            usual=USUAL_ADDRESS,
        )
        raise SettingsErrors([nowhere])
    given = {name.removeprefix(PREFIX).lower(): value for name, value in read.items()}
    given["data_folder"] = folder = data_folder(environment)
    given.setdefault("database_url", f"sqlite:///{quote(str(folder / DATABASE_FILE))}")
    given.setdefault("locale", locale_of(environment))
    if "timezone" not in given:
        given["timezone"] = machine_zone()
    return Settings(**given)


def data_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder that is set, else the system's for a program. Raises SettingsError."""
    if environment.get(DATA_FOLDER, "").strip():
        return read_folder(environment[DATA_FOLDER].strip())
    import platformdirs  # noqa: PLC0415 - only where no folder is set

    try:
        return platformdirs.user_data_path("ainews", appauthor=False)
    except RuntimeError:
        raise SettingsError(
            DATA_FOLDER,
            N_("This user has no home folder to keep data in."),
            N_("Name a folder that this user may write to."),
        ) from None


def machine_zone() -> str:
    """Return the IANA name of the machine's own time zone, UTC where it has none."""
    import tzlocal  # noqa: PLC0415 - only where no zone is set

    try:
        return read_timezone(tzlocal.get_localzone_name())
    except (SettingsError, ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
