"""The address at which Discord calls the bot. What Discord did not sign is refused unread."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from adapters.discord.https.signature import NotSigned, Outdated, SignatureVerifier
from adapters.discord.setup.settings import PATH
from bot.port.service import HttpRequest, HttpResponse, Route

_log = logging.getLogger(__name__)

_LARGEST = 1024 * 1024
"""Bytes of a call; Discord's largest, a form beside the message that it came from, has a tenth."""

_PING = 1
_PONG = HttpResponse(body=b'{"type":1}', headers={"Content-Type": "application/json"})

TakeIn = Callable[[dict[str, Any]], Awaitable[HttpResponse]]


class Endpoint:
    """Answers at the address. `take_in` is handed what Discord sends; None: not yet, or no more."""

    def __init__(self, verifier: SignatureVerifier) -> None:
        """`verifier` knows what Discord has signed."""
        self._verifier = verifier
        self.take_in: TakeIn | None = None
        self.routes = (Route("POST", PATH, self._answer),)

    async def _answer(self, request: HttpRequest) -> HttpResponse:
        if len(request.body) > _LARGEST:
            return HttpResponse(413)
        try:
            self._verifier.verify(request.headers, request.body)
        except Outdated as reason:
            _log.warning("a call was refused: %s; is this machine's clock right?", reason)
            return HttpResponse(401)
        except NotSigned as reason:
            _log.debug("a call was refused: %s", reason)
            return HttpResponse(401)
        payload = _object(request.body)
        if payload is None:
            return HttpResponse(400)
        if payload.get("type") == _PING:
            # Discord asks so when the address is entered, be the bot signed in or not.
            return _PONG
        return HttpResponse(503) if self.take_in is None else await self.take_in(payload)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
