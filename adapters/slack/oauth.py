"""How does somebody add the app to their workspace, and what do they see? No token is kept here.

It is done on the bot's own site. Who begins is sent to Slack with a state that a cookie binds to
their browser. Who comes back with it, once and in time, has Slack's code, for which Slack gives the
workspace's token. What they see is in every language, without a script.
"""

from __future__ import annotations

import base64
import hashlib
import html
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from enum import Enum
from urllib.parse import parse_qsl, urlencode

from slack_sdk.oauth import AuthorizeUrlGenerator, OAuthStateUtils
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api.client import library_log
from adapters.slack.api.errors import answered
from adapters.slack.setup.check import SCOPES
from adapters.slack.setup.people import PLATFORM
from adapters.slack.setup.settings import INSTALL_PATH, AppCredentials
from bot.i18n.translator import N_, Translator, Translators
from bot.port.clock import Clock
from bot.port.installations import Grant, Installations
from bot.port.platform import Permanent, PlatformError
from bot.port.service import HttpRequest, HttpResponse, Route
from bot.port.text import one_line, shorten
from store.model import SealedInstallation

_log = logging.getLogger(__name__)

_STYLE = (
    "body{font:1.06rem/1.6 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1.25rem;"
    "color-scheme:light dark;overflow-wrap:anywhere}:lang(ko){word-break:keep-all}"
    "h1{font-size:1.3rem}section+section{border-top:1px solid;margin-top:2rem;padding-top:1rem}"
)
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_HEADERS: Mapping[str, str] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
"""What goes with every page, and with the way to Slack."""

_LONGEST = 80
_OPEN = "https://slack.com/app_redirect?"


class InstallTrouble(Enum):
    """Why nothing was installed."""

    DECLINED = N_("Nothing was installed: Slack was told not to.")
    STALE = N_("This way was used already, is older than ten minutes, or began in another browser.")
    UNCONFIRMED = N_("Slack did not confirm the installation.")
    ORGANISATION = N_("AI News is added to one workspace at a time, not to a whole organisation.")
    AWAY = N_("It does not work just now. Please try again in a few minutes.")


def _installed(languages: Sequence[Translator], site: str, grant: Grant, app: str) -> bytes:
    """Return the page for a workspace that has the app now; `app` is its id there."""
    shown = shorten(one_line(grant.name), _LONGEST) or "Slack"
    opened = _OPEN + urlencode({"app": app, "team": grant.kept.workspace})
    return _page(
        _section(
            words,
            words.gettext("AI News is in {workspace}.", workspace=shown),
            words.gettext(
                "Invite it to a channel with {invite}, then type {schedule} there: the news "
                "comes every morning.",
                invite="/invite @ainews",
                schedule="/ainews schedule daily 09:00",
            ),
            {words.gettext("Open it in Slack"): opened, words.gettext("Read the news"): site},
        )
        for words in languages
    )


def _failed(languages: Sequence[Translator], site: str, trouble: InstallTrouble) -> bytes:
    """Return the page that says why nothing was installed."""
    return _page(
        _section(
            words,
            words.gettext("AI News was not added to Slack."),
            words.gettext(trouble.value),
            {words.gettext("Begin again"): INSTALL_PATH, words.gettext("Read the news"): site},
        )
        for words in languages
    )


def _section(words: Translator, title: str, text: str, links: Mapping[str, str]) -> str:
    ways = " · ".join(
        f'<a href="{html.escape(target)}">{html.escape(label)}</a>'
        for label, target in links.items()
    )
    return (
        f'<section lang="{words.language}"><h1>{html.escape(title)}</h1>'
        f"<p>{html.escape(text)}</p><p>{ways}</p></section>"
    )


def _page(sections: Iterable[str]) -> bytes:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>AI News</title><style>{_STYLE}</style></head>"
        f"<body><main>{''.join(sections)}</main></body></html>"
    ).encode()


RETURN_PATH = "/slack/oauth_redirect"


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
        return HttpResponse(302, headers={**_HEADERS, **to_slack})

    async def _return(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            return HttpResponse(405)  # To look at a link is not to follow it.
        site = self._credentials.site
        try:
            grant, app = await self._granted(request)
            status, page = 200, _installed(self._words, site, grant, app)
        except (_NotInstalled, PlatformError) as error:
            _log.warning("nothing was installed in Slack: %s", error)
            status, trouble = _told(error)
            page = _failed(self._words, site, trouble)
        cookie = _BROWSER.build_set_cookie_for_deletion()
        return HttpResponse(status, page, {**_HEADERS, "Set-Cookie": cookie})

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
