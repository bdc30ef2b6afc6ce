"""Sent forms: errors at the field, or the answer in the form's place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

from adapters.slack.cards import views
from adapters.slack.cards.limits import SELECT_OPTIONS, Json
from adapters.slack.interactions import forms
from adapters.slack.interactions.context import Body, SlackContext, reach_of_press, reply_target_of
from adapters.slack.interactions.replies import ReplyTarget
from bot.i18n.translator import Translator
from bot.port.invocation import Asker, Reply

_log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that an answer may take before the form is acknowledged without it; Slack gives 3."""

_AT_ONCE = 8
"""The part of that, as its divisor, which may be waited for the language to say so in."""


async def submitted(
    place: SlackContext,
    body: Body,
    later: Callable[[Coroutine[Any, Any, None]], None],
    patience: float = PATIENCE,
) -> Json:
    """Return how a sent form is acknowledged.

    An answer that takes longer than `patience` follows by itself, as a task given to `later`.
    """
    view = body.get("view") or {}
    origin = forms.origin_of(view)
    scene = reply_target_of(body)
    asking = asyncio.ensure_future(place.asker(body, scene.channel))

    async def run() -> Reply:
        filled = forms.arguments_of(view)
        sent = replace(
            place.invocation(origin.command, await asking, scene.channel, filled),
            submitted=True,
            reach=reach_of_press(scene.channel),
            delivery=scene.trigger,
        )
        return await place.replies.shared(scene, await place.handler.run(sent))

    running = asyncio.ensure_future(run())
    done, _ = await asyncio.wait({running}, timeout=patience)
    if done:
        return _acknowledgement(place, scene, running.result())
    later(_follow(place, scene, running))
    words = await _words_soon(place, asking, patience / _AT_ONCE)
    notice = views.notice(words.gettext("One moment…"), scene.channel, words)
    return {"response_action": "update", "view": notice}


async def suggested(place: SlackContext, body: Body) -> list[Json]:
    """Return the options of a select for what was typed into it so far."""
    origin = forms.origin_of(body.get("view") or {})
    scene = reply_target_of(body)
    asker = await place.asker(body, scene.channel)
    invocation = place.invocation(origin.command, asker, scene.channel)
    name = str(body.get("block_id") or "")
    typed = str(body.get("value") or "")
    choices = await place.handler.complete(invocation, name, typed, SELECT_OPTIONS)
    return forms.options(choices)


async def _words_soon(place: SlackContext, asking: Awaitable[Asker], seconds: float) -> Translator:
    """Return the words of who asks; the operator's where nobody says in time who that is.

    What kept the answer, Slack or the store, may keep this as well.
    """

    async def words() -> Translator:
        return await place.words(await asyncio.shield(asking))

    finding = asyncio.ensure_future(words())
    done, _ = await asyncio.wait({finding}, timeout=seconds)
    if done and finding.exception() is None:
        return finding.result()
    finding.cancel()
    return place.translators.of(None)


def _acknowledgement(place: SlackContext, scene: ReplyTarget, reply: Reply) -> Json:
    if reply.form is None:
        view = place.replies.view(scene, reply.card)
    elif errors := forms.errors_of(reply.form):
        return {"response_action": "errors", "errors": errors}
    else:
        words = place.translators.of(reply.card.language)
        view = forms.modal(reply.form, scene.channel, words)
    return {"response_action": "update", "view": view}


async def _follow(place: SlackContext, scene: ReplyTarget, running: Awaitable[Reply]) -> None:
    await place.replies.follow(scene, await running)
