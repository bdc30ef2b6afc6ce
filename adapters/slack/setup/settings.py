"""What the operator sets for Slack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.i18n.translator import N_
from bot.port.platform import PlatformSetting
from bot.port.settings_error import SettingsError

DEFAULT_API = "https://slack.com/api/"
DEFAULT_PORT = 3000

SECRET_SHAPES = (
    r"(?<![\w-])(?:xox[a-z]|xapp|xwfp)(?:\.xox[a-z])?-[\w-]{8,}",  # tokens of every kind
    r"(?<=hooks\.slack\.com/services/)[\w/-]+",
)

SETTINGS = (
    PlatformSetting(
        "SLACK_BOT_TOKEN",
        N_("Slack: the bot token (xoxb-…) of the installed app. Slack is used when it is set."),
        secret=True,
        needed=True,
    ),
    PlatformSetting(
        "SLACK_APP_TOKEN",
        N_("Slack: the app-level token (xapp-…) for Socket Mode, which needs no address."),
        secret=True,
        needed=True,
    ),
    PlatformSetting(
        "SLACK_SIGNING_SECRET",
        N_("Slack: the signing secret, where Slack calls the bot over HTTP instead."),
        secret=True,
    ),
    PlatformSetting(
        "SLACK_PORT",
        N_("Slack: the port that listens at /slack/events when the signing secret is set: 3000."),
    ),
    PlatformSetting(
        "SLACK_API_URL",
        N_("Slack: the address of its Web API, where it is not slack.com (GovSlack)."),
    ),
)


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """The settings, checked. Socket Mode where there is an app token, else HTTP."""

    bot_token: str
    app_token: str | None
    signing_secret: str | None
    port: int
    api_url: str

    def __repr__(self) -> str:
        """Return what may be logged: no secrets."""
        way = "Socket Mode" if self.app_token else f"HTTP on port {self.port}"
        return f"SlackSettings({way}, {self.api_url})"


def configured(environment: Mapping[str, str]) -> bool:
    """Whether Slack is to be used."""
    return bool(environment.get("SLACK_BOT_TOKEN"))


def read(environment: Mapping[str, str]) -> SlackSettings:
    """Return the settings. Raises SettingsError, which names the variable and the remedy."""
    bot_token = _token(environment, "SLACK_BOT_TOKEN", "xoxb-")
    if bot_token is None:
        raise SettingsError(
            "SLACK_BOT_TOKEN",
            N_("It is not set."),
            N_("Copy it from “OAuth & Permissions” of the Slack app (docs/slack.md)."),
        )
    app_token = _token(environment, "SLACK_APP_TOKEN", "xapp-")
    secret = environment.get("SLACK_SIGNING_SECRET") or None
    if app_token is None and secret is None:
        raise SettingsError(
            "SLACK_APP_TOKEN",
            N_("It is not set, so Slack cannot reach the bot."),
            N_(
                "Make one under “Basic Information”, with the scope connections:write "
                "(docs/slack.md), or set SLACK_SIGNING_SECRET for HTTP."
            ),
        )
    return SlackSettings(bot_token, app_token, secret, _port(environment), _api(environment))


def _token(environment: Mapping[str, str], variable: str, prefix: str) -> str | None:
    token = environment.get(variable, "").strip()
    if not token:
        return None
    if not token.startswith(prefix) or not token.isascii() or len(token.split()) > 1:
        raise SettingsError(
            variable,
            N_("It does not look like such a token: one begins with {prefix}."),
            N_("Copy the whole token again (docs/slack.md)."),
            prefix=prefix,
        )
    return token


def _port(environment: Mapping[str, str]) -> int:
    text = environment.get("SLACK_PORT", "")
    if not text:
        return DEFAULT_PORT
    if text.isascii() and text.isdecimal() and 0 < int(text) < 65536:  # noqa: PLR2004 - all ports
        return int(text)
    raise SettingsError(
        "SLACK_PORT",
        N_("“{value}” is not a port."),
        N_("Set a whole number from 1 to 65535, such as 3000."),
        value=text[:20],
    )


def _api(environment: Mapping[str, str]) -> str:
    url = environment.get("SLACK_API_URL", "") or DEFAULT_API
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(
            "SLACK_API_URL",
            N_("“{value}” is not an address."),
            N_("Set one such as https://slack-gov.com/api/, or leave it out."),
            value=url[:60],
        )
    return url if url.endswith("/") else f"{url}/"
