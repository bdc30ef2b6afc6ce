"""Registers the commands with Discord: once, when they changed, not at every start."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import discord

_log = logging.getLogger(__name__)

EVERYWHERE = "everywhere"
FILE = "discord-commands.json"


Registered = Sequence[Mapping[str, Any]]
"""Commands as Discord has them now, each with its id."""


class NotRegistered(Exception):
    """The bot is not in a server, or may not register commands there."""


class Registrar(Protocol):
    """Registers commands."""

    async def everywhere(self, payload: list[dict[str, Any]]) -> Registered:
        """Replace the commands of all servers."""

    async def in_guild(self, guild_id: int, payload: list[dict[str, Any]]) -> Registered:
        """Replace the commands of one server. Raises NotRegistered."""


class ClientRegistrar:
    """Registers commands through discord.py."""

    def __init__(self, client: discord.Client, application_id: int) -> None:
        self._http = client.http
        self._application_id = application_id

    async def everywhere(self, payload: list[dict[str, Any]]) -> Registered:
        """Replace the commands of all servers."""
        return await self._http.bulk_upsert_global_commands(self._application_id, payload)

    async def in_guild(self, guild_id: int, payload: list[dict[str, Any]]) -> Registered:
        """Replace the commands of one server. Raises NotRegistered: we are not in it."""
        try:
            return await self._http.bulk_upsert_guild_commands(
                self._application_id, guild_id, payload
            )
        except (discord.Forbidden, discord.NotFound) as error:
            raise NotRegistered(guild_id) from error


async def register(
    payload: list[dict[str, Any]],
    application_id: int,
    guild_ids: Sequence[int],
    file: Path,
    registrar: Registrar,
) -> str:
    """Register commands where their hash is not the one that was registered last.

    With `guild_ids` only there, at once, for development; else everywhere. Where they are no
    longer wanted they are taken away, so that nobody sees a command twice. `file` remembers the
    hashes and Discord's ids; without it everything is registered again, which does no harm.
    Returns the id of the first command, "" where servers have it under several.
    """
    wanted = _hash(payload)
    scopes = {str(guild_id): wanted for guild_id in guild_ids} or {EVERYWHERE: wanted}
    known = await asyncio.to_thread(_read, file, application_id)
    done = dict(known)
    for scope in sorted({*scopes, *known}):
        if scope in scopes and scope in known and known[scope].payload == wanted:
            continue
        commands = payload if scope in scopes else []
        registered: Registered = ()
        try:
            if scope == EVERYWHERE:
                registered = await registrar.everywhere(commands)
            else:
                registered = await registrar.in_guild(int(scope), commands)
        except NotRegistered:
            _log.warning("server %s takes no commands: the bot is not in it", scope)
            if scope in scopes:
                continue
        _log.info("registered %d commands: %s", len(commands), scope)
        done.pop(scope, None)
        if scope in scopes:
            done[scope] = _Registered(wanted, str(registered[0]["id"]) if registered else "")
        await asyncio.to_thread(_write, file, application_id, done)
    roots = {done[scope].root for scope in scopes if scope in done}
    return roots.pop() if len(roots) == 1 else ""


class _Registered(NamedTuple):
    """What is registered somewhere: the hash of all, and the id of the first command."""

    payload: str
    root: str


def _hash(payload: list[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


def _read(file: Path, application_id: int) -> Mapping[str, _Registered]:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["application"] != application_id:
            return {}
        return {
            str(scope): _Registered(str(payload), str(root))
            for scope, (payload, root) in kept["commands"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _write(file: Path, application_id: int, commands: Mapping[str, _Registered]) -> None:
    text = json.dumps({"application": application_id, "commands": commands}, indent=2)
    part = file.with_suffix(".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    except OSError as error:
        _log.warning("%s cannot be written: %s", file, error)
