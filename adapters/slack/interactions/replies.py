"""Replies go back to where somebody asked: beside the message, in its place, or in a modal.

What only the asker sees is drawn with the buttons of moderators, where the reply has them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import aiohttp

from adapters.slack.api.client import Clients
from adapters.slack.api.errors import REFUSED_BLOCKS, answered, word
from adapters.slack.cards import cards, views
from adapters.slack.cards.blocks import ActionPlace, encode
from adapters.slack.cards.limits import Json
from adapters.slack.interactions import forms
from bot.i18n.translator import Translator, Translators
from bot.port.card import Action, Card, Mention, Named, Tone, plain_text
from bot.port.form import Form
from bot.port.invocation import Reply
from bot.port.notes import DRAFT, Notes, PendingForms
from bot.port.platform import Permanent, Retryable, Unknown

_log = logging.getLogger(__name__)

_MOST = 4
"""Messages in one answer. Slack takes five at a response_url, and one may have been used."""

_TOO_LATE = frozenset({"expired_trigger_id", "trigger_expired", "trigger_exchanged"})
_OK = 200
_TOO_MANY = 429
_PATIENCE = 5
"""The longest delay, in seconds, that Slack may ask for before an answer is given up."""


@dataclass(frozen=True, slots=True)
class ReplyTarget:
    """Where somebody asked something.

    `channel` is the conversation that it is about, `user` who asked. `trigger` opens a modal,
    within 3 seconds. `response_url` takes answers beside the message; views and shortcuts from
    anywhere have none. `alone`: only the asker
    sees the message with the button that was pressed. `view` is the id of the view it was in,
    `modal` whether that is a modal, and not the Home tab.
    """

    channel: str
    user: str
    trigger: str
    response_url: str = ""
    alone: bool = False
    view: str = ""
    modal: bool = False


class Replies:
    """Shows replies and forms."""

    def __init__(
        self,
        clients: Clients,
        translators: Translators,
        notes: Notes,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`notes` keep forms that wait to be opened; `sleep` waits so many seconds."""
        self._clients = clients
        self._translators = translators
        self._sleep = sleep
        self.late = PendingForms(notes)
        """Forms that could not be opened in time, by the token of the button that opens them."""

    async def command(self, scene: ReplyTarget, reply: Reply) -> None:
        """Answer a typed command: in the conversation, or for the asker alone."""
        if reply.form is not None:
            await self.form(scene, reply.form, reply.card.language)
        else:
            await self._say(scene, reply.card, public=not reply.private)

    async def press(self, scene: ReplyTarget, reply: Reply, place: ActionPlace) -> None:
        """Answer a pressed button, where its place on the card asks for it."""
        if reply.form is not None:
            await self.form(scene, reply.form, reply.card.language)
        elif not scene.view and place is not ActionPlace.FULL:
            replaced = reply.private and scene.alone and place is ActionPlace.CARD
            await self._say(scene, reply.card, public=not reply.private, replaced=replaced)
        elif scene.modal and not reply.private:
            await self._opened(scene, await self.shared(scene, reply))
        elif scene.modal and place is ActionPlace.CARD:
            await self.follow(scene, reply)
        else:
            await self._opened(scene, reply)

    async def follow(self, scene: ReplyTarget, reply: Reply) -> None:
        """Answer in the modal from which somebody asked, in place of what it shows."""
        await with_images(
            lambda images: self._update(scene, self.view(scene, reply, images=images))
        )

    async def shared(self, scene: ReplyTarget, reply: Reply) -> Reply:
        """Show an answer for everybody in the channel where a modal was opened.

        Returns what the modal says of it; an answer for the asker alone is returned as it is.
        """
        if reply.private or reply.form is not None:
            return reply
        words = self._translators.of(reply.card.language)
        channel = Mention(words.gettext("that channel"), Named.CHANNEL, scene.channel)
        try:
            await self._post(scene.channel, reply.card, curator=False)
        except (Permanent, Retryable, Unknown) as error:
            _log.warning("an answer could not be shared: %s", error)
            lead = [words.spans("It could not be shared in {channel}.", channel=channel)]
            told = (error.reason, getattr(error, "remedy", ""))
            lead += [words.spans(sentence) for sentence in told if sentence]
            tone = Tone.FAILED
        else:
            lead = [words.spans("Everybody in {channel} can see it now.", channel=channel)]
            tone = Tone.DONE
        summary = plain_text(lead[0])
        said = Card(summary, words.language, lead=tuple(lead), tone=tone)
        return replace(reply, card=said, entries=(), private=True)

    async def relabel(self, scene: ReplyTarget, drawn: Json) -> bool:
        """Show a modal with other words on a button. False: Slack did not take it."""
        try:
            await self._update(scene, drawn)
        except Permanent as error:
            _log.warning("a modal stays as it was: %s", error)
            return False
        return True

    async def form(self, scene: ReplyTarget, form: Form, language: str) -> None:
        """Open a form, or a button that opens it where it is too late for the form itself."""
        words = self._translators.of(language)
        try:
            await self._open(scene, forms.modal(form, scene.channel, words))
        except Permanent as error:
            if word(error) not in _TOO_LATE:
                raise
            token = await self.late.keep(form, language)
            await self._say(scene, _late_form(form, token, words))

    def view(self, scene: ReplyTarget, reply: Reply, *, images: bool = True) -> Json:
        """Return an answer, or the form that it asks to fill in, as a modal."""
        words = self._translators.of(reply.card.language)
        if reply.form is not None:
            return forms.modal(reply.form, scene.channel, words)
        return views.answer(reply.card, scene.channel, words, images=images)

    async def _say(
        self, scene: ReplyTarget, card: Card, *, public: bool = False, replaced: bool = False
    ) -> None:
        """Send a card to the place that Slack named for answers, else to the asker in private."""
        if not scene.response_url:
            await self._post(scene.user, card, curator=True)
            return
        words = self._translators.of(card.language)
        look = replace(cards.MESSAGE, curator=not public)
        for number, message in enumerate(
            cards.messages(card, words, look, most=1 if replaced else _MOST)
        ):
            payload: Json = {
                "response_type": "in_channel" if public else "ephemeral",
                "replace_original": replaced and not number,
                **message.payload,
            }
            if not await self._respond(scene.response_url, payload):
                plainer = cards.draw(card, words, replace(look, images=False))
                await self._respond(scene.response_url, payload | {"blocks": plainer})
                return

    async def _respond(self, url: str, payload: Json) -> bool:
        """Send to a response_url once. Returns False where Slack refused the blocks.

        It is sent again only where Slack says that it did not take it: it asks to wait a little.
        """
        try:
            status, text, delay = await self._send(url, payload)
            if status == _TOO_MANY and delay <= _PATIENCE:
                await self._sleep(delay)
                status, text, _ = await self._send(url, payload)
        except (TimeoutError, aiohttp.ClientError) as error:
            _log.warning("an answer may be lost: %s", type(error).__name__)
            return True
        if status == _OK:
            return True
        _log.warning("Slack refused an answer: %s %s", status, text)
        return not any(code in text for code in REFUSED_BLOCKS)

    async def _send(self, url: str, payload: Json) -> tuple[int, str, int]:
        """Return the status, the text and for how many seconds Slack asks to wait."""
        async with self._clients.session.post(url, json=payload) as response:
            delay = response.headers.get("Retry-After", "1")
            seconds = int(delay) if delay.isascii() and delay.isdecimal() else 1
            return response.status, (await response.text())[:200], seconds

    async def _post(self, conversation: str, card: Card, *, curator: bool) -> None:
        """Say something in a channel, or by a person's id in their conversation with the bot."""
        words = self._translators.of(card.language)
        look = replace(cards.MESSAGE, curator=curator, images=False)
        message = {"channel": conversation, **cards.message(card, words, look).payload}
        posting = self._clients.posting.api_call("chat.postMessage", json=message)
        await answered(posting, sending=True)

    async def _opened(self, scene: ReplyTarget, reply: Reply) -> None:
        """Show an answer in a modal of its own, on top of the one that is open."""
        try:
            await with_images(
                lambda images: self._open(scene, self.view(scene, reply, images=images))
            )
        except Permanent as error:
            if word(error) == "push_limit_reached":
                await self.follow(scene, reply)
            elif word(error) in _TOO_LATE:
                await self._say(scene, reply.card)
            else:
                raise

    async def _open(self, scene: ReplyTarget, view: Json) -> None:
        asking = self._clients.asking
        call = asking.views_push if scene.modal else asking.views_open
        await answered(call(trigger_id=scene.trigger, view=view))

    async def _update(self, scene: ReplyTarget, view: Json) -> None:
        await answered(self._clients.asking.views_update(view_id=scene.view, view=view))


async def with_images(show: Callable[[bool], Awaitable[object]]) -> None:
    """Show a view, without images where Slack refuses it: it may not reach one of them."""
    try:
        await show(True)  # noqa: FBT003 - whether it has images
    except Permanent as error:
        if word(error) not in REFUSED_BLOCKS | {"invalid_arguments"}:
            raise
        _log.warning("Slack refused a view, shown without images: %s", error)
        await show(False)  # noqa: FBT003 - as above


def _late_form(form: Form, token: str, words: Translator) -> Card:
    """Return the button that opens a form as it is, and later by what was typed."""
    text = words.gettext("That took too long for Slack. The button opens the form.")
    label = words.gettext("Open the form")
    again = Action(label, form.command, {**form.given, DRAFT: token})
    if encode(again) is None:
        again = Action(label, form.command, {DRAFT: token})
    return Card(summary=text, language=words.language, actions=(again,))
