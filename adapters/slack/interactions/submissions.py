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
from bot.port.invocation import Reply

_log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that an answer may take before the form is acknowledged without it; Slack gives 3."""


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
    if asking.done():
        words = await place.words(asking.result(), scene.channel)
    else:
        # It is Slack that does not say who asks, so their language is not known either.
        words = place.translators.of(None)
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
