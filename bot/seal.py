"""What only this bot can open again: tokens in the database, and what travels through browsers.

The keys are the operator's, and never in the database: who has only that, or a copy, has no token.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.port.clock import Clock

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
