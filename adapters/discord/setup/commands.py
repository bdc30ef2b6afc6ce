"""The declared commands become `/ainews` with a subcommand each, some in groups, and one menu.

Nothing is written twice: names, descriptions, types, choices and limits come from the
declarations, Korean names and descriptions from the catalogs. They are registered with Discord
once, when they changed, not at every start.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import discord

from adapters.discord.cards import limits
from adapters.discord.cards.typed import ROOT
from bot.i18n.translator import N_, Translators
from bot.port.command import Command, Group, Parameter
from bot.port.fitting import cut
from bot.port.form import Choice, Kind
from bot.port.notes import Notes

_log = logging.getLogger(__name__)

_ROOT_DESCRIPTION = N_("AI news: read, search and share")
MENU = N_("Add to AI news")
"""The menu of a message, which opens the form of `add`."""
MENU_COMMAND = "add"

SLASH = 1
MESSAGE_MENU = 3

SUBCOMMAND = 1
SUBCOMMAND_GROUP = 2
STRING = 3
INTEGER = 4
CHANNEL = 7
MENTIONABLE = 9

CHANNEL_TYPES = (0, 5, 10, 11, 12, 15)
"""Text, announcement, threads of both and private ones, forum."""

_GUILD_CONTEXT = 0
_BOT_DM_CONTEXT = 1
_GUILD_INSTALL = 0
_COMPLETED = frozenset({Kind.TAG, Kind.TAGS, Kind.ENTRY, Kind.SOURCE, Kind.TIMEZONE})
_NAME = re.compile(r"[-_'\w]{1,32}")
_OTHER_LANGUAGES = ("ko",)


def command_payload(commands: Sequence[Command], translators: Translators) -> list[dict[str, Any]]:
    """Return what is registered with Discord. Raises ValueError where a limit is broken."""
    drawn = _DrawnCommand(translators)
    options = drawn.subcommands([command for command in commands if not command.by_button])
    if len(options) > limits.COMMAND_OPTIONS:
        raise ValueError(
            f"{len(options)} commands; Discord takes {limits.COMMAND_OPTIONS} subcommands"
        )
    root: dict[str, Any] = {
        "type": SLASH,
        "name": ROOT,
        **drawn.said("description", "command", _ROOT_DESCRIPTION, limits.COMMAND_DESCRIPTION),
        "options": options,
        **_PLACES,
        "contexts": [_GUILD_CONTEXT, _BOT_DM_CONTEXT],
    }
    length = sum(len(text) for text in _counted(root))
    if length > limits.COMMAND_TEXT:
        raise ValueError(f"/{ROOT} has {length} characters; Discord takes {limits.COMMAND_TEXT}")
    if all(command.name != MENU_COMMAND for command in commands):
        return [root]
    menu: dict[str, Any] = {
        "type": MESSAGE_MENU,
        **drawn.said("name", "command", MENU, limits.COMMAND_NAME),
        **_PLACES,
    }
    return [root, menu]


_PLACES: Mapping[str, Any] = {"contexts": [_GUILD_CONTEXT], "integration_types": [_GUILD_INSTALL]}


class _DrawnCommand:
    """Draws declarations in English, with the other languages beside it."""

    def __init__(self, translators: Translators) -> None:
        self._english = translators.of("en")
        self._others = {language: translators.of(language) for language in _OTHER_LANGUAGES}

    def subcommands(self, commands: Sequence[Command]) -> list[dict[str, Any]]:
        """Return commands as subcommands, those of a group in it, where its first one stands."""
        options: list[dict[str, Any]] = []
        groups: dict[Group, list[dict[str, Any]]] = {}
        for command in commands:
            if command.group is not None and command.group not in groups:
                inner = groups[command.group] = []
                group = self._declared(SUBCOMMAND_GROUP, "command", command.group)
                options.append({**group, "options": inner})
            into = options if command.group is None else groups[command.group]
            into.append(self._subcommand(command))
        return options

    def _subcommand(self, command: Command) -> dict[str, Any]:
        """Return a command as a subcommand; options that are required stand first."""
        parameters = sorted(command.parameters, key=lambda parameter: not parameter.required)
        options = [self._option(parameter) for parameter in parameters]
        if len(options) > limits.COMMAND_OPTIONS:
            raise ValueError(f"{command.name} has more than {limits.COMMAND_OPTIONS} options")
        return {**self._declared(SUBCOMMAND, "command", command), "options": options}

    def said(self, field: str, context: str, text: str, room: int) -> dict[str, Any]:
        """Return a field whose text is told in every language, in at most `room` units."""
        return {
            field: cut(self._english.pgettext(context, text), room),
            f"{field}_localizations": {
                language: cut(words.pgettext(context, text), room)
                for language, words in self._others.items()
            },
        }

    def _declared(
        self, kind: int, context: str, one: Group | Command | Parameter
    ) -> dict[str, Any]:
        """Return what is declared of anything, its name only where Discord takes such a one."""
        others = {
            language: translated
            for language, words in self._others.items()
            if _NAME.fullmatch(translated := words.pgettext(context, one.name).casefold())
        }
        return {
            "type": kind,
            "name": one.name,
            "name_localizations": others,
            **self.said("description", context, one.description, limits.COMMAND_DESCRIPTION),
        }

    def _option(self, parameter: Parameter) -> dict[str, Any]:
        option = self._declared(_TYPES.get(parameter.kind, STRING), "parameter", parameter)
        option["required"] = parameter.required
        if parameter.kind is Kind.INTEGER:
            option["min_value"] = 1
            if parameter.maximum is not None:
                option["max_value"] = parameter.maximum
        elif parameter.kind is Kind.CHANNEL:
            option["channel_types"] = list(CHANNEL_TYPES)
        elif 0 < len(parameter.choices) <= limits.CHOICES:
            option["choices"] = [self._choice(choice) for choice in parameter.choices]
        elif parameter.kind in _COMPLETED or parameter.choices:
            option["autocomplete"] = True
        return option

    def _choice(self, choice: Choice) -> dict[str, Any]:
        return {
            **self.said("name", "choice", choice.label, limits.CHOICE_TEXT),
            "value": choice.value,
        }


_TYPES = {Kind.INTEGER: INTEGER, Kind.CHANNEL: CHANNEL, Kind.PERSON: MENTIONABLE}


def _counted(part: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts that count towards a command's length, each in its longest language."""
    for name in ("name", "description"):
        if name in part:
            others = part.get(f"{name}_localizations") or {}
            yield max((part[name], *others.values()), key=len)
    if isinstance(part.get("value"), str):
        yield part["value"]
    for inner in (*part.get("options", ()), *part.get("choices", ())):
        yield from _counted(inner)


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
