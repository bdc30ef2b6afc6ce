"""The workspaces that installed a platform: sealed here, and kept in the store.

What is sealed only this bot can open again: tokens, and what travels through browsers. The keys
are the operator's, and never in the database: who has only that, or a copy, has no token.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.i18n.translator import N_, Translator
from bot.port.clock import Clock
from bot.port.installations import Grant, SealTrouble
from bot.port.platform import Retryable
from bot.port.text import one_line
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

_URL_SAFE = str.maketrans("+/", "-_")


class WrongSeal(Exception):
    """It was sealed with none of the keys, was changed, or is too old."""


class Seal:
    """Seals with the first key, and opens with each."""

    def __init__(self, keys: Sequence[str], clock: Clock) -> None:
        """`keys` are 32 bytes each, as Base64 of either kind."""
        made = [Fernet(key.translate(_URL_SAFE)) for key in keys]
        self._keys, self._first = MultiFernet(made), made[0]
        self._clock = clock

    def seal(self, text: str) -> str:
        """Return a text sealed: Base64, with the moment at which it was sealed."""
        now = _seconds(self._clock())
        return self._keys.encrypt_at_time(text.encode(), now).decode()

    def open(self, sealed: str, within: timedelta | None = None) -> str:
        """Return what was sealed, at most so long ago. Raises WrongSeal."""
        try:
            if within is None:
                return self._keys.decrypt(sealed.encode()).decode()
            now, most = _seconds(self._clock()), int(within.total_seconds())
            return self._keys.decrypt_at_time(sealed.encode(), most, now).decode()
        except InvalidToken:
            raise WrongSeal from None

    def is_current(self, sealed: str) -> bool:
        """Whether the first key opens it, so that the others are not needed for it."""
        try:
            self._first.decrypt(sealed)
        except InvalidToken:
            return False
        return True


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


@dataclass(eq=False)
class StoredInstallations:
    """The port's installations of one platform.

    `seen` notes a workspace that invited itself; `tell` takes a sentence for the operator. `wake`
    is called where channels are to be tried again.
    """

    store: DigestStore
    seal: Seal
    platform: str
    words: Translator
    seen: Callable[[str, str, str], Awaitable[None]]
    tell: Callable[[str], Awaitable[None]]
    wake: Callable[[], None]

    async def survey(self) -> int:
        """Return in how many workspaces the platform is installed."""
        closed = []
        with _away():
            living = await self.store.installations.living(self.platform)
            for one in living:
                try:
                    text = self._opened(one)
                except WrongSeal:
                    closed.append(one.workspace)
                    continue
                if not self.seal.is_current(one.sealed):
                    await self.store.installations.seal_anew(one, self.seal.seal(text))
        if closed:
            named = ", ".join(f"{self.platform}/{each}" for each in closed[:_NAMED])
            await self.tell(
                self.words.ngettext(
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
        workspace = grant.kept.workspace
        sealed = self._sealed(workspace, grant.token, grant.refresh_token)
        with _away():
            # First, so that nobody there is ever taken for the first of all.
            await self.seen(self.platform, workspace, grant.name)
            await self.store.installations.install(replace(grant.kept, sealed=sealed))
            await self.store.broken.wake_workspace(self.platform, workspace)
        _LOGGER.info("%s was installed in %s", self.platform, workspace)
        self.wake()

    async def get(self, workspace: str) -> Grant | None:
        """Return what a workspace granted, None where it is not installed."""
        with _away():
            one = await self.store.installations.get(self.platform, workspace)
        if one is None or one.ended_at is not None:
            return None
        try:
            tokens = json.loads(self._opened(one))
        except WrongSeal:
            raise SealTrouble(_CLOSED, timedelta(minutes=5)) from None
        return Grant(one, tokens["token"], tokens["refresh_token"])

    async def begin_renewal(self, grant: Grant) -> bool:
        """Take it on to get the next token."""
        with _away():
            return await self.store.installations.begin_renewal(grant.kept)

    async def renew(self, grant: Grant, token: str, refresh_token: str, until: datetime) -> None:
        """Keep the token that came in the place of a grant's."""
        sealed = self._sealed(grant.kept.workspace, token, refresh_token)
        with _away():
            await self.store.installations.renew(grant.kept, sealed, until)

    async def end(self, grant: Grant, why: str) -> None:
        """Take note that a grant opens nothing any more."""
        workspace = grant.kept.workspace
        with _away():
            if not await self.store.installations.end(grant.kept, why):
                return
            rested = await self.store.broken.rest_workspace(self.platform, workspace, why)
        await self.tell(
            self.words.ngettext(
                "AI News was removed from {workspace}. {count} channel rests until it is installed "
                "there again.",
                "AI News was removed from {workspace}. {count} channels rest until it is installed "
                "there again.",
                rested,
                workspace=one_line(f"{self.platform}/{workspace}"),
            )
        )

    def new_state(self) -> str:
        """Return what goes through a browser and comes back.

        It carries all that is to be known of it, so that whoever only begins leaves nothing here.
        """
        return self.seal.seal(_STATE + secrets.token_urlsafe(16)).rstrip("=")

    async def take_state(self, state: str) -> bool:
        """Whether a state is one of ours that did not come back before."""
        try:
            text = self.seal.open(state + "=" * (-len(state) % 4), _STATE_LASTS)
        except WrongSeal:
            return False
        with _away():
            return text.startswith(_STATE) and await self.store.deliveries.first(text)

    def _sealed(self, workspace: str, token: str, refresh_token: str) -> str:
        content = {"workspace": workspace, "token": token, "refresh_token": refresh_token}
        return self.seal.seal(json.dumps(content))

    def _opened(self, one: SealedInstallation) -> str:
        """Return the tokens of a row. Raises WrongSeal, also where they are another workspace's."""
        text = self.seal.open(one.sealed)
        if json.loads(text).get("workspace") != one.workspace:
            raise WrongSeal
        return text


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        raise Retryable(f"What is installed cannot be read or kept: {error}") from error
