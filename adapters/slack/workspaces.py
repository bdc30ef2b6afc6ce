"""By which token is a workspace spoken to, and when by none any more? Nobody is answered here.

It is the one of the bot token, or each that installed the app, opened when it is first needed.
What is known of such a one is read anew after a minute, so that what another process did is seen:
it was installed again, it was removed, its token was renewed.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api.errors import answered, word
from adapters.slack.api.ttl_cache import TtlCache
from adapters.slack.interactions.context import SlackWorkspace
from adapters.slack.setup.settings import AppCredentials
from bot.i18n.translator import N_
from bot.port.clock import Clock
from bot.port.installations import Grant, Installations
from bot.port.platform import Permanent, PlatformError, Retryable

_log = logging.getLogger(__name__)

MakeWorkspace = Callable[[str, str, str, str], SlackWorkspace]
"""Makes a workspace of its id, the bot's id and name there, and the token that opens it."""


_KEPT = timedelta(minutes=1)
_MOST = 5_000
"""Workspaces that one process keeps at hand; of more, those rest that were not needed longest."""

_EARLY = timedelta(hours=2)
"""How long before its end a token is renewed. Slack's last twelve hours."""

_SOON = timedelta(seconds=3)
_ENDED = frozenset(
    {"account_inactive", "app_uninstalled", "invalid_auth", "not_authed", "token_revoked"}
)
"""Slack's words for a token that will never open anything again."""

_EXPIRED = "token_expired"
REMOVED = N_("AI News is not in this Slack workspace any more.")
_AGAIN = N_("Add it to the workspace again.")
_RENEWED = N_("The token of this workspace is being renewed.")


class InstalledTeams:
    """Every workspace that installed the app."""

    def __init__(
        self,
        make: MakeWorkspace,
        installations: Installations,
        asking: AsyncWebClient,
        credentials: AppCredentials,
        clock: Clock,
    ) -> None:
        """`asking` calls without a token of its own."""
        self._make = make
        self._installations = installations
        self._asking = asking
        self._credentials = credentials
        self._clock = clock
        self._open: OrderedDict[str, tuple[SlackWorkspace, str]] = OrderedDict()
        """Workspaces at work, and what the grant of each was read from."""
        self._known = TtlCache(self._look, _KEPT, clock, _MOST)

    async def of(self, team: str) -> SlackWorkspace:
        """Return a workspace. Raises Permanent where the app is not in it, and Retryable."""
        return await self._known.get(team)

    async def refused(self, team: str) -> None:
        """Ask Slack whether a workspace's newest token still opens it; end it where it does not.

        What comes late says nothing of a workspace that installed the app again since.
        """
        self._known.forget(team)
        try:
            grant = await self._installations.get(team)
            if grant is None:
                return
            trouble = await self._trouble(grant)
            if trouble == _EXPIRED:
                await self._renewed(grant)
            elif trouble in _ENDED:
                await self._end(grant)
        except PlatformError as error:
            _log.warning("nobody knows yet whether %s is still open: %s", team, error)

    async def close(self) -> None:
        """Let go of questions under way."""
        await self._known.close()
        for workspace, _ in self._open.values():
            await workspace.people.close()

    async def _look(self, team: str) -> SlackWorkspace:
        grant = await self._installations.get(team)
        if grant is None:
            self._open.pop(team, None)
            raise Permanent(REMOVED, _AGAIN)
        if grant.kept.expires_at is not None and grant.kept.expires_at - self._clock() < _EARLY:
            grant = await self._renewed(grant)
        workspace, sealed = self._open.get(team, (None, ""))
        if workspace is None:
            workspace = self._make(team, grant.kept.bot, grant.kept.bot_name, grant.token)
        elif sealed != grant.kept.sealed:
            workspace.clients.use(grant.token)
        self._open[team] = (workspace, grant.kept.sealed)
        self._open.move_to_end(team)
        while len(self._open) > _MOST:
            _, (least, _) = self._open.popitem(last=False)
            await least.people.close()
        return workspace

    async def _renewed(self, grant: Grant) -> Grant:
        """Return a grant whose token lasts, as long as the old one does also that.

        Raises Permanent where Slack gives no other, Retryable where nobody knows yet.
        """
        now = self._clock()
        over = grant.kept.expires_at is None or grant.kept.expires_at <= now
        if await self._installations.begin_renewal(grant):
            try:
                answer = await self._next_token(grant)
            except PlatformError as error:
                _log.warning("the token of %s was not renewed: %s", grant.kept.workspace, error)
                if not over:
                    return grant
                if isinstance(error, Permanent):
                    await self._end(grant)
                raise
            await self._installations.renew(
                grant,
                str(answer["access_token"]),
                str(answer.get("refresh_token") or grant.refresh_token),
                now + timedelta(seconds=int(answer["expires_in"])),
            )
        newest = await self._installations.get(grant.kept.workspace)
        if newest is None:
            raise Permanent(REMOVED, _AGAIN)
        if newest.kept.sealed == grant.kept.sealed and over:
            raise Retryable(_RENEWED, _SOON)
        return newest

    async def _next_token(self, grant: Grant) -> Mapping[str, Any]:
        answer = await answered(
            self._asking.oauth_v2_access(
                client_id=self._credentials.client_id,
                client_secret=self._credentials.client_secret,
                grant_type="refresh_token",
                refresh_token=grant.refresh_token,
            )
        )
        if not (answer.get("access_token") and str(answer.get("expires_in")).isdecimal()):
            raise Retryable("Slack's answer has no token.")
        return answer

    async def _trouble(self, grant: Grant) -> str:
        """Return what Slack says against a token, "" where nothing or where it says nothing."""
        try:
            await answered(self._asking.auth_test(token=grant.token))
        except PlatformError as error:
            return word(error)
        return ""

    async def _end(self, grant: Grant) -> None:
        self._known.forget(grant.kept.workspace)
        self._open.pop(grant.kept.workspace, None)
        await self._installations.end(grant, REMOVED)


class OneTeam:
    """The workspace of the operator's bot token, whatever team is asked for."""

    def __init__(self, workspace: SlackWorkspace, signed_out: Callable[[], None]) -> None:
        """`signed_out` is told where the token opens nothing any more."""
        self._workspace = workspace
        self._signed_out = signed_out

    async def of(self, team: str) -> SlackWorkspace:
        """Return the workspace."""
        del team
        return self._workspace

    async def refused(self, team: str) -> None:
        """Say that it is over."""
        del team
        self._signed_out()

    async def close(self) -> None:
        """Let go of questions under way."""
        await self._workspace.people.close()


Teams = OneTeam | InstalledTeams
