"""bolt's wiring: what comes in from Slack, to whom it goes, and how it is acknowledged.

Everything is acknowledged at once and answered after, but for a sent form, whose errors stand in
its acknowledgement. What Slack delivers again is acknowledged as the first time. Over HTTP, Slack
calls the bot at `/slack/events`; what Slack did not sign is refused unread.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api.client import library_log
from adapters.slack.api.socket import Envelope
from adapters.slack.cards.blocks import PREFIX, ActionPlace
from adapters.slack.cards.limits import Json
from adapters.slack.interactions import forms, listeners
from adapters.slack.interactions.context import Body, SlackWorkspace, reply_target_of, user_of
from adapters.slack.interactions.deliveries import Dedupe, TaskGroup, delivery_id
from adapters.slack.workspaces import Teams
from bot.port.platform import Permanent
from bot.port.service import HttpRequest, HttpResponse

_log = logging.getLogger(__name__)


_OURS = re.compile(rf"^{PREFIX}\.")
_ANY = re.compile(r"")
_OK = 200
_WORKSPACE = "workspace"

_Listener = Callable[[SlackWorkspace, Body], Awaitable[ActionPlace | None]]
"""Answers a delivery, and may say where the button stood that was pressed."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the listeners work with; of which workspace, each delivery says.

    `patience`: seconds that the answer to a sent form may take. `nowhere` is what somebody hears
    where the app is not, in every language.
    """

    teams: Teams
    deliveries: Dedupe
    work: TaskGroup
    patience: float
    nowhere: str


def make_app(wiring: Wiring, client: AsyncWebClient, signing_secret: str | None) -> AsyncApp:
    """Return bolt's app with its listeners. Requests over HTTP must bear the secret's signature.

    `client` is what bolt makes those of each request from.
    """

    async def authorize(
        context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None
    ) -> AuthorizeResult | None:
        """Return who we are where something was delivered, None where we are nobody."""
        try:
            workspace = await wiring.teams.of(team_id or "")
        except Permanent:
            return None
        context[_WORKSPACE] = workspace
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=workspace.bot,
            bot_token=workspace.clients.asking.token,
        )

    log = library_log().getChild("bolt")
    # Else bolt says that it keeps files of its own, where the process's environment has the app's
    # credentials. Nothing ever comes to those: who installs the app never meets bolt.
    log.setLevel(logging.WARNING)
    app = AsyncApp(
        name="ainews",  # else bolt reads the sources of all that is on the stack
        client=client,
        authorize=authorize,  # type: ignore[arg-type]  # bolt takes None for nobody
        user_facing_authorize_error_message=wiring.nowhere,
        signing_secret=signing_secret or "",
        logger=log,
        # Else bolt looks every few milliseconds whether a listener has acknowledged, and answers
        # that nobody listens once three seconds of the machine's clock are over.
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )
    app.use(_recogniser(wiring.deliveries))
    app.error(_ending(wiring.deliveries))
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
        body: dict[str, Any], next: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        identifier = delivery_id(body)
        if identifier is None or deliveries.first(identifier):
            await next()
            return None
        _log.info("Slack delivered %s again", identifier)
        answer = await deliveries.answer(identifier)
        return BoltResponse(status=_OK, body=json.dumps(answer) if answer else "")

    return recognise


def _workspace(context: AsyncBoltContext) -> SlackWorkspace:
    """Return the workspace that authorization found."""
    workspace: SlackWorkspace = context[_WORKSPACE]
    return workspace


def _commands(app: AsyncApp, wiring: Wiring) -> None:
    def acknowledged(listen: _Listener) -> Callable[..., Awaitable[None]]:
        async def listener(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
            await ack()
            wiring.deliveries.settle(delivery_id(body), {})
            wiring.work.later(_answered(listen, _workspace(context), body))

        return listener

    app.command(_ANY)(acknowledged(listeners.typed))
    app.action(_OURS)(acknowledged(listeners.pressed))
    app.shortcut(listeners.SEARCH_SHORTCUT)(acknowledged(listeners.search))
    app.shortcut(listeners.ADD_SHORTCUT)(acknowledged(listeners.add))


async def _answered(listen: _Listener, workspace: SlackWorkspace, body: Body) -> None:
    """Answer; where a button of the Home tab was pressed, that tab shows what came of it."""
    if await listen(workspace, body) is ActionPlace.HOME:
        channel = reply_target_of(body).channel
        await listeners.show_home(workspace, user_of(body), channel)


def _forms(app: AsyncApp, wiring: Wiring) -> None:
    async def submission(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        async def answer() -> None:
            acknowledgement: Json = {}
            try:
                acknowledgement = await listeners.submitted(
                    _workspace(context), body, wiring.work.later, wiring.patience
                )
                await ack(**acknowledgement)
            finally:
                wiring.deliveries.settle(delivery_id(body), acknowledgement)

        await wiring.work.do(answer())

    async def suggestion(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack(options=await listeners.suggested(_workspace(context), body))

    app.view(forms.CALLBACK)(submission)
    app.options(forms.INPUT)(suggestion)


def _events(app: AsyncApp, wiring: Wiring) -> None:
    async def opened(
        event: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        wiring.deliveries.settle(delivery_id(body), {})
        if event.get("tab") == "home":
            user = str(event.get("user") or "")
            channel = str(event.get("channel") or user)
            wiring.work.later(listeners.show_home(_workspace(context), user, channel))

    async def removed(
        event: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        wiring.deliveries.settle(delivery_id(body), {})
        # Slack names whose tokens were revoked; those of people open nothing here.
        if event.get("type") == "app_uninstalled" or (event.get("tokens") or {}).get("bot"):
            wiring.work.later(wiring.teams.refused(context.team_id or ""))

    app.event("app_home_opened")(opened)
    app.event("app_uninstalled")(removed)
    app.event("tokens_revoked")(removed)


def _ending(deliveries: Dedupe) -> Callable[..., Awaitable[BoltResponse | None]]:
    """Return what ends a delivery that nobody acknowledged: its repetition waits for nothing."""

    async def ended(error: Exception, body: dict[str, Any]) -> BoltResponse | None:
        deliveries.settle(delivery_id(body), {})
        kind = body.get("type") or body.get("command")
        if isinstance(error, BoltUnhandledRequestError):
            _log.info("nobody here listens to this %s of Slack", kind)
            # Refused, it would come again, and again to nobody.
            return BoltResponse(status=_OK)
        _log.error("handling %s of Slack failed", kind, exc_info=error)
        return None

    return ended


PATH = "/slack/events"

_SHORT = 1000
"""Bytes that Slack's question for the certificate, which bears no signature, is well below."""


async def answer(app: AsyncApp, signing_secret: str, request: HttpRequest) -> HttpResponse:
    """Let bolt answer what Slack signed lately, with this secret."""
    if not _signed(signing_secret, request):
        return HttpResponse(200 if _looks_at_the_certificate(request.body) else 401)
    response = await app.async_dispatch(
        AsyncBoltRequest(
            body=request.body.decode(), query=request.query, headers=dict(request.headers)
        )
    )
    headers = {name.title(): values[0] for name, values in response.headers.items()}
    return HttpResponse(response.status, response.body.encode(), headers)


def _signed(secret: str, request: HttpRequest) -> bool:
    """Whether Slack signed a request. bolt looks too, but reads the body before."""
    try:
        return SignatureVerifier(secret).is_valid_request(request.body, request.headers)
    except (TypeError, ValueError):
        return False  # A time that is no number, or letters that no signature has.


def _looks_at_the_certificate(body: bytes) -> bool:
    return len(body) < _SHORT and b"ssl_check=1" in body.split(b"&")
