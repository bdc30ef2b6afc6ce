"""Pages as they are sent, kept for as long as nothing that is public changes."""

from __future__ import annotations

import gzip
from collections.abc import Hashable
from dataclasses import dataclass

_MOST_BYTES = 4 * 1024 * 1024
_WORTH_PACKING = 500  # bytes
_EFFORT = 6


@dataclass(frozen=True, slots=True)
class SentPage:
    """A page's bytes, and the same packed by gzip where that is worth it.

    `name` is by what browsers know it again, empty for one that they are not to keep.
    """

    body: bytes
    packed: bytes = b""
    name: str = ""

    @classmethod
    def of(cls, content: str | bytes, name: str = "") -> SentPage:
        """Encode a page, and pack it."""
        body = content.encode() if isinstance(content, str) else content
        packed = gzip.compress(body, _EFFORT, mtime=0) if len(body) > _WORTH_PACKING else b""
        return cls(body, packed, name)

    @property
    def size(self) -> int:
        """Bytes that it takes in memory."""
        return len(self.body) + len(self.packed)


class PageCache:
    """The pages of one version of the archive, those that were asked for last."""

    def __init__(self, most: int = _MOST_BYTES) -> None:
        self._most = most
        self._version = -1
        self._bytes = 0
        self._pages: dict[Hashable, SentPage] = {}

    def get(self, version: int, key: Hashable) -> SentPage | None:
        """Return a page that was kept at this version."""
        if version != self._version or (page := self._pages.pop(key, None)) is None:
            return None
        self._pages[key] = page
        return page

    def put(self, version: int, key: Hashable, page: SentPage) -> None:
        """Keep a page. Those of an older version go."""
        if version < self._version:
            return
        if version > self._version:
            self._version, self._bytes = version, 0
            self._pages.clear()
        if (before := self._pages.pop(key, None)) is not None:
            self._bytes -= before.size
        self._pages[key] = page
        self._bytes += page.size
        while self._bytes > self._most:
            self._bytes -= self._pages.pop(next(iter(self._pages))).size
