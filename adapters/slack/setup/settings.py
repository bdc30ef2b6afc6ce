"""What the operator sets for Slack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from bot.i18n.translator import N_
from bot.port.platform import PlatformSetting
from bot.port.settings_error import SettingsError

INSTALL_PATH = "/slack/install"
"""Where on the bot's site anybody adds the app to a workspace of theirs."""

DEFAULT_API = "https://slack.com/api/"

SECRET_SHAPES = (
    r"(?<![\w-])(?:xox[a-z]|xapp|xwfp)(?:\.xox[a-z])?-[\w-]{8,}",  # tokens of every kind
    r"(?<=hooks\.slack\.com/services/)[\w/-]+",
)


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """What an app that many workspaces install shows Slack; `site` is the bot's public address."""

    client_id: str
    client_secret: str = field(repr=False)
    site: str


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """The settings, checked. Socket Mode where there is an app token, else HTTP.

    One of `bot_token` and `credentials` is there: for one workspace, or for whichever installs it.
    """

    bot_token: str | None = field(repr=False)
    app_token: str | None = field(repr=False)
    signing_secret: str | None = field(repr=False)
    api_url: str
    credentials: AppCredentials | None = None


def read(environment: Mapping[str, str]) -> SlackSettings:
    """Return the settings. Raises SettingsError, which names the variable and the remedy."""
    credentials = _credentials(environment) if environment.get("SLACK_CLIENT_ID") else None
    if credentials is None and not environment.get("SLACK_BOT_TOKEN"):
        raise SettingsError(
            "SLACK_BOT_TOKEN",
            N_("It is not set."),
            N_("Copy it from “OAuth & Permissions” of the Slack app (docs/slack.md)."),
        )
    bot_token = _bot_token(environment["SLACK_BOT_TOKEN"]) if credentials is None else None
    app_token = environment.get("SLACK_APP_TOKEN")
    secret = environment.get("SLACK_SIGNING_SECRET")
    if not app_token and not secret:
        raise SettingsError(
            "SLACK_APP_TOKEN",
            N_("It is not set, so Slack cannot reach the bot."),
            N_(
                "Make one under “Basic Information”, with the scope connections:write "
                "(docs/slack.md), or set SLACK_SIGNING_SECRET for HTTP."
            ),
        )
    return SlackSettings(
        bot_token,
        _app_token(app_token) if app_token else None,
        secret or None,
        _api(environment.get("SLACK_API_URL") or DEFAULT_API),
        credentials,
    )


def _credentials(environment: Mapping[str, str]) -> AppCredentials:
    if environment.get("SLACK_BOT_TOKEN"):
        raise SettingsError(
            "SLACK_BOT_TOKEN",
            N_("It opens one workspace, and SLACK_CLIENT_ID is for many."),
            N_("Leave one of the two out (docs/slack.md)."),
        )
    for variable, remedy in _NEEDED.items():
        if not environment.get(variable):
            raise SettingsError(
                variable, N_("It is not set, and SLACK_CLIENT_ID needs it."), remedy
            )
    site = environment["AINEWS_WEB_URL"].rstrip("/")
    parts = urlsplit(site)
    if parts.scheme != "https" and parts.hostname not in _OWN_MACHINE:
        raise SettingsError(
            "AINEWS_WEB_URL",
            N_("Slack sends nobody back to an address without https."),
            N_("Write https:// before it, and see to it that a proxy answers there."),
        )
    return AppCredentials(environment["SLACK_CLIENT_ID"], environment["SLACK_CLIENT_SECRET"], site)


_BASIC_INFORMATION = N_("Copy it from “Basic Information” of the Slack app (docs/slack.md).")
_NEEDED = {
    "SLACK_CLIENT_SECRET": _BASIC_INFORMATION,
    "AINEWS_HTTP": N_("Set where the bot listens, such as 127.0.0.1:3000."),
    "AINEWS_WEB_URL": N_("Set the public address at which it is reached, with https."),
    "AINEWS_SEAL_KEY": N_("Set it to what “openssl rand -base64 32” prints, and keep that."),
}
_OWN_MACHINE = {"localhost", "127.0.0.1", "::1"}


def _token(variable: str, prefix: str, token: str) -> str:
    if not token.startswith(prefix) or not token.isascii() or len(token.split()) > 1:
        raise SettingsError(
            variable,
            N_("It does not look like such a token: one begins with {prefix}."),
            N_("Copy the whole token again (docs/slack.md)."),
            prefix=prefix,
        )
    return token


_bot_token = partial(_token, "SLACK_BOT_TOKEN", "xoxb-")
_app_token = partial(_token, "SLACK_APP_TOKEN", "xapp-")


def _api(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(
            "SLACK_API_URL",
            N_("“{value}” is not an address."),
            N_("Set one such as https://slack-gov.com/api/, or leave it out."),
            value=url[:60],
        )
    return url if url.endswith("/") else f"{url}/"


SETTINGS = (
    PlatformSetting(
        "SLACK_BOT_TOKEN",
        N_("Slack: the bot token (xoxb-…) of the installed app. Slack is used when it is set."),
        secret=True,
        needed=True,
        read=_bot_token,
        where=N_("https://api.slack.com/apps: your app, “OAuth & Permissions” (docs/slack.md)."),
    ),
    PlatformSetting(
        "SLACK_APP_TOKEN",
        N_("Slack: the app-level token (xapp-…) for Socket Mode, which needs no address."),
        secret=True,
        needed=True,
        read=_app_token,
        where=N_("“Basic Information”, “App-Level Tokens”, with the scope connections:write."),
    ),
    PlatformSetting(
        "SLACK_SIGNING_SECRET",
        N_("Slack: the signing secret, where Slack calls the bot over HTTP instead."),
        secret=True,
    ),
    PlatformSetting(
        "SLACK_CLIENT_ID",
        N_("Slack: the app's client id, where many workspaces install it, in place of the token."),
    ),
    PlatformSetting(
        "SLACK_CLIENT_SECRET",
        N_("Slack: the app's client secret, which goes with its client id."),
        secret=True,
    ),
    PlatformSetting(
        "SLACK_API_URL",
        N_("Slack: the address of its Web API, where it is not slack.com (GovSlack)."),
        read=_api,
    ),
)
