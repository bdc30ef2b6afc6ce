"""Runs what a person asked for on Discord, and sees to it that they always get an answer."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import discord

from adapters.discord.cards.cards import draw_reply
from adapters.discord.cards.components import Component
from adapters.discord.cards.limits import CHOICE_TEXT, CHOICES, TOKEN_LIFE
from adapters.discord.cards.sections import DiscordLook
from adapters.discord.cards.typed import TypedCommands
from adapters.discord.interactions import context as asking
from adapters.discord.interactions.context import Interaction
from adapters.discord.interactions.custom_ids import Mode, Press, StalePress
from adapters.discord.interactions.forms import modal
from adapters.discord.interactions.replies import Responder, TooLate
from adapters.discord.interactions.requests import (
    CommandRequest,
    CommandRequests,
    NoLink,
    asked_by_slash,
)
from bot.i18n.translator import N_, Translators
from bot.port.card import Card, Text, Tone
from bot.port.fitting import cut, units
from bot.port.form import Form
from bot.port.invocation import Outcome, Reply
from bot.port.notes import DRAFT, Notes, PendingForms
from bot.port.platform import CommandHandler

_log = logging.getLogger(__name__)

LookUp = Callable[[str], Awaitable[None]]

_STALE = N_("This button no longer works. Give the command again.")
_NO_LINK = N_("This message has no link.")
_FAILED = N_("Something went wrong here. Tell the operator the reference {reference}.")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for which an answer is waited for. Discord wants its first within three.

    `form`: a form cannot follow once an answer was promised, so it gets longer. `other`: so much
    longer another process gets, to which the same interaction came first.
    """

    answer: float = 1.0
    form: float = 2.2
    completion: float = 2.5
    other: float = 0.2
    whole: float = TOKEN_LIFE - 60.0


USUAL = Patience()


