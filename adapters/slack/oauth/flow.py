"""“Add to Slack”: bolt's flow over our installations, on the bot's own site.

Who begins is sent to Slack with a state that a cookie binds to their browser. Who comes back with
it, once and in time, has Slack's code, for which Slack gives the workspace's token.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.api.client import library_log
from adapters.slack.api.errors import answered
from adapters.slack.api.web import response_of
from adapters.slack.oauth import pages
from adapters.slack.oauth.pages import InstallTrouble
from adapters.slack.setup.check import SCOPES
from adapters.slack.setup.people import PLATFORM
from adapters.slack.setup.settings import INSTALL_PATH, AppCredentials
from bot.i18n.translator import Translators
from bot.port.installations import Grant, Installations
from bot.port.platform import Permanent, PlatformError
from bot.port.service import HttpRequest, HttpResponse, Route
from store.model import SealedInstallation

RETURN_PATH = "/slack/oauth_redirect"

_log = logging.getLogger(__name__)

_TIMEOUT = 10
"""Seconds in which Slack must answer while somebody waits for the page."""

_COOKIE = "ainews-slack-install"


class _NotInstalled(BoltError):
    """What Slack gave is not kept."""

    def __init__(self, trouble: InstallTrouble) -> None:
        super().__init__(trouble.name)
        self.trouble = trouble


class _Client(AsyncWebClient):
    """Asks Slack, and raises the errors of the port.

    bolt catches the library's, tells the code in its log, and whoever waits not why.
    """

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """Return what Slack answers. Raises PlatformError."""
        asking = asyncio.ensure_future(super().api_call(api_method, **arguments))
        await answered(asking)
        return asking.result()


class _States(AsyncOAuthStateStore):
    """The states of who installs the app."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    @property
    def logger(self) -> logging.Logger:
        """The library's log."""
        return library_log()

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """Return a new state."""
        del args, kwargs
        return self._installations.new_state()

    async def async_consume(self, state: str) -> bool:
        """Whether a state is good, which it is once."""
        return await self._installations.take_state(state)


class _Store(AsyncInstallationStore):
    """Takes what the flow brings; what is kept is read by `workspaces`, without the library."""

    def __init__(self, installations: Installations, client: AsyncWebClient) -> None:
        self._installations = installations
        self._client = client

    @property
    def logger(self) -> logging.Logger:
        """The library's log."""
        return library_log()

    async def async_save(self, installation: Installation) -> None:
        """Keep what a workspace granted. Raises BoltError for what is of no use."""
        token, team = installation.bot_token, installation.team_id
        if installation.is_enterprise_install or not team:
            raise _NotInstalled(InstallTrouble.ORGANISATION)
        if not token:
            raise _NotInstalled(InstallTrouble.UNCONFIRMED)
        signed_in = await self._client.auth_test(token=token)
        expires = installation.bot_token_expires_at
        await self._installations.install(
            Grant(
                SealedInstallation(
                    PLATFORM,
                    team,
                    bot=installation.bot_user_id or "",
                    bot_name=str(signed_in.get("user") or "ainews"),
                    scopes=tuple(installation.bot_scopes or ()),
                    expires_at=None if expires is None else datetime.fromtimestamp(expires, UTC),
                    enterprise=installation.enterprise_id or "",
                ),
                token,
                installation.bot_refresh_token or "",
                installation.team_name or "",
            )
        )


class OAuth:
    """The routes by which the app is installed. They work before, and without, a connection."""

    def __init__(
        self,
        credentials: AppCredentials,
        api_url: str,
        installations: Installations,
        translators: Translators,
    ) -> None:
        log = library_log()
        client = _Client(base_url=api_url, timeout=_TIMEOUT, logger=log)
        self._words = translators.every()
        self._site = credentials.site
        self.flow = AsyncOAuthFlow(
            client=client,
            logger=log,
            settings=AsyncOAuthSettings(
                client_id=credentials.client_id,
                client_secret=credentials.client_secret,
                scopes=SCOPES,
                user_scopes=(),
                redirect_uri=f"{credentials.site}{RETURN_PATH}",
                install_path=INSTALL_PATH,
                install_page_rendering_enabled=False,
                redirect_uri_path=RETURN_PATH,
                callback_options=AsyncCallbackOptions(self._succeeded, self._failed),
                authorization_url=f"{api_url.removesuffix('api/')}oauth/v2/authorize",
                installation_store=_Store(installations, client),
                state_store=_States(installations),
                state_cookie_name=_COOKIE,
                logger=log,
            ),
        )
        self.routes: Sequence[Route] = (
            Route("GET", INSTALL_PATH, self._begin),
            Route("GET", RETURN_PATH, self._return),
        )

    async def _begin(self, request: HttpRequest) -> HttpResponse:
        """Send somebody to Slack. What they add to the address says nothing."""
        del request
        return await self._answered(self.flow.handle_installation, AsyncBoltRequest(body=""))

    async def _return(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            return HttpResponse(405)  # To look at a link is not to follow it.
        asked = AsyncBoltRequest(body="", query=request.query, headers=dict(request.headers))
        return await self._answered(self.flow.handle_callback, asked)

    async def _answered(
        self, step: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]], request: AsyncBoltRequest
    ) -> HttpResponse:
        try:
            return response_of(await step(request), pages.HEADERS)
        except PlatformError as error:
            _log.warning("nothing was installed in Slack: %s", error)
            refused = isinstance(error, Permanent)
            status, trouble = (
                (401, InstallTrouble.UNCONFIRMED) if refused else (503, InstallTrouble.AWAY)
            )
            return HttpResponse(status, self._page(trouble), pages.HEADERS)

    async def _succeeded(self, args: AsyncSuccessArgs) -> BoltResponse:
        one = args.installation
        page = pages.installed(self._words, self._site, one.team_name, one.team_id, one.app_id)
        return self._response(200, page)

    async def _failed(self, args: AsyncFailureArgs) -> BoltResponse:
        trouble = args.error.trouble if isinstance(args.error, _NotInstalled) else None
        trouble = trouble or pages.trouble_of(args.reason)
        _log.info("nothing was installed in Slack: %s", trouble.name)
        return self._response(args.suggested_status_code, self._page(trouble))

    def _page(self, trouble: InstallTrouble) -> bytes:
        return pages.failed(self._words, self._site, trouble, INSTALL_PATH)

    def _response(self, status: int, page: bytes) -> BoltResponse:
        cookie = self.flow.settings.state_utils.build_set_cookie_for_deletion()
        return BoltResponse(status=status, body=page.decode(), headers={"Set-Cookie": [cookie]})
