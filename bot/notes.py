"""The notes of adapters, kept in the store, so that any process reads what another wrote."""

from __future__ import annotations

import logging
from datetime import timedelta

from store.errors import StoreError
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)


class StoreNotes:
    """Keeps them as long as the store answers."""

    def __init__(self, store: DigestStore) -> None:
        self._store = store

    async def write(self, key: str, text: str, keep: timedelta) -> None:
        """Keep a text so long, in place of what was kept by this key."""
        try:
            await self._store.notes.write(key, text, keep)
        except StoreError as error:
            _LOGGER.warning("note not kept reason=%s", error)

    async def read(self, key: str) -> str | None:
        """Return a text that is kept, None where there is none or the store does not answer."""
        try:
            return await self._store.notes.read(key)
        except StoreError as error:
            _LOGGER.warning("note not read reason=%s", error)
            return None
