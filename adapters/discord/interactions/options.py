"""What a person gave with a command, as Discord sends it, becomes arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.discord.setup.commands import CHANNEL, MENTIONABLE, SUBCOMMAND, SUBCOMMAND_GROUP
from bot.port.command import Command
from bot.port.form import Kind

GROUP = "group:"
"""What stands before the id of a role, as the commands know groups."""

_MENTION = re.compile(r"<[#@]!?(\d+)>")


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it was given. `channel_id` is the channel that was picked, if one was.

    `focused` is the option that is being typed.
    """

    command: str
    arguments: Mapping[str, str | int] = field(default_factory=dict)
    channel_id: int | None = None
    focused: str | None = None


def asked_by_slash(data: Mapping[str, Any]) -> Asked:
    """Return what an application command or its completion holds."""
    options = data.get("options") or ()
    if options and options[0]["type"] == SUBCOMMAND_GROUP:
        options = options[0]["options"]
    sub = next((option for option in options if option["type"] == SUBCOMMAND), None)
    if sub is None:
        return Asked(str(data.get("name", "")))
    arguments: dict[str, str | int] = {}
    channel_id = None
    focused = None
    roles = (data.get("resolved") or {}).get("roles") or {}
    for option in sub.get("options") or ():
        name, value = option["name"], option["value"]
        if option.get("focused"):
            focused = name
        if option["type"] == CHANNEL:
            channel_id = int(value)
        elif option["type"] == MENTIONABLE:
            arguments[name] = f"{GROUP}{value}" if str(value) in roles else str(value)
        elif isinstance(value, bool):
            arguments[name] = "yes" if value else "no"
        elif isinstance(value, int):
            arguments[name] = value
        else:
            arguments[name] = str(value)
    return Asked(sub["name"], arguments, channel_id, focused)


def without_channel(command: Command | None, arguments: Mapping[str, str]) -> Asked:
    """Return a button's or a form's arguments, the channel among them taken out."""
    kept: dict[str, str | int] = {}
    channel_id = None
    channels = (
        {each.name for each in command.parameters if each.kind is Kind.CHANNEL} if command else ()
    )
    for name, value in arguments.items():
        if name in channels:
            plain = _MENTION.sub(r"\1", value)
            channel_id = int(plain) if plain.isdecimal() else None
        else:
            kept[name] = value
    return Asked(command.name if command else "", kept, channel_id)
