"""bolt's wiring: what comes in from Slack, to whom it goes, and how it is acknowledged.

Everything is acknowledged at once and answered after, but for a sent form, whose errors stand in
its acknowledgement. What Slack delivers again is acknowledged as the first time.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.api.client import Clients, library_log
from adapters.slack.api.socket import Envelope
from adapters.slack.cards.actions import PREFIX, ActionPlace
from adapters.slack.cards.limits import Json
from adapters.slack.interactions import button_handlers as presses
from adapters.slack.interactions import commands, forms, home, shortcuts, submissions
from adapters.slack.interactions.context import Body, SlackContext, reply_target_of, user_of
from adapters.slack.interactions.dedupe import Dedupe, delivery_id
from adapters.slack.interactions.tasks import TaskGroup

_log = logging.getLogger(__name__)

_OURS = re.compile(rf"^{PREFIX}\.")
_ANY = re.compile(r"")
_OK = 200
_NOT_OURS = 404


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the listeners work with. `signed_out` is told when the app was removed.

    `patience`: seconds that the answer to a sent form may take.
    """

    place: SlackContext
    clients: Clients
    deliveries: Dedupe
    work: TaskGroup
    signed_out: Callable[[], None]
    patience: float


def make_app(wiring: Wiring, signing_secret: str | None) -> AsyncApp:
    """Return bolt's app with its listeners. Requests over HTTP must bear the secret's signature."""
    app = AsyncApp(
        name="ainews",  # else bolt reads the sources of all that is on the stack
        client=wiring.clients.asking,
        signing_secret=signing_secret or "",
        logger=library_log(),
    )
    app.use(_recogniser(wiring.deliveries))
    app.error(_failed)
    _commands(app, wiring)
    _forms(app, wiring)
    _events(app, wiring)
    return app


async def dispatch(app: AsyncApp, envelope: Envelope) -> Mapping[str, Any] | None:
    """Hand a delivery of Socket Mode to bolt.

    Returns its acknowledgement, None where it could not be handled and should come again.
    """
    body = envelope.get("payload")
    if not isinstance(body, dict):
        return {}
    headers: dict[str, str | Sequence[str]] = {
        name: str(envelope[key])
        for name, key in (
            ("x-slack-retry-num", "retry_attempt"),
            ("x-slack-retry-reason", "retry_reason"),
        )
        if envelope.get(key)
    }
    response = await app.async_dispatch(
        AsyncBoltRequest(mode="socket_mode", body=body, headers=headers)
    )
    if response.status == _NOT_OURS:
        # It would come again, and again to nobody.
        return {}
    if response.status != _OK:
        return None
    return _answer(response.body)


def _answer(body: str) -> Mapping[str, Any]:
    """Return what an acknowledgement says: an object or, by bolt itself, a sentence."""
    if not body:
        return {}
    try:
        answer = json.loads(body)
    except ValueError:
        return {"text": body}
    return answer if isinstance(answer, dict) else {}


def _recogniser(deliveries: Dedupe) -> Callable[..., Awaitable[BoltResponse | None]]:
    async def recognise(
        body: dict[str, Any],
        next: Callable[[], Awaitable[None]],  # noqa: A002 - bolt's name
    ) -> BoltResponse | None:
        identifier = delivery_id(body)
        if identifier is None or deliveries.first(identifier):
            await next()
            return None
        _log.info("Slack delivered %s again", identifier)
        answer = await deliveries.answer(identifier)
        return BoltResponse(status=_OK, body=json.dumps(answer) if answer else "")

    return recognise


def _commands(app: AsyncApp, wiring: Wiring) -> None:
    place, work = wiring.place, wiring.work

    async def acknowledge(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        wiring.deliveries.settle(delivery_id(body), {})

    async def command(ack: AsyncAck, body: dict[str, Any]) -> None:
        await acknowledge(ack, body)
        await work.do(commands.typed(place, body))

    async def action(ack: AsyncAck, body: dict[str, Any]) -> None:
        await acknowledge(ack, body)
        await work.do(_press(wiring, body))

    async def searching(ack: AsyncAck, body: dict[str, Any]) -> None:
        await acknowledge(ack, body)
        await work.do(shortcuts.search(place, body))

    async def adding(ack: AsyncAck, body: dict[str, Any]) -> None:
        await acknowledge(ack, body)
        await work.do(shortcuts.add(place, body))

    app.command(_ANY)(command)
    app.action(_OURS)(action)
    app.shortcut(shortcuts.SEARCH_SHORTCUT)(searching)
    app.shortcut(shortcuts.ADD_SHORTCUT)(adding)


async def _press(wiring: Wiring, body: Body) -> None:
    stood = await presses.pressed(wiring.place, body)
    if stood is ActionPlace.HOME:
        channel = reply_target_of(body).channel
        await home.show(wiring.place, wiring.clients.asking, user_of(body), channel)


def _forms(app: AsyncApp, wiring: Wiring) -> None:
    async def submission(ack: AsyncAck, body: dict[str, Any]) -> None:
        async def answer() -> None:
            acknowledgement: Json = {}
            try:
                acknowledgement = await submissions.submitted(
                    wiring.place, body, wiring.work.later, wiring.patience
                )
                await ack(**acknowledgement)
            finally:
                wiring.deliveries.settle(delivery_id(body), acknowledgement)

        await wiring.work.do(answer())

    async def suggestion(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(options=await submissions.suggested(wiring.place, body))

    app.view(forms.CALLBACK)(submission)
    app.options(forms.INPUT)(suggestion)


def _events(app: AsyncApp, wiring: Wiring) -> None:
    async def opened(event: dict[str, Any], body: dict[str, Any]) -> None:
        wiring.deliveries.settle(delivery_id(body), {})
        if event.get("tab") == "home":
            user = str(event.get("user") or "")
            channel = str(event.get("channel") or user)
            asking = wiring.clients.asking
            await wiring.work.do(home.show(wiring.place, asking, user, channel))

    async def removed(body: dict[str, Any]) -> None:
        wiring.deliveries.settle(delivery_id(body), {})
        wiring.signed_out()

    app.event("app_home_opened")(opened)
    app.event("app_uninstalled")(removed)
    app.event("tokens_revoked")(removed)


async def _failed(error: Exception, body: dict[str, Any]) -> None:
    _log.error(
        "handling %s of Slack failed", body.get("type") or body.get("command"), exc_info=error
    )
