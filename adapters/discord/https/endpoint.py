"""The address at which Discord calls the bot. What Discord did not sign is refused unread.

Each request bears an Ed25519 signature of its time and its body.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.discord.setup.settings import PATH
from bot.port.clock import Clock
from bot.port.service import HttpRequest, HttpResponse, Route

_log = logging.getLogger(__name__)

_LARGEST = 1024 * 1024
"""Bytes of a call; Discord's largest, a form beside the message that it came from, has a tenth."""

_FRESH = 300.0
"""Seconds that a request may be old, or ahead of this machine's clock. Ours: Discord names none.

What is sent again within them is recognised by its id, like all that comes in twice.
"""

_LONGEST = 20
"""Digits of a time; more are none."""

_PING = 1
_PONG = HttpResponse(body=b'{"type":1}', headers={"Content-Type": "application/json"})

TakeIn = Callable[[dict[str, Any]], Awaitable[HttpResponse]]


class Endpoint:
    """Answers at the address."""

    def __init__(self, public_key: str, clock: Clock, take_in: TakeIn) -> None:
        """`public_key` is in hexadecimal digits, as the developer portal shows it.

        `take_in` is handed what Discord sends.
        """
        self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        self._clock = clock
        self._take_in = take_in
        self.routes = (Route("POST", PATH, self._answer),)

    async def _answer(self, request: HttpRequest) -> HttpResponse:
        if len(request.body) > _LARGEST:
            return HttpResponse(413)
        if not self._is_signed(request):
            return HttpResponse(401)
        payload = _object(request.body)
        if payload is None:
            return HttpResponse(400)
        if payload.get("type") == _PING:
            # Discord asks so when the address is entered, be the bot signed in or not.
            return _PONG
        return await self._take_in(payload)

    def _is_signed(self, request: HttpRequest) -> bool:
        """Whether Discord signed a request, and lately; where not, the log says why."""
        timestamp = request.headers.get("X-Signature-Timestamp", "")
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= _LONGEST):
            _log.debug("a call was refused: there is no time")
            return False
        try:
            signature = bytes.fromhex(request.headers.get("X-Signature-Ed25519", ""))
            self._key.verify(signature, timestamp.encode() + request.body)
        except (ValueError, InvalidSignature):
            _log.debug("a call was refused: the signature is wrong")
            return False
        age = self._clock().timestamp() - int(timestamp)
        if abs(age) > _FRESH:
            said = (
                "a call was refused: it was signed %.0f seconds ago; is this machine's clock right?"
            )
            _log.warning(said, age)
        return abs(age) <= _FRESH


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
