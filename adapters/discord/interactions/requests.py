"""What a person asked for on Discord, understood: by a command, a menu, a button or a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import discord

from adapters.discord.interactions import context as asking
from adapters.discord.interactions.context import Interaction
from adapters.discord.interactions.custom_ids import Mode, Press, StalePress, unseal
from adapters.discord.interactions.forms import sent_arguments
from adapters.discord.interactions.options import Asked, asked_by_slash, without_channel
from adapters.discord.setup.commands import MENU_COMMAND, MESSAGE_MENU
from bot.i18n.translator import Translators
from bot.port.command import SHARE, Command
from bot.port.form import Kind
from bot.port.invocation import Asker, Invocation, Reach
from bot.port.pending_forms import DRAFT
from store.model import ChannelRef


class NoLink(Exception):
    """The message that somebody wants to add holds no link."""


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """What a person asked for.

    `reach` is whom the answer can reach. `in_place`: it takes the place of the message that they
    pressed. `submitted`: it is a form; `pressed`: it is a button. `prefilled` is what is known for
    its form. `draft` names the form that is to be shown again. `threads_only`: the channel is a
    forum. `within` is the channel that a thread belongs to.
    """

    asked: Asked
    command: Command | None
    asker: Asker
    channel: ChannelRef
    reach: Reach = Reach.ASKER
    elsewhere: bool = False
    in_place: bool = False
    submitted: bool = False
    pressed: bool = False
    prefilled: Mapping[str, str] | None = None
    draft: str = ""
    channel_name: str = ""
    threads_only: bool = False
    within: ChannelRef | None = None
    delivery: str = ""

    @property
    def invocation(self) -> Invocation:
        """The question in the words of the port."""
        return Invocation(
            self.asked.command,
            self.asker,
            self.channel,
            self.asked.arguments,
            interactive=True,
            ask=self.pressed,
            submitted=self.submitted,
            channel_name=self.channel_name,
            threads_only=self.threads_only,
            within=self.within,
            reach=self.reach,
            elsewhere=self.elsewhere,
            delivery=self.delivery,
        )

    @property
    def shared(self) -> bool:
        """Whether the asker wants everybody in the channel to see the answer."""
        return self.asked.arguments.get(SHARE.name) == "yes"

    @property
    def may_show_form(self) -> bool:
        """Whether the answer may be a form."""
        if self.submitted or self.command is None:
            return False
        return bool(self.command.form_fields) or (
            self.pressed and any(one.required for one in self.command.parameters)
        )

    def arguments(self, only: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the arguments as a button holds them, the channel among them."""
        arguments = {
            name: str(value)
            for name, value in self.asked.arguments.items()
            if only is None or name in only
        }
        if self.asked.channel_id is not None and self.command is not None:
            for parameter in self.command.parameters:
                if parameter.kind is Kind.CHANNEL:
                    arguments[parameter.name] = str(self.asked.channel_id)
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
        return replace(question, in_place=in_place, draft=draft, pressed=True)

    def _from_form(self, interaction: Interaction, data: Mapping[str, Any]) -> CommandRequest:
        press = unseal(str(data.get("custom_id")))
        sent = sent_arguments(data.get("components") or (), self._translators)
        asked = self._asked(replace(press, arguments={**press.arguments, **sent}))
        return replace(self._question(interaction, asked), submitted=True)

    def _asked(self, press: Press) -> Asked:
        command = self._commands.get(press.command)
        if command is None:
            raise StalePress(press.command)
        arguments = {name: value for name, value in press.arguments.items() if name != DRAFT}
        return without_channel(command, arguments)

    def _question(
        self, interaction: Interaction, asked: Asked, reach: Reach = Reach.ON_REQUEST
    ) -> CommandRequest:
        elsewhere = asked.channel_id is not None and asked.channel_id != interaction.channel_id
        return CommandRequest(
            asked,
            self._commands.get(asked.command),
            asking.asker_of(interaction, asked.channel_id),
            asking.channel_of(interaction, asked.channel_id),
            reach if asking.may_share(interaction) else Reach.ASKER,
            elsewhere,
            channel_name=asking.channel_name(interaction, asked.channel_id),
            threads_only=asking.is_forum(interaction, asked.channel_id),
            within=asking.parent_of(interaction, asked.channel_id),
            delivery=str(interaction.id),
        )
