"""Whether it is Discord who calls: each request bears an Ed25519 signature."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.port.clock import Clock

SIGNATURE = "X-Signature-Ed25519"
TIMESTAMP = "X-Signature-Timestamp"

FRESH = 300.0
"""Seconds that a request may be old, or ahead of this machine's clock. Ours: Discord names none.

What is sent again within them is recognised by its id, like all that comes in twice.
"""

_LONGEST = 20
"""Digits of a time; more are none."""


class NotSigned(Exception):
    """A request is not Discord's. The text says why, for the log."""


class Outdated(NotSigned):
    """Discord signed it, but not lately: it is sent again, or this machine's clock is wrong."""


class SignatureVerifier:
    """Knows what an application's public key has signed."""

    def __init__(self, public_key: str, clock: Clock) -> None:
        """`public_key` is in hexadecimal digits, as the developer portal shows it."""
        self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        self._clock = clock

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raise NotSigned for a request that is not Discord's, Outdated for one that is old."""
        timestamp = headers.get(TIMESTAMP, "")
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= _LONGEST):
            raise NotSigned("there is no time")
        try:
            signature = bytes.fromhex(headers.get(SIGNATURE, ""))
            self._key.verify(signature, timestamp.encode() + body)
        except (ValueError, InvalidSignature):
            raise NotSigned("the signature is wrong") from None
        age = self._clock().timestamp() - int(timestamp)
        if abs(age) > FRESH:
            raise Outdated(f"it was signed {age:.0f} seconds ago")
