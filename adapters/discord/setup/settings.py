"""What the operator sets for Discord."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from adapters.discord.rest.pace import ALLOWED
from bot.i18n.translator import N_
from bot.port.platform import PlatformSetting
from bot.port.settings_error import SettingsError

TOKEN = "DISCORD_TOKEN"  # noqa: S105 - the name of a variable
GUILD_IDS = "DISCORD_GUILD_IDS"
API_BASE = "DISCORD_API_BASE"
REQUESTS = "DISCORD_REQUESTS_PER_SECOND"
PUBLIC_KEY = "DISCORD_PUBLIC_KEY"
HTTP = "AINEWS_HTTP"
WEB_URL = "AINEWS_WEB_URL"

PATH = "/discord/interactions"
"""Where Discord calls the bot, if it does."""

SECRET_SHAPES = (
    r"(?<![\w-])[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}",  # bot tokens
    r"(?<=/webhooks/)\d+/[\w-]{20,}",
    r"(?<=/interactions/)\d+/[\w-]{20,}",  # where an interaction is answered
    r"(?i:(?<=authorization: bot ))[^\s'\",}]{8,}",
)

_MOST_REQUESTS = 100_000.0
_KEY = re.compile(r"[0-9a-fA-F]{64}")
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """Discord's settings. `api_base` is None for Discord itself.

    `public_key`, in hexadecimal digits, is that of Discord's signatures where it calls the bot over
    HTTPS; None: the bot opens the gateway. `web_url` is the bot's public address, if it has one.
    """

    token: str = field(repr=False)
    guild_ids: tuple[int, ...]
    api_base: str | None
    requests_per_second: float
    public_key: str | None = None
    web_url: str | None = None


def read_discord_settings(environment: Mapping[str, str]) -> DiscordSettings:
    """Return the settings. Raises SettingsError for the first that cannot be used."""
    return DiscordSettings(
        _token(environment.get(TOKEN, "")),
        _guild_ids(environment.get(GUILD_IDS, "")),
        _api_base(environment.get(API_BASE)),
        _requests(environment.get(REQUESTS)),
        _listening_key(environment),
        (environment.get(WEB_URL) or "").rstrip("/") or None,
    )


def _token(text: str) -> str:
    token = text.removeprefix("Bot ").strip()
    if not _TOKEN.fullmatch(token):
        raise SettingsError(
            TOKEN,
            N_("It is not a bot token: three parts with dots between them."),
            N_("Copy it from the page “Bot” of the developer portal; “Reset Token” makes one."),
        )
    return token


def _listening_key(environment: Mapping[str, str]) -> str | None:
    """Return the public key, None without one. Raises SettingsError where nobody would listen."""
    text = environment.get(PUBLIC_KEY)
    if not text:
        return None
    key = _public_key(text)
    if not environment.get(HTTP):
        raise SettingsError(
            PUBLIC_KEY,
            N_("With it Discord calls the bot, and AINEWS_HTTP does not say where that listens."),
            N_("Set AINEWS_HTTP to an address such as 127.0.0.1:3000, or leave the key out."),
        )
    return key


def _public_key(text: str) -> str:
    key = text.strip()
    if not _KEY.fullmatch(key):
        raise SettingsError(
            PUBLIC_KEY,
            N_("It is not a public key: 64 digits from 0 to 9 and a to f."),
            N_("Copy “Public Key” from the page “General Information” of the developer portal."),
        )
    return key.lower()


def _guild_ids(text: str) -> tuple[int, ...]:
    ids = [part.strip() for part in text.split(",") if part.strip()]
    for each in ids:
        if not (each.isascii() and each.isdecimal()):
            raise SettingsError(
                GUILD_IDS,
                N_("“{value}” is not the id of a server."),
                N_("Turn on Discord's developer mode, right-click the server, “Copy Server ID”."),
                value=each[:40],
            )
    return tuple(int(each) for each in dict.fromkeys(ids))


def _api_base(text: str | None) -> str | None:
    if text is None:
        return None
    if urlsplit(text).scheme not in {"http", "https"}:
        raise SettingsError(
            API_BASE,
            N_("It is not an http or https address."),
            N_("Write an address such as http://127.0.0.1:3000/api/v10, or leave it out."),
        )
    return text.rstrip("/")


def _requests(text: str | None) -> float:
    if text is None:
        return ALLOWED
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= _MOST_REQUESTS:
        raise SettingsError(
            REQUESTS,
            N_("“{value}” is not a number of requests a second."),
            N_("Write a number such as 100, or leave it out."),
            value=text[:40],
        )
    return number


SETTINGS = (
    PlatformSetting(
        TOKEN,
        N_("The bot's token, from the developer portal. With it, the bot runs on Discord."),
        secret=True,
        needed=True,
        read=_token,
        where=N_(
            "https://discord.com/developers/applications: your application, “Bot”, “Reset Token” "
            "(docs/discord.md)."
        ),
    ),
    PlatformSetting(
        GUILD_IDS,
        N_("Ids of servers, separated by commas, for development: commands appear only there."),
        read=_guild_ids,
    ),
    PlatformSetting(
        API_BASE,
        N_("The address of a proxy for Discord's API, with the version. Not set: Discord."),
        read=_api_base,
    ),
    PlatformSetting(
        REQUESTS,
        N_("Requests a second that Discord allows the bot, where it is not the usual 50."),
        read=_requests,
    ),
    PlatformSetting(
        PUBLIC_KEY,
        N_(
            "The application's public key. With it Discord calls the bot over HTTPS, at "
            "/discord/interactions, and no gateway is opened."
        ),
        read=_public_key,
        where=N_(
            "https://discord.com/developers/applications: your application, “General Information” "
            "(docs/discord.md)."
        ),
    ),
)
