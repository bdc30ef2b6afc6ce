"""Registers the commands with Discord: once, when they changed, not at every start."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import discord

_log = logging.getLogger(__name__)

EVERYWHERE = "everywhere"
FILE = "discord-commands.json"


async def register(
    client: discord.Client,
    application_id: int,
    payload: list[dict[str, Any]],
    guild_ids: Sequence[int],
    file: Path,
) -> str:
    """Register commands where their hash is not the one that was registered last.

    With `guild_ids` only there, at once, for development; else everywhere. Where they are no
    longer wanted they are taken away, so that nobody sees a command twice. `file` remembers the
    hashes and Discord's ids; without it everything is registered again, which does no harm.
    Returns the id of the first command, "" where servers have it under several.
    """
    wanted = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    scopes = {str(guild_id): wanted for guild_id in guild_ids} or {EVERYWHERE: wanted}
    known = await asyncio.to_thread(_read, file, application_id)
    done = dict(known)
    for scope in sorted({*scopes, *known}):
        if scope in scopes and scope in known and known[scope].payload == wanted:
            continue
        commands = payload if scope in scopes else []
        registered: Sequence[Mapping[str, Any]] = ()
        if scope == EVERYWHERE:
            registered = await client.http.bulk_upsert_global_commands(application_id, commands)
        else:
            try:
                registered = await client.http.bulk_upsert_guild_commands(
                    application_id, int(scope), commands
                )
            except (discord.Forbidden, discord.NotFound):
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
