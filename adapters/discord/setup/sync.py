"""Registers the commands with Discord: once, when they changed, not at every start."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import discord

from bot.port.notes import Notes

_log = logging.getLogger(__name__)

EVERYWHERE = "everywhere"
NOTE = "discord commands"
_KEPT = timedelta(days=365)


async def register(
    client: discord.Client,
    application_id: int,
    payload: list[dict[str, Any]],
    guild_ids: Sequence[int],
    notes: Notes,
) -> str:
    """Register commands where their hash is not the one that was registered last.

    With `guild_ids` only there, at once, for development; else everywhere. Where they are no
    longer wanted they are taken away, so that nobody sees a command twice. `notes` keep the hashes
    and Discord's ids; without them everything is registered again, which does no harm.
    Returns the id of the first command, "" where servers have it under several.
    """
    wanted = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    scopes = {str(guild_id): wanted for guild_id in guild_ids} or {EVERYWHERE: wanted}
    known = _read(await notes.read(NOTE), application_id)
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
        note = json.dumps({"application": application_id, "commands": done})
        await notes.write(NOTE, note, _KEPT)
    roots = {done[scope].root for scope in scopes if scope in done}
    return roots.pop() if len(roots) == 1 else ""


class _Registered(NamedTuple):
    """What is registered somewhere: the hash of all, and the id of the first command."""

    payload: str
    root: str


def _read(note: str | None, application_id: int) -> Mapping[str, _Registered]:
    try:
        kept = json.loads(note or "")
        if kept["application"] != application_id:
            return {}
        return {
            str(scope): _Registered(str(payload), str(root))
            for scope, (payload, root) in kept["commands"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
