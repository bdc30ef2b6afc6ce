"""`ainews check` for Slack: tokens, permissions and Socket Mode, without changing anything."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api.client import open_clients
from adapters.slack.api.errors import SignedOut, translated, word
from adapters.slack.setup import settings
from adapters.slack.setup.settings import INSTALL_PATH, AppCredentials
from bot.i18n.translator import N_, Translator
from bot.port.platform import CheckLine, PlatformContext, PlatformError, finding
from bot.port.service import USUAL_ADDRESS
from bot.port.settings_error import SettingsError

SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "mpim:history",
    "mpim:read",
    "usergroups:read",
    "users:read",
)
"""The permissions that the bot uses, as `slack-manifest.yaml` asks for them."""

_TIMEOUT = 10.0


async def check(context: PlatformContext) -> list[CheckLine]:
    """Return what was found, a line each."""
    words = Translator(context.language)
    try:
        read = settings.read(context.environment)
    except SettingsError as error:
        reason = f"{error.variable}: {words.gettext(error.reason, **error.values)}"
        return [CheckLine(reason, words.gettext(error.remedy), error.variable)]
    clients = open_clients(read, _TIMEOUT)
    try:
        if read.credentials is None:
            lines = await _bot_token(clients.asking.auth_test(), words)
        else:
            lines = [await _credentials(clients.asking, read.credentials, words)]
        if read.app_token is not None:
            opened = clients.asking.apps_connections_open(app_token=read.app_token)
            lines.append(await _socket_mode(opened, words))
        else:
            address = context.environment.get("AINEWS_HTTP", USUAL_ADDRESS)
            said = N_("Slack must be able to reach /slack/events of this machine, on {address}.")
            lines.append(finding(words, said, address=address))
        return lines
    finally:
        await clients.close()


async def _bot_token(signing_in: Awaitable[Any], words: Translator) -> list[CheckLine]:
    try:
        answer = await _answer(signing_in)
    except SignedOut:
        return [
            finding(
                words,
                "Slack does not accept SLACK_BOT_TOKEN.",
                "Install the app again and copy the token from “OAuth & Permissions”.",
                setting="SLACK_BOT_TOKEN",
            )
        ]
    except PlatformError as error:
        return [_unreachable(error, words)]
    team, bot = answer.data.get("team", ""), answer.data.get("user", "")
    lines = [finding(words, "Slack: signed in to {team} as @{bot}.", team=team, bot=bot)]
    missing = missing_scopes(answer.headers)
    if missing:
        lines.append(
            finding(
                words,
                "The Slack app lacks permissions: {scopes}.",
                "Paste slack-manifest.yaml into “App Manifest” of the app, then install it again.",
                scopes=", ".join(missing),
            )
        )
    elif missing is not None:
        lines.append(finding(words, "Slack: no permission is missing."))
    return lines


async def _credentials(
    asking: AsyncWebClient, credentials: AppCredentials, words: Translator
) -> CheckLine:
    """Ask Slack for what a code gives that it never gave: it looks at the credentials first."""
    try:
        await _answer(
            asking.oauth_v2_access(
                client_id=credentials.client_id, client_secret=credentials.client_secret, code="0"
            )
        )
    except PlatformError as error:
        if word(error) in {"bad_client_secret", "invalid_client_id"}:
            return finding(
                words,
                "Slack does not accept SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.",
                "Copy both again from “Basic Information” of the Slack app.",
                setting="SLACK_CLIENT_SECRET",
            )
        if word(error) != "invalid_code":
            return _unreachable(error, words)
    url = f"{credentials.site}{INSTALL_PATH}"
    return finding(words, "Slack: anybody can add AI News to a workspace at {url}.", url=url)


async def _socket_mode(opening: Awaitable[Any], words: Translator) -> CheckLine:
    try:
        await _answer(opening)
    except PlatformError as error:
        if isinstance(error, SignedOut) or word(error) in {"missing_scope", "invalid_auth"}:
            return finding(
                words,
                "Slack does not accept SLACK_APP_TOKEN.",
                "Make an app-level token with the scope connections:write under “Basic "
                "Information”.",
                setting="SLACK_APP_TOKEN",
            )
        if word(error):
            return finding(
                words,
                "Slack refuses the connection for Socket Mode ({word}).",
                "Switch it on in the app's settings, under “Socket Mode”.",
                word=word(error),
            )
        return _unreachable(error, words)
    return finding(words, "Slack: Socket Mode works.")


def _unreachable(error: PlatformError, words: Translator) -> CheckLine:
    return finding(
        words,
        "Slack could not be asked: {reason}",
        "Check the connection of this machine, then try again.",
        reason=error,
    )


def missing_scopes(headers: Mapping[str, str]) -> list[str] | None:
    """Return the permissions that a token lacks by what Slack says with each answer.

    None where Slack does not say.
    """
    lowered = {name.casefold(): value for name, value in headers.items()}
    granted = lowered.get("x-oauth-scopes")
    if granted is None:
        return None
    held = {scope.strip() for scope in granted.split(",")}
    return [scope for scope in SCOPES if scope not in held]


async def _answer(call: Awaitable[Any]) -> Any:
    """Return the whole answer, for its headers. Raises the errors of the port."""
    try:
        return await call
    except Exception as error:
        raise translated(error, sending=False) from error
