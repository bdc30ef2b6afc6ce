"""Looks at what is configured for Discord, without changing anything, for `ainews check`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from bot.i18n.translator import N_, Translator
from bot.port.platform import CheckLine, finding

_UNAUTHORIZED = 401
_GUILDS_PAGE = 200
_SHOWN = 5
"""So many servers are named where something is missing; the rest is counted."""


async def check_discord(settings: DiscordSettings, words: Translator) -> Sequence[CheckLine]:
    """Return what is well and what is not, a line a finding."""
    rest = Rest(settings)
    try:
        application = await rest(Call("GET", "/applications/@me"))
        query = {"limit": str(_GUILDS_PAGE)}
        guilds = await rest(Call("GET", "/users/@me/guilds", query=query))
    except RestError as error:
        if isinstance(error, Answered) and error.status == _UNAUTHORIZED:
            remedy = words.gettext(TOKEN_REMEDY)
            return [CheckLine(f"{TOKEN}: {words.gettext(TOKEN_REFUSED)}", remedy, TOKEN)]
        return [
            finding(
                words,
                "Discord cannot be asked: {reason}",
                "Try again later; look at this machine's connection and at {variable}.",
                reason=error,
                variable=API_BASE,
            )
        ]
    finally:
        await rest.close()
    link = invitation(application["id"])
    return [
        *_application_lines(application, settings, words),
        *_guild_lines(guilds, settings, words),
        finding(words, "Discord: invite the bot with {link}", link=link),
    ]


def _application_lines(
    application: Mapping[str, Any], settings: DiscordSettings, words: Translator
) -> Iterator[CheckLine]:
    name = application.get("name", "")
    yield finding(words, "Discord: the token belongs to “{name}”.", name=name)
    yield from _address_lines(application, settings, words)
    if application.get("bot_require_code_grant"):
        yield finding(
            words,
            "The bot cannot be invited: it asks for an OAuth2 code grant.",
            "Turn “Requires OAuth2 Code Grant” off on the page “Bot”.",
        )
    if application.get("bot_public", True):
        yield finding(
            words,
            "Everybody can invite the bot: “Public Bot” is on.",
            "Choose “None” as Install Link on the page “Installation”, then turn “Public "
            "Bot” off on the page “Bot”. Servers that you did not allow only read.",
        )
    else:
        yield finding(words, "Only you can invite the bot: “Public Bot” is off on the page “Bot”.")


def _address_lines(
    application: Mapping[str, Any], settings: DiscordSettings, words: Translator
) -> Iterator[CheckLine]:
    """Yield how commands come in, and what keeps them away."""
    address = str(application.get("interactions_endpoint_url") or "")
    if settings.public_key is None:
        if address:
            yield finding(
                words,
                "Discord sends commands to an address instead of to this bot.",
                "Clear “Interactions Endpoint URL” on the page “General Information”, or set "
                "{variable} (docs/discord.md).",
                variable=PUBLIC_KEY,
            )
        return
    if application.get("verify_key") != settings.public_key:
        yield finding(words, OTHER_KEY, OTHER_KEY_REMEDY, setting=PUBLIC_KEY)
        return
    wanted = f"{settings.web_url or ''}{PATH}"
    comes = N_("Discord sends commands to {url}.")
    if urlsplit(address).path == PATH and (settings.web_url is None or address == wanted):
        yield finding(words, comes, url=address)
        return
    sentence = comes if address else N_("Discord does not know yet where to send commands.")
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
    yield CheckLine(words.gettext(sentence, url=address), remedy)


def _guild_lines(
    guilds: Sequence[Mapping[str, Any]], settings: DiscordSettings, words: Translator
) -> Iterator[CheckLine]:
    if not guilds:
        yield finding(
            words, "The bot is in no server yet.", "Open the link below and pick a server."
        )
        return
    more = "+" if len(guilds) == _GUILDS_PAGE else ""
    yield CheckLine(
        words.ngettext(
            "The bot is in {count}{more} server.",
            "The bot is in {count}{more} servers.",
            len(guilds),
            more=more,
        )
    )
    yield from _missing_permissions(guilds, words)
    known = {str(guild["id"]) for guild in guilds}
    for guild_id in settings.guild_ids:
        if str(guild_id) not in known and not more:
            yield finding(
                words,
                "{variable}: the bot is not in server {id}.",
                "Invite it there with the link below, or take the id out.",
                variable=GUILD_IDS,
                id=guild_id,
            )


def _missing_permissions(guilds: Sequence[Mapping[str, Any]], words: Translator) -> list[CheckLine]:
    lines = []
    for guild in guilds:
        missing = missing_names(discord.Permissions(int(guild.get("permissions") or 0)))
        if missing:
            lines.append(
                finding(
                    words,
                    "In “{server}” the bot lacks: {permissions}.",
                    "Give its role these permissions, or invite it again with the link.",
                    server=guild.get("name", guild["id"]),
                    permissions=", ".join(words.pgettext("permission", name) for name in missing),
                )
            )
    if len(lines) > _SHOWN:
        rest = len(lines) - _SHOWN
        said = words.ngettext(
            "{count} more server lacks permissions.", "{count} more servers lack permissions.", rest
        )
        lines[_SHOWN:] = [CheckLine(said, "")]
    return lines