class CommandRunner:
    """Answers interactions. It remembers nothing of them."""

    def __init__(
        self,
        handler: CommandHandler,
        translators: Translators,
        patience: Patience,
        typed: TypedCommands,
        *,
        notes: Notes,
        look_up: LookUp | None = None,
    ) -> None:
        """`notes` keep forms that wait to be corrected.

        `look_up` lets a server be known of which no gateway tells.
        """
        self._handler = handler
        self._look_up = look_up
        self._translators = translators
        self._patience = patience
        self._typed = typed
        self._questions = CommandRequests(handler.commands, translators)
        self._drafts = PendingForms(notes)

    async def __call__(self, interaction: Interaction) -> None:
        """Answer an interaction. Never raises but for cancellation."""
        conversation = Responder(interaction)
        try:
            if interaction.type is discord.InteractionType.autocomplete:
                await self._complete(conversation)
            else:
                await self._answer(conversation)
        except TooLate:
            _log.warning("interaction %d was answered too late", interaction.id)
        except NoLink:
            await self._say(conversation, _NO_LINK, Tone.REFUSED)
        except StalePress as press:
            _log.info("a button of the past was pressed: %.100r", str(press))
            await self._say(conversation, _STALE, Tone.REFUSED)
        except Exception:  # noqa: BLE001 - whoever asked is told, whatever it was
            reference = secrets.token_hex(4)
            _log.exception("interaction %d failed, reference %s", interaction.id, reference)
            await self._say(conversation, _FAILED, Tone.FAILED, reference=reference)

    async def _answer(self, conversation: Responder) -> None:
        interaction = conversation.interaction
        question = self._questions.of(interaction)
        if question is None:
            return
        if question.invocation.elsewhere and self._look_up is not None:
            # What somebody may do in another channel a button or a form does not say.
            await self._look_up(question.invocation.asker.actor.workspace)
            question = self._questions.of(interaction) or question
        draft = await self._drafts.get(question.draft)
        if draft is not None:
            await conversation.ask(modal(draft.form, self._translators.of(draft.language)))
            return
        reply = await self._reply(conversation, question)
        pressed = asking.relabelled(interaction, reply.pressed) if reply.pressed else None
        if pressed is not None and not conversation.answered:
            await conversation.send([pressed], private=True, in_place=True)
        elif reply.form is None:
            await self._send(conversation, question, reply)
        else:
            await self._form(conversation, question, reply, reply.form)

    async def _reply(self, conversation: Responder, question: CommandRequest) -> Reply:
        """Run a command; where it takes long, promise an answer meanwhile."""
        patience = self._patience
        task = asyncio.create_task(self._handler.run(question.invocation))
        try:
            wait = patience.form if question.may_show_form else patience.answer
            done, _ = await asyncio.wait({task}, timeout=wait)
            if not done:
                await conversation.defer(in_place=question.in_place)
            reply = await asyncio.wait_for(task, patience.whole)
            if reply.repeated:
                # Discord takes one answer. The other's, or its promise of one, tells more.
                await asyncio.sleep(wait + patience.other)
            return reply
        finally:
            task.cancel()

    async def _send(self, conversation: Responder, question: CommandRequest, reply: Reply) -> None:
        words = self._translators.of(reply.card.language)
        private = reply.private
        # Whoever is no moderator gets a card without those buttons; others may see a public one.
        look = DiscordLook(words, pages=question.invocation.command, curator=private)
        # A page that all see gives way only to another such.
        in_place = (
            question.in_place and reply.outcome is Outcome.DONE and private != question.shared
        )
        await conversation.send(self._drawn(reply.card, look), private=private, in_place=in_place)

    def _drawn(self, card: Card, look: DiscordLook) -> list[list[Component]]:
        return draw_reply(self._typed.in_card(card), look)

    async def _form(
        self, conversation: Responder, question: CommandRequest, reply: Reply, form: Form
    ) -> None:
        """Show a form; where something is wrong with it, or it is too late, a button that does.

        The button opens the form as it is; later, by its arguments.
        """
        words = self._translators.of(reply.card.language)
        if question.invocation.submitted:
            label = words.gettext("Correct the form")
            arguments = question.arguments(only=form.hidden)
        else:
            form = form.filled(question.prefilled)
            if not conversation.answered:
                await conversation.ask(modal(form, words))
                return
            label = words.gettext("Open the form")
            arguments = question.arguments()
        token = await self._drafts.keep(form, words.language)
        press = Press(Mode.CORRECT, form.command, {**arguments, DRAFT: token})
        look = DiscordLook(words, extra=((label, press),))
        await conversation.send(self._drawn(reply.card, look), private=True, in_place=False)

    async def _complete(self, conversation: Responder) -> None:
        interaction = conversation.interaction
        focused = asked_by_slash(interaction.data or {}).focused
        if focused is None:
            return
        invocation = self._questions.from_slash(interaction).invocation
        typed = str(invocation.arguments.get(focused, ""))
        offering = self._handler.complete(invocation, focused, typed, CHOICES)
        try:
            offered = await asyncio.wait_for(offering, self._patience.completion)
        except TimeoutError:
            _log.warning("completion of %s took too long", focused)
            offered = ()
        choices = [
            (cut(choice.label or choice.value, CHOICE_TEXT), choice.value)
            for choice in offered[:CHOICES]
            if choice.value and units(choice.value) <= CHOICE_TEXT
        ]
        await conversation.offer(choices)

    async def _say(self, conversation: Responder, text: str, tone: Tone, **values: str) -> None:
        """Say a sentence of our own; what goes wrong with that can only be logged."""
        interaction = conversation.interaction
        if interaction.type is discord.InteractionType.autocomplete:
            return
        try:
            words = self._translators.of(await self._language(interaction))
            said = words.gettext(text, **values)
            card = Card(said, words.language, lead=((Text(said),),), tone=tone)
            drawn = self._drawn(card, DiscordLook(words))
            await conversation.send(drawn, private=True, in_place=False)
        except Exception:  # noqa: BLE001 - there is nobody left who could be told
            _log.exception("interaction %d could not be told why it failed", interaction.id)

    async def _language(self, interaction: Interaction) -> str | None:
        asker = asking.asker_of(interaction)
        try:
            return await self._handler.language(asker)
        except Exception:  # noqa: BLE001 - what we are about to say matters more
            _log.exception("the language of %s is unknown", asker.actor.id)
            return asker.language
