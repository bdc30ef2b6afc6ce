"""Answers an interaction: at once or deferred, in private or not, with messages or a form."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum, auto
from typing import Any

import discord

from adapters.discord.cards.cards import without_pictures
from adapters.discord.cards.components import Component
from adapters.discord.rest.errors import INVALID_FORM

_log = logging.getLogger(__name__)

ALREADY_ANSWERED = 40060
UNKNOWN_INTERACTION = 10062

Message = list[Component]


class TooLate(Exception):
    """Discord no longer takes an answer to this interaction."""


class _DrawnReply(discord.ui.LayoutView):
    """A message that is drawn already, as discord.py takes messages.

    It listens to nothing: a press is understood by its `custom_id` alone.
    """

    def __init__(self, parts: Message) -> None:
        super().__init__(timeout=None)
        self._parts = parts
        self.stop()

    def to_components(self) -> Message:
        """Return the message."""
        return self._parts

    def has_components_v2(self) -> bool:
        """Every message of ours is made of Components V2."""
        return True


class _DrawnModal(discord.ui.Modal):
    """A modal that is drawn already."""

    def __init__(self, payload: dict[str, Any]) -> None:
        super().__init__(title=payload["title"], custom_id=payload["custom_id"])
        self._payload = payload
        self.stop()

    def to_dict(self) -> dict[str, Any]:
        """Return the modal."""
        return self._payload


class _Promise(Enum):
    """What Discord was promised, when an answer took long."""

    NOTHING = auto()
    PRIVATE = auto()
    IN_PLACE = auto()


class Responder:
    """One interaction, and what was answered to it so far."""

    def __init__(self, interaction: discord.Interaction[Any]) -> None:
        self.interaction = interaction
        self._promise = _Promise.NOTHING

    @property
    def answered(self) -> bool:
        """Whether Discord has an answer, or the promise of one."""
        return self.interaction.response.is_done()

    async def defer(self, *, in_place: bool) -> None:
        """Promise an answer: Discord shows the asker, and nobody else, that the bot is at work."""
        response = self.interaction.response
        if in_place:
            self._promise = _Promise.IN_PLACE
            await _first(response.defer)
        else:
            self._promise = _Promise.PRIVATE
            await _first(lambda: response.defer(ephemeral=True, thinking=True))

    async def send(self, messages: Sequence[Message], *, private: bool, in_place: bool) -> None:
        """Answer with messages. The first takes the place of the message that was pressed, if so.

        Raises TooLate, and discord.HTTPException where Discord refuses.
        """
        first, *more = messages
        await _with_or_without_pictures(
            first,
            lambda parts: self._send_first(_DrawnReply(parts), private=private, in_place=in_place),
        )
        for message in more:
            await _with_or_without_pictures(
                message, lambda parts: self._follow(_DrawnReply(parts), private=private)
            )

    async def ask(self, modal: dict[str, Any]) -> None:
        """Answer with a form. Only a first answer can be one."""
        await _first(lambda: self.interaction.response.send_modal(_DrawnModal(modal)))

    async def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Answer with completions: (what is shown, what is typed)."""
        options = [discord.app_commands.Choice(name=name, value=value) for name, value in choices]
        await _first(lambda: self.interaction.response.autocomplete(options))

    async def _send_first(self, view: _DrawnReply, *, private: bool, in_place: bool) -> None:
        interaction = self.interaction
        promise, self._promise = self._promise, _Promise.NOTHING
        if not self.answered:
            if in_place:
                await _first(lambda: interaction.response.edit_message(view=view))
            else:
                await _first(
                    lambda: interaction.response.send_message(view=view, ephemeral=private)
                )
        elif promise is _Promise.NOTHING or (promise is _Promise.IN_PLACE and not in_place):
            await self._follow(view, private=private)
        elif promise is _Promise.PRIVATE and not private:
            # Who sees an answer is fixed when it is promised.
            await interaction.delete_original_response()
            await self._follow(view, private=False)
        else:
            await interaction.edit_original_response(view=view)

    async def _follow(self, view: _DrawnReply, *, private: bool) -> None:
        await self.interaction.followup.send(view=view, ephemeral=private)


async def _first(send: Callable[[], Awaitable[object]]) -> None:
    """Send a first answer; once more where the connection broke. Raises TooLate."""
    for last in (False, True):
        try:
            await send()
        except discord.HTTPException as error:
            if error.code == ALREADY_ANSWERED:
                return
            if error.code == UNKNOWN_INTERACTION:
                raise TooLate from error
            raise
        except OSError as error:
            if last:
                raise
            _log.warning("the connection broke while answering: %s; answered again", error)
        else:
            return


async def _with_or_without_pictures(
    message: Message, send: Callable[[Message], Awaitable[None]]
) -> None:
    try:
        await send(message)
    except discord.HTTPException as error:
        if error.code != INVALID_FORM:
            raise
        _log.warning("Discord refused an answer: %s; tried without its pictures", error)
        await send(without_pictures(message))
