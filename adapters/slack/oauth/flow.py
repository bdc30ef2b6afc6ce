"""“Add to Slack”, on the bot's own site.

Who begins is sent to Slack with a state that a cookie binds to their browser. Who comes back with
it, once and in time, has Slack's code, for which Slack gives the workspace's token.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qsl

from slack_sdk.oauth import AuthorizeUrlGenerator, OAuthStateUtils
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api.client import library_log
from adapters.slack.api.errors import answered
from adapters.slack.oauth import pages
from adapters.slack.oauth.pages import InstallTrouble
from adapters.slack.setup.check import SCOPES
from adapters.slack.setup.people import PLATFORM
from adapters.slack.setup.settings import INSTALL_PATH, AppCredentials
from bot.i18n.translator import Translators
from bot.port.clock import Clock
from bot.port.installations import Grant, Installations
from bot.port.platform import Permanent, PlatformError
from bot.port.service import HttpRequest, HttpResponse, Route
from store.model import SealedInstallation

RETURN_PATH = "/slack/oauth_redirect"

_log = logging.getLogger(__name__)

_TIMEOUT = 10
"""Seconds in which Slack must answer while somebody waits for the page."""

_BROWSER = OAuthStateUtils(cookie_name="ainews-slack-install")


class _NotInstalled(Exception):
    """Nothing was installed, and with which status whoever waits is told so."""

    def __init__(self, status: int, trouble: InstallTrouble) -> None:
        super().__init__(trouble.name)
        self.status = status
        self.trouble = trouble


class OAuth:
    """The routes by which the app is installed. They work before, and without, a connection."""

    def __init__(
        self,
        credentials: AppCredentials,
        api_url: str,
        installations: Installations,
        translators: Translators,
        clock: Clock,
    ) -> None:
        self._credentials = credentials
        self._installations = installations
        self._clock = clock
        self._words = translators.every()
        self._client = AsyncWebClient(base_url=api_url, timeout=_TIMEOUT, logger=library_log())
        self._back = f"{credentials.site}{RETURN_PATH}"
        self._consent = AuthorizeUrlGenerator(
            client_id=credentials.client_id,
            redirect_uri=self._back,
            scopes=SCOPES,
            authorization_url=f"{api_url.removesuffix('api/')}oauth/v2/authorize",
        )
        self.routes: Sequence[Route] = (
            Route("GET", INSTALL_PATH, self._begin),
            Route("GET", RETURN_PATH, self._return),
        )

    async def _begin(self, request: HttpRequest) -> HttpResponse:
        """Send somebody to Slack. What they add to the address says nothing."""
        del request
        state = self._installations.new_state()
        cookie = _BROWSER.build_set_cookie_for_new_state(state)
        to_slack = {"Location": self._consent.generate(state), "Set-Cookie": cookie}
        return HttpResponse(302, headers={**pages.HEADERS, **to_slack})

    async def _return(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            return HttpResponse(405)  # To look at a link is not to follow it.
        site = self._credentials.site
        try:
            grant, app = await self._granted(request)
            status, page = 200, pages.installed(self._words, site, grant, app)
        except (_NotInstalled, PlatformError) as error:
            _log.warning("nothing was installed in Slack: %s", error)
            status, trouble = _told(error)
            page = pages.failed(self._words, site, trouble, INSTALL_PATH)
        cookie = _BROWSER.build_set_cookie_for_deletion()
        return HttpResponse(status, page, {**pages.HEADERS, "Set-Cookie": cookie})

    async def _granted(self, request: HttpRequest) -> tuple[Grant, str]:
        """Keep what a workspace granted, and return it with the app's id there.

        Raises _NotInstalled and PlatformError.
        """
        said = dict(parse_qsl(request.query))
        if "error" in said:
            declined = said["error"] == "access_denied"
            raise _NotInstalled(
                200, InstallTrouble.DECLINED if declined else InstallTrouble.UNCONFIRMED
            )
        state = said.get("state", "")
        if not _BROWSER.is_valid_browser(state, {"cookie": request.headers.get("Cookie", "")}):
            raise _NotInstalled(400, InstallTrouble.STALE)
        if not await self._installations.take_state(state):
            raise _NotInstalled(401, InstallTrouble.STALE)
        if "code" not in said:
            raise _NotInstalled(401, InstallTrouble.UNCONFIRMED)
        given = await answered(
            self._client.oauth_v2_access(
                client_id=self._credentials.client_id,
                client_secret=self._credentials.client_secret,
                code=said["code"],
                redirect_uri=self._back,
            )
        )
        team, token = given.get("team") or {}, str(given.get("access_token") or "")
        if given.get("is_enterprise_install") or not team.get("id"):
            raise _NotInstalled(500, InstallTrouble.ORGANISATION)
        if not token:
            raise _NotInstalled(500, InstallTrouble.UNCONFIRMED)
        signed_in = await answered(self._client.auth_test(token=token))
        lasts = given.get("expires_in")
        kept = SealedInstallation(
            PLATFORM,
            str(team["id"]),
            bot=str(given.get("bot_user_id") or ""),
            bot_name=str(signed_in.get("user") or "ainews"),
            scopes=tuple(str(given.get("scope") or "").split(",")),
            expires_at=self._clock() + timedelta(seconds=int(lasts)) if lasts else None,
            enterprise=str((given.get("enterprise") or {}).get("id") or ""),
        )
        refresh_token, name = str(given.get("refresh_token") or ""), str(team.get("name") or "")
        grant = Grant(kept, token, refresh_token, name)
        await self._installations.install(grant)
        return grant, str(given.get("app_id") or "")


def _told(error: _NotInstalled | PlatformError) -> tuple[int, InstallTrouble]:
    """Return the status, and what whoever waits is told."""
    if isinstance(error, _NotInstalled):
        return error.status, error.trouble
    if isinstance(error, Permanent):
        return 401, InstallTrouble.UNCONFIRMED
    return 503, InstallTrouble.AWAY
