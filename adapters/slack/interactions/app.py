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

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api.client import library_log
from adapters.slack.api.socket import Envelope
from adapters.slack.cards.actions import PREFIX, ActionPlace
from adapters.slack.cards.limits import Json
from adapters.slack.interactions import button_handlers as presses
from adapters.slack.interactions import commands, forms, home, shortcuts, submissions
from adapters.slack.interactions.context import Body, reply_target_of, user_of
from adapters.slack.interactions.dedupe import Dedupe, delivery_id
from adapters.slack.interactions.tasks import TaskGroup
from adapters.slack.workspaces.teams import Teams
from adapters.slack.workspaces.workspace import SlackWorkspace
from bot.port.platform import Permanent

_log = logging.getLogger(__name__)

_OURS = re.compile(rf"^{PREFIX}\.")
_ANY = re.compile(r"")
_OK = 200
_WORKSPACE = "workspace"


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


class _Authorization(AsyncAuthorize):
    """Finds the workspace of a delivery, for bolt and for our listeners."""

    def __init__(self, teams: Teams) -> None:
        self._teams = teams

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        """Return who we are where something was delivered, None where we are nobody."""
        del actor_enterprise_id, actor_team_id, actor_user_id, user_id
        try:
            workspace = await self._teams.of(team_id or "")
        except Permanent:
            return None
        context[_WORKSPACE] = workspace
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=workspace.bot,
            bot_token=workspace.clients.asking.token,
        )


def make_app(wiring: Wiring, client: AsyncWebClient, signing_secret: str | None) -> AsyncApp:
    """Return bolt's app with its listeners. Requests over HTTP must bear the secret's signature.

    `client` is what bolt makes those of each request from.
    """
    log = library_log().getChild("bolt")
    # Else bolt says that it keeps files of its own, where the process's environment has the app's
    # credentials. Nothing ever comes to those: who installs the app never meets bolt.
    log.setLevel(logging.WARNING)
    app = AsyncApp(
        name="ainews",  # else bolt reads the sources of all that is on the stack
        client=client,
        authorize=_Authorization(wiring.teams),  # type: ignore[arg-type]  # bolt takes its own kind
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
    work = wiring.work

    async def acknowledge(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        wiring.deliveries.settle(delivery_id(body), {})

    async def command(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await acknowledge(ack, body)
        work.later(commands.typed(_workspace(context).place, body))

    async def action(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await acknowledge(ack, body)
        work.later(_press(_workspace(context), body))

    async def searching(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await acknowledge(ack, body)
        work.later(shortcuts.search(_workspace(context).place, body))

    async def adding(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await acknowledge(ack, body)
        work.later(shortcuts.add(_workspace(context).place, body))

    app.command(_ANY)(command)
    app.action(_OURS)(action)
    app.shortcut(shortcuts.SEARCH_SHORTCUT)(searching)
    app.shortcut(shortcuts.ADD_SHORTCUT)(adding)


async def _press(workspace: SlackWorkspace, body: Body) -> None:
    stood = await presses.pressed(workspace.place, body)
    if stood is ActionPlace.HOME:
        channel = reply_target_of(body).channel
        await home.show(workspace.place, workspace.clients.asking, user_of(body), channel)


def _forms(app: AsyncApp, wiring: Wiring) -> None:
    async def submission(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        async def answer() -> None:
            acknowledgement: Json = {}
            try:
                acknowledgement = await submissions.submitted(
                    _workspace(context).place, body, wiring.work.later, wiring.patience
                )
                await ack(**acknowledgement)
            finally:
                wiring.deliveries.settle(delivery_id(body), acknowledgement)

        await wiring.work.do(answer())

    async def suggestion(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack(options=await submissions.suggested(_workspace(context).place, body))

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
            workspace = _workspace(context)
            asking = workspace.clients.asking
            wiring.work.later(home.show(workspace.place, asking, user, channel))

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
