"""The Web API: one HTTP session, and two clients on it for two kinds of calls.

slack_sdk repeats a request once by itself when the connection broke, after which a message may
stand there twice; the client that posts does not. Its rate limits are told to the caller, which
waits without holding anything up. The other client, whose calls may be repeated, waits out short
rate limits and broken connections by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from adapters.http.counting import counted
from adapters.slack.setup.settings import SlackSettings

TIMEOUT = 15.0
"""Seconds in which Slack must answer a call, shorter than a post's lease."""

_PATIENCE = 5
"""The longest delay, in seconds, that Slack may ask for and that is waited out on the spot."""

_CONNECTIONS = 100


class ShortRateLimits(AsyncRateLimitErrorRetryHandler):
    """Waits out a rate limit of a few seconds; a longer one is the caller's."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or not await super()._can_retry_async(
            state=state, request=request, response=response, error=error
        ):
            return False
        headers = {name.casefold(): value for name, value in response.headers.items()}
        delay = str(headers.get("retry-after", ["1"])[0])
        return delay.isdecimal() and int(delay) <= _PATIENCE


@dataclass(frozen=True, slots=True)
class Clients:
    """`posting` is for what must not be done twice, `asking` for everything else."""

    session: aiohttp.ClientSession
    posting: AsyncWebClient
    asking: AsyncWebClient

    def use(self, token: str) -> None:
        """Call by another token from now on."""
        self.posting.token = self.asking.token = token

    async def close(self) -> None:
        """Close the connections."""
        await self.session.close()


def library_log() -> logging.Logger:
    """Return the logger of slack_sdk and slack-bolt.

    They format every request and answer whenever a logger's own level is not above DEBUG, and a
    logger whose level was never set counts as such. Nobody is to read people's words in a log.
    """
    log = logging.getLogger(f"{__name__}.library")
    log.setLevel(max(log.getEffectiveLevel(), logging.INFO))
    return log


def open_clients(
    settings: SlackSettings, timeout: float = TIMEOUT, answered: Callable[[int], None] | None = None
) -> Clients:
    """Return the clients, on a session of their own. `timeout` is in seconds. Needs a loop."""
    session = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout),
        connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
        trace_configs=None if answered is None else [counted(answered)],
    )
    return clients_on(session, settings.api_url, settings.bot_token)


def clients_on(session: aiohttp.ClientSession, api_url: str, token: str | None) -> Clients:
    """Return the clients that a token opens, on a session that others may use too."""
    log = library_log()

    def client(*handlers: AsyncConnectionErrorRetryHandler | ShortRateLimits) -> AsyncWebClient:
        return AsyncWebClient(
            token=token,
            base_url=api_url,
            session=session,
            logger=log,
            retry_handlers=list(handlers),
        )

    return Clients(
        session,
        posting=client(),
        asking=client(AsyncConnectionErrorRetryHandler(), ShortRateLimits()),
    )
