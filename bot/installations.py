"""The workspaces that installed a platform: sealed here, and kept in the store."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.i18n.translator import N_, Translator
from bot.port.installations import Grant, SealTrouble
from bot.port.platform import Retryable
from bot.port.text import one_line
from bot.seal import Seal, WrongSeal
from store.errors import StoreError
from store.model import SealedInstallation
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

_STATE = "installing "
_STATE_LASTS = timedelta(minutes=10)
"""How long somebody may take to install: shorter than what came in is remembered."""

_NAMED = 5
"""Workspaces that a sentence names; of more, it tells how many."""

_CLOSED = N_("The token of this workspace was sealed with another AINEWS_SEAL_KEY.")


class StoredInstallations:
    """The port's installations of one platform."""

    def __init__(
        self,
        store: DigestStore,
        seal: Seal,
        platform: str,
        words: Translator,
        *,
        seen: Callable[[str, str, str], Awaitable[None]],
        tell: Callable[[str], Awaitable[None]],
        wake: Callable[[], None],
    ) -> None:
        """`seen` notes a workspace that invited itself; `tell` takes a sentence for the operator.

        `wake` is called where channels are to be tried again.
        """
        self._store = store
        self._seal = seal
        self._platform = platform
        self._words = words
        self._seen = seen
        self._tell = tell
        self._wake = wake

    async def survey(self) -> int:
        """Return in how many workspaces the platform is installed."""
        closed = []
        with _away():
            living = await self._store.installations.living(self._platform)
            for one in living:
                try:
                    text = self._opened(one)
                except WrongSeal:
                    closed.append(one.workspace)
                    continue
                if not self._seal.is_current(one.sealed):
                    await self._store.installations.seal_anew(one, self._seal.seal(text))
        if closed:
            named = ", ".join(f"{self._platform}/{each}" for each in closed[:_NAMED])
            await self._tell(
                self._words.ngettext(
                    "The token of {count} workspace was sealed with another AINEWS_SEAL_KEY "
                    "({workspaces}). Set that key after the new one, with a comma between, or "
                    "install the app there again.",
                    "The tokens of {count} workspaces were sealed with another AINEWS_SEAL_KEY "
                    "({workspaces}). Set that key after the new one, with a comma between, or "
                    "install the app there again.",
                    len(closed),
                    workspaces=named + (", …" if len(closed) > _NAMED else ""),
                )
            )
        return len(living)

    async def install(self, grant: Grant) -> None:
        """Keep what a workspace granted, and let its channels be tried again."""
        sealed = self._sealed(grant.workspace, grant.token, grant.refresh_token)
        with _away():
            # First, so that nobody there is ever taken for the first of all.
            await self._seen(self._platform, grant.workspace, grant.name)
            await self._store.installations.install(
                SealedInstallation(
                    self._platform,
                    grant.workspace,
                    grant.bot,
                    grant.bot_name,
                    grant.scopes,
                    sealed,
                    grant.expires_at,
                    grant.enterprise,
                )
            )
            await self._store.broken.wake_workspace(self._platform, grant.workspace)
        _LOGGER.info("%s was installed in %s", self._platform, grant.workspace)
        self._wake()

    async def get(self, workspace: str) -> Grant | None:
        """Return what a workspace granted, None where it is not installed."""
        with _away():
            one = await self._store.installations.get(self._platform, workspace)
        if one is None or one.ended_at is not None:
            return None
        try:
            tokens = json.loads(self._opened(one))
        except WrongSeal:
            raise SealTrouble(_CLOSED, timedelta(minutes=5)) from None
        return Grant(
            one.workspace,
            "",
            one.bot,
            one.bot_name,
            one.scopes,
            tokens["token"],
            tokens["refresh_token"],
            one.expires_at,
            one.enterprise,
            one.sealed,
        )

    async def begin_renewal(self, grant: Grant) -> bool:
        """Take it on to get the next token."""
        with _away():
            return await self._store.installations.begin_renewal(self._row(grant))

    async def renew(self, grant: Grant, token: str, refresh_token: str, until: datetime) -> None:
        """Keep the token that came in the place of a grant's."""
        sealed = self._sealed(grant.workspace, token, refresh_token)
        with _away():
            await self._store.installations.renew(self._row(grant), sealed, until)

    async def end(self, grant: Grant, why: str) -> None:
        """Take note that a grant opens nothing any more."""
        with _away():
            if not await self._store.installations.end(self._row(grant), why):
                return
            rested = await self._store.broken.rest_workspace(self._platform, grant.workspace, why)
        await self._tell(
            self._words.ngettext(
                "AI News was removed from {workspace}. {count} channel rests until it is installed "
                "there again.",
                "AI News was removed from {workspace}. {count} channels rest until it is installed "
                "there again.",
                rested,
                workspace=one_line(f"{self._platform}/{grant.workspace}"),
            )
        )

    def new_state(self) -> str:
        """Return what goes through a browser and comes back.

        It carries all that is to be known of it, so that whoever only begins leaves nothing here.
        """
        return self._seal.seal(_STATE + secrets.token_urlsafe(16)).rstrip("=")

    async def take_state(self, state: str) -> bool:
        """Whether a state is one of ours that did not come back before."""
        try:
            text = self._seal.open(state + "=" * (-len(state) % 4), _STATE_LASTS)
        except WrongSeal:
            return False
        with _away():
            return text.startswith(_STATE) and await self._store.deliveries.first(text)

    def _sealed(self, workspace: str, token: str, refresh_token: str) -> str:
        content = {"workspace": workspace, "token": token, "refresh_token": refresh_token}
        return self._seal.seal(json.dumps(content))

    def _opened(self, one: SealedInstallation) -> str:
        """Return the tokens of a row. Raises WrongSeal, also where they are another workspace's."""
        text = self._seal.open(one.sealed)
        if json.loads(text).get("workspace") != one.workspace:
            raise WrongSeal
        return text

    def _row(self, grant: Grant) -> SealedInstallation:
        """Return the row that a grant was read from, by what tells it from others."""
        return SealedInstallation(self._platform, grant.workspace, "", "", (), grant.sealed)


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        raise Retryable(f"What is installed cannot be read or kept: {error}") from error
