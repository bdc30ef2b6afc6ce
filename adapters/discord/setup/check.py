"""Looks at what is configured for Discord, without changing anything, for `ainews check`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import discord

from adapters.discord.gateway import TOKEN_REFUSED, TOKEN_REMEDY
from adapters.discord.https.calls import OTHER_KEY, OTHER_KEY_REMEDY
from adapters.discord.rest.rest import Answered, Call, Rest, RestError
from adapters.discord.setup.permissions import invitation, missing_names
from adapters.discord.setup.settings import (
    API_BASE,
    GUILD_IDS,
    PATH,
    PUBLIC_KEY,
    TOKEN,
    DiscordSettings,
)
from bot.i18n.translator import Translator
from bot.port.platform import CheckLine

_UNAUTHORIZED = 401
_GUILDS_PAGE = 200
_SHOWN = 5
"""So many servers are named where something is missing; the rest is counted."""


async def check_discord(settings: DiscordSettings, words: Translator) -> Sequence[CheckLine]:
    """Return what is well and what is not, a line a finding."""
    rest = Rest(settings)
    try:
        return await _findings(rest, settings, words)
    except RestError as error:
        if isinstance(error, Answered) and error.status == _UNAUTHORIZED:
            remedy = words.gettext(TOKEN_REMEDY)
            return [CheckLine(f"{TOKEN}: {words.gettext(TOKEN_REFUSED)}", remedy, TOKEN)]
        remedy = words.gettext(
            "Try again later; look at this machine's connection and at {variable}.",
            variable=API_BASE,
        )
        said = words.gettext("Discord cannot be asked: {reason}", reason=str(error))
        return [CheckLine(said, remedy)]
    finally:
        await rest.close()


async def _findings(rest: Rest, settings: DiscordSettings, words: Translator) -> list[CheckLine]:
    application: Mapping[str, Any] = await rest(Call("GET", "/applications/@me"))
    guilds: Sequence[Mapping[str, Any]] = await rest(
        Call("GET", "/users/@me/guilds", query={"limit": str(_GUILDS_PAGE)})
    )
    return [
        *_application_lines(application, settings, words),
        *_guild_lines(guilds, settings, words),
        CheckLine(
            words.gettext("Discord: invite the bot with {link}", link=invitation(application["id"]))
        ),
    ]


def _application_lines(
    application: Mapping[str, Any], settings: DiscordSettings, words: Translator
) -> list[CheckLine]:
    name = str(application.get("name", ""))
    lines = [CheckLine(words.gettext("Discord: the token belongs to “{name}”.", name=name))]
    lines += _address_lines(application, settings, words)
    if application.get("bot_require_code_grant"):
        lines.append(
            CheckLine(
                words.gettext("The bot cannot be invited: it asks for an OAuth2 code grant."),
                words.gettext("Turn “Requires OAuth2 Code Grant” off on the page “Bot”."),
            )
        )
    if application.get("bot_public", True):
        lines.append(
            CheckLine(
                words.gettext("Everybody can invite the bot: “Public Bot” is on."),
                words.gettext(
                    "Choose “None” as Install Link on the page “Installation”, then turn “Public "
                    "Bot” off on the page “Bot”. Servers that you did not allow only read."
                ),
            )
        )
    else:
        lines.append(
            CheckLine(
                words.gettext("Only you can invite the bot: “Public Bot” is off on the page “Bot”.")
            )
        )
    return lines


def _address_lines(
    application: Mapping[str, Any], settings: DiscordSettings, words: Translator
) -> list[CheckLine]:
    """Return how commands come in, and what keeps them away."""
    address = str(application.get("interactions_endpoint_url") or "")
    if settings.public_key is None:
        if not address:
            return []
        return [
            CheckLine(
                words.gettext("Discord sends commands to an address instead of to this bot."),
                words.gettext(
                    "Clear “Interactions Endpoint URL” on the page “General Information”, or set "
                    "{variable} (docs/discord.md).",
                    variable=PUBLIC_KEY,
                ),
            )
        ]
    if application.get("verify_key") != settings.public_key:
        said = words.gettext(OTHER_KEY), words.gettext(OTHER_KEY_REMEDY)
        return [CheckLine(*said, PUBLIC_KEY)]
    wanted = f"{settings.web_url or ''}{PATH}"
    if urlsplit(address).path == PATH and (settings.web_url is None or address == wanted):
        return [CheckLine(words.gettext("Discord sends commands to {url}.", url=address))]
    if address:
        sentence = words.gettext("Discord sends commands to {url}.", url=address)
    else:
        sentence = words.gettext("Discord does not know yet where to send commands.")
    remedy = (
        words.gettext(
            "Start the bot, then enter {url} as “Interactions Endpoint URL” on the page “General "
            "Information”.",
            url=wanted,
        )
        if settings.web_url
        else words.gettext(
            "Start the bot, then enter its public address followed by {path} as “Interactions "
            "Endpoint URL” on the page “General Information”.",
            path=PATH,
        )
    )
    return [CheckLine(sentence, remedy)]


def _guild_lines(
    guilds: Sequence[Mapping[str, Any]], settings: DiscordSettings, words: Translator
) -> list[CheckLine]:
    if not guilds:
        return [
            CheckLine(
                words.gettext("The bot is in no server yet."),
                words.gettext("Open the link below and pick a server."),
            )
        ]
    more = "+" if len(guilds) == _GUILDS_PAGE else ""
    lines = [
        CheckLine(
            words.ngettext(
                "The bot is in {count}{more} server.",
                "The bot is in {count}{more} servers.",
                len(guilds),
                more=more,
            )
        )
    ]
    lines += _missing_permissions(guilds, words)
    known = {str(guild["id"]) for guild in guilds}
    lines += [
        CheckLine(
            words.gettext(
                "{variable}: the bot is not in server {id}.", variable=GUILD_IDS, id=guild_id
            ),
            words.gettext("Invite it there with the link below, or take the id out."),
        )
        for guild_id in settings.guild_ids
        if str(guild_id) not in known and not more
    ]
    return lines


def _missing_permissions(guilds: Sequence[Mapping[str, Any]], words: Translator) -> list[CheckLine]:
    lines = []
    for guild in guilds:
        missing = missing_names(discord.Permissions(int(guild.get("permissions") or 0)))
        if missing:
            lines.append(
                CheckLine(
                    words.gettext(
                        "In “{server}” the bot lacks: {permissions}.",
                        server=str(guild.get("name", guild["id"])),
                        permissions=", ".join(
                            words.pgettext("permission", name) for name in missing
                        ),
                    ),
                    words.gettext(
                        "Give its role these permissions, or invite it again with the link."
                    ),
                )
            )
    if len(lines) > _SHOWN:
        rest = len(lines) - _SHOWN
        said = words.ngettext(
            "{count} more server lacks permissions.", "{count} more servers lack permissions.", rest
        )
        lines[_SHOWN:] = [CheckLine(said, "")]
    return lines
