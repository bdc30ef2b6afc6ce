"""What a person asked for on Discord, understood: by a command, a menu, a button or a form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import discord

from adapters.discord.interactions import context as asking
from adapters.discord.interactions.context import Asked, Interaction
from adapters.discord.interactions.custom_ids import Mode, Press, StalePress, unseal
from adapters.discord.interactions.forms import sent_arguments
from adapters.discord.setup.commands import (
    CHANNEL,
    MENTIONABLE,
    MENU_COMMAND,
    MESSAGE_MENU,
    SUBCOMMAND,
    SUBCOMMAND_GROUP,
)
from bot.i18n.translator import Translators
from bot.port.command import SHARE, Command
from bot.port.form import Kind
from bot.port.invocation import Invocation, Reach
from bot.port.notes import DRAFT

GROUP = "group:"
"""What stands before the id of a role, as the commands know groups."""

_MENTION = re.compile(r"<[#@]!?(\d+)>")


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


class NoLink(Exception):
    """The message that somebody wants to add holds no link."""


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """What a person asked for.

    `channel_id` is the channel that was picked, if one was. `in_place`: the answer takes the place
    of the message that they pressed. `prefilled` is what is known for the form that is the answer.
    `draft` names the form that is to be shown again.
    """

    invocation: Invocation
    command: Command | None
    channel_id: int | None = None
    in_place: bool = False
    prefilled: Mapping[str, str] = field(default_factory=dict)
    draft: str = ""

    @property
    def shared(self) -> bool:
        """Whether the asker wants everybody in the channel to see the answer."""
        return self.invocation.arguments.get(SHARE.name) == "yes"

    @property
    def may_show_form(self) -> bool:
        """Whether the answer may be a form."""
        if self.invocation.submitted or self.command is None:
            return False
        return bool(self.command.form_fields) or (
            self.invocation.ask and any(one.required for one in self.command.parameters)
        )

    def arguments(self, only: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the arguments as a button holds them, the channel among them."""
        arguments = {
            name: str(value)
            for name, value in self.invocation.arguments.items()
            if only is None or name in only
        }
        if self.channel_id is not None and self.command is not None:
            for parameter in self.command.parameters:
                if parameter.kind is Kind.CHANNEL:
                    arguments[parameter.name] = str(self.channel_id)
        return arguments


class CommandRequests:
    """Understands interactions by the declared commands."""

    def __init__(self, commands: Sequence[Command], translators: Translators) -> None:
        self._commands = {command.name: command for command in commands}
        self._translators = translators

    def of(self, interaction: Interaction) -> CommandRequest | None:
        """Return what was asked, None for what is no question.

        Raises StalePress for a button of the past, and NoLink.
        """
        data: Mapping[str, Any] = interaction.data or {}
        match interaction.type:
            case discord.InteractionType.application_command:
                if data.get("type") == MESSAGE_MENU:
                    return self._from_menu(interaction, data)
                return self.from_slash(interaction)
            case discord.InteractionType.component:
                return self._from_press(interaction, data)
            case discord.InteractionType.modal_submit:
                return self._from_form(interaction, data)
            case _:
                return None

    def from_slash(self, interaction: Interaction) -> CommandRequest:
        """Return what a command, also one that is still being typed, asks for."""
        asked = asked_by_slash(interaction.data or {})
        return self._question(interaction, asked, Reach.CHANNEL)

    def _from_menu(self, interaction: Interaction, data: Mapping[str, Any]) -> CommandRequest:
        """Return the message menu as the form of `add`, with what the message tells."""
        found = asking.found_in_message(data)
        if not found:
            raise NoLink
        asked = Asked(MENU_COMMAND, {"link": found.pop("link")})
        return replace(self._question(interaction, asked), prefilled=found)

    def _from_press(self, interaction: Interaction, data: Mapping[str, Any]) -> CommandRequest:
        """Return what a button or the choice of a menu stands for."""
        custom_id = next(iter(data.get("values") or ()), None) or str(data.get("custom_id"))
        press = unseal(custom_id, asking.message_ids(interaction))
        in_place = press.mode is Mode.PAGE and asking.is_own_message(interaction)
        draft = press.arguments.get(DRAFT, "") if press.mode is Mode.CORRECT else ""
        if press.mode is Mode.SHARE or (in_place and not asking.is_seen_alone(interaction)):
            press = replace(press, arguments={**press.arguments, SHARE.name: "yes"})
        question = self._question(interaction, self._asked(press))
        invocation = replace(question.invocation, ask=True)
        return replace(question, invocation=invocation, in_place=in_place, draft=draft)

    def _from_form(self, interaction: Interaction, data: Mapping[str, Any]) -> CommandRequest:
        press = unseal(str(data.get("custom_id")))
        sent = sent_arguments(data.get("components") or (), self._translators)
        asked = self._asked(replace(press, arguments={**press.arguments, **sent}))
        question = self._question(interaction, asked)
        return replace(question, invocation=replace(question.invocation, submitted=True))

    def _asked(self, press: Press) -> Asked:
        command = self._commands.get(press.command)
        if command is None:
            raise StalePress(press.command)
        arguments = {name: value for name, value in press.arguments.items() if name != DRAFT}
        return without_channel(command, arguments)

    def _question(
        self, interaction: Interaction, asked: Asked, reach: Reach = Reach.ON_REQUEST
    ) -> CommandRequest:
        invocation = asking.invocation_of(interaction, asked, reach)
        return CommandRequest(invocation, self._commands.get(asked.command), asked.channel_id)
